"""The form of the finder."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from ...forms import LineField, PublicForm
from ...language import country_name, day_words, language_name
from ...lib.text import one_line
from ..queries import EventFilter, titles_of
from ..words import KINDS


class FilterForm(PublicForm):
    """The questions of the finder. They stand in the address, and none is needed."""

    q = LineField(_l("Words"), render_kw={"type": "search"})
    country = SelectField(_l("Country"), validate_choice=False)
    city = LineField(_l("City"))
    kind = SelectField(
        _l("Kind"),
        choices=[
            SelectChoice(value, word)
            for value, word in {"": _l("Anything"), **KINDS}.items()
        ],
        validate_choice=False,
    )
    from_ = DateField(_l("From"), validators=[Optional()], name="from")
    to = DateField(_l("Until"), validators=[Optional()])

    @staticmethod
    def from_args(args: Mapping[str, str]) -> EventFilter:
        """Return the filter that an address asks for; what makes no sense is left out.

        An address is shared and typed by hand, so a wrong date must not cost the
        whole page: the form beside the list says what was wrong.
        """
        words = {name: one_line(args.get(name, ""))[:100] for name in _WORDS}
        return EventFilter(
            **words,
            has_article=None,
            online=_yes_or_no(args.get("online", "")),
            from_=_day(args.get("from", "")),
            to=_day(args.get("to", "")),
        )


_WORDS = ("q", "campaign", "day", "country", "city", "kind", "language")


def filter_form(args: MultiDict[str, str], countries: list[tuple[str, str]]) -> Any:
    """Return the finder's form, filled in from the address and checked."""
    form = FilterForm(args)
    form.country.choices = [
        SelectChoice(code, name) for code, name in [("", _l("Everywhere")), *countries]
    ]
    form.validate()
    return form


def filter_words(wanted: EventFilter) -> str:
    """Return what a filter asks for, nothing where it asks for everything."""
    words = [
        *titles_of(wanted),
        f"“{wanted.q}”" if wanted.q else "",
        str(KINDS.get(wanted.kind, wanted.kind)),
        wanted.city,
        country_name(wanted.country.upper()) if wanted.country else "",
        language_name(wanted.language) if wanted.language else "",
        _("Online") if wanted.online else "",
        _("In person") if wanted.online is False else "",
        _("from %(day)s", day=day_words(wanted.from_)) if wanted.from_ else "",
        _("until %(day)s", day=day_words(wanted.to)) if wanted.to else "",
    ]
    return str(_(", ").join(filter(None, words)))


def _yes_or_no(text: str) -> bool | None:
    return {"1": True, "true": True, "0": False, "false": False}.get(text.lower())


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A day must have a day after it, and a place in every calendar.
    return day if 1900 <= day.year <= 2999 else None
