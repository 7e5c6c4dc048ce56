"""The list of an event as organisers look at it: searched, sorted, counted by day.

Names and addresses lie sealed, so that no database can search them. The list is
opened once, whole, and everything else is done here in memory.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any, Final

from ..lib.folding import folded, has_words, words_in

#: Those who left, or whose time was up: they are on no list any more.
_ENDED: Final = ("cancelled", "expired")
#: What stands for a question that somebody has not answered.
NO_ANSWER: Final = "-"
#: And for any text that somebody has written.
A_TEXT: Final = "any"


@dataclass(frozen=True)
class Entry:
    """One sign-up, opened."""

    number: int
    name: str
    email: str
    party_size: int
    state: str
    created_on: date
    confirmed_on: date | None
    is_added_by_hand: bool
    is_for_decision: bool = False
    #: Until when a place that was offered is kept, by the event's own clock.
    offered_until: datetime | None = None
    #: The id of what they take on at the event.
    role: int | None = None
    #: By the uid of the question.
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_standing(self) -> bool:
        return self.state not in _ENDED


@dataclass(frozen=True)
class Wanted:
    """What an organiser looks for in a list, and in which order."""

    words: str = ""
    state: str = ""
    order: str = "date"
    #: The id of a role, or 0 for those who have none.
    role: int | None = None
    #: The number of those who agreed to something.
    agreed: Collection[int] | None = None
    #: Uids of questions, each with the key of an answer: see `answer_keys`.
    answers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Count:
    """How many sign-ups are in one state, and how many people come with them."""

    state: str
    sign_ups: int
    people: int


@dataclass(frozen=True)
class Day:
    """How many people signed up on one day, and how many were on the list then."""

    on: date
    people: int
    in_all: int


def chosen(entries: Iterable[Entry], wanted: Wanted) -> list[Entry]:
    """Return the entries that are wanted, in the order that is."""
    words = words_in(wanted.words)
    found = [
        each
        for each in entries
        if (not wanted.state or each.state == wanted.state)
        and (wanted.role is None or (each.role or 0) == wanted.role)
        and (wanted.agreed is None or each.number in wanted.agreed)
        and all(key in answer_keys(each.answers.get(u)) for u, key in wanted.answers)
        and (not words or has_words(folded(f"{each.name} {each.email}"), words))
    ]
    return sorted(found, key=ORDERS.get(wanted.order, _by_date))


def answer_keys(answer: Any) -> Sequence[str]:
    """Return the keys that an answer counts for: of its options, `yes` or `no`.

    A text has the key A_TEXT, and no answer NO_ANSWER.
    """
    if answer is None:
        return (NO_ANSWER,)
    if isinstance(answer, bool):
        return ("yes",) if answer else ("no",)
    return tuple(answer) if isinstance(answer, list) else (A_TEXT,)


def _by_date(entry: Entry) -> Any:
    """The newest first: who has just signed up is whom one looks for."""
    return -entry.created_on.toordinal(), -entry.number


def _by_name(entry: Entry) -> Any:
    return folded(entry.name), entry.number


def _by_party(entry: Entry) -> Any:
    return -entry.party_size, folded(entry.name), entry.number


ORDERS: Final[dict[str, Callable[[Entry], Any]]] = {
    "date": _by_date,
    "name": _by_name,
    "party": _by_party,
}


def counts(entries: Iterable[Entry], states: Iterable[str]) -> list[Count]:
    """Return how many there are of each state, in the order of the states."""
    sign_ups: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for entry in entries:
        sign_ups[entry.state] += 1
        people[entry.state] += entry.party_size
    return [Count(state, sign_ups[state], people[state]) for state in states]


def days(entries: Iterable[Entry]) -> list[Day]:
    """Return the days on which somebody signed up who is still on the list."""
    people: Counter[date] = Counter()
    for entry in entries:
        if entry.is_standing:
            people[entry.created_on] += entry.party_size
    in_order = sorted(people)
    in_all = accumulate(people[day] for day in in_order)
    return [
        Day(on, people[on], so_far) for on, so_far in zip(in_order, in_all, strict=True)
    ]


def curve(shown: Sequence[Day], until: date, width: int, height: int) -> str:
    """Return the points of a line that climbs with the days, for an SVG polyline.

    It begins at nothing on the day before the first one, and ends on `until`.
    """
    first = shown[0].on - timedelta(days=1)
    last = max(until, shown[-1].on)
    length, most = (last - first).days, shown[-1].in_all
    corners, before = [(0, 0)], 0
    for day in shown:
        at = (day.on - first).days
        corners += [(at, before), (at, day.in_all)]
        before = day.in_all
    corners.append((length, most))
    return " ".join(
        f"{x * width / length:.1f},{height - y * height / most:.1f}" for x, y in corners
    )
