"""Local wall time and the instant that it means.

An event is planned in the clock of its own town. Twice a year that clock skips
an hour or repeats one, so that a wall time may name no instant, or two.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .refusal import Refusal


class NoSuchTime(Refusal):
    """The clocks go forward over this time: it does not exist on that date."""

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(before, after)
        #: The last minute that exists before the gap, and the first after it.
        self.before, self.after = before, after


class TimeHappensTwice(Refusal):
    """The clocks go back over this time: it happens twice on that date."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(first, second)
        #: The two instants, aware, in the zone asked about.
        self.first, self.second = first, second


def instant(wall: datetime, zone: str, fold: int = 0) -> datetime:
    """Return the UTC instant of a naive wall time; `fold` as in PEP 495."""
    return wall.replace(tzinfo=_zone(zone), fold=fold).astimezone(UTC)


def wall_time(moment: datetime, zone: str) -> datetime:
    """Return what the clock of the zone shows at an aware instant, naive."""
    return moment.astimezone(_zone(zone)).replace(tzinfo=None, fold=0)


def check_wall_time(wall: datetime, zone: str, fold: int | None) -> int:
    """Return the fold of a wall time that a person typed.

    `fold` is what the person chose between the two readings, or None when they
    have not been asked.

    Raises NoSuchTime inside a gap, and TimeHappensTwice inside an overlap as
    long as no choice was made.
    """
    first, second = (instant(wall, zone, fold=which) for which in (0, 1))
    if first == second:
        return 0
    # PEP 495: in a gap the reading with fold=1 is the earlier instant.
    if second < first:
        raise NoSuchTime(*_around_gap(wall, zone))
    if fold is None:
        tz = _zone(zone)
        raise TimeHappensTwice(first.astimezone(tz), second.astimezone(tz))
    return fold


@lru_cache(maxsize=1_000)
def _zone(name: str) -> ZoneInfo:
    """Return a zone; Python itself keeps eight, and reads the files of others anew."""
    return ZoneInfo(name)


def _around_gap(wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """The last minute on the clock before a gap and the first one after it."""
    before = after = wall.replace(second=0, microsecond=0)
    step = timedelta(minutes=1)
    while _is_in_gap(before, zone):
        before -= step
    while _is_in_gap(after, zone):
        after += step
    return before, after


def _is_in_gap(wall: datetime, zone: str) -> bool:
    return wall_time(instant(wall, zone), zone) != wall
