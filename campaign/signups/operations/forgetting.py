"""Lists that are erased when their time is up.

Calendars of past events stay: they name nobody, and an app that follows one sees it
empty.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, exists, false, or_, select

from ...campaigns.models import Campaign
from ...database import db, transaction
from ...events.models import Event
from ...events.operations import clear_places, keep_count
from ...keys.store import keys
from ...mail.operations import forget_sealed
from ...mail.transport import delete_kept_mail
from ...publishing.states import State
from ..models import (
    KEPT_UNCONFIRMED,
    KEPT_WHILE_POSTPONED,
    PersonalCalendar,
    SignUp,
    SignUpState,
)
from ..people import EVENT

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

    How many had confirmed is all that is left. Their places are free then: the
    event may get a new date, and new people.
    """
    has_list = or_(Event.places_taken > 0, exists().where(SignUp.event_id == Event.id))
    # Locked in the order of ids, as others do, so that nobody waits in a circle.
    query = select(Event.id).where(_is_past(now), has_list).order_by(Event.id)
    past = db.session.scalars(query.with_for_update()).all()
    db.session.execute(delete(SignUp).where(SignUp.event_id.in_(past)))
    keep_count(past)
    clear_places(past)


def forget_lists(uids: Sequence[str]) -> None:
    """Delete the lists of events, by their uids: those that nobody can read."""
    query = select(Event.id).where(Event.uid.in_([UUID(uid) for uid in uids]))
    events = db.session.scalars(query).all()
    db.session.execute(delete(SignUp).where(SignUp.event_id.in_(events)))
    keep_count(events)
    clear_places(events)


def destroy_keys(now: datetime) -> None:
    """Destroy the keys of lists that are erased, and the mails that were kept of them.

    What they sealed can then be read nowhere: not in the database's log, not in an
    old backup. It follows the erasure, in no transaction with it; where a process
    dies in between, the next one does it.
    """
    store, folder = keys(), current_app.config["INSTANCE_PATH"] / "mail"
    uids = [name.removeprefix(EVENT) for name in store.names() if EVENT in name]
    for first in range(0, len(uids), _AT_ONCE):
        some = [UUID(uid) for uid in uids[first : first + _AT_ONCE]]
        has_nobody = ~exists().where(SignUp.event_id == Event.id)
        past = select(Event.uid).where(Event.uid.in_(some), _is_past(now), has_nobody)
        for uid in db.session.scalars(past).all():
            delete_kept_mail(folder, str(uid))
            with transaction():
                forget_sealed(f"{EVENT}{uid}")
            store.destroy(f"{EVENT}{uid}")


def _is_past(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the time of an event's list is up."""
    periods = db.session.scalars(select(Campaign.list_kept_days).distinct()).all()
    of_its_campaign = (
        and_(
            Event.campaign_id.in_(
                select(Campaign.id).where(Campaign.list_kept_days == days)
            ),
            Event.ends_at <= now - timedelta(days=days),
        )
        for days in periods
    )
    return or_(
        and_(Event.state != State.POSTPONED, or_(false(), *of_its_campaign)),
        # Who signed up for what was put off waits for its new date.
        Event.ends_at <= now - KEPT_WHILE_POSTPONED,
    )


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
