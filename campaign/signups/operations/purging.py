"""Clearing away what came in a window of time, and taking that back.

A purge takes sign-ups off the list, as an organiser could one by one; the rows stay
until they are forgotten anyway, so that it can be undone. Nobody is written to: of
those who never confirmed the address may be a stranger's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from ...database import db, execute_guarded
from ...events.models import Event, LogEntry
from ...events.operations import (
    EventFull,
    lock_event,
    release_confirmed_places,
    release_places,
    take_places_by_hand,
)
from ...lib.refusal import Refusal
from ...mail.models import OutgoingMail
from ...organisers.models import Organiser
from .. import log
from ..models import HOLD, Notice, SignUp, SignUpState
from .roles import free_role
from .waiting_list import fill_places

#: The kind of the notice that tells what a purged sign-up was; about `entry:state`.
PURGED: Final = "purged"
#: A purge can be undone for so long.
UNDONE_WITHIN: Final = timedelta(days=1)
_AT_ONCE: Final = 500
_UNCONFIRMED: Final = (SignUpState.PENDING, SignUpState.EXPIRED)
_CONFIRMED: Final = (SignUpState.GOING, SignUpState.WAITING)


class ListHasChanged(Refusal):
    """Others have signed up or left since the number was shown that was agreed to."""


class NothingToUndo(Refusal):
    """It is undone already, or too long ago, or those people were forgotten."""


@dataclass(frozen=True)
class Window:
    """From when to when somebody signed up, and whether confirmed ones are meant."""

    since: datetime
    until: datetime
    takes_confirmed: bool = False

    def condition(self, event: Event) -> ColumnElement[bool]:
        """Of those who have confirmed only the day is known: all of a day is meant."""
        unconfirmed = and_(
            SignUp.state.in_(_UNCONFIRMED),
            SignUp.confirmed_on.is_(None),
            SignUp.hold_ends_at >= self.since + HOLD,
            SignUp.hold_ends_at < self.until + HOLD,
        )
        if not self.takes_confirmed:
            return and_(SignUp.event_id == event.id, unconfirmed)
        confirmed = and_(
            SignUp.state.in_(_CONFIRMED),
            ~SignUp.is_added_by_hand,
            SignUp.created_on.between(self.since.date(), self.until.date()),
        )
        return and_(SignUp.event_id == event.id, or_(unconfirmed, confirmed))


@dataclass(frozen=True)
class Found:
    """What lies in a window."""

    sign_ups: int = 0
    people: int = 0
    #: Of the sign-ups those who have confirmed.
    confirmed: int = 0


def found_in(event: Event, window: Window) -> Found:
    """Return how much a purge would clear away."""
    is_confirmed = SignUp.state.in_(_CONFIRMED)
    query = select(
        func.count(SignUp.id),
        func.coalesce(func.sum(SignUp.party_size), 0),
        func.count(SignUp.id).filter(is_confirmed),
    ).where(window.condition(event))
    return Found(*map(int, db.session.execute(query).one()))


def purge(
    event: Event, window: Window, agreed: int, organiser: Organiser, now: datetime
) -> Found:
    """Take all in a window off the list; return what that was.

    Raises ListHasChanged where there are not as many as was `agreed` to.
    """
    lock_event(event)
    found = found_in(event, window)
    if found.sign_ups != agreed:
        raise ListHasChanged
    entry = log.note(event, organiser, log.Action.PURGED, now, count=found.people)
    db.session.flush()
    rows = db.session.execute(
        select(SignUp.id, SignUp.state, SignUp.places_held).where(
            window.condition(event)
        )
    ).all()
    notices = [
        {"sign_up_id": number, "kind": PURGED, "about": f"{entry.id}:{state.value}"}
        for number, state, _held in rows
    ]
    if notices:
        db.session.execute(insert(Notice), notices)
    _free_roles(event, window)
    _take_off([number for number, _state, _held in rows])
    going = sum(held for _id, state, held in rows if state is SignUpState.GOING)
    release_confirmed_places(event, going)
    release_places(event, sum(held for _id, _state, held in rows) - going)
    fill_places(event, now)
    return found


def _free_roles(event: Event, window: Window) -> None:
    """Whoever comes back chooses a role anew."""
    query = select(SignUp).where(window.condition(event), SignUp.role_id.is_not(None))
    for sign_up in db.session.scalars(query).all():
        free_role(sign_up)
    db.session.flush()


def _take_off(numbers: Sequence[int]) -> None:
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        execute_guarded(
            update(SignUp)
            .where(SignUp.id.in_(some))
            .values(
                state=SignUpState.CANCELLED,
                places_held=0,
                offer_ends_at=None,
                calendar_steps=SignUp.calendar_steps + 1,
            )
        )
        # What still waits to be sent would go to whoever was made up.
        db.session.execute(
            delete(OutgoingMail).where(OutgoingMail.sign_up_id.in_(some))
        )


def purges_to_undo(event: Event, now: datetime) -> list[tuple[LogEntry, int]]:
    """Return the purges that can be undone, newest first, with what is left of each."""
    entries = db.session.scalars(
        select(LogEntry)
        .where(LogEntry.event_id == event.id, LogEntry.action == log.Action.PURGED)
        .where(LogEntry.at > now - UNDONE_WITHIN)
        .order_by(LogEntry.id.desc())
    ).all()
    if not entries:
        return []
    about = db.session.scalars(
        select(Notice.about)
        .join(SignUp, SignUp.id == Notice.sign_up_id)
        .where(SignUp.event_id == event.id, Notice.kind == PURGED)
        .where(SignUp.state == SignUpState.CANCELLED)
    )
    left = Counter(int(each.partition(":")[0]) for each in about)
    return [(entry, left[entry.id]) for entry in entries if left[entry.id]]


def undo_purge(
    event: Event, number: int, organiser: Organiser, now: datetime
) -> tuple[int, int]:
    """Put back what a purge took off; return how many are back, and how many are not.

    Who has signed up again since stays as they are. Whose places others have got
    meanwhile stays off the list. Raises NothingToUndo.
    """
    lock_event(event)
    if number not in {entry.id for entry, _left in purges_to_undo(event, now)}:
        raise NothingToUndo
    rows = db.session.execute(
        select(SignUp, Notice)
        .join(Notice, Notice.sign_up_id == SignUp.id)
        .where(SignUp.event_id == event.id, SignUp.state == SignUpState.CANCELLED)
        .where(Notice.kind == PURGED, Notice.about.startswith(f"{number}:"))
        .order_by(SignUp.id)
    ).all()
    back = people = 0
    for sign_up, notice in rows:
        was = SignUpState(notice.about.partition(":")[2])
        if _put_back(event, sign_up, was, now):
            back, people = back + 1, people + sign_up.party_size
            db.session.delete(notice)
    db.session.flush()
    log.note(event, organiser, log.Action.PURGE_UNDONE, now, count=people)
    fill_places(event, now)
    return back, len(rows) - back


def _put_back(event: Event, sign_up: SignUp, was: SignUpState, now: datetime) -> bool:
    if was is SignUpState.GOING:
        try:
            take_places_by_hand(event, sign_up.party_size)
        except EventFull:
            return False
        sign_up.places_held = sign_up.party_size
    elif was is SignUpState.PENDING:
        # The hold has gone to others; the time to confirm begins anew.
        sign_up.hold_ends_at = now + HOLD
    sign_up.state = was
    sign_up.calendar_steps += 1
    return True
