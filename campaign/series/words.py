"""The words for rhythms, and for what the clocks do on a date."""

from datetime import datetime
from typing import Protocol

from babel.dates import format_date, format_time
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..events.recurrence import Rhythm, week_of
from .planning import Oddity

_ON_THE_WEEKDAY = {
    1: _l("Monthly on the first %(weekday)s"),
    2: _l("Monthly on the second %(weekday)s"),
    3: _l("Monthly on the third %(weekday)s"),
    4: _l("Monthly on the fourth %(weekday)s"),
}
_ODDITIES = {
    Oddity.SKIPPED: _l(
        "Clocks go forward over this time, so it does not exist on that date: it "
        "begins when they have gone forward."
    ),
    Oddity.TWICE: _l(
        "Clocks go back, and this time happens twice on that date: the first is meant."
    ),
    Oddity.FORWARD: _l(
        "Clocks have gone forward since the date before. By the clock it stays as it "
        "is."
    ),
    Oddity.BACK: _l(
        "Clocks have gone back since the date before. By the clock it stays as it is."
    ),
}


class Repeating(Protocol):
    """What the words for a series are made from."""

    @property
    def rhythm(self) -> Rhythm: ...

    @property
    def first_slot(self) -> datetime: ...

    @property
    def is_all_day(self) -> bool: ...


def rhythm_words(rhythm: Rhythm, first: datetime) -> str:
    """Return how something repeats whose first date is this one: "Every Tuesday"."""
    weekday = str(format_date(first, "EEEE", locale=get_locale()))
    match rhythm:
        case Rhythm.WEEKLY:
            return str(_("Every %(weekday)s", weekday=weekday))
        case Rhythm.FORTNIGHTLY:
            return str(_("Every second %(weekday)s", weekday=weekday))
        case Rhythm.MONTHLY_DATE:
            return str(_("Monthly on the %(day)s", day=_ordinal(first.day)))
        case Rhythm.MONTHLY_LAST_DAY:
            return str(_("Monthly on the last day"))
        case Rhythm.MONTHLY_WEEKDAY:
            return str(_ON_THE_WEEKDAY[week_of(first)]) % {"weekday": weekday}
    return str(_("Monthly on the last %(weekday)s", weekday=weekday))


def series_words(series: Repeating) -> str:
    """Return the rhythm of a series with its time: "Every Tuesday at 19:00"."""
    rhythm = rhythm_words(series.rhythm, series.first_slot)
    if series.is_all_day:
        return rhythm
    clock = format_time(series.first_slot, "HH:mm", locale=get_locale())
    return str(_("%(rhythm)s at %(time)s", rhythm=rhythm, time=clock))


def oddity_words(oddity: Oddity) -> str:
    """Return what happens with a date because of the clocks."""
    return str(_ODDITIES[oddity])


def _ordinal(day: int) -> str:
    """A day of the month, in English as people say it: "23rd"."""
    locale = get_locale()
    if locale is None or locale.language != "en":
        return str(day)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}th" if day in (11, 12, 13) else f"{day}{ending}"
