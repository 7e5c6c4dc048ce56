"""The states of what is published, and the moves between them.

Being taken off the site is no state of its own: put back, a thing is what it was.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..lib.refusal import Refusal


class State(StrEnum):
    """Where something stands on its way to the public."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


#: States in which the public may see it.
PUBLIC_STATES = (State.PUBLISHED, State.POSTPONED, State.CANCELLED)


class Stated:
    """Mixin: what has such a state, be it a row or a view of one."""

    __slots__ = ()
    if TYPE_CHECKING:
        state: Any

    @property
    def is_cancelled(self) -> bool:
        return self.state is State.CANCELLED

    @property
    def is_postponed(self) -> bool:
        return self.state is State.POSTPONED


class Move(StrEnum):
    """What an organiser does to a thing as a whole, besides editing it."""

    PUBLISH = "publish"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    REMOVE = "remove"
    RESTORE = "restore"


_TO = {
    Move.PUBLISH: State.PUBLISHED,
    Move.POSTPONE: State.POSTPONED,
    Move.CANCEL: State.CANCELLED,
}
_FROM = {
    # From cancelled too: a cancellation by mistake can be taken back.
    Move.PUBLISH: {State.DRAFT, State.PROPOSED, State.POSTPONED, State.CANCELLED},
    Move.POSTPONE: {State.PUBLISHED},
    # A draft that nobody wants any more is cancelled too, and was never public.
    Move.CANCEL: {State.DRAFT, State.PROPOSED, State.PUBLISHED, State.POSTPONED},
    # What was public is cancelled first, so that those who signed up learn of it.
    Move.REMOVE: {State.DRAFT, State.CANCELLED},
}


class MoveNotPossible(Refusal):
    """The thing is not in a state from which this move leads anywhere."""


class NotYetCancelled(Refusal):
    """The thing goes on: those who follow it would see it vanish without a word."""


class NotYetPublic(Refusal):
    """What the thing belongs to is not public, and its page would name it."""


class OffTheSite(Refusal):
    """The thing was taken off the site, and is to be put back before all else."""


class StillOnTheSite(Refusal):
    """Something that the public sees belongs to the thing, and names it."""


def after_move(state: State, move: Move, is_removed: bool) -> State:
    """Return the state after the move.

    Raises NotYetCancelled, OffTheSite or MoveNotPossible.
    """
    if move in moves_from(state, is_removed):
        return _TO.get(move, state)
    if is_removed and move is not Move.REMOVE:
        raise OffTheSite
    if move is Move.REMOVE and not is_removed:
        raise NotYetCancelled
    raise MoveNotPossible(state, move)


def moves_from(state: State, is_removed: bool) -> list[Move]:
    """Return the moves that are possible, in the order in which they are shown."""
    if is_removed:
        return [Move.RESTORE]
    return [move for move in Move if state in _FROM.get(move, ())]
