"""Signing up somebody new where nothing is the matter: the way that thousands go.

`places.sign_up` knows all that can be the matter, and while it finds out everybody
else waits. Here all that needs no lock is made before it is taken, and of those who
come at the same moment one writes for all (see group_commit.py): one conditional
statement takes their places, unless anything at all is the matter. Then nothing is
written, and the long way decides.

Whoever has signed up already goes the same way as everybody else, and something is
committed for them too: the time of an answer tells nothing about who is on a list.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Integer, Table, bindparam, delete, exists, func, or_, select

from ...database import UtcDateTime, db
from ...events.models import Event
from ...events.operations import release_places_of, taking_places
from ...feeds.models import FeedRevision
from ...group_commit import commit_together
from ...keys.store import keys
from ...lib.refusal import Refusal
from ...lib.tokens import token_hash
from ...limits.operations import NoTurn, give_turns_back, take_turns
from ...mail.addresses import Address
from ...mail.models import OutgoingMail
from ...past_session import execute_many, run_prepared, savepoint
from ...prepared import ForMany, Prepared
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


class NewSignUp(NamedTuple):
    """A newcomer, with the mail that tells of the event as it was at `version`."""

    newcomer: Newcomer
    mail: dict[str, Any]
    version: int
    now: datetime

    @property
    def key(self) -> str:
        return self.newcomer.address.key

    @property
    def email_hash(self) -> str:
        return cast("str", self.newcomer.sign_up["email_hash"])

    @property
    def party_size(self) -> int:
        return cast("int", self.newcomer.sign_up["party_size"])


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


def sign_up_newcomer(wanted: NewSignUp) -> bool:
    """Hold places for somebody, put the mail to confirm into the outbox, and commit.

    Returns False where anything is the matter, or where the event is another one
    than at its version, so that the mail may tell what is no longer so; then nothing
    was written. Raises OnList or NoTurn, when it was all in vain.
    """
    came_of_it = commit_together(sign_up_all, wanted)
    if isinstance(came_of_it, Refusal):
        raise came_of_it
    return came_of_it


#: Whether they are signed up, or why they are not and nothing need be done.
Outcome = bool | OnList | NoTurn


def sign_up_all(wanted: Sequence[NewSignUp]) -> list[Outcome]:
    """Sign up newcomers, each as `sign_up_newcomer` says; none waits for another one.

    Events are locked in the order of their ids, as everywhere.
    """
    outcomes: dict[int, Outcome] = {}

    def of_event(number: int) -> tuple[int, int]:
        return wanted[number].newcomer.event_id, wanted[number].version

    numbers = sorted(range(len(wanted)), key=of_event)
    for number in numbers:
        run_prepared(_LOCK, event=wanted[number].newcomer.event_id)
    for _event, group in groupby(numbers, of_event):
        left = list(group)
        while left:
            # The same address twice: the second finds the first on the list.
            first = {wanted[number].key: number for number in reversed(left)}
            chosen = sorted(first.values())
            found = _sign_up_or_one_by_one([wanted[number] for number in chosen])
            outcomes.update(zip(chosen, found, strict=True))
            left = [number for number in left if number not in outcomes]
    return [outcomes[number] for number in range(len(wanted))]


def _sign_up_or_one_by_one(group: Sequence[NewSignUp]) -> list[Outcome]:
    try:
        with savepoint():
            return _signed_up(group)
    except _Matter:
        if len(group) == 1:
            return [False]
    return [outcome for one in group for outcome in _sign_up_or_one_by_one([one])]


class _Matter(Exception):
    """The places cannot be had without a closer look."""


def _signed_up(group: Sequence[NewSignUp]) -> list[Outcome]:
    """Sign up people of one event, with addresses that differ; raises _Matter."""
    event_id, now = group[0].newcomer.event_id, max(each.now for each in group)
    turns = take_turns([each.key for each in group], now)
    lucky = [each for each in group if each.key in turns]
    sizes = [each.party_size for each in lucky]
    about = {"event": event_id, "version": group[0].version, "now": now}
    asked = {"number": sum(sizes), "largest": max(sizes, default=1)}
    if min(sizes, default=1) < 1 or not run_prepared(_TAKE, **about, **asked).rowcount:
        raise _Matter
    held = _hold(lucky, turns)
    _write_mails(lucky, held, turns)
    if on_list := [each for each in lucky if each.email_hash not in held]:
        _take_back(event_id, on_list)
    return [
        NoTurn() if each.key not in turns else each.email_hash in held or OnList()
        for each in group
    ]


def _write_mails(
    group: Sequence[NewSignUp], held: dict[str, int], turns: dict[str, datetime]
) -> None:
    """Write a mail to each, as busy for those on the list as for all others."""
    rows = [
        {
            **each.mail,
            "sign_up_id": held.get(each.email_hash),
            "due_at": turns[each.key],
        }
        for each in group
    ]
    execute_many(_MAILS, rows)


def _take_back(event_id: int, on_list: Sequence[NewSignUp]) -> None:
    """Undo what was done in vain for those who are on the list already."""
    release_places_of(event_id, sum(each.party_size for each in on_list))
    give_turns_back([each.key for each in on_list])
    written = [each.mail["message_id"] for each in on_list]
    db.session.connection().execute(
        delete(OutgoingMail).where(OutgoingMail.message_id.in_(written))
    )


def _hold(group: Sequence[NewSignUp], turns: dict[str, datetime]) -> dict[str, int]:
    """Write sign-ups and their calendars; return their ids by the address's hash.

    Whose address stands on the list is not among them.
    """
    calendars = execute_many(_CALENDARS, [each.newcomer.calendar for each in group])
    rows = [
        {
            **each.newcomer.sign_up,
            "hold_ends_at": turns[each.key] + HOLD,
            "calendar_id": calendar.id,
        }
        for each, calendar in zip(group, calendars, strict=True)
    ]
    found = execute_many(_HOLD, rows)
    in_use = {row.calendar_id for row in found}
    # Who comes back has one, and who is on the list needs none.
    if unused := [row.id for row in calendars if row.id not in in_use]:
        db.session.connection().execute(_drop_calendars(unused))
    return {row.email_hash: row.id for row in found}


#: On PostgreSQL what comes next is decided by what is committed when it is held; on
#: SQLite the transaction is the lock.
_LOCK: Final = Prepared(
    lambda _insert: (
        select(Event.id).where(Event.id == bindparam("event")).with_for_update()
    )
)
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
        .where(Event.max_party_size >= bindparam("largest", type_=Integer))
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


def _holding(insert: Any) -> Any:
    statement = insert(_TABLE)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[_TABLE.c.event_id, _TABLE.c.email_hash],
        set_={
            **{name: new[name] for name in _COLUMNS if name not in _KEPT},
            "calendar_steps": _TABLE.c.calendar_steps + 1,
            "calendar_id": func.coalesce(_TABLE.c.calendar_id, new.calendar_id),
        },
        where=or_(*(_TABLE.c.state == state for state in _ENDED)),
    ).returning(_TABLE.c.id, _TABLE.c.calendar_id, _TABLE.c.email_hash)


_TABLE: Final = cast("Table", SignUp.__table__)
_HOLD: Final = ForMany(_holding)
_CALENDAR_ROWS: Final = cast("Table", PersonalCalendar.__table__)
_CALENDARS: Final = ForMany(
    lambda insert: insert(_CALENDAR_ROWS).returning(_CALENDAR_ROWS.c.id)
)
_MAILS: Final = ForMany(lambda insert: insert(OutgoingMail.__table__))


def _drop_calendars(ids: Sequence[int]) -> Any:
    return delete(_CALENDAR_ROWS).where(_CALENDAR_ROWS.c.id.in_(ids))
