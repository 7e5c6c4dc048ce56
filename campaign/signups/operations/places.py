"""Signing up, confirming, leaving: who takes which places, and gives them back."""

import secrets
from datetime import datetime

from flask import current_app
from sqlalchemy import update

from ...database import db
from ...events.models import Event
from ...events.operations import (
    EventNotOpen,
    confirm_places,
    lock_event,
    release_confirmed_places,
    release_places,
    take_places,
)
from ...lib.refusal import Refusal
from ...lib.tokens import token_hash
from ...mail.addresses import Address, parse_address
from ..models import (
    HOLD,
    STANDING_STATES,
    SignUp,
    SignUpState,
)
from ..people import Person, email_hash, write_person
from ..queries import events_with_overdue_holds, sign_up_of
from .calendars import give_calendar


class PartyTooLarge(Refusal):
    """More people at once than this event takes in one sign-up."""


class NothingToConfirm(Refusal):
    """The supporter left: signing up again is another thing than confirming."""


def sign_up(
    event: Event,
    name: str,
    email: str,
    party_size: int,
    language: str,
    now: datetime,
    form_key: str = "",
) -> SignUp | None:
    """Hold places for HOLD, until the address is confirmed; return the sign-up.

    Returns None where the address stands on the list already: then nothing has
    changed, and the answer to the visitor must not differ. So a full event is full
    for everybody, those on its list included; but not for the very form that took
    the last place and is sent again, which its `form_key` tells.

    Raises NotAnAddress, PartyTooLarge, EventNotOpen or EventFull.
    """
    address = parse_address(email)
    if not 1 <= party_size <= event.max_party_size:
        raise PartyTooLarge
    expire_overdue_of(event, now)
    found = sign_up_of(event, email_hash(event, address.key))
    if found is not None and _is_sent_again(found, form_key):
        return None
    take_places(event, party_size, now)
    if found is not None and found.state in STANDING_STATES:
        release_places(event, party_size)
        return None
    held = found or SignUp(event=event)
    if found is not None:
        found.calendar_steps += 1
    held.form_key_hash = token_hash(form_key) if form_key else ""
    return _held(held, address, name, party_size, language, now)


def confirm_sign_up(sign_up: SignUp, now: datetime) -> bool:
    """Make a place sure; return False where it was so before.

    Whose hold has ended gets places again if there are any. Raises
    NothingToConfirm, EventNotOpen or EventFull.
    """
    event = sign_up.event
    lock_event(event)
    if sign_up.is_confirmed:
        return False
    if sign_up.state is SignUpState.CANCELLED:
        raise NothingToConfirm
    if not event.is_open(now):
        raise EventNotOpen
    if sign_up.state is not SignUpState.PENDING:
        expire_overdue_of(event, now)
        take_places(event, sign_up.party_size, now)
        sign_up.places_held = sign_up.party_size
    confirm_places(event, sign_up.party_size)
    sign_up.state, sign_up.hold_ends_at = SignUpState.GOING, None
    sign_up.confirmed_on = now.date()
    sign_up.calendar_steps += 1
    give_calendar(sign_up)  # one of before calendars has none
    return True


def cancel_sign_up(sign_up: SignUp) -> bool:
    """Give the places back; return False where there was nothing to leave."""
    event = sign_up.event
    lock_event(event)
    if sign_up.state is SignUpState.PENDING:
        release_places(event, sign_up.party_size)
    elif sign_up.state is SignUpState.GOING:
        release_confirmed_places(event, sign_up.party_size)
    elif sign_up.state is not SignUpState.WAITING:
        return False
    sign_up.state, sign_up.hold_ends_at = SignUpState.CANCELLED, None
    sign_up.places_held = 0
    sign_up.calendar_steps += 1
    return True


def expire_overdue(now: datetime) -> None:
    """Free the places of all whose time to confirm is up, at every event."""
    for event in events_with_overdue_holds(now):
        expire_overdue_of(event, now)


def expire_overdue_of(event: Event, now: datetime) -> None:
    """Free the places of those whose time to confirm is up, at one event."""
    lock_event(event)
    statement = (
        update(SignUp)
        .where(SignUp.event_id == event.id, SignUp.state == SignUpState.PENDING)
        .where(SignUp.hold_ends_at <= now)
        .values(
            state=SignUpState.EXPIRED,
            places_held=0,
            calendar_steps=SignUp.calendar_steps + 1,
        )
        .returning(SignUp.party_size)
        .execution_options(synchronize_session=False)
    )
    freed = sum(db.session.scalars(statement))
    if freed:
        release_places(event, freed)


def _is_sent_again(found: SignUp, form_key: str) -> bool:
    is_same_form = bool(form_key) and found.form_key_hash == token_hash(form_key)
    return is_same_form and found.state in STANDING_STATES


def _held(
    sign_up: SignUp,
    address: Address,
    name: str,
    party_size: int,
    language: str,
    now: datetime,
) -> SignUp:
    """Fill in a sign-up, a new one or one that had ended, under a new link."""
    write_person(sign_up, Person(name, address.mailbox), address.key)
    sign_up.party_size = sign_up.places_held = party_size
    sign_up.language = language
    sign_up.state, sign_up.hold_ends_at = SignUpState.PENDING, now + HOLD
    sign_up.created_on, sign_up.confirmed_on = now.date(), None
    sign_up.token_nonce = secrets.token_bytes(16)
    token = sign_up.token(current_app.config["SECRET_KEY"])
    sign_up.token_hash = token_hash(token)
    give_calendar(sign_up)
    db.session.add(sign_up)
    db.session.flush()
    return sign_up
