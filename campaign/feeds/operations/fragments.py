"""Write down what calendars show of a thing, when that has changed.

An app looks at DTSTAMP, LAST-MODIFIED and SEQUENCE to learn that an event changed:
GNOME ignores a new title when none of them moved. So an entry is first written with
empty stamps; where these bytes differ from the last ones, in any language, the
stamps move, and the bytes are kept with the new ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from ...campaigns.models import ActionDay
from ...events.disclosure import EventView, Viewer
from ...events.models import Event, Series
from ...language import LANGUAGES
from ..entries import ActionDayView
from ..models import CalendarFragment
from ..queries.changes import fragments_of
from ..queries.entries import view_of_day, view_of_series
from ..site import Site
from ..vevent import NotAnAddress, vevent, zone_of
from ..vseries import SeriesView, vseries, zone_of_series
from ..wording import Wording
from ..words import wording_in

log = structlog.get_logger()

Told = Event | ActionDay | Series
Shown = EventView | ActionDayView | SeriesView
Stored = Mapping[tuple[UUID, str], CalendarFragment]

_NO_STAMP: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EMPTY: Final = (
    b"\r\nDTSTAMP:19700101T000000Z\r\n",
    b"\r\nLAST-MODIFIED:19700101T000000Z\r\n",
    b"\r\nSEQUENCE:0\r\n",
)
_SECOND: Final = timedelta(seconds=1)
#: After every release time: what a supporter will see, whenever that is.
_LAST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Writing(NamedTuple):
    """An entry as it was written with empty stamps, or why it could not be."""

    body: bytes
    zone: str | None
    problem: str = ""


def write_events(
    session: Session, events: Iterable[Event], site: Site, now: datetime
) -> None:
    """Bring the fragments and the stamps of these events up to date."""
    public = [event for event in events if event.is_public]
    stored = fragments_of(session, [event.uid for event in public])
    for event in public:
        _write(session, event, event.seen_by(Viewer.STRANGER, _LAST), stored, site, now)
        _stamp_own(event, now)


def write_days(
    session: Session, days: Iterable[ActionDay], site: Site, now: datetime
) -> None:
    """Bring the fragments and the stamps of these action days up to date."""
    public = [day for day in days if day.is_public]
    stored = fragments_of(session, [day.uid for day in public])
    for day in public:
        _write(session, day, view_of_day(day), stored, site, now)


def write_series(
    session: Session, dates: Mapping[Series, list[Event]], site: Site, now: datetime
) -> None:
    """Bring the fragments and the stamps of these series up to date."""
    stored = fragments_of(session, [series.uid for series in dates])
    for series, events in dates.items():
        view = view_of_series(series, events, _LAST)
        _write(session, series, view, stored, site, now)


def _write(
    session: Session, row: Told, view: Shown, stored: Stored, site: Site, now: datetime
) -> None:
    written = _in_all_languages(view, site)
    told = _hash(written.values())
    is_stored = all((row.uid, language) in stored for language in written)
    if row.calendar_hash == told and is_stored:
        return
    if row.calendar_hash != told:
        _stamp(row, told, now)
    _report(row.uid, written)
    for language, writing in written.items():
        fragment = stored.get((row.uid, language))
        if fragment is None:
            fragment = CalendarFragment(uid=row.uid, language=language)
            session.add(fragment)
        fragment.body = _stamped(writing.body, row)
        fragment.size = writing.body.count(b"BEGIN:VEVENT\r\n")
        fragment.zone, fragment.problem = writing.zone, writing.problem


def _in_all_languages(view: Shown, site: Site) -> dict[str, Writing]:
    """Write the entry without stamps: the same as long as the same is shown."""
    bare = replace(view, modified_at=_NO_STAMP, calendar_sequence=0)
    return {
        language: _written(bare.in_language(language), site, wording_in(language))
        for language in LANGUAGES
    }


def _written(bare: Shown, site: Site, wording: Wording) -> Writing:
    try:
        if isinstance(bare, SeriesView):
            body = vseries(bare, site, wording)
            return Writing(body or b"", zone_of_series(bare) if body else None)
        return Writing(vevent(bare, site, wording), zone_of(bare))
    except NotAnAddress:
        return Writing(b"", None, "bad-address")
    except Exception as error:
        # Whatever it is, it must not cost the others their calendar.
        return Writing(b"", None, type(error).__name__)


def _report(uid: UUID, written: Mapping[str, Writing]) -> None:
    problem = next(iter(written.values())).problem
    if problem:
        log.error("not in calendars", uid=str(uid), problem=problem)


def _hash(written: Iterable[Writing]) -> str:
    told = sha256()
    for writing in written:
        told.update(repr(writing).encode())
    return told.hexdigest()


def _stamp(row: Told, told: str, now: datetime) -> None:
    row.calendar_hash = told
    if row.calendar_changed_at is None:
        row.calendar_changed_at = now
    else:
        row.calendar_sequence += 1
        row.calendar_changed_at = _later(now, row.calendar_changed_at)


def _stamp_own(event: Event, now: datetime) -> None:
    """Move the stamps of the calendars of those who come, who may see more."""
    seen = event.seen_by(Viewer.SUPPORTER_CALENDAR, _LAST)
    hidden = (
        seen.place,
        seen.instructions,
        event.address_released_at,
        # Only where there are any, so that nothing moves where there are none.
        *(texts.get("instructions") for texts in seen.told_elsewhere.values()),
    )
    told = sha256(repr((event.calendar_hash, *hidden)).encode()).hexdigest()
    if event.own_calendar_hash == told:
        return
    event.own_calendar_hash = told
    if event.own_calendar_changed_at is None:
        event.own_calendar_changed_at = now
    else:
        # Two, since the release of the address takes one by itself.
        event.own_calendar_sequence += 2
        event.own_calendar_changed_at = _later(now, event.own_calendar_changed_at)


def _later(now: datetime, before: datetime) -> datetime:
    # LAST-MODIFIED must move even at the second change in a second.
    return max(now, before + _SECOND)


def _stamped(body: bytes, row: Told) -> bytes:
    """Put the stamps of the row where the empty ones are."""
    changed_at = (row.calendar_changed_at or _NO_STAMP).astimezone(UTC)
    moment = changed_at.strftime("%Y%m%dT%H%M%SZ").encode()
    stamps = (moment, moment, str(row.calendar_sequence).encode())
    # No text can look like these lines: its ends of line are escaped.
    for empty, stamp in zip(_EMPTY, stamps, strict=True):
        name = empty.split(b":")[0]
        body = body.replace(empty, b"%b:%b\r\n" % (name, stamp))
    return body
