"""Whether an event has places that are overdue, or free for those who wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    exists,
    or_,
    select,
)

from ..database import UtcDateTime, db
from ..events.models import Event
from ..past_session import run_prepared
from ..prepared import Prepared
from ..publishing.states import State
from .models import SignUp, SignUpState


def events_to_settle(now: datetime) -> Sequence[Event]:
    """Return events where somebody's time is up, or a place is free to be offered.

    In the order of ids, as everybody locks, so that nobody waits in a circle.
    """
    query = select(Event).where(is_unsettled(now)).order_by(Event.id)
    return db.session.scalars(query).all()


def what_stands_in_the_way(
    event: Event, email_hash: str, now: datetime
) -> tuple[bool, bool]:
    """Return what somebody who signs up has to know first: whether places are overdue
    or free for others, and whether the address stands on the list.

    To be asked under the event's lock.
    """
    found: Any = run_prepared(
        _IN_THE_WAY, event=event.id, email_hash=email_hash, now=now
    )
    unsettled, known = found.one()
    return bool(unsettled), bool(known)


def is_unsettled(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition of events with places that are overdue, or free for those
    who wait.
    """
    has_room = or_(
        Event.capacity.is_(None),
        Event.places_taken + SignUp.party_size <= Event.capacity,
    )
    may_be_offered = and_(
        SignUp.places_held == 0,
        has_room,
        or_(SignUp.is_approved, ~Event.needs_approval),
        Event.starts_at > now,
    )
    is_waiting = and_(
        SignUp.state == SignUpState.WAITING,
        or_(SignUp.offer_ends_at <= now, may_be_offered),
        Event.state == State.PUBLISHED,
        Event.ends_at > now,
    )
    is_pending = SignUp.state == SignUpState.PENDING
    is_overdue = and_(is_pending, SignUp.hold_ends_at <= now)
    # Two, so that each of them finds its rows by the index.
    of_event = SignUp.event_id == Event.id
    return or_(
        exists().where(of_event, is_overdue), exists().where(of_event, is_waiting)
    )


_IN_THE_WAY: Final = Prepared(
    lambda _insert: select(
        is_unsettled(bindparam("now", type_=UtcDateTime)),
        exists().where(
            SignUp.event_id == Event.id, SignUp.email_hash == bindparam("email_hash")
        ),
    ).where(Event.id == bindparam("event"))
)
