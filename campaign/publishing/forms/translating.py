"""The form in which a thing is told in another language, text by text."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ...forms import LONGEST_LINE, LONGEST_TEXT, LineField, ProseField, at_most
from ...language import language
from ...places.languages import languages_by_name
from .fields import ChoiceField
from .thing import VersionedForm


class TranslationForm(VersionedForm):
    """A field for each text of the thing; an empty one is told in the original.

    Where all are empty, the thing is not told in this language any more.
    """

    TEXTS: Sequence[str] = ()

    @property
    def parts(self) -> list[Any]:
        """The fields of the texts, in the order of the thing's own form."""
        return [self[name] for name in self.TEXTS]

    def texts(self) -> dict[str, str]:
        """Return what was written, by column."""
        return {part.name: part.data for part in self.parts if part.data}

    def validate_title(self, field: LineField) -> None:
        if not field.data and self.texts():
            raise ValidationError(_l("Give it a title in this language too."))


def translation_form(
    version: int, own: Any, texts: dict[str, str], **options: Any
) -> TranslationForm:
    """Return the form of a thing at `version`, whose `own` form has the same fields."""
    names = [field.name for field in own if field.name in texts]
    fields = {name: _like(own[name]) for name in names}
    kind = type("TranslationForm", (TranslationForm,), {**fields, "TEXTS": names})
    form: TranslationForm = kind(data={"version": version, **texts}, **options)
    return form


def _like(field: Any) -> Any:
    """A field of the same kind and name, without what it says of the original."""
    label = field.label.text
    if isinstance(field, ProseField):
        rows = {"rows": field.render_kw["rows"]}
        return ProseField(label, validators=[at_most(LONGEST_TEXT)], render_kw=rows)
    longest = 500 if field.name == "summary" else LONGEST_LINE
    return LineField(label, validators=[at_most(longest)])


class LanguageForm(VersionedForm):
    """Which language to translate into next."""

    code = ChoiceField(_l("Language"))

    def offer(self, taken: Sequence[str]) -> None:
        """Set what can be chosen: the languages that it is not in yet."""
        names = languages_by_name(language())
        self.code.choices = [SelectChoice(*e) for e in names if e[0] not in taken]
