"""The door: who is inside, and who did not come.

Two stewards at two doors must not undo each other, and a phone with a bad network
sends what was tapped more than once. So a tap brings along which version of the
sign-up was on the screen, and an id of its own. What has changed since is refused,
and the tap that changed it last is known again by its id.

Everybody at the door has places: nobody is let in over the capacity. Whoever comes
without a sign-up is written down by hand, with a name or without one, and is sent
no mail, since there is no address.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import select, update

from ...database import db, execute_guarded
from ...events.models import Event
from ...events.operations import (
    lock_event,
    release_confirmed_places,
    take_places_by_hand,
)
from ...lib.refusal import Refusal
from ...lib.tokens import new_token, token_hash
from ..lifecycle import NoSuchMove, SignUpMove, SignUpState, after
from ..models import SignUp
from ..people import Person, write_person
from .waiting_list import expire_overdue_of, fill_places

#: The largest party at the door: it may be larger than the form of the event takes.
LARGEST_PARTY = 50


class ChangedAtTheDoor(Refusal):
    """Somebody else has checked them in, or out, since this steward looked."""


class PartyOfNobody(Refusal):
    """So many people are no party: fewer than one, or more than come through a door."""


class NotOverYet(Refusal):
    """Nobody is absent before the event is over."""


class ListIsErased(Refusal):
    """The time of the list is up: nobody is written down any more."""


def check_in(
    sign_up: SignUp,
    now: datetime,
    people: int | None = None,
    seen: int | None = None,
    tap: str = "",
) -> bool:
    """Let a party in, whole or as many as came; return False where it was inside.

    `seen` is the version on the steward's screen, None for whatever it is now.

    Raises ChangedAtTheDoor, NoSuchMove, PartyOfNobody or EventFull.
    """
    if people is not None:
        _require_party(people)
    lock_event(sign_up.event)
    if _is_last(sign_up, tap):
        return False
    is_inside = sign_up.state is SignUpState.ATTENDED
    if seen is None and is_inside and people in (None, sign_up.party_size):
        return False
    _claim(sign_up, seen, tap)
    if not is_inside:
        sign_up.state = after(sign_up.state, SignUpMove.CHECK_IN)
    _resize(sign_up, people or sign_up.party_size, now)
    return True


def undo_check_in(sign_up: SignUp, seen: int | None = None, tap: str = "") -> bool:
    """Take back that a party came, or that it did not; return False where neither was.

    Its places are kept for it. Raises ChangedAtTheDoor or NoSuchMove.
    """
    lock_event(sign_up.event)
    if _is_last(sign_up, tap) or sign_up.state is SignUpState.GOING:
        return False
    _claim(sign_up, seen, tap)
    is_absent = sign_up.state is SignUpState.NO_SHOW
    move = SignUpMove.UNDO_ABSENCE if is_absent else SignUpMove.UNDO_CHECK_IN
    sign_up.state = after(sign_up.state, move)
    return True


def add_walk_in(
    event: Event, name: str, party_size: int, now: datetime, tap: str = ""
) -> tuple[SignUp, bool]:
    """Write down who comes without a sign-up, and let them in.

    Returns the sign-up and whether it is new: the same tap sent twice is one.
    Raises PartyOfNobody, EventFull or ListIsErased.
    """
    _require_party(party_size)
    lock_event(event)
    nonce = _nonce_of(event, tap)
    query = select(SignUp).where(SignUp.token_hash == _hash_made_of(nonce))
    if (found := db.session.scalar(query)) is not None:
        return found, False
    if now >= event.ends_at + timedelta(days=event.campaign.list_kept_days):
        raise ListIsErased
    expire_overdue_of(event, now)
    take_places_by_hand(event, party_size)
    return _written_down(event, name, party_size, now, nonce), True


def mark_absent(event: Event, now: datetime) -> int:
    """Note of all who were expected and are not inside that they did not come.

    Returns how many people that is. Raises NotOverYet.
    """
    lock_event(event)
    if not event.is_over(now):
        raise NotOverYet
    absent = after(SignUpState.GOING, SignUpMove.MARK_ABSENT)
    statement = (
        update(SignUp)
        .where(SignUp.event_id == event.id, SignUp.state == SignUpState.GOING)
        .values(state=absent, door_version=SignUp.door_version + 1)
        .returning(SignUp.party_size)
        .execution_options(synchronize_session=False)
    )
    return sum(db.session.scalars(statement))


def _require_party(people: int) -> None:
    if not 1 <= people <= LARGEST_PARTY:
        raise PartyOfNobody


def _claim(sign_up: SignUp, seen: int | None, tap: str) -> None:
    """Count up the version that a steward saw; one statement decides who was first."""
    if not sign_up.is_confirmed:
        raise NoSuchMove
    version = sign_up.door_version if seen is None else seen
    statement = (
        update(SignUp)
        .where(SignUp.id == sign_up.id, SignUp.door_version == version)
        .values(door_version=version + 1, form_key_hash=token_hash(tap) if tap else "")
    )
    if not execute_guarded(statement):
        raise ChangedAtTheDoor


def _is_last(sign_up: SignUp, tap: str) -> bool:
    """Whether this very tap made the sign-up what it is."""
    return bool(tap) and sign_up.form_key_hash == token_hash(tap)


def _resize(sign_up: SignUp, people: int, now: datetime) -> None:
    """Take more places, or give back those of who did not come along."""
    more = people - sign_up.party_size
    if more > 0:
        take_places_by_hand(sign_up.event, more)
    elif more < 0:
        release_confirmed_places(sign_up.event, -more)
    sign_up.party_size = sign_up.places_held = people
    if more < 0:
        fill_places(sign_up.event, now)


def _written_down(
    event: Event, name: str, party_size: int, now: datetime, nonce: bytes
) -> SignUp:
    walk_in = SignUp(
        event=event,
        token_nonce=nonce,
        token_hash=_hash_made_of(nonce),
        language=event.language,
        party_size=party_size,
        places_held=party_size,
        state=SignUpState.ATTENDED,
        is_approved=True,
        is_added_by_hand=True,
        created_on=now.date(),
        confirmed_on=now.date(),
    )
    # No address: a hash that no other sign-up of the event has.
    write_person(walk_in, Person(name, ""), f"walk-in:{new_token()}")
    db.session.add(walk_in)
    db.session.flush()
    return walk_in


def _nonce_of(event: Event, tap: str) -> bytes:
    """Return what the token of a walk-in's page is derived from.

    The token's hash is unique, so the database too refuses the second of one tap.
    """
    return sha256(f"walk-in:{event.uid}:{tap or new_token()}".encode()).digest()


def _hash_made_of(nonce: bytes) -> str:
    return token_hash(SignUp(token_nonce=nonce).token(current_app.config["SECRET_KEY"]))
