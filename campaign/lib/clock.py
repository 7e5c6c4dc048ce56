"""The only place that reads the clock; everything else is told the time as `now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC, without microseconds.

    Whole seconds, because feeds and HTTP dates (RFC 9110) know no smaller unit
    and a time must read back equal to what was written.
    """
    return datetime.now(UTC).replace(microsecond=0)
