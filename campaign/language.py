"""The reader's language, and dates, zones and numbers in its words."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_timezone_gmt,
    get_timezone_name,
)
from babel.numbers import format_decimal
from babel.units import format_unit
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale, gettext
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from .events.disclosure import EventView
from .places.cities import City
from .places.search import needs_region

#: Endpoints of what is the same in every language: a browser need not load it twice.
_SPEECHLESS = (
    *("static", "feeds.", "pages.style_sheet", "pages.own_style_sheet", "pages.accent"),
)
#: The languages of the interface, by their own names.
LANGUAGES = {
    "en": "English",
    "ar": "العربية",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
}


def init_app(app: Flask) -> None:
    """Choose the language of each request, and keep it in the links of a page."""
    Babel(app, locale_selector=choose_language)
    app.url_defaults(_keep_language)
    app.after_request(_vary_by_language)


def choose_language() -> str:
    """Return the language that the address asks for, else one the browser likes."""
    if not has_request_context():
        return "en"
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return preferred_language(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=512)
def preferred_language(accepted: str) -> str:
    """Return the language that suits an Accept-Language header (RFC 9110, 12.5.4)."""
    likes = parse_accept_header(accepted, LanguageAccept)
    return likes.best_match(list(LANGUAGES), "en") or "en"


def language() -> str:
    """Return the code of the language that is spoken now."""
    return str(_locale().language)


def direction() -> str:
    """Return `rtl` where the language runs right to left, else `ltr`."""
    return str(_locale().text_direction)


def direction_of(code: str) -> str:
    """Return the direction of a content's own language."""
    return str(Locale.parse(code).text_direction)


def day_words(day: date) -> str:
    """Return a date as "Friday 25 September 2026"."""
    if _locale().language == "en":
        return str(format_date(day, "EEEE d MMMM y", locale="en"))
    return str(format_date(day, "full", locale=_locale()))


def short_day_words(day: date) -> str:
    """Return a date as "Fri 25 Sep"."""
    if _locale().language == "en":
        return str(format_date(day, "EEE d MMM", locale="en"))
    return str(
        format_skeleton("MMMEd", datetime.combine(day, time()), locale=_locale())
    )


def days_words(first: date, last: date) -> str:
    """Return one date, or the first and the last of several."""
    if first == last:
        return day_words(first)
    return str(
        gettext("%(first)s to %(last)s", first=day_words(first), last=day_words(last))
    )


def clock_words(moment: datetime) -> str:
    """Return the time of a wall clock as "18:30"."""
    return str(format_time(moment, "HH:mm", locale=_locale()))


def when_words(event: EventView) -> str:
    """Return the date and time of an event by its own clock."""
    first, last = event.starts_local, event.ends_local
    if event.is_all_day:
        return days_words(first.date(), (last - timedelta(days=1)).date())
    start = moment_words(first)
    if first == last:
        return start
    if first.date() == last.date():
        return f"{start}–{clock_words(last)}"
    end = moment_words(last)
    return str(gettext("%(start)s to %(end)s", start=start, end=end))


def moment_words(wall: datetime) -> str:
    """Return a wall time as "Friday 25 September 2026, 18:30"."""
    day, time = day_words(wall), clock_words(wall)
    return str(gettext("%(day)s, %(time)s", day=day, time=time))


def zone_words(event: EventView) -> str:
    """Return whose clock it is: "Manchester time (Greenwich Mean Time, UTC+0)"."""
    moment = event.starts_at.astimezone(ZoneInfo(event.timezone))
    city = event.place.locality or zone_city(event.timezone)
    offset = offset_words(moment)
    name = get_timezone_name(moment, width="long", locale=_locale())
    # Of a zone without a name in this language Babel tells the distance once more.
    if name == get_timezone_gmt(moment, width="long", locale=_locale()):
        return str(gettext("%(city)s time (%(offset)s)", city=city, offset=offset))
    words = gettext(
        "%(city)s time (%(zone)s, %(offset)s)", city=city, zone=name, offset=offset
    )
    return str(words)


def zone_city(zone: str) -> str:
    """Return the city that a zone is named after: "Sao Paulo"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def offset_words(moment: datetime) -> str:
    """Return the distance of an aware time from UTC: "UTC+5:30"."""
    offset = moment.utcoffset()
    assert offset is not None
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    # A left-to-right mark keeps the sign in front in right-to-left text.
    return f"\u200eUTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def country_name(code: str) -> str:
    """Return the country of an ISO 3166-1 code in the reader's language."""
    return str(_locale().territories.get(code, code))


def city_words(city: City) -> str:
    """Return a city with what tells it from others: "Leeds, United Kingdom"."""
    region = city.region if needs_region(city) else ""
    country = country_name(city.country) if city.country else ""
    parts = (city.name_in(language()), region, country)
    return str(gettext(", ").join(filter(None, parts)))


def number_words(number: int) -> str:
    """Return a whole number with what parts its thousands: "2,340"."""
    return str(format_decimal(number, locale=_locale()))


def town_words(event: EventView) -> str:
    """Return an event's town: by its own name, or by the one that readers know."""
    typed, spot = event.place.locality, event.spot
    if spot is None or spot.city is None or not typed:
        return typed
    own = dict(spot.city.own_names).get(language())
    if own is not None:
        return own
    # A name in letters that a reader may not know is told in those of most maps.
    return typed if _is_latin(typed) else spot.city.name


def _is_latin(text: str) -> bool:
    return max(text) < "\N{LATIN SMALL LETTER TURNED A}"  # the last with accents


def distance_words(kilometres: float, in_miles: bool) -> str:
    """Return a distance in whole units: "12 km", "7 mi"; "under 1 km"."""
    unit = "length-mile" if in_miles else "length-kilometer"
    number = round(kilometres / 1.609344 if in_miles else kilometres)
    words = format_unit(max(number, 1), unit, "short", locale=_locale())
    if number < 1:
        return str(gettext("under %(distance)s", distance=words))
    return str(words)


def near_day_words(event: EventView, now: datetime) -> str:
    """Return an event's day by its own clock: "Today", "Tomorrow", "Fri 25 Sep"."""
    day = event.starts_local.date()
    today = now.astimezone(ZoneInfo(event.timezone)).date()
    if day == today:
        return str(gettext("Today"))
    if day == today + timedelta(days=1):
        return str(gettext("Tomorrow"))
    if day.year == today.year:
        return short_day_words(day)
    if _locale().language == "en":
        return str(format_date(day, "EEE d MMM y", locale="en"))
    moment = datetime.combine(day, time())
    return str(format_skeleton("yMMMEd", moment, locale=_locale()))


def language_name(code: str) -> str:
    """Return the name of a language in the reader's language."""
    return str(_locale().languages.get(code, code))


def own_name(code: str) -> str:
    """Return the name of a language as its own speakers write it."""
    name = Locale.parse(code).get_display_name(code)
    return str(name or language_name(code))


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _keep_language(endpoint: str, values: dict[str, object]) -> None:
    if not has_request_context() or endpoint.startswith(_SPEECHLESS):
        return
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        values.setdefault("lang", asked)


def _vary_by_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response
