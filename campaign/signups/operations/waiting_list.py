"""The waiting list: a place that becomes free is offered to the first whom it fits.

An offer takes the places at once, so that nobody who comes later gets them. Whoever
frees places calls `fill_places` in the same transaction. What reaches somebody else
than the one who asked for the change is told from here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, func, select, update

from ...database import db, execute_guarded
from ...events.models import Event
from ...events.operations import (
    EventFull,
    confirm_places,
    lock_event,
    release_confirmed_places,
    release_places,
    take_places,
)
from ...notices.kinds import MailKind
from ...notices.queries.settings import is_switched_off
from .. import messages
from ..lifecycle import SignUpMove, after
from ..models import SignUp, SignUpState
from ..settling import events_to_settle
from .roles import free_role

#: However soon the event is, nobody has to be faster than that.
LEAST_OFFER: Final = timedelta(minutes=30)


def expire_overdue(now: datetime) -> None:
    """At every event free what is overdue, and offer what is free."""
    for event in events_to_settle(now):
        fill_places(event, now)


def fill_places(event: Event, now: datetime) -> None:
    """Free what is overdue, and offer what is free to those who wait, in their order.

    Whose party is too large for what is left keeps their turn. When the event has
    begun, there are no offers any more: then the first who comes gets the place.
    Where the organisers want no offers to be mailed, the place is theirs at once.
    """
    expire_overdue_of(event, now)
    if not event.is_open(now) or event.starts_at <= now or event.places_left == 0:
        return
    give = _let_in if is_switched_off(event, MailKind.PLACE_OFFERED) else _offer
    for sign_up in _waiting_for_a_place(event):
        left = event.places_left
        if left is None or sign_up.party_size <= left:
            give(sign_up, now)


def expire_overdue_of(event: Event, now: datetime) -> None:
    """Free places of those whose time to confirm, or to take an offer, is up."""
    lock_event(event)
    _expire_holds(event, now)
    # What is postponed or cancelled keeps its offers as they are, for a new date.
    if event.is_open(now):
        for sign_up in _overdue_offers(event, now):
            _let_lapse(sign_up, now)


def thaw_offers(event: Event, now: datetime) -> None:
    """Give offers of an event that is on again their time anew, and say so."""
    lock_event(event)
    if not event.is_open(now) or event.starts_at <= now:
        return
    ends_at = offer_end(event, now)
    for sign_up in _offered(event):
        if sign_up.offer_ends_at is None or sign_up.offer_ends_at < ends_at:
            sign_up.offer_ends_at = ends_at
            messages.place_offered(sign_up, now)


def offer_end(event: Event, now: datetime) -> datetime:
    """Return until when a place that is offered at `now` is kept.

    At most half of the time that is left, so that others can have it after that. In
    whole minutes, so that what the mail says is what happens.
    """
    longest = min(timedelta(hours=event.offer_hours), (event.starts_at - now) / 2)
    end = now + max(longest, LEAST_OFFER)
    return end.replace(second=0, microsecond=0)


def take_or_wait(
    sign_up: SignUp, taking: SignUpMove, waiting: SignUpMove, now: datetime
) -> None:
    """Give somebody a place if there is one, else the last turn on the list."""
    if not sign_up.awaits_approval:
        try:
            hold_places(sign_up, now)
        except EventFull:
            pass
        else:
            let_go(sign_up, taking, now)
            return
    sign_up.state = after(sign_up.state, waiting)
    sign_up.queue_number = _next_number(sign_up.event)
    sign_up.hold_ends_at = None
    sign_up.confirmed_on = sign_up.confirmed_on or now.date()
    sign_up.calendar_steps += 1


def hold_places(sign_up: SignUp, now: datetime) -> None:
    """Take as many places as a sign-up needs; raises EventNotOpen or EventFull."""
    take_places(sign_up.event, sign_up.party_size, now)
    sign_up.places_held = sign_up.party_size


def let_go(sign_up: SignUp, move: SignUpMove, now: datetime) -> None:
    """Make the places that are held for a sign-up its own."""
    sign_up.state = after(sign_up.state, move)
    confirm_places(sign_up.event, sign_up.places_held)
    sign_up.queue_number = sign_up.offer_ends_at = sign_up.hold_ends_at = None
    sign_up.confirmed_on = sign_up.confirmed_on or now.date()
    sign_up.calendar_steps += 1


def give_back(sign_up: SignUp) -> None:
    """Free what is counted for a sign-up: its places, and that of its role."""
    free_role(sign_up)
    if sign_up.is_confirmed:
        release_confirmed_places(sign_up.event, sign_up.places_held)
    elif sign_up.places_held:
        release_places(sign_up.event, sign_up.places_held)
    sign_up.places_held, sign_up.offer_ends_at = 0, None


def _offer(sign_up: SignUp, now: datetime) -> None:
    hold_places(sign_up, now)
    sign_up.state = after(sign_up.state, SignUpMove.OFFER)
    sign_up.offer_ends_at = offer_end(sign_up.event, now)
    messages.place_offered(sign_up, now)


def _let_in(sign_up: SignUp, now: datetime) -> None:
    hold_places(sign_up, now)
    let_go(sign_up, SignUpMove.LET_IN, now)
    messages.going(sign_up, now)


def _let_lapse(sign_up: SignUp, now: datetime) -> None:
    messages.offer_lapsed(sign_up, now)
    give_back(sign_up)
    sign_up.state = after(sign_up.state, SignUpMove.LAPSE)
    sign_up.calendar_steps += 1


def _expire_holds(event: Event, now: datetime) -> None:
    overdue = (
        SignUp.event_id == event.id,
        SignUp.state == SignUpState.PENDING,
        SignUp.hold_ends_at <= now,
    )
    freed = db.session.scalar(select(func.sum(SignUp.places_held)).where(*overdue))
    if freed is None:
        return
    statement = (
        update(SignUp)
        .where(*overdue)
        .values(
            state=after(SignUpState.PENDING, SignUpMove.EXPIRE),
            places_held=0,
            calendar_steps=SignUp.calendar_steps + 1,
        )
    )
    execute_guarded(statement)
    release_places(event, freed)


def _waiting_for_a_place(event: Event) -> Sequence[SignUp]:
    """Return those to whom a place may be offered, in their order."""
    query = _waiting(event).where(SignUp.places_held == 0)
    if event.places_left is not None:
        query = query.where(SignUp.party_size <= event.places_left)
    if event.needs_approval:
        query = query.where(SignUp.is_approved)
    return db.session.scalars(query).all()


def _offered(event: Event) -> Sequence[SignUp]:
    return db.session.scalars(_waiting(event).where(SignUp.places_held > 0)).all()


def _overdue_offers(event: Event, now: datetime) -> Sequence[SignUp]:
    query = _waiting(event).where(SignUp.offer_ends_at <= now)
    return db.session.scalars(query).all()


def _waiting(event: Event) -> Select[SignUp]:
    return (
        select(SignUp)
        .where(SignUp.event_id == event.id, SignUp.state == SignUpState.WAITING)
        .order_by(SignUp.queue_number, SignUp.id)
    )


def _next_number(event: Event) -> int:
    last = select(func.max(SignUp.queue_number)).where(SignUp.event_id == event.id)
    return (db.session.scalar(last) or 0) + 1
