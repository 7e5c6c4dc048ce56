"""The words for states, for moves, and for moves that are not possible."""

from flask_babel import lazy_gettext as _l

from ..lib.refusal import Refusal
from .states import MoveNotPossible, NotYetPublic

_STATES = {
    "draft": _l("Draft"),
    "proposed": _l("Proposed"),
    "published": _l("Public"),
    "postponed": _l("Postponed"),
    "cancelled": _l("Cancelled"),
}
_MOVES = {
    "publish": _l("Publish"),
    "postpone": _l("Postpone"),
    "cancel": _l("Cancel it"),
}
_PROBLEMS = {
    MoveNotPossible: _l(
        "Somebody else was quicker. This page shows how it stands now, and what you "
        "can do from here."
    ),
    NotYetPublic: _l(
        "Publish its campaign first: a page of something public names its campaign."
    ),
}


def state_name(state: str) -> str:
    """Return the word for a state."""
    return str(_STATES[state])


def move_name(move: str) -> str:
    """Return what stands on the button of a move."""
    return str(_MOVES[move])


def move_problem(refusal: Refusal) -> str:
    """Return why a move was not made; raises a refusal that has no words here."""
    for kind, words in _PROBLEMS.items():
        if isinstance(refusal, kind):
            return str(words)
    raise refusal
