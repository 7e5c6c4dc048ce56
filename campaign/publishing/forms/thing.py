"""What the forms of campaigns, action days, events and articles share."""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from ...forms import Form, LineField, Needed, at_most
from ...language import language
from ...places.languages import languages_by_name
from .fields import ChoiceField, RowField, RowsField, words_of

#: Fields about the form, not about what it describes.
_OWN_FIELDS = ("version", "csrf_token", "note")


class VersionedForm(Form):
    """A form that knows which version of a row its writer had opened."""

    version = HiddenField()

    @property
    def opened_at(self) -> int:
        """The version that was opened; 0, which never is one, if it is not told."""
        # Not `data`: where nothing is sent, that is the version of now.
        text = "".join(self.version.raw_data or ())
        return int(text) if text.isdecimal() and len(text) < 10 else 0


def language_choices() -> list[SelectChoice]:
    """Return the languages in which something can be written."""
    return [SelectChoice(*each) for each in languages_by_name(language())]


class ThingForm(VersionedForm):
    """What campaigns, action days, events and articles all have."""

    title = LineField(
        _l("Title"), validators=[Needed(_l("Give it a title.")), at_most()]
    )
    summary = LineField(
        _l("Summary"),
        description=_l(
            "One or two sentences, for lists and for links that are shared."
        ),
        validators=[at_most(500)],
    )
    language = ChoiceField(
        _l("Language of these texts"),
        choices=language_choices,
        default=language,
    )
    group = RowField(
        _l("Group"), description=_l("Its organisers can edit this, nobody else can.")
    )

    def values(self) -> dict[str, Any]:
        """Return what goes into the columns and relationships of the row."""
        return {f.name: _value(f) for f in self if f.name not in _OWN_FIELDS}


def _value(field: Any) -> Any:
    if isinstance(field, RowField):
        return field.row
    return field.ticked if isinstance(field, RowsField) else field.data


class Difference(NamedTuple):
    """What two people answered to the same question, in words."""

    label: str
    theirs: str
    yours: str


def differences(yours: Form, theirs: Form) -> list[Difference]:
    """Return the fields in which two forms of the same kind differ."""
    pairs = [(each, theirs[each.name]) for each in yours]
    compared = [
        Difference(str(mine.label.text), words_of(other), words_of(mine))
        for mine, other in pairs
        if mine.name not in _OWN_FIELDS
    ]
    return [each for each in compared if each.theirs != each.yours]
