"""What every form of the site has in common.

A field cleans what was pasted into it, a form knows its errors in the order of
its fields, and `PublicForm` needs no cookie.
"""

from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from .lib.text import clean, one_line

LONGEST_LINE = 255
LONGEST_TEXT = 100_000


class Form(FlaskForm):
    """A form of the organisers' side, protected by their session's token."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take what a form sends, and neither files nor JSON in its place."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return request.form if form.is_submitted() else None

        def get_translations(self, form: Any) -> Any:
            """Return WTForms' own words; Flask-WTF reads their file each time."""
            return _own_words(str(get_locale()))

    def all_errors(self) -> list[tuple[Field, str]]:
        """Return each field that has an error with what to do about it."""
        return [(field, field.errors[0]) for field in self if field.errors]

    def refuse(self, field: str, message: str) -> None:
        """Put what an operation refused at the field that it is about."""
        target = self[field]
        target.errors = [*target.errors, message]


@cache
def _own_words(locale: str) -> NullTranslations:
    return Translations.load(messages_path(), [locale], domain="wtforms")


class PublicForm(Form):
    """A form for people who have no session, and so no cookie and no token.

    `headers.refuse_cross_site_writes` protects it instead.
    """

    class Meta(Form.Meta):
        csrf = False


class LineField(StringField):
    """One line of text, cleaned of control characters."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = one_line(valuelist[0]) if valuelist else ""

    def process_data(self, value: Any) -> None:
        self.data = value or ""


class ProseField(TextAreaField):
    """Several lines of text, as Markdown where the hint says so."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean(valuelist[0]) if valuelist else ""

    def process_data(self, value: Any) -> None:
        self.data = value or ""


class ChoicesField(SelectMultipleField):
    """Boxes to tick, of which several may be."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Needed(InputRequired):
    """The field must be filled in; the message says with what.

    Unlike WTForms' own it looks at the cleaned value: blanks are not an answer.
    """

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None or field.data == "":
            field.errors = []
            raise StopValidation(self.message)


def at_most(length: int = LONGEST_LINE) -> Length:
    """Return a validator for the length of a text, in characters."""
    return Length(
        max=length, message=_l("Shorten this to %(max)d characters or fewer.")
    )
