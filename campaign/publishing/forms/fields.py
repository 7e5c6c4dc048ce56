"""Fields of the organisers' forms: each says in words what it could not read."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import escape
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, TimeField
from wtforms.fields.choices import Choice, SelectChoice, SelectFieldBase
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, Select

from ...forms import Needed, ProseField, at_most

#: Years that a calendar can hold; beyond lie slips of the keyboard.
_YEARS = range(1000, 3000)
NOT_LISTED = _l("Choose one from the list.")
MARKDOWN = _l("Markdown makes headings, lists, quotations and links.")
#: Of a text with a page of its own.
LONG_MARKDOWN = _l(
    "Markdown makes headings, lists, quotations, links, tables and footnotes. The page "
    "of a picture in the library has the line that shows it here."
)


class Answered(Needed):
    """As `Needed`; a field that could not be read says so itself."""

    def __call__(self, form: Any, field: Any) -> None:
        is_blank = not "".join(field.raw_data or ()).strip()
        if field.process_errors and not is_blank:
            raise StopValidation
        super().__call__(form, field)


class DayField(DateField):
    """A date."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = _l("Enter a day that exists, with its month and year.")
        super().__init__(*args, invalid_value_message=message, **kwargs)

    data: date | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and self.data.year not in _YEARS:
            self.data = None
            raise ValueError(_("Check the year: it should have four digits."))


class ClockField(TimeField):
    """A time on the clock, in hours and minutes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = _l("Enter a time such as 18:30.")
        # With seconds too: some browsers send them.
        formats = ["%H:%M", "%H:%M:%S"]
        super().__init__(*args, format=formats, invalid_value_message=message, **kwargs)


class WholeNumberField(IntegerField):
    """A number without a fraction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = _l("Enter a whole number.")
        super().__init__(*args, invalid_value_message=message, **kwargs)


class QuickSelect(Select):
    """Writes four hundred time zones in a quarter of the time that WTForms needs."""

    @classmethod
    def render_option(cls, choice: Choice, **kwargs: Any) -> str:
        if choice.render_kw or kwargs:
            return str(super().render_option(choice, **kwargs))
        mark = "selected " if choice.selected else ""
        value, label = escape(choice.value), escape(choice.label)
        return f'<option {mark}value="{value}">{label}</option>'


class ChoiceField(SelectField):
    """One of several."""

    widget = QuickSelect()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            invalid_value_message=NOT_LISTED,
            invalid_choice_message=NOT_LISTED,
            **kwargs,
        )


class RowField(ChoiceField):
    """One of several rows, by its slug."""

    rows: dict[str, Any] = {}

    def offer(self, rows: Iterable[Any], none: str = "") -> None:
        """Set what can be chosen, in this order; `none` says what no row means."""
        self.rows = {row.slug: row for row in rows}
        first = [SelectChoice("", none)] if none else []
        named = [SelectChoice(s, name_of(row)) for s, row in self.rows.items()]
        self.choices = [*first, *named]

    def process_data(self, value: Any) -> None:
        self.data = getattr(value, "slug", value) or ""

    @property
    def row(self) -> Any:
        """The chosen row, or None."""
        return self.rows.get(self.data)


class RowsField(SelectMultipleField):
    """Any number of rows, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    rows: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # WTForms asks that the message has room for the value.
        message = _l("“%(value)s” is not on the list: choose only from it.")
        super().__init__(*args, invalid_choice_message=message, **kwargs)

    def offer(self, rows: Iterable[Any]) -> None:
        """Set what can be ticked, in this order."""
        self.rows = {row.slug: row for row in rows}
        self.choices = [SelectChoice(s, name_of(row)) for s, row in self.rows.items()]

    def process_data(self, value: Any) -> None:
        self.data = [row.slug for row in value or ()]

    @property
    def ticked(self) -> list[Any]:
        """The rows that are ticked, in the order of the list."""
        return [row for slug, row in self.rows.items() if slug in (self.data or ())]


def prose_field(label: Any, *, longest: int, rows: int, hint: Any = MARKDOWN) -> Any:
    """Return a field for a text of at most `longest` characters, `rows` lines high."""
    return ProseField(
        label,
        description=hint,
        validators=[at_most(longest)],
        render_kw={"rows": rows},
    )


def name_of(row: Any) -> str:
    """Return what a row is called: groups have names, all else has titles."""
    return str(row.name if hasattr(row, "name") else row.title)


def words_of(field: Any) -> str:
    """Return what a person reads as the answer in a field."""
    if isinstance(field, SelectFieldBase):
        return ", ".join(str(c.label) for c in field.iter_choices() if c.selected)
    if isinstance(field.data, bool):
        return str(_("Yes") if field.data else _("No"))
    return str(field._value())
