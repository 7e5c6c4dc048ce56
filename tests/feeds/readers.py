"""Four parsers that we did not write, and what each makes of a calendar.

Two of them work out the dates of a series; the other two know no more than its rule.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import icalendar
import recurring_ical_events
import vobject
from feeds.samples import read_with_ical_js

#: UID, beginning and end of each occurrence; dates without a time at midnight, UTC.
Occurrences = Counter[tuple[str, datetime, datetime]]
Reader = Callable[[bytes], Occurrences]
_EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def by_icalendar(body: bytes) -> Occurrences:
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return Counter(
        (str(e["UID"]), utc(e["DTSTART"].dt), utc(e["DTEND"].dt)) for e in events
    )


def by_vobject(body: bytes) -> Occurrences:
    events = vobject.readOne(body.decode()).contents.get("vevent", [])
    return Counter(
        (e.uid.value, utc(e.dtstart.value), utc(e.dtend.value)) for e in events
    )


def by_recurring_ical_events(body: bytes) -> Occurrences:
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(body))
    return Counter(
        (str(e["UID"]), utc(e["DTSTART"].dt), utc(e["DTEND"].dt))
        for e in query.between(*_EVER)
    )


def by_ical_js(body: bytes) -> Occurrences:
    return Counter(
        (event["uid"], iso(event["start"]), iso(event["end"]))
        for event in read_with_ical_js(body)
    )


def utc(moment: Any) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    assert moment.tzinfo is not None, "a floating time"
    return moment.astimezone(UTC)


def iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


#: Those that work out the dates of a series.
EXPANDING: tuple[Reader, ...] = (by_recurring_ical_events, by_ical_js)
READERS: tuple[Reader, ...] = (by_icalendar, by_vobject, *EXPANDING)
