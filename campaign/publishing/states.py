"""The states of what is published, and the moves between them."""

from enum import StrEnum

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


class Move(StrEnum):
    """What an organiser does to bring something from one state to another."""

    PUBLISH = "publish"
    POSTPONE = "postpone"
    CANCEL = "cancel"


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
}


class MoveNotPossible(Refusal):
    """The thing is not in a state from which this move leads anywhere."""


class NotYetPublic(Refusal):
    """What the thing belongs to is not public, and its page would name it."""


def after_move(state: State, move: Move) -> State:
    """Return the state after the move; raises MoveNotPossible."""
    if state not in _FROM[move]:
        raise MoveNotPossible(state, move)
    return _TO[move]


def moves_from(state: State) -> list[Move]:
    """Return the moves that are possible, in the order in which they are shown."""
    return [move for move in Move if state in _FROM[move]]
