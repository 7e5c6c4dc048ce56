"""Lists that are erased when their time is up.

Calendars of past events stay: they name nobody, and an app that follows one sees it
empty.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, delete, exists, or_, select

from ...database import db
from ...events.models import Event
from ...events.operations import clear_places
from ...publishing.states import State
from ..models import (
    KEPT_AFTER_EVENT,
    KEPT_UNCONFIRMED,
    KEPT_WHILE_POSTPONED,
    PersonalCalendar,
    SignUp,
    SignUpState,
)

#: A statement takes only so many ids.
_AT_ONCE: Final = 500


def forget_unconfirmed(now: datetime) -> None:
    """Delete sign-ups whose address nobody confirmed: it may be a third person's."""
    statement = (
        delete(SignUp)
        .where(
            or_(
                and_(
                    SignUp.state == SignUpState.EXPIRED,
                    SignUp.hold_ends_at <= now - KEPT_UNCONFIRMED,
                ),
                and_(
                    SignUp.state == SignUpState.CANCELLED,
                    SignUp.confirmed_on.is_(None),
                    SignUp.created_on < (now - KEPT_UNCONFIRMED).date(),
                ),
            )
        )
        .returning(SignUp.calendar_id)
    )
    calendars = set(db.session.scalars(statement))
    _delete_unused([each for each in calendars if each is not None])


def forget_past(now: datetime) -> None:
    """Delete the lists of events that were over long enough ago.

    Their places are free then: the event may get a new date, and new people.
    """
    is_past = or_(
        and_(Event.state != State.POSTPONED, Event.ends_at <= now - KEPT_AFTER_EVENT),
        # Who signed up for what was put off waits for its new date.
        Event.ends_at <= now - KEPT_WHILE_POSTPONED,
    )
    has_list = or_(Event.places_taken > 0, exists().where(SignUp.event_id == Event.id))
    # Locked in the order of ids, as others do, so that nobody waits in a circle.
    query = select(Event.id).where(is_past, has_list).order_by(Event.id)
    past = db.session.scalars(query.with_for_update()).all()
    db.session.execute(delete(SignUp).where(SignUp.event_id.in_(past)))
    clear_places(past)


def _delete_unused(calendars: Sequence[int]) -> None:
    """Delete those of the calendars, by their ids, in which nothing else is kept.

    A machine that signs up a thousand times must leave nothing behind.
    """
    is_used = exists().where(SignUp.calendar_id == PersonalCalendar.id)
    for first in range(0, len(calendars), _AT_ONCE):
        some = calendars[first : first + _AT_ONCE]
        db.session.execute(
            delete(PersonalCalendar).where(PersonalCalendar.id.in_(some), ~is_used)
        )
