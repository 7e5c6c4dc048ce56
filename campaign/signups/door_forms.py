"""The shape of what a steward taps at the door, by a page or by its script."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from ..forms import Form, LineField, at_most
from .operations.door import LARGEST_PARTY

_PEOPLE = _l("Write a number from 1 to %(n)d.", n=LARGEST_PARTY)


class TapForm(Form):
    """A party that is let in, or that is not inside after all."""

    #: What the steward was searching for, to come back to.
    q = HiddenField()
    #: Which version of the sign-up was on the screen.
    seen = IntegerField(validators=[Optional()])
    #: An id of its own: phones send again what may have been lost.
    tap = HiddenField(validators=[at_most(100)])
    people = IntegerField(
        validators=[Optional(), NumberRange(1, LARGEST_PARTY, _PEOPLE)]
    )


class WalkInForm(Form):
    """Who comes without a sign-up."""

    q = HiddenField()
    tap = HiddenField(validators=[at_most(100)])
    name = LineField(
        _l("Name"),
        description=_l("You may leave it empty."),
        validators=[at_most(100)],
        render_kw={"autocomplete": "off", "maxlength": 100},
    )
    people = IntegerField(
        _l("How many people"),
        default=1,
        validators=[NumberRange(1, LARGEST_PARTY, _PEOPLE)],
        render_kw={"inputmode": "numeric", "min": 1, "max": LARGEST_PARTY},
    )
