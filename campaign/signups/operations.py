"""Signing up, confirming, leaving.

Every function takes the lock of the event before it looks at a sign-up, so that
two requests about the same event stand in a queue, and what is read stays true
until the commit.
"""

import secrets
from datetime import datetime

from flask import current_app
from sqlalchemy import and_, delete, or_, select, update

from ..database import db
from ..events.models import Event
from ..events.operations import (
    EventNotOpen,
    confirm_places,
    lock_event,
    release_confirmed_places,
    release_places,
    take_places,
)
from ..lib.refusal import Refusal
from ..lib.tokens import token_hash
from ..mail.addresses import Address, parse_address
from ..publishing.states import State
from .models import (
    HOLD,
    KEPT_AFTER_EVENT,
    KEPT_UNCONFIRMED,
    KEPT_WHILE_POSTPONED,
    STANDING_STATES,
    SignUp,
    SignUpState,
)
from .queries import events_with_overdue_holds, sign_up_of


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
    found = sign_up_of(event, address.key)
    if found is not None and _is_sent_again(found, form_key):
        return None
    take_places(event, party_size, now)
    if found is not None and found.state in STANDING_STATES:
        release_places(event, party_size)
        return None
    held = found or SignUp(event=event)
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
    confirm_places(event, sign_up.party_size)
    sign_up.state, sign_up.hold_ends_at = SignUpState.GOING, None
    sign_up.confirmed_on = now.date()
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
        .values(state=SignUpState.EXPIRED)
        .returning(SignUp.party_size)
        .execution_options(synchronize_session=False)
    )
    freed = sum(db.session.scalars(statement))
    if freed:
        release_places(event, freed)


def forget_unconfirmed(now: datetime) -> None:
    """Delete sign-ups whose address nobody confirmed: it may be a third person's."""
    db.session.execute(
        delete(SignUp).where(
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
    )


def forget_past(now: datetime) -> None:
    """Delete the lists of events that were over long enough ago."""
    past = select(Event.id).where(
        or_(
            and_(
                Event.state != State.POSTPONED, Event.ends_at <= now - KEPT_AFTER_EVENT
            ),
            # Who signed up for what was put off waits for its new date.
            Event.ends_at <= now - KEPT_WHILE_POSTPONED,
        )
    )
    db.session.execute(delete(SignUp).where(SignUp.event_id.in_(past)))


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
    sign_up.name, sign_up.party_size, sign_up.language = name, party_size, language
    sign_up.email, sign_up.email_key = address
    sign_up.state, sign_up.hold_ends_at = SignUpState.PENDING, now + HOLD
    sign_up.created_on, sign_up.confirmed_on = now.date(), None
    sign_up.token_nonce = secrets.token_bytes(16)
    token = sign_up.token(current_app.config["SECRET_KEY"])
    sign_up.token_hash = token_hash(token)
    db.session.add(sign_up)
    db.session.flush()
    return sign_up
