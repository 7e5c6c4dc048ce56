"""Who is still to be told what of an event, and what their mails are made from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import current_app
from sqlalchemy import Exists, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from ...database import db
from ...events.distance import is_within
from ...events.models import Event
from ...events.queries import NEAR, EventFilter, all_that_is_seen, public_events
from ...lib.tokens import derived_token
from ...publishing.states import State
from ...signups.models import Notice, SignUp, SignUpState
from ..before import Before, Release
from ..kinds import NO_MAILS, STOPPABLE, MailKind, Telling
from ..moments import LATEST_THANKS, LONGEST_NOTICE, reminder_due_at, thanks_due_at
from .settings import is_switched_off

#: How many events a mail of thanks names.
_NEXT: Final = 3
#: Among how many they are chosen: many may be dates of the same.
_LOOKED_AT: Final = 50
#: Whom it concerns when an event changes.
COMING: Final = (SignUpState.GOING, SignUpState.WAITING)


def untold(event: Event, telling: Telling) -> Select[SignUp]:
    """Return the query of those who are still to be told, in order of their numbers."""
    query = select(SignUp).where(
        SignUp.event_id == event.id,
        SignUp.state.in_(telling.states),
        ~exists().where(
            Notice.sign_up_id == SignUp.id,
            Notice.kind == telling.kind,
            Notice.about == telling.about,
        ),
    )
    if telling.kind in STOPPABLE:
        query = query.where(~_wants_no_mails())
    if telling.role is not None:
        query = query.where(SignUp.role_id == telling.role)
    if telling.last_number is not None:
        query = query.where(SignUp.id <= telling.last_number)
    if telling.confirmed_before is not None:
        query = query.where(
            or_(
                SignUp.confirmed_on.is_(None),
                SignUp.confirmed_on < telling.confirmed_before,
            )
        )
    return query.order_by(SignUp.id)


def count_told(event: Event, states: Sequence[SignUpState] = COMING) -> int:
    """Return how many sign-ups a mail about the event would go to."""
    query = select(func.count(SignUp.id)).where(
        SignUp.event_id == event.id, SignUp.state.in_(states)
    )
    return db.session.scalar(query) or 0


def count_who_take_messages(
    event: Event, states: Sequence[SignUpState], role: int | None = None
) -> int:
    """Return how many a message of the organisers would go to."""
    telling = Telling(MailKind.MESSAGE, "", states, role=role)
    numbers = untold(event, telling).order_by(None).with_only_columns(SignUp.id)
    query = select(func.count()).select_from(numbers.subquery())
    return db.session.scalar(query) or 0


def last_number(event: Event) -> int:
    """Return the number of the last sign-up that there is."""
    query = select(func.max(SignUp.id)).where(SignUp.event_id == event.id)
    return db.session.scalar(query) or 0


def events_to_remind(now: datetime) -> Sequence[Event]:
    """Return events whose people are to be reminded at `now`, soonest first."""
    query = (
        select(Event)
        .where(Event.state == State.PUBLISHED, Event.removed_at.is_(None))
        .where(Event.starts_at > now, Event.starts_at <= now + LONGEST_NOTICE)
        .order_by(Event.starts_at, Event.id)
    )
    due = [e for e in db.session.scalars(query) if _is_due(e, now)]
    return [event for event in due if _somebody(event, reminder_of(event))]


def events_to_thank_for(now: datetime) -> Sequence[Event]:
    """Return events whose people are to be thanked at `now`, the oldest first."""
    since = now - LATEST_THANKS - LONGEST_NOTICE
    query = (
        select(Event)
        .where(Event.state == State.PUBLISHED, Event.removed_at.is_(None))
        .where(Event.ends_at <= now, Event.ends_at > since)
        .order_by(Event.ends_at, Event.id)
    )
    due = [e for e in db.session.scalars(query) if _is_to_thank_for(e, now)]
    return [event for event in due if _somebody(event, thanks_for(event))]


def reminder_of(event: Event) -> Telling:
    """Return the reminder of an event at its present time.

    Who confirmed on the very day of it knows; there is no time beside the date.
    """
    due_at = reminder_due_at(event.starts_local, event.timezone)
    about = event.starts_local.isoformat(timespec="minutes")
    return Telling(
        MailKind.REMINDER,
        f"{about} {event.timezone}",
        [SignUpState.GOING],
        confirmed_before=due_at.date(),
    )


def thanks_for(event: Event) -> Telling:
    """Return the thanks to those who came, or, where nobody looked, who said so."""
    is_came = and_(SignUp.event_id == event.id, SignUp.state == SignUpState.ATTENDED)
    is_checked = db.session.scalar(select(exists().where(is_came)))
    state = SignUpState.ATTENDED if is_checked else SignUpState.GOING
    return Telling(MailKind.THANK_YOU, "", [state])


def next_events(event: Event, now: datetime) -> Sequence[Event]:
    """Return what is next in the same campaign, the soonest first: what is near before
    what is elsewhere, and of events that repeat one date.
    """
    query = public_events(EventFilter(campaign=event.campaign.slug), since=now).where(
        Event.state == State.PUBLISHED, Event.id != event.id, Event.starts_at > now
    )
    found: list[Event] = []
    if event.spot is not None:
        near = query.where(is_within(event.spot.point, NEAR))
        found += db.session.scalars(near.limit(_LOOKED_AT))
    found += db.session.scalars(query.limit(_LOOKED_AT))
    chosen: dict[tuple[int | None, int | None], Event] = {}
    for each in found:
        alone = each.id if each.series_id is None else None
        chosen.setdefault((each.series_id, alone), each)
    return list(chosen.values())[:_NEXT]


def find_event_to_tell(number: int) -> Event:
    """Return an event by its number, with all that its mails tell."""
    query = select(Event).where(Event.id == number).options(*all_that_is_seen())
    return db.session.scalars(query).one()


def find_sign_up_by_number(number: int) -> SignUp | None:
    """Return a sign-up for a link that names it by its number and a token."""
    return db.session.scalar(
        select(SignUp).where(SignUp.id == number).options(joinedload(SignUp.event))
    )


def no_mails_notice(sign_up: SignUp) -> Notice | None:
    """Return the note that a supporter wants no more mails, if there is one."""
    return db.session.scalar(
        select(Notice).where(Notice.sign_up_id == sign_up.id, Notice.kind == NO_MAILS)
    )


def stop_token(sign_up: SignUp) -> str:
    """Return what stands in the link that stops the mails, and can do no more."""
    secret = current_app.config["SECRET_KEY"].encode()
    return derived_token(secret, NO_MAILS, sign_up.token_nonce)


def before_of(event: Event) -> Before:
    """Return what an event says now, to be compared when it has been changed."""
    return Before(
        title=event.title,
        starts_local=event.starts_local,
        start_fold=event.start_fold,
        ends_local=event.ends_local,
        end_fold=event.end_fold,
        timezone=event.timezone,
        is_all_day=event.is_all_day,
        attendance=event.attendance.value,
        place=event.place,
        address_level=event.address_level,
        address_released_at=event.address_released_at,
    )


def release_of(event: Event) -> Release:
    """Return the rule for the address of an event."""
    return Release(event.address_level, event.address_released_at)


def _is_due(event: Event, now: datetime) -> bool:
    return reminder_due_at(event.starts_local, event.timezone) <= now


def _is_to_thank_for(event: Event, now: datetime) -> bool:
    due_at = thanks_due_at(event.ends_local, event.timezone)
    return due_at <= now < due_at + LATEST_THANKS


def _somebody(event: Event, telling: Telling) -> bool:
    if is_switched_off(event, telling.kind):
        return False
    return db.session.scalar(untold(event, telling).limit(1)) is not None


def _wants_no_mails() -> Exists:
    return exists().where(Notice.sign_up_id == SignUp.id, Notice.kind == NO_MAILS)
