"""The rolling day, at one moment: what has begun, what is on, what comes next.

A day of action is one date, and a date is on the Earth for longer than a day: it
begins in Kiritimati, 14 hours ahead of UTC, and ends in Pago Pago, 11 hours behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from ..events.disclosure import Place
from ..lib.walltime import instant, wall_time
from ..publishing.states import State, Stated

FIRST_ZONE: Final = "Pacific/Kiritimati"
LAST_ZONE: Final = "Pacific/Pago_Pago"
_DAY: Final = timedelta(days=1)
#: From this long before the day to this long after it every minute counts.
_NEAR: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
#: How long a board is good when nothing is near.
_LONG: Final = timedelta(minutes=10)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Phase(StrEnum):
    """Where in time a day of action is, seen from the whole world."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Action(Stated):
    """What a board shows of an event: no more than everybody may see."""

    slug: str
    title: str
    language: str
    kind: str
    state: State
    attendance: str
    starts_local: datetime
    ends_local: datetime
    starts_at: datetime
    ends_at: datetime
    timezone: str
    is_all_day: bool
    place: Place
    #: People who confirmed, as it is told: see `operations`. 0 where it is not.
    people: int = 0

    @property
    def is_planned(self) -> bool:
        """Whether it takes place, unlike what is cancelled or postponed."""
        return self.state is State.PUBLISHED

    @property
    def is_in_person(self) -> bool:
        return self.attendance != "online"

    @property
    def town(self) -> tuple[str, str]:
        """The city as people know it apart from others of its name."""
        return self.place.country, self.place.locality

    def clock(self, now: datetime) -> datetime:
        """Return what the clocks of its city show, naive."""
        return wall_time(now, self.timezone)

    def is_on(self, now: datetime) -> bool:
        return self.is_planned and self.starts_at <= now < self.ends_at


@dataclass(frozen=True)
class Board:
    """The events of an action day, soonest first, at the moment `now`."""

    first_day: date
    last_day: date
    now: datetime
    actions: Sequence[Action]

    @property
    def begins_at(self) -> datetime:
        """When the date begins on Earth."""
        return instant(datetime.combine(self.first_day, time()), FIRST_ZONE)

    @property
    def ends_at(self) -> datetime:
        """When it ends everywhere."""
        return instant(datetime.combine(self.last_day + _DAY, time()), LAST_ZONE)

    @property
    def hours(self) -> int:
        """How long the date is on Earth."""
        return round((self.ends_at - self.begins_at) / timedelta(hours=1))

    @property
    def phase(self) -> Phase:
        if self.now < self.begins_at:
            return Phase.BEFORE
        return Phase.DURING if self.now < self.ends_at else Phase.AFTER

    @cached_property
    def planned(self) -> list[Action]:
        return [each for each in self.actions if each.is_planned]

    @cached_property
    def on_now(self) -> list[Action]:
        """What is on, who began last first."""
        found = [each for each in self.planned if each.is_on(self.now)]
        return found[::-1]

    @cached_property
    def coming(self) -> list[Action]:
        """What is to come, soonest first."""
        return [each for each in self.planned if each.starts_at > self.now]

    @cached_property
    def over(self) -> list[Action]:
        """What has been, who ended last first."""
        found = [each for each in self.planned if each.ends_at <= self.now]
        return sorted(found, key=lambda each: each.ends_at, reverse=True)

    @property
    def begun(self) -> int:
        """How many events have begun."""
        return len(self.on_now) + len(self.over)

    @cached_property
    def cities(self) -> int:
        return len({each.town for each in self.planned if each.place.locality})

    @cached_property
    def countries(self) -> int:
        return len({c for each in self.planned if (c := each.place.country)})

    @cached_property
    def people(self) -> int:
        """At least so many people, as it is told of the single events."""
        return sum(each.people for each in self.planned)

    @cached_property
    def cities_on_the_day(self) -> int:
        """In how many of the cities the date is that of the day."""
        zones = {e.town: e.timezone for e in self.planned if e.place.locality}
        day_in = {z: wall_time(self.now, z).date() for z in set(zones.values())}
        here = (day_in[zone] for zone in zones.values())
        return sum(self.first_day <= day <= self.last_day for day in here)

    @property
    def good_until(self) -> datetime:
        """Until when the board stays as it is, as far as time changes it."""
        return self.now + pace(self.first_day, self.last_day, self.now)


def tick(first_day: date, last_day: date, now: datetime) -> datetime:
    """Return the moment that a board shows at `now`: full minutes, or tens of them.

    So every worker process, and every copy of the board, shows the same.
    """
    step = pace(first_day, last_day, now)
    return now - (now - _EPOCH) % step


def pace(first_day: date, last_day: date, now: datetime) -> timedelta:
    """Return how long what a board shows is good."""
    board = Board(first_day, last_day, now, ())
    is_near = board.begins_at - _NEAR <= now < board.ends_at + _NEAR
    return _MINUTE if is_near else _LONG
