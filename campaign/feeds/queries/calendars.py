"""What a calendar holds: stored fragments, chosen by their facts.

No event is loaded to make a calendar, only a few columns and the bytes; and never
more rows than a calendar can hold, however many events there are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from ...campaigns.models import Campaign
from ...database import db
from ...events.models import Event, Series
from ...events.queries import EventFilter, listed
from ...publishing.states import State
from ..entries import ActionDayView
from ..ical import CANCELLED_KEPT, KEPT, MOST_EVENTS, Fragment, Listed
from ..models import CalendarFragment


def listed_events(
    wanted: EventFilter, now: datetime, language: str
) -> Sequence[Listed]:
    """Return the events of a calendar, soonest first, what is over last.

    There may be one more than a calendar can hold. A series all of whose dates are
    asked for is one of them; else each of its dates is.
    """
    whole = _whole_series(wanted, now, language)
    conditions = [*listed(wanted), is_in_window(now)]
    if whole:
        is_single = Event.series_id.is_(None)
        told = [row.id for row in whole]
        conditions.append(or_(is_single, Event.series_id.not_in(told)))
    columns = (Event.uid, Event.starts_at, Event.ends_at, Event.timezone)
    rows = _soonest_first(
        select(*columns, Event.calendar_changed_at).where(*conditions), now
    )
    return _with_fragments([*rows, *whole], language)


def listed_days(days: Iterable[ActionDayView], language: str) -> Sequence[Listed]:
    """Return these action days as entries of a calendar."""
    by_uid = {day.uid: day for day in days}
    fragments = _fragments(list(by_uid), language)
    return [
        Listed(uid, day.starts_at, day.ends_at, day.modified_at, None, fragments[uid])
        for uid, day in by_uid.items()
        if uid in fragments
    ]


def fragment_of(uid: UUID, language: str) -> Fragment | None:
    """Return the stored bytes of one entry, None where it could not be written."""
    return _fragments([uid], language).get(uid)


def count_parts(
    wanted: EventFilter, now: datetime, most: int
) -> tuple[Sequence[str], Sequence[tuple[str, str]]]:
    """Return the countries, and title and slug of the campaigns, with most events."""
    conditions = (*listed(wanted), is_in_window(now))
    number = func.count(Event.id).desc()
    countries = db.session.scalars(
        select(Event.country)
        .where(*conditions, Event.country != "")
        .group_by(Event.country)
        .order_by(number, Event.country)
        .limit(most)
    )
    campaigns = db.session.execute(
        select(Campaign.title, Campaign.slug)
        .join(Event, Event.campaign_id == Campaign.id)
        .where(*conditions)
        .group_by(Campaign.title, Campaign.slug)
        .order_by(number, Campaign.slug)
        .limit(most)
    )
    return countries.all(), [(title, slug) for title, slug in campaigns]


def is_in_window(now: datetime) -> ColumnElement[bool]:
    """Return whether calendars still hold an event at `now`."""
    is_kept = and_(
        Event.state == State.CANCELLED, Event.ends_at <= now - CANCELLED_KEPT
    )
    return and_(Event.ends_at > now - KEPT, ~is_kept)


def _soonest_first(query: Any, now: datetime) -> list[Any]:
    """What is to come, soonest first; then, for the room left, what was last."""
    coming = query.where(Event.ends_at > now).order_by(Event.starts_at, Event.uid)
    rows = list(db.session.execute(coming.limit(MOST_EVENTS + 1)))
    room = MOST_EVENTS + 1 - len(rows)
    over = query.where(Event.ends_at <= now).order_by(Event.starts_at.desc(), Event.uid)
    return [*rows, *db.session.execute(over.limit(room))] if room else rows


def _whole_series(wanted: EventFilter, now: datetime, language: str) -> Sequence[Any]:
    """Return those series that are told as one, all of whose dates are asked for."""
    asked = (
        select(Event.series_id, func.count(Event.id).label("dates"))
        .where(Event.series_id.is_not(None), *listed(wanted))
        .group_by(Event.series_id)
        .having(func.max(Event.ends_at) > now - KEPT)
        .subquery()
    )
    coming = func.min(Event.starts_at).filter(Event.ends_at > now)
    return db.session.execute(
        select(
            Series.id,
            Series.uid,
            func.coalesce(coming, func.max(Event.starts_at)).label("starts_at"),
            func.max(Event.ends_at).label("ends_at"),
            Series.timezone,
            Series.calendar_changed_at,
        )
        .join(asked, asked.c.series_id == Series.id)
        .join(Event, Event.series_id == Series.id)
        .join(CalendarFragment, CalendarFragment.uid == Series.uid)
        .where(CalendarFragment.language == language, CalendarFragment.body != b"")
        .where(*listed(EventFilter()))
        .group_by(Series.id, asked.c.dates)
        .having(func.count(Event.id) == asked.c.dates)
    ).all()


def _with_fragments(rows: Sequence[Any], language: str) -> list[Listed]:
    fragments = _fragments([row.uid for row in rows], language)
    return [
        Listed(
            row.uid,
            row.starts_at,
            row.ends_at,
            row.calendar_changed_at,
            row.timezone,
            fragments[row.uid],
        )
        for row in rows
        if row.uid in fragments
    ]


def _fragments(uids: Sequence[UUID], language: str) -> dict[UUID, Fragment]:
    kept = CalendarFragment
    query = select(kept.uid, kept.body, kept.zone, kept.size).where(
        kept.uid.in_(uids), kept.language == language, kept.body != b""
    )
    rows = db.session.execute(query)
    return {row.uid: Fragment(row.body, row.zone, row.size) for row in rows}
