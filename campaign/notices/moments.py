"""When a mail about an event is due, by the event's own clock.

Hours at which people in that town are awake: who lives with a clock fourteen hours
ahead of ours must not be woken to be reminded.
"""

from datetime import datetime, time, timedelta
from typing import Final

from ..lib.walltime import instant

_HOUR: Final = time(11)
_DAY: Final = timedelta(days=1)
#: No event starts later than this after it is reminded of, whatever the clocks do.
LONGEST_NOTICE: Final = timedelta(days=2)
#: Thanks that come later than this are none.
LATEST_THANKS: Final = timedelta(days=2)


def reminder_due_at(starts_local: datetime, timezone: str) -> datetime:
    """Return 11:00 of the day before, as an instant."""
    return instant(datetime.combine(starts_local - _DAY, _HOUR), timezone)


def thanks_due_at(ends_local: datetime, timezone: str) -> datetime:
    """Return 11:00 of the day after, as an instant.

    What ends at midnight ends on the day that midnight closes.
    """
    last_day = (ends_local - timedelta(seconds=1)).date()
    return instant(datetime.combine(last_day + _DAY, _HOUR), timezone)
