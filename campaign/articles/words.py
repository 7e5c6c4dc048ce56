"""The words for how an article relates to what appeared before."""

from flask_babel import lazy_gettext as _l

from .attribution import Appearance

APPEARANCES = {
    Appearance.ORIGINAL.value: _l("It appears here first"),
    Appearance.VERSION.value: _l("A version of a piece that appeared elsewhere"),
    Appearance.REPUBLISHED.value: _l("Republished whole from elsewhere"),
}
