"""When the clocks of a zone change, found by asking and not by reading its rules."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

#: The zones of the package; `localtime` is one that some machines add.
ZONES = sorted(available_timezones() - {"localtime"})


@cache
def changes(zone: str, years: Iterable[int]) -> list[datetime]:
    """The walls at which the offset of a zone changes, found by bisection."""
    tz = ZoneInfo(zone)
    found = []
    for year in years if _has_changes(zone, years) else ():
        for month in range(1, 13):
            low = datetime(year, month, 1, tzinfo=UTC)
            high = low + timedelta(days=31)
            before = low.astimezone(tz).utcoffset()
            if before == high.astimezone(tz).utcoffset():
                continue
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                is_before = middle.astimezone(tz).utcoffset() == before
                low, high = (middle, high) if is_before else (low, middle)
            wall = (low + timedelta(minutes=1)).astimezone(tz)
            found.append(wall.replace(tzinfo=None, second=0, microsecond=0, fold=0))
    return found


def _has_changes(zone: str, years: Iterable[int]) -> bool:
    offsets = {
        datetime(year, month, 1, tzinfo=ZoneInfo(zone)).utcoffset()
        for year in years
        for month in range(1, 13)
    }
    return len(offsets) > 1
