"""The dates of a series to read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from ..database import db
from ..events.models import Event, Series
from ..events.queries import EventFilter, public_events
from ..publishing.states import State

#: How many of the next dates the page of an event lists.
NEXT = 6


def public_dates(series: Series) -> Sequence[Event]:
    """Return the dates that lists show to everybody, soonest first."""
    return db.session.scalars(public_events(EventFilter(series=series.slug))).all()


def next_dates(event: Event, now: datetime) -> Sequence[Event]:
    """Return the next other dates of an event's series that the public may see."""
    if event.series is None:
        return []
    query = public_events(EventFilter(series=event.series.slug), since=now)
    return db.session.scalars(query.where(Event.id != event.id).limit(NEXT)).all()


def own_dates(event: Event) -> Sequence[Event]:
    """Return all dates of an event's series that its own group looks after."""
    query = select(Event).where(*_of_the_group(event)).order_by(Event.series_slot)
    return db.session.scalars(query).all()


def following(event: Event, now: datetime) -> Sequence[Event]:
    """Return the dates after an event's that a change of all that follow is for.

    What is over stays as it was, and what another group took over is left to it.
    """
    query = (
        select(Event)
        .where(*_of_the_group(event), Event.removed_at.is_(None))
        .where(Event.series_slot > event.series_slot, Event.ends_at > now)
        .order_by(Event.series_slot)
    )
    return db.session.scalars(query).all()


def count_to_come(event: Event, now: datetime) -> int:
    """Return how many dates of an event's series are not over."""
    query = select(func.count(Event.id)).where(Event.series_id == event.series_id)
    return db.session.scalar(query.where(Event.ends_at > now)) or 0


def date_to_copy(event: Event) -> Event | None:
    """Return the last date of an event's series that others can be made after."""
    return db.session.scalar(
        select(Event)
        .where(*_of_the_group(event), Event.removed_at.is_(None))
        .where(Event.state.in_((State.DRAFT, State.PUBLISHED)))
        .order_by(Event.series_slot.desc())
        .limit(1)
    )


def last_slot_beside(series: Series, dates: Sequence[Event]) -> datetime | None:
    """Return the last slot of a series that none of these dates has."""
    ids = [date.id for date in dates]
    query = select(func.max(Event.series_slot)).where(Event.series_id == series.id)
    return db.session.scalar(query.where(Event.id.not_in(ids)))


def _of_the_group(event: Event) -> tuple[ColumnElement[bool], ...]:
    return Event.series_id == event.series_id, Event.group_id == event.group_id
