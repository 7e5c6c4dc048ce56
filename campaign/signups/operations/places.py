"""Signing up, confirming, leaving: who takes which places, and gives them back."""

import secrets
from datetime import datetime
from typing import Any

from flask import current_app

from ...database import db
from ...events.models import Event
from ...events.operations import (
    EventFull,
    EventNotOpen,
    confirm_places,
    lock_event,
    lock_event_numbered,
    release_confirmed_places,
    release_places,
    take_places,
)
from ...lib.refusal import Refusal
from ...lib.tokens import new_token, token_hash
from ...mail.addresses import Address, parse_address
from ...past_session import write_at_once
from ..lifecycle import STANDING_STATES, SignUpMove, SignUpState, after, can
from ..models import HOLD, SignUp, page_token
from ..people import Person, email_hash, write_person
from ..queries import sign_up_of
from ..settling import what_stands_in_the_way
from .calendars import give_calendar
from .waiting_list import fill_places, give_back, let_go, take_or_wait


class PartyTooLarge(Refusal):
    """More people at once than this event takes in one sign-up."""


class NothingToConfirm(Refusal):
    """The supporter left: signing up again is another thing than confirming."""


class NotOpenYet(EventNotOpen):
    """Signing up begins later."""


class SignUpsClosed(EventNotOpen):
    """Signing up has ended, before the event itself."""


def sign_up(
    event_id: int,
    name: str,
    email: str | Address,
    party_size: int,
    language: str,
    now: datetime,
    form_key: str = "",
    may_wait: bool = False,
) -> SignUp | None:
    """Hold places for HOLD, until the address is confirmed; return the sign-up.

    Who `may_wait` gets on the waiting list where there is no room, as soon as the
    address is confirmed. Returns None where the address stands on the list already:
    then nothing has changed, and the answer to the visitor must not differ. So a
    full event is full for everybody, those on its list included; but not for the
    very form that took the last place and is sent again, which `form_key` tells.

    Raises NotAnAddress, PartyTooLarge, EventNotOpen, NotOpenYet, SignUpsClosed or
    EventFull.
    """
    address = parse_address(email)
    event = lock_event_numbered(event_id)
    _require_fitting(event, party_size)
    found = _settled(event, email_hash(event, address.key), now)
    if found is not None and _is_sent_again(found, form_key):
        return None
    _require_time_for_sign_ups(event, now)
    held = _places_for(event, party_size, may_wait, now)
    if found is not None and not can(found.state, SignUpMove.SIGN_UP_AGAIN):
        release_places(event, held)
        return None
    row = found or SignUp(event=event, event_id=event_id, state=SignUpState.PENDING)
    if found is not None:
        found.calendar_steps += 1
        found.state = after(found.state, SignUpMove.SIGN_UP_AGAIN)
    row.form_key_hash = token_hash(form_key) if form_key else ""
    row.party_size, row.places_held = party_size, held
    return _held(row, address, name, language, now)


def sign_up_nobody(
    event_id: int, email: str | Address, language: str, now: datetime
) -> SignUp:
    """Write a sign-up that nobody can find, as one is written for a new address."""
    event = db.session.get_one(Event, event_id)
    row = SignUp(event=event, event_id=event_id, state=SignUpState.PENDING)
    row.party_size, row.places_held = 1, 0
    address = parse_address(email)._replace(key=new_token())
    return _held(row, address, "", language, now)


def confirm_sign_up(sign_up: SignUp, now: datetime) -> bool:
    """Make a place sure; return False where the address was confirmed before.

    Where none is held there may be one by now, or else a turn on the waiting list.
    Whose hold has ended gets places again if there are any. Raises
    NothingToConfirm, EventNotOpen or EventFull.
    """
    event = sign_up.event
    lock_event(event)
    state = sign_up.state
    if state is SignUpState.CANCELLED or sign_up.has_lapsed:
        raise NothingToConfirm
    if not can(state, SignUpMove.CONFIRM):
        return False
    if not event.is_open(now):
        raise EventNotOpen
    give_calendar(sign_up)  # one of before calendars has none
    if sign_up.places_held and not sign_up.awaits_approval:
        let_go(sign_up, SignUpMove.CONFIRM, now)
        return True
    if state is SignUpState.EXPIRED:
        _require_time_for_sign_ups(event, now)
    give_back(sign_up)
    sign_up.hold_ends_at = None  # in time: it must not be swept up with the others
    fill_places(event, now)
    take_or_wait(sign_up, SignUpMove.CONFIRM, SignUpMove.WAIT, now)
    is_pending = state is SignUpState.PENDING
    was_promised = is_pending and not event.is_confirm_first(now)
    was_promised = was_promised or sign_up.awaits_approval
    may_wait = was_promised or event.has_waiting_list
    if sign_up.state is SignUpState.WAITING and not may_wait:
        raise EventFull
    return True


def cancel_sign_up(
    sign_up: SignUp, now: datetime, move: SignUpMove = SignUpMove.LEAVE
) -> bool:
    """Give the places back, to the next who waits if there is one.

    Returns False where there was nothing to leave. Who leaves the waiting list keeps
    the number there, by which the two are told apart.
    """
    event = sign_up.event
    lock_event(event)
    if not can(sign_up.state, move):
        return False
    give_back(sign_up)
    sign_up.state, sign_up.hold_ends_at = after(sign_up.state, move), None
    sign_up.calendar_steps += 1
    fill_places(event, now)
    return True


def change_party(sign_up: SignUp, party_size: int, now: datetime) -> None:
    """Come with more people, if there is room, or with fewer.

    Who waits keeps their turn. Raises NoSuchMove, PartyTooLarge, EventNotOpen or
    EventFull.
    """
    event = sign_up.event
    # Those who wait come first, if what is left is enough for them.
    fill_places(event, now)
    after(sign_up.state, SignUpMove.LEAVE)
    if not event.is_open(now):
        raise EventNotOpen
    if party_size != sign_up.party_size:
        _require_fitting(event, party_size)
    more = party_size - sign_up.party_size if sign_up.places_held else 0
    if more > 0:
        take_places(event, more, now)
        confirm_places(event, more if sign_up.is_confirmed else 0)
    elif sign_up.is_confirmed:
        release_confirmed_places(event, -more)
    else:
        release_places(event, -more)
    if sign_up.places_held:
        sign_up.places_held = party_size
    sign_up.party_size = party_size
    fill_places(event, now)


def erase_sign_up(sign_up: SignUp, now: datetime) -> None:
    """Delete all that is known of a sign-up. Its calendar stays, and names nobody."""
    event = sign_up.event
    lock_event(event)
    give_back(sign_up)
    db.session.delete(sign_up)
    db.session.flush()
    fill_places(event, now)


def _require_fitting(event: Event, party_size: int) -> None:
    if not 1 <= party_size <= event.max_party_size:
        raise PartyTooLarge


def _require_time_for_sign_ups(event: Event, now: datetime) -> None:
    if not event.is_open(now):
        raise EventNotOpen
    if event.sign_ups_open_at is not None and now < event.sign_ups_open_at:
        raise NotOpenYet
    if event.sign_ups_close_at is not None and event.sign_ups_close_at <= now:
        raise SignUpsClosed


def _places_for(event: Event, number: int, may_wait: bool, now: datetime) -> int:
    """Take places and return how many; none for somebody who is to wait."""
    can_wait = event.has_waiting_list and may_wait
    try:
        take_places(event, number, now)
    except EventFull:
        if can_wait or (event.needs_approval and event.has_waiting_list):
            return 0
        raise
    if event.needs_approval or event.is_confirm_first(now):
        # Nothing is kept for somebody whom the organisers may turn away, nor for
        # whom nobody may have typed.
        release_places(event, number)
        return 0
    return number


def _settled(event: Event, email_hash: str, now: datetime) -> SignUp | None:
    """Free what is overdue, and offer what is free; return who has this address.

    Mostly there is nothing of all that, as one question tells.
    """
    is_unsettled, is_known = what_stands_in_the_way(event, email_hash, now)
    if is_unsettled:
        fill_places(event, now)
    return sign_up_of(event, email_hash) if is_known else None


def _is_sent_again(found: SignUp, form_key: str) -> bool:
    is_same_form = bool(form_key) and found.form_key_hash == token_hash(form_key)
    return is_same_form and found.state in STANDING_STATES


def _held(
    sign_up: SignUp,
    address: Address,
    name: str,
    language: str,
    now: datetime,
) -> SignUp:
    """Fill in a sign-up, a new one or one that had ended, under a new link."""
    write_person(sign_up, Person(name, address.mailbox), address.key)
    for column, value in values_of_hold(secrets.token_bytes(16), language, now).items():
        setattr(sign_up, column, value)
    give_calendar(sign_up)
    return sign_up if sign_up.id is not None else write_at_once(sign_up)


def values_of_hold(nonce: bytes, language: str, now: datetime) -> dict[str, Any]:
    """Return what a sign-up begins with, whoever it is of, under a fresh link."""
    token = page_token(current_app.config["SECRET_KEY"], nonce)
    return {
        "language": language,
        "hold_ends_at": now + HOLD,
        "queue_number": None,
        "offer_ends_at": None,
        "is_approved": False,
        "is_added_by_hand": False,
        "created_on": now.date(),
        "confirmed_on": None,
        "token_nonce": nonce,
        "token_hash": token_hash(token),
    }
