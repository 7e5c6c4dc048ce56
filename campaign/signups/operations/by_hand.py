"""What organisers do with the list: write people down, move them to another event.

They may before signing up begins and after it has closed, and never over the
capacity. Who waits, or has not confirmed, is let in by being written down.
"""

import secrets
from datetime import datetime, timedelta

from flask import current_app

from ...database import db
from ...events.models import Event
from ...events.operations import lock_event, take_places_by_hand
from ...lib.refusal import Refusal
from ...lib.tokens import new_token, token_hash
from ...mail.addresses import Address, parse_address
from ..lifecycle import (
    STANDING_STATES,
    NoSuchMove,
    SignUpMove,
    SignUpState,
    after,
    can,
)
from ..models import SignUp
from ..people import Person, email_hash, person_of, write_person
from ..queries import sign_up_of, sign_up_of_form
from .calendars import give_calendar
from .places import cancel_sign_up
from .waiting_list import expire_overdue_of, fill_places, give_back


class OnTheListAlready(Refusal):
    """Somebody with this address has a place at this event."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        #: Of their sign-up.
        self.number = number


class ListIsClosed(Refusal):
    """The event is not public, or cancelled, or the time of its list is up."""


class SameEvent(Refusal):
    """They are at this event already."""


def add_by_hand(
    event: Event,
    name: str,
    email: str,
    party_size: int,
    language: str,
    now: datetime,
    form_key: str = "",
) -> tuple[SignUp, bool]:
    """Write somebody down as going, with an address or without one.

    Returns the sign-up and whether it is new: the same form sent twice is one.
    Raises NotAnAddress, ListIsClosed, EventFull or OnTheListAlready.
    """
    address = parse_address(email) if email else None
    expire_overdue_of(event, now)
    _require_list(event, now)
    sent_before = sign_up_of_form(event, token_hash(form_key)) if form_key else None
    if sent_before is not None and sent_before.state in STANDING_STATES:
        return sent_before, False
    found = sign_up_of(event, email_hash(event, address.key)) if address else None
    if found is not None and not can(found.state, SignUpMove.ADD):
        raise OnTheListAlready(found.id)
    if found is not None:
        give_back(found)
    take_places_by_hand(event, party_size)
    added = found or SignUp(event=event, state=SignUpState.PENDING)
    added.form_key_hash = token_hash(form_key) if form_key else ""
    _write_down(added, name, address, party_size, language, now)
    fill_places(event, now)  # they may have held more
    return added, True


def put_back(sign_up: SignUp, now: datetime) -> bool:
    """Give somebody who is off the list their places again, under the same link.

    Returns False where they have them already. Raises NoSuchMove, ListIsClosed or
    EventFull.
    """
    event = sign_up.event
    expire_overdue_of(event, now)
    if sign_up.is_confirmed:
        return False
    if sign_up.state is not SignUpState.CANCELLED:
        raise NoSuchMove(sign_up.state, SignUpMove.ADD)
    _require_list(event, now)
    take_places_by_hand(event, sign_up.party_size)
    _let_onto_the_list(sign_up)
    # Nobody may ever have confirmed the address.
    sign_up.is_added_by_hand = sign_up.confirmed_on is None
    return True


def move_sign_up(sign_up: SignUp, target: Event, now: datetime) -> SignUp:
    """Give somebody places at another event, and take those at this one away.

    Returns the sign-up there. It has a page of its own: the two are linked by
    nothing. Answers stay behind: they were given to the questions of this event.

    Raises SameEvent, NoSuchMove, ListIsClosed, EventFull or OnTheListAlready.
    """
    event = sign_up.event
    if target is event:
        raise SameEvent
    for each in sorted((event, target), key=lambda event: event.id):
        lock_event(each)
    after(sign_up.state, SignUpMove.CANCEL)
    if sign_up.state is SignUpState.PENDING:
        # The address may be a stranger's: nobody else confirms it for them.
        raise NoSuchMove(sign_up.state, SignUpMove.ADD)
    person, confirmed_on = person_of(sign_up), sign_up.confirmed_on
    moved, _is_new = add_by_hand(
        target, person.name, person.email, sign_up.party_size, sign_up.language, now
    )
    # Whoever proved an address once has proved it.
    moved.confirmed_on = moved.confirmed_on or confirmed_on
    cancel_sign_up(sign_up, now)
    return moved


def _require_list(event: Event, now: datetime) -> None:
    kept = timedelta(days=event.campaign.list_kept_days)
    if event.is_cancelled or not event.is_public or now >= event.ends_at + kept:
        raise ListIsClosed


def _write_down(
    sign_up: SignUp,
    name: str,
    address: Address | None,
    party_size: int,
    language: str,
    now: datetime,
) -> None:
    """Fill in a sign-up; one that stands keeps its link, and its answers."""
    is_new = sign_up.id is None
    if is_new or sign_up.state not in STANDING_STATES:
        _begin_anew(sign_up, language, now)
    answers = {} if is_new else person_of(sign_up).answers
    mailbox = address.mailbox if address else ""
    # Without an address: a hash that no other sign-up of the event has.
    key = address.key if address else f"by-hand:{new_token()}"
    write_person(sign_up, Person(name, mailbox, answers), key)
    sign_up.party_size = party_size
    sign_up.is_added_by_hand = True
    _let_onto_the_list(sign_up)
    db.session.add(sign_up)
    db.session.flush()


def _let_onto_the_list(sign_up: SignUp) -> None:
    """Make it that of somebody who has places, which are taken already."""
    sign_up.places_held = sign_up.party_size
    sign_up.state = after(sign_up.state, SignUpMove.ADD)
    sign_up.hold_ends_at = sign_up.offer_ends_at = sign_up.queue_number = None
    sign_up.is_approved = True
    sign_up.calendar_steps = (sign_up.calendar_steps or 0) + 1
    give_calendar(sign_up)


def _begin_anew(sign_up: SignUp, language: str, now: datetime) -> None:
    sign_up.language = language
    sign_up.created_on, sign_up.confirmed_on = now.date(), None
    sign_up.token_nonce = secrets.token_bytes(16)
    token = sign_up.token(current_app.config["SECRET_KEY"])
    sign_up.token_hash = token_hash(token)
