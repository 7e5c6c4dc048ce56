"""Lists as organisers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...publishing.forms.thing import Difference
from ...signups.lifecycle import SignUpState
from ...signups.roll import Day, Entry


@dataclass(frozen=True)
class Middle:
    """A page in the middle of a list, as templates know pages."""

    page: int = 3
    pages: int = 7
    has_prev: bool = True
    has_next: bool = True

    @property
    def prev_num(self) -> int:
        return self.page - 1

    @property
    def next_num(self) -> int:
        return self.page + 1


def people(now: datetime) -> Sequence[Entry]:
    """Return a list with a sign-up in each state."""
    names = ("Amal Haddad", "منى سعيد", "Jürgen", "", "Zoë", "Li Wei", "Omar")
    return [
        Entry(
            number=number,
            name=name,
            email=f"person-{number}@example.org" if name else "",
            party_size=1 + number % 3,
            state=state.value,
            created_on=now.date() - timedelta(days=number),
            confirmed_on=now.date() if state is SignUpState.GOING else None,
            is_added_by_hand=number == 2,
            is_for_decision=state is SignUpState.WAITING,
        )
        for number, (state, name) in enumerate(
            zip(SignUpState, names, strict=True), start=1
        )
    ]


def growth(now: datetime) -> Sequence[Day]:
    """Return how a list grew."""
    found, in_all = [], 0
    for days_ago, new in ((12, 4), (9, 11), (8, 26), (5, 3), (1, 9)):
        in_all += new
        found.append(Day(now.date() - timedelta(days=days_ago), new, in_all))
    return found


def differences() -> Sequence[Difference]:
    """Return what two people saved at the same time."""
    return [
        Difference("Title", "A light in every window", "Lights in every window"),
        Difference("Venue", "City Hall", "مبنى البلدية"),
    ]
