"""The rule of a series: which wall times it gives, and how calendars are told it.

Slots are naive wall times, so that a vigil stays at 19:00 when the clocks change. A
month that lacks the day is left out, as RFC 5545 has it (3.3.10).
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Rhythm(StrEnum):
    """How a series repeats; what it is monthly on follows from its first slot."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY_DATE = "monthly_date"  # on the 23rd
    MONTHLY_LAST_DAY = "monthly_last_day"
    MONTHLY_WEEKDAY = "monthly_weekday"  # on the second Tuesday
    MONTHLY_LAST_WEEKDAY = "monthly_last_weekday"  # on the last Tuesday


def slots(rhythm: Rhythm, first: datetime, last: datetime) -> list[datetime]:
    """Return the wall times from the first to the last, both included."""
    return list(rrule(**_terms(rhythm, first), until=last))


def first_slots(rhythm: Rhythm, first: datetime, number: int) -> list[datetime]:
    """Return so many wall times, or fewer where the calendar ends."""
    return list(islice(_endless(rhythm, first), number))


def rule(rhythm: Rhythm, first: datetime, until: str) -> str:
    """Return the value of the RRULE, ended by a UNTIL that is written already."""
    frequency = "WEEKLY" if rhythm in _INTERVALS else "MONTHLY"
    interval = _INTERVALS.get(rhythm, 1)
    parts = [f"FREQ={frequency}", f"UNTIL={until}"]
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    return ";".join((*parts, _by(rhythm, first)))


def rhythms_of(first: datetime) -> list[Rhythm]:
    """Return the rhythms in which this date can be the first one.

    There is a fifth Tuesday in some months only: it is offered as the last one.
    """
    is_last_day = first.day == _days_in_month(first)
    fits = {
        Rhythm.MONTHLY_LAST_DAY: is_last_day,
        Rhythm.MONTHLY_WEEKDAY: week_of(first) < 5,
        Rhythm.MONTHLY_LAST_WEEKDAY: first.day + 7 > _days_in_month(first),
    }
    return [rhythm for rhythm in Rhythm if fits.get(rhythm, True)]


def week_of(first: datetime) -> int:
    """Return which of its weekdays of the month a date is, from 1."""
    return (first.day - 1) // 7 + 1


_INTERVALS: Final = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2}


def _endless(rhythm: Rhythm, first: datetime) -> Iterator[datetime]:
    return iter(rrule(**_terms(rhythm, first)))


def _terms(rhythm: Rhythm, first: datetime) -> dict[str, Any]:
    if rhythm in _INTERVALS:
        return {"freq": WEEKLY, "interval": _INTERVALS[rhythm], "dtstart": first}
    monthly = {"freq": MONTHLY, "dtstart": first}
    match rhythm:
        case Rhythm.MONTHLY_DATE:
            return {**monthly, "bymonthday": first.day}
        case Rhythm.MONTHLY_LAST_DAY:
            return {**monthly, "bymonthday": -1}
        case Rhythm.MONTHLY_WEEKDAY:
            return {**monthly, "byweekday": weekday(first.weekday(), week_of(first))}
    return {**monthly, "byweekday": weekday(first.weekday(), -1)}


def _by(rhythm: Rhythm, first: datetime) -> str:
    """The part of the rule that says which days are meant."""
    day = _WEEKDAYS[first.weekday()]
    match rhythm:
        case Rhythm.MONTHLY_DATE:
            return f"BYMONTHDAY={first.day}"
        case Rhythm.MONTHLY_LAST_DAY:
            return "BYMONTHDAY=-1"
        case Rhythm.MONTHLY_WEEKDAY:
            return f"BYDAY={week_of(first)}{day}"
        case Rhythm.MONTHLY_LAST_WEEKDAY:
            return f"BYDAY=-1{day}"
    return f"BYDAY={day}"


def _days_in_month(day: datetime) -> int:
    return monthrange(day.year, day.month)[1]
