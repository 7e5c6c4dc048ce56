"""Who is expected and who is inside, for the door: names and numbers, no addresses.

A phone fetches the whole list once, and then asks every few seconds for what changed.
So the list is told in sheets, as it would lie on a table: a sign-up is always on the
same sheet, and a sheet has a mark that is another one whenever anything on it is. The
phone says which marks it has, and gets the sheets that differ. That needs no memory of
what was changed when, and nothing can be missed: not who signs up, leaves or is
erased meanwhile.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, LargeBinary, and_, func, select

from ..database import db
from ..events.models import Event
from ..events.queries import roles_of
from ..lib.folding import folded, has_words, words_in
from ..organisers.models import Group
from ..publishing.states import State
from .lifecycle import CONFIRMED_STATES, SignUpState
from .models import SignUp
from .people import people_of
from .role_words import role_name

SHEETS: Final = 64
#: From when and until when the first page of a steward leads to a door.
_BEFORE: Final = timedelta(days=7)
_AFTER: Final = timedelta(days=1)
_MOST_DOORS: Final = 20
_MARK_LENGTH: Final = 8
#: What is read of what is sealed: its nonce, another one at each writing.
_NONCE: Final = 13


class DoorRow(NamedTuple):
    """A party at the door."""

    number: int
    name: str
    people: int
    state: str
    version: int
    #: What they take on, empty for most.
    role: str

    @property
    def is_inside(self) -> bool:
        return self.state == SignUpState.ATTENDED

    @property
    def is_absent(self) -> bool:
        return self.state == SignUpState.NO_SHOW


@dataclass(frozen=True)
class DoorCount:
    """How many people are inside, and how many should be in the end."""

    inside: int
    expected: int


def doors_of(groups: Collection[Group], now: datetime) -> Sequence[Event]:
    """Return the events whose door opens in the next days, or was open a day ago."""
    query = (
        select(Event)
        .where(Event.group_id.in_([group.id for group in groups]))
        .where(Event.state == State.PUBLISHED, Event.removed_at.is_(None))
        .where(Event.ends_at > now - _AFTER, Event.starts_at < now + _BEFORE)
        .order_by(Event.starts_at, Event.id)
        .limit(_MOST_DOORS)
    )
    return db.session.scalars(query).all()


def door_list(event: Event, asked: str = "") -> list[DoorRow]:
    """Return who has places at an event, by name; of these, who is asked for.

    Raises KeyDestroyed.
    """
    rows = [(folded(row.name), row) for row in _rows(event, _at_the_door(event))]
    words = words_in(asked)
    found = [(name, row) for name, row in rows if has_words(name, words)]
    # Who gave no name is looked for by nobody, and stands last.
    found.sort(key=lambda each: (not each[0], each[0]))
    return [row for _name, row in found]


def door_count(event: Event) -> DoorCount:
    """Return the number inside and expected."""
    query = (
        select(SignUp.state, func.sum(SignUp.party_size))
        .where(_at_the_door(event))
        .group_by(SignUp.state)
    )
    people = {state: int(number) for state, number in db.session.execute(query)}
    inside = people.get(SignUpState.ATTENDED, 0)
    return DoorCount(inside, inside + people.get(SignUpState.GOING, 0))


def sheet_marks(event: Event) -> list[str]:
    """Return the mark of each sheet, empty for one that nobody stands on."""
    nonce = func.substr(SignUp.sealed, 1, _NONCE, type_=LargeBinary)
    query = (
        select(
            *(SignUp.id, SignUp.state, SignUp.party_size, SignUp.door_version, nonce),
            SignUp.role_id,
        )
        .where(_at_the_door(event))
        .order_by(SignUp.id)
    )
    written: dict[int, Any] = defaultdict(hashlib.sha256)
    names = _role_names(event)
    for row in db.session.execute(query):
        told = (*row, names.get(row.role_id))
        written[row.id % SHEETS].update(repr(told).encode())
    return [
        written[sheet].hexdigest()[:_MARK_LENGTH] if sheet in written else ""
        for sheet in range(SHEETS)
    ]


def door_sheets(event: Event, numbers: Collection[int]) -> dict[int, list[DoorRow]]:
    """Return who stands on some of the sheets; raises KeyDestroyed."""
    sheets: dict[int, list[DoorRow]] = {number: [] for number in numbers}
    is_on_them = (SignUp.id % SHEETS).in_(numbers)
    for row in _rows(event, and_(_at_the_door(event), is_on_them)):
        sheets[row.number % SHEETS].append(row)
    return sheets


def door_row(sign_up: SignUp) -> DoorRow:
    """Return a party as it stands now; raises KeyDestroyed."""
    name = people_of(sign_up.event, [sign_up])[sign_up.id].name
    return _row(sign_up, name, _role_names(sign_up.event))


def find_at_the_door(event: Event, number: int) -> SignUp | None:
    """Return the sign-up of this number, if it is to this event, in any state."""
    query = select(SignUp).where(SignUp.id == number, SignUp.event_id == event.id)
    return db.session.scalar(query)


def _rows(event: Event, condition: ColumnElement[bool]) -> list[DoorRow]:
    query = select(*_SHOWN).where(condition).order_by(SignUp.id)
    sign_ups = db.session.execute(query).all()
    # Without anybody on the list there may be no key.
    people = people_of(event, sign_ups) if sign_ups else {}
    roles = _role_names(event)
    return [_row(sign_up, people[sign_up.id].name, roles) for sign_up in sign_ups]


_SHOWN: Final = (
    SignUp.id,
    SignUp.sealed,
    SignUp.party_size,
    SignUp.state,
    SignUp.door_version,
    SignUp.role_id,
)


def _role_names(event: Event) -> dict[int | None, str]:
    return {role.id: role_name(role.duty) for role in roles_of(event)}


def _row(sign_up: Any, name: str, roles: Mapping[int | None, str]) -> DoorRow:
    return DoorRow(
        number=sign_up.id,
        name=name,
        people=sign_up.party_size,
        state=sign_up.state.value,
        version=sign_up.door_version,
        role=roles.get(sign_up.role_id, ""),
    )


def _at_the_door(event: Event) -> ColumnElement[bool]:
    return and_(SignUp.event_id == event.id, SignUp.state.in_(CONFIRMED_STATES))
