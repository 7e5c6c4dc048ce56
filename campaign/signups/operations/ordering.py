"""The order of what organisers ask and look for: questions and roles, by position.

Rows are retired and never deleted; those that are retired stand behind the others.
Whoever changes the order holds the lock of the event.
"""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar


class Ordered(Protocol):
    """A row with a place among others."""

    position: int
    is_retired: bool


R = TypeVar("R", bound=Ordered)
#: How far each of the two buttons moves a row.
STEPS: Final = {"up": -1, "down": 1}


def move_row(rows: Sequence[R], row: R, step: int) -> None:
    """Move a row earlier or later by one; the first and the last stay."""
    standing = [each for each in rows if not each.is_retired]
    if row in standing:
        at = standing.index(row)
        to = min(max(at + step, 0), len(standing) - 1)
        standing.insert(to, standing.pop(at))
    retired = [each for each in rows if each.is_retired]
    for position, each in enumerate([*standing, *retired]):
        each.position = position


def retire_row(rows: Sequence[R], row: R, is_retired: bool) -> None:
    """Retire a row, or take it up again behind the others."""
    if row.is_retired and not is_retired:
        row.position = 1 + max(each.position for each in rows)
    row.is_retired = is_retired
