"""The shapes of what comes in about pictures."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import CombinedMultiDict
from wtforms import BooleanField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from ..forms import Form, LineField, PublicForm, at_most
from ..language import language
from ..publishing.forms.fields import (
    Answered,
    ChoiceField,
    RowField,
    WholeNumberField,
)
from ..publishing.forms.thing import VersionedForm, language_choices
from .words import LICENCES, megabytes, megapixels

#: What the browser's chooser offers; what comes in is looked at for itself.
_ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif"
#: More at once would keep somebody waiting without a word.
MOST_FILES = 12


class _TakesFiles(Form):
    """A form that is sent with files."""

    class Meta(Form.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if not form.is_submitted():
                return None
            return CombinedMultiDict((request.files, request.form))


class UploadForm(_TakesFiles):
    """New pictures for the library of a group."""

    group = RowField(
        _l("Group"), description=_l("Its organisers can use and change the pictures.")
    )
    files = MultipleFileField(
        _l("Pictures"), render_kw={"accept": _ACCEPTED, "multiple": True}
    )

    def validate_files(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose a picture, or several."))
        if len(field.data) > MOST_FILES:
            raise ValidationError(
                _("Choose %(number)d pictures or fewer at a time.", number=MOST_FILES)
            )

    @property
    def limits(self) -> str:
        """What can be taken, said before it hurts."""
        return str(
            _(
                "JPEG, PNG, WebP, AVIF or GIF, up to %(bytes)d MB and %(pixels)d "
                "megapixels each, up to %(number)d at a time.",
                bytes=megabytes(),
                pixels=megapixels(),
                number=MOST_FILES,
            )
        )


class ReplaceForm(_TakesFiles, VersionedForm):
    """Another file in the place of a picture's."""

    file = FileField(_l("New file"), render_kw={"accept": _ACCEPTED})

    def validate_file(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose a picture."))


class WordsForm(VersionedForm):
    """What is on a picture, who made it, and what must not be cut off."""

    alternative_text = LineField(
        _l("Description for those who cannot see it"),
        description=_l(
            "One sentence: what matters in it here. “A hundred people with candles "
            "before the town hall”, not “Photo” and not “vigil2.jpg”. Text in the "
            "picture belongs into it."
        ),
        validators=[at_most(500)],
    )
    is_decorative = BooleanField(
        _l("It is decoration: who cannot see it misses nothing")
    )
    caption = LineField(
        _l("Caption"),
        description=_l("Where, when, who: only people who want to be named."),
        validators=[at_most(500)],
    )
    credit = LineField(
        _l("Credit"),
        description=_l("Who took or drew it, as they want to be called."),
        validators=[at_most()],
    )
    licence = ChoiceField(
        _l("Licence"), choices=[SelectChoice(k, v) for k, v in LICENCES.items()]
    )
    language = ChoiceField(
        _l("Language of these texts"), choices=language_choices, default=language
    )
    focus_x = WholeNumberField(
        _l("Most important point: from the left edge, 0 to 100"),
        [
            Answered(_l("Enter a number from 0 to 100.")),
            NumberRange(0, 100, _l("Enter a number from 0 to 100.")),
        ],
    )
    focus_y = WholeNumberField(
        _l("Most important point: from the top edge, 0 to 100"),
        [
            Answered(_l("Enter a number from 0 to 100.")),
            NumberRange(0, 100, _l("Enter a number from 0 to 100.")),
        ],
    )

    def validate_alternative_text(self, field: Any) -> None:
        if not field.data and not self.is_decorative.data:
            raise ValidationError(
                _("Describe it in a sentence, or tick that it is decoration.")
            )
        if field.data and self.is_decorative.data:
            raise ValidationError(
                _("Decoration has no description: take away the one or the other.")
            )

    def values(self) -> dict[str, Any]:
        """Return what goes into the columns."""
        own = ("version", "csrf_token")
        return {f.name: f.data for f in self if f.name not in own}


class LibraryForm(PublicForm):
    """What somebody looks for in the library."""

    q = LineField(_l("Words"), validators=[at_most(200)])
    which = ChoiceField(
        _l("Show"),
        default="",
        choices=[
            SelectChoice("", _l("All pictures")),
            SelectChoice("undescribed", _l("Without a description")),
            SelectChoice("unused", _l("Used nowhere")),
        ],
    )
