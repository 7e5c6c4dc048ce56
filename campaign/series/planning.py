"""The dates that a rule gives, at times that exist, and how many there may be.

Whoever repeats an event sees beforehand what the clocks do to each of its dates.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from ..events.recurrence import Rhythm, first_slots, slots
from ..lib.refusal import Refusal
from ..lib.walltime import NoSuchTime, TimeHappensTwice, check_wall_time

MOST_DATES: Final = 100
YEARS_AHEAD: Final = 3


class TooFewDates(Refusal):
    """The end leaves no further date."""


class TooManyDates(Refusal):
    """More dates than anybody plans at once: a slip of the keyboard."""

    def __init__(self, room: int) -> None:
        super().__init__(room)
        self.room = room


class TooFarAhead(Refusal):
    """The last date lies in a time for which nobody makes plans."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


class Oddity(StrEnum):
    """What the clocks do on a date, or have done since the one before."""

    SKIPPED = "skipped"
    TWICE = "twice"
    FORWARD = "forward"
    BACK = "back"


@dataclass(frozen=True)
class PlannedDate:
    """A date to be made. Of a time that happens twice the first is meant."""

    slot: datetime
    starts_local: datetime
    ends_local: datetime
    oddity: Oddity | None = None


@dataclass(frozen=True)
class Room:
    """How many further dates there may be, and how late."""

    least: int
    most: int
    latest: date

    @classmethod
    def after(cls, start: datetime, least: int, most: int = MOST_DATES) -> "Room":
        latest = start.date() + timedelta(days=366 * YEARS_AHEAD)
        return cls(least, most, latest)

    def further_slots(
        self, rhythm: Rhythm, first: datetime, known: int, end: date | int
    ) -> list[datetime]:
        """Return what follows the `known` first slots, to a last day or a number.

        Raises TooFewDates, TooManyDates or TooFarAhead.
        """
        if isinstance(end, date):
            self._require_near(end)
            found = slots(rhythm, first, datetime.combine(end, time.max))[known:]
        else:
            self._require_few(end)
            found = first_slots(rhythm, first, known + end)[known:]
        if len(found) < self.least:
            raise TooFewDates
        self._require_few(len(found))
        self._require_near(found[-1].date())
        return found

    def _require_near(self, last: date) -> None:
        if last > self.latest:
            raise TooFarAhead(self.latest)

    def _require_few(self, number: int) -> None:
        if number > self.most:
            raise TooManyDates(self.most)


def planned_dates(
    given: Iterable[datetime], length: timedelta, zone: str, is_all_day: bool
) -> list[PlannedDate]:
    """Return a date for each slot, as long as the first one by the clock on the wall.

    A time that the clocks skip becomes the first one that they show.
    """
    if is_all_day:
        return [PlannedDate(slot, slot, slot + length) for slot in given]
    return list(_with_clocks(given, length, zone))


def existing(wall: datetime, zone: str) -> datetime:
    """Return a wall time, or where the clocks skip it the first that they show."""
    try:
        check_wall_time(wall, zone, 0)
    except NoSuchTime as gap:
        return gap.after
    return wall


def _with_clocks(
    given: Iterable[datetime], length: timedelta, zone: str
) -> Iterator[PlannedDate]:
    before: timedelta | None = None
    for slot in given:
        start = existing(slot, zone)
        offset = start.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta(0)
        oddity = _oddity(slot, zone) or _change(before, offset)
        yield PlannedDate(slot, start, existing(start + length, zone), oddity)
        before = offset


def _oddity(slot: datetime, zone: str) -> Oddity | None:
    try:
        check_wall_time(slot, zone, None)
    except NoSuchTime:
        return Oddity.SKIPPED
    except TimeHappensTwice:
        return Oddity.TWICE
    return None


def _change(before: timedelta | None, after: timedelta) -> Oddity | None:
    if before is None or before == after:
        return None
    return Oddity.FORWARD if after > before else Oddity.BACK
