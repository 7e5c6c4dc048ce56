"""The words for states, for moves, and for moves that are not possible."""

from flask_babel import lazy_gettext as _l

from ..lib.refusal import Refusal
from .states import (
    MoveNotPossible,
    NotYetCancelled,
    NotYetPublic,
    OffTheSite,
    StillOnTheSite,
)

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
    "remove": _l("Take it off the site"),
    "restore": _l("Put it back"),
}
_PROBLEMS = {
    MoveNotPossible: _l(
        "Somebody else was quicker. This page shows how it stands now, and what you "
        "can do from here."
    ),
    NotYetCancelled: _l(
        "Cancel it first: then those who follow it or signed up learn that it is off."
    ),
    NotYetPublic: _l(
        "Publish its campaign first: a page of something public names its campaign."
    ),
    OffTheSite: _l("It was taken off the site. Put it back first."),
    StillOnTheSite: _l(
        "Events or action days that belong to it are still on the site, and their "
        "pages lead here. Take those off the site first."
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
