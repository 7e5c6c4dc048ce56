"""Getting from the waiting list to a place: by taking an offer, or by being let in."""

from datetime import datetime

from ...events.operations import EventFull, EventNotOpen, lock_event
from ...lib.refusal import Refusal
from .. import messages
from ..lifecycle import NoSuchMove, SignUpMove, SignUpState, after
from ..models import SignUp
from .waiting_list import fill_places, give_back, hold_places, let_go, take_or_wait


class NoOffer(Refusal):
    """No place is kept for this sign-up: others may be before it."""


def claim_place(sign_up: SignUp, now: datetime) -> bool:
    """Take the place that was offered; return False where it was taken before.

    When the event has begun, whoever waits may take what is free. Raises NoSuchMove,
    NoOffer, EventNotOpen or EventFull.
    """
    event = sign_up.event
    lock_event(event)
    if sign_up.is_confirmed:
        return False
    after(sign_up.state, SignUpMove.CLAIM)
    if not event.is_open(now):
        raise EventNotOpen
    if not sign_up.has_offer:
        # It may be offered in this very moment.
        fill_places(event, now)
    if not sign_up.has_offer:
        if event.starts_at > now or sign_up.awaits_approval:
            raise NoOffer
        hold_places(sign_up, now)
    let_go(sign_up, SignUpMove.CLAIM, now)
    return True


def rejoin(sign_up: SignUp, now: datetime) -> bool:
    """Take the last turn on the list after an offer was missed, or a place if one
    is free; return False where that is done already.

    Raises NoSuchMove or EventNotOpen.
    """
    event = sign_up.event
    lock_event(event)
    if sign_up.is_confirmed or sign_up.state is SignUpState.WAITING:
        return False
    if not sign_up.has_lapsed:
        raise NoSuchMove(sign_up.state, SignUpMove.REJOIN)
    if not event.is_open(now):
        raise EventNotOpen
    fill_places(event, now)
    take_or_wait(sign_up, SignUpMove.CONFIRM, SignUpMove.REJOIN, now)
    return True


def let_in(sign_up: SignUp, now: datetime) -> bool:
    """Give somebody who waits a place, whoever else waits, and write to them.

    Whom the organisers approve of while there is no room stays on the list and gets
    the next place that fits. Returns False for those who are in already. Raises
    NoSuchMove or EventNotOpen, and EventFull for somebody approved before.
    """
    event = sign_up.event
    lock_event(event)
    if sign_up.is_confirmed:
        return False
    after(sign_up.state, SignUpMove.LET_IN)
    if not event.is_open(now):
        raise EventNotOpen
    awaited_approval = sign_up.awaits_approval
    sign_up.is_approved = True
    if not sign_up.has_offer:
        try:
            hold_places(sign_up, now)
        except EventFull:
            if not awaited_approval:
                raise
            sign_up.state = after(sign_up.state, SignUpMove.APPROVE)
            messages.on_waiting_list(sign_up, now)
            return True
    let_go(sign_up, SignUpMove.LET_IN, now)
    messages.going(sign_up, now)
    return True


def turn_away(sign_up: SignUp, now: datetime) -> bool:
    """Tell somebody who waits that they cannot come; return False where that is done.

    Raises NoSuchMove.
    """
    event = sign_up.event
    lock_event(event)
    if sign_up.state is SignUpState.CANCELLED:
        return False
    give_back(sign_up)
    sign_up.state = after(sign_up.state, SignUpMove.TURN_AWAY)
    sign_up.calendar_steps += 1
    messages.turned_away(sign_up, now)
    fill_places(event, now)
    return True
