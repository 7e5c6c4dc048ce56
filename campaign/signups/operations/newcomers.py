"""Signing up somebody new where nothing is the matter: the way that thousands go.

`places.sign_up` knows all that can be the matter, and while it finds out everybody
else waits. Here all that needs no lock is made before it is taken, and one conditional
statement takes the places, unless anything at all is the matter: then nothing is
written, and the long way decides.

Whoever has signed up already goes the same way as everybody else, up to the commit:
the time of an answer tells nothing about who is on a list.
"""

import secrets
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, bindparam, delete, exists, func, or_, select

from ...database import UtcDateTime, insert_row, run_prepared
from ...events.models import Event
from ...events.operations import taking_places
from ...feeds.models import FeedRevision
from ...keys.store import keys
from ...lib.refusal import Refusal
from ...lib.tokens import token_hash
from ...limits.operations import NoTurn, take_turn
from ...mail.addresses import Address
from ...mail.models import OutgoingMail
from ...prepared import Prepared
from ..lifecycle import SignUpMove, SignUpState, can
from ..models import HOLD, PersonalCalendar, SignUp
from ..people import Person, key_name_of, values_of_person
from ..settling import is_unsettled
from .calendars import values_of_calendar
from .places import values_of_hold


class OnList(Refusal):
    """The address stands on the list: nothing is written, and nobody is told."""


class Newcomer(NamedTuple):
    """What is written of somebody new, but for places and times."""

    event_id: int
    address: Address
    sign_up: dict[str, Any]
    calendar: dict[str, Any]


def newcomer(
    event_id: int,
    event_uid: UUID,
    name: str,
    address: Address,
    party_size: int,
    language: str,
    now: datetime,
    form_key: str,
) -> Newcomer:
    """Make ready what is written of somebody: only the key is asked for."""
    key = keys().find_or_make(key_name_of(event_uid))
    nonce = secrets.token_bytes(16)
    values = {
        **values_of_hold(nonce, language, now),
        **values_of_person(key, Person(name, address.mailbox), address.key),
        "event_id": event_id,
        "state": SignUpState.PENDING,
        "form_key_hash": token_hash(form_key) if form_key else "",
        "party_size": party_size,
        "places_held": party_size,
    }
    return Newcomer(event_id, address, values, values_of_calendar())


def sign_up_newcomer(
    one: Newcomer, mail: dict[str, Any], version: int, now: datetime
) -> bool:
    """Hold places for somebody, and put the mail to confirm into the outbox.

    Returns False where anything is the matter, or where the event is another one
    than at `version`, so that the mail may tell what is no longer so; then nothing
    was written. Raises OnList or NoTurn, when all has to be taken back.
    """
    party_size = one.sign_up["party_size"]
    run_prepared(_LOCK, event=one.event_id)
    about = {"event": one.event_id, "number": party_size, "version": version}
    if not run_prepared(_TAKE, now=now, **about).rowcount:
        return False
    refusal: Refusal | None = None
    due_at = now
    try:
        due_at = take_turn(one.address.key, now)
    except NoTurn as no_turn:
        refusal = no_turn  # as busy as with a turn
    calendar_id = insert_row(PersonalCalendar, one.calendar)
    times = {"hold_ends_at": due_at + HOLD, "calendar_id": calendar_id}
    found: Any = run_prepared(_HOLD, **(one.sign_up | times)).one_or_none()
    number = found[0] if found is not None else None
    insert_row(OutgoingMail, {**mail, "sign_up_id": number, "due_at": due_at})
    if found is None:
        raise OnList
    if refusal is not None:
        raise refusal
    if found[1] != calendar_id:  # who comes back has one
        run_prepared(_DROP_CALENDAR, calendar=calendar_id)
    return True


#: On PostgreSQL what comes next is decided by what is committed when it is held; on
#: SQLite the transaction is the lock.
_LOCK: Final = Prepared(
    lambda _insert: (
        select(Event.id).where(Event.id == bindparam("event")).with_for_update()
    )
)
_NUMBER: Final = bindparam("number", type_=Integer)
_NOW: Final = bindparam("now", type_=UtcDateTime)
_TAKE: Final = Prepared(
    lambda _insert: (
        taking_places()
        .where(or_(Event.sign_ups_open_at.is_(None), Event.sign_ups_open_at <= _NOW))
        .where(or_(Event.sign_ups_close_at.is_(None), Event.sign_ups_close_at > _NOW))
        .where(
            or_(Event.confirm_first_until.is_(None), Event.confirm_first_until <= _NOW)
        )
        .where(~Event.needs_approval)
        .where(Event.max_party_size >= _NUMBER, _NUMBER >= 1)
        .where(~is_unsettled(_NOW))
        .where(exists().where(FeedRevision.number == bindparam("version")))
    )
)
#: What a sign-up that had ended keeps: who comes back goes on where they left.
_KEPT: Final = {"event_id", "email_hash", "calendar_id"}
_ENDED: Final = [s for s in SignUpState if can(s, SignUpMove.SIGN_UP_AGAIN)]
_COLUMNS: Final = (
    *("event_id", "token_hash", "token_nonce", "form_key_hash", "sealed"),
    *("email_hash", "language", "party_size", "state", "places_held"),
    *("hold_ends_at", "queue_number", "offer_ends_at", "is_approved"),
    *("is_added_by_hand", "created_on", "confirmed_on", "calendar_id"),
)
_AFRESH: Final = {"door_version": 0, "calendar_steps": 0}


def _hold(insert: Any) -> Any:
    table = SignUp.__table__
    values = {name: bindparam(name, type_=table.c[name].type) for name in _COLUMNS}
    statement = insert(table).values({**values, **_AFRESH})
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[table.c.event_id, table.c.email_hash],
        set_={
            **{name: new[name] for name in _COLUMNS if name not in _KEPT},
            "calendar_steps": table.c.calendar_steps + 1,
            "calendar_id": func.coalesce(table.c.calendar_id, new.calendar_id),
        },
        where=or_(*(table.c.state == state for state in _ENDED)),
    ).returning(table.c.id, table.c.calendar_id)


_HOLD: Final = Prepared(_hold)
_DROP_CALENDAR: Final = Prepared(
    lambda _insert: delete(PersonalCalendar).where(
        PersonalCalendar.id == bindparam("calendar")
    )
)
