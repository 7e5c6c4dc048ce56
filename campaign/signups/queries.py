"""Sign-ups to read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import joinedload

from ..database import db
from ..events.models import Event
from ..events.queries import all_that_is_seen
from ..lib.tokens import token_hash
from .models import PersonalCalendar, SignUp, SignUpState


def find_sign_up(token: str) -> SignUp | None:
    """Return the sign-up whose own page has this token in its address."""
    return db.session.scalar(
        select(SignUp)
        .where(SignUp.token_hash == token_hash(token))
        .options(joinedload(SignUp.event), joinedload(SignUp.calendar))
    )


def find_calendar(token: str) -> PersonalCalendar | None:
    """Return the calendar with this token in its address, revoked or not."""
    return db.session.scalar(
        select(PersonalCalendar).where(PersonalCalendar.token_hash == token_hash(token))
    )


def sign_ups_in(calendar: PersonalCalendar) -> Sequence[SignUp]:
    """Return the sign-ups that are kept in a calendar, in whatever state they are.

    What `Event.seen_by` reads is loaded with them, in a number of statements that
    does not grow with them.
    """
    of_event: Any = all_that_is_seen()
    query = (
        select(SignUp)
        .where(SignUp.calendar_id == calendar.id)
        .options(joinedload(SignUp.event).options(*of_event))
        .order_by(SignUp.id)
    )
    return db.session.scalars(query).all()


def sign_up_of(event: Event, email_hash: str) -> SignUp | None:
    """Return the sign-up of an address to an event, in whatever state it is.

    It is locked, so that it is not forgotten while it is taken up again.
    """
    return db.session.scalar(
        select(SignUp)
        .where(SignUp.event_id == event.id, SignUp.email_hash == email_hash)
        .with_for_update()
    )


def events_with_overdue_holds(now: datetime) -> Sequence[Event]:
    """Return events that keep places for somebody whose time to confirm is up."""
    overdue = and_(
        SignUp.event_id == Event.id,
        SignUp.state == SignUpState.PENDING,
        SignUp.hold_ends_at <= now,
    )
    query = select(Event).where(exists().where(overdue)).order_by(Event.id)
    return db.session.scalars(query).all()
