"""The form of the finder."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from ...forms import ChoicesField, LineField, PublicForm
from ...language import (
    city_words,
    country_name,
    day_words,
    distance_words,
    language_name,
)
from ...lib.text import one_line
from ...places.countries import uses_miles
from ...places.search import find_place
from ...places.sphere import FURTHEST
from ..models import Access
from ..queries import EventFilter, titles_of
from ..wanted import NEAR
from ..words import ACCESS, KINDS

#: How far around a place one can choose to look, in kilometres.
DISTANCES = (5, 10, 25, 50, 100, 250, 500)
#: The same where miles are told: 5, 10, 25, 50, 100, 250.
_OF_MILES = (8, 16, 40, 80, 161, 402)


class FilterForm(PublicForm):
    """The questions of the finder. They stand in the address, and none is needed."""

    near = LineField(
        _l("Town or city"),
        render_kw={
            "type": "search",
            "autocomplete": "off",
            "list": "places",
            "data-places": "",
        },
    )
    within = SelectField(_l("Distance"), validate_choice=False)
    from_ = DateField(_l("From"), validators=[Optional()], name="from")
    to = DateField(_l("Until"), validators=[Optional()])
    kind = SelectField(
        _l("Kind"),
        choices=[
            SelectChoice(value, word)
            for value, word in {"": _l("Anything"), **KINDS}.items()
        ],
        validate_choice=False,
    )
    language = SelectField(_l("Language"), validate_choice=False)
    country = SelectField(_l("Country"), validate_choice=False)
    online = SelectField(
        _l("How"),
        choices=[
            SelectChoice("", _l("In person or online")),
            SelectChoice("false", _l("In person")),
            SelectChoice("true", _l("Online")),
        ],
        validate_choice=False,
    )
    q = LineField(_l("Words"), render_kw={"type": "search"})
    access = ChoicesField(
        _l("Access"),
        choices=[SelectChoice(*each) for each in ACCESS.items()],
        validate_choice=False,
    )

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
            within=_distance(args.get("within", "")) if words["near"] else NEAR,
            access=_access(args.get("access", "")),
            online=_yes_or_no(args.get("online", "")),
            from_=_day(args.get("from", "")),
            to=_day(args.get("to", "")),
        )


_WORDS = ("q", "campaign", "day", "country", "city", "near", "kind", "language")


def tidy_question(args: MultiDict[str, str]) -> dict[str, str]:
    """Return what an address asks, in as few characters as say the same.

    A form sends its empty fields too; nobody wants those in a link that is shared.
    """
    # What begins with _ would be an order to `url_for`.
    names = [name for name in args if name[:1] != "_"]
    asked = {name: one_line(",".join(args.getlist(name)))[:200] for name in names}
    place = find_place(asked.get("near", ""))
    if place is not None and "," in asked["near"] and not place.is_by_coordinates:
        asked["near"] = place.words
    without_near = ("within", "sort") if not asked.get("near") else ()
    usual = {"within": str(NEAR), "page": "1"}
    return {
        name: value
        for name, value in asked.items()
        if value and name not in without_near and usual.get(name) != value
    }


def filter_form(
    wanted: EventFilter,
    args: MultiDict[str, str],
    countries: Iterable[str],
    languages: Iterable[str],
) -> Any:
    """Return the finder's form, filled in from the address and checked."""
    form = FilterForm(_as_sent(wanted, args))
    form.within.choices = _distances(wanted)
    form.country.choices = _sorted(_l("Everywhere"), map(_country, countries))
    form.language.choices = _sorted(_l("Any language"), map(_language, languages))
    form.validate()
    return form


def _as_sent(wanted: EventFilter, args: MultiDict[str, str]) -> MultiDict[str, str]:
    """The address as the form would have sent it."""
    sent = args.copy()
    sent.setlist("access", list(wanted.access))
    sent["within"] = str(wanted.within)
    place = find_place(wanted.near) if wanted.near else None
    if place is not None and "," in wanted.near and not place.is_by_coordinates:
        sent["near"] = city_words(place.city)
    return sent


def _distances(wanted: EventFilter) -> list[SelectChoice]:
    miles, kilometres = in_miles(wanted), sorted({*distances(wanted), wanted.within})
    return [SelectChoice(str(km), distance_words(km, miles)) for km in kilometres]


def distances(wanted: EventFilter) -> tuple[int, ...]:
    """Return the distances to choose from, in kilometres."""
    return _OF_MILES if in_miles(wanted) else DISTANCES


def in_miles(wanted: EventFilter) -> bool:
    """Return whether people there tell ways in miles."""
    place = find_place(wanted.near) if wanted.near else None
    return place is not None and uses_miles(place.city.country)


def _country(code: str) -> tuple[str, str]:
    return code, country_name(code)


def _language(code: str) -> tuple[str, str]:
    return code, language_name(code)


def _sorted(first: Any, choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    known = sorted(choices, key=lambda each: each[1].casefold())
    return [SelectChoice(code, name) for code, name in [("", first), *known]]


class Part(NamedTuple):
    """One thing that a filter asks, in words, and by the names of its questions."""

    names: tuple[str, ...]
    words: str
    #: What of the question is left when it is taken off.
    rest: str | None = None


def filter_parts(wanted: EventFilter) -> list[Part]:
    """Return what a filter asks, one by one, but for campaign and action day."""
    parts = [
        Part(("near", "within", "sort"), _near_words(wanted)),
        Part(("q",), f"“{wanted.q}”" if wanted.q else ""),
        Part(("kind",), str(KINDS.get(wanted.kind, wanted.kind))),
        Part(("city",), wanted.city),
        Part(("country",), wanted.country and country_name(wanted.country.upper())),
        Part(("language",), wanted.language and language_name(wanted.language)),
        Part(("online",), _online_words(wanted.online)),
        Part(("from",), _day_words(_("from %(day)s"), wanted.from_)),
        Part(("to",), _day_words(_("until %(day)s"), wanted.to)),
    ]
    for each in wanted.access:
        others = ",".join(other for other in wanted.access if other != each)
        parts.append(Part(("access",), str(ACCESS[each]), others or None))
    return [part for part in parts if part.words]


def filter_words(wanted: EventFilter) -> str:
    """Return what a filter asks for, nothing where it asks for everything."""
    words = [*titles_of(wanted), *(part.words for part in filter_parts(wanted))]
    return str(_(", ").join(words))


def _near_words(wanted: EventFilter) -> str:
    place = find_place(wanted.near) if wanted.near else None
    if place is None:
        return wanted.near
    words = _("within %(distance)s of %(city)s")
    distance = distance_words(wanted.within, in_miles(wanted))
    return str(words % {"distance": distance, "city": city_words(place.city)})


def _online_words(online: bool | None) -> str:
    return "" if online is None else str(_("Online") if online else _("In person"))


def _day_words(words: str, day: date | None) -> str:
    return str(words % {"day": day_words(day)}) if day is not None else ""


def _yes_or_no(text: str) -> bool | None:
    return {"1": True, "true": True, "0": False, "false": False}.get(text.lower())


def _distance(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), 1), FURTHEST) if is_number else NEAR


def _access(text: str) -> tuple[str, ...]:
    asked = text.split(",")
    return tuple(each.value for each in Access if each.value in asked)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A day must have a day after it, and a place in every calendar.
    return day if 1900 <= day.year <= 2999 else None
