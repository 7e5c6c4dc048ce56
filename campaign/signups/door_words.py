"""What is said at the door: short, since it is read in the rain."""

from typing import Any

from flask_babel import gettext

from ..events.operations import EventFull
from ..lib.refusal import Refusal
from .lifecycle import NoSuchMove, SignUpState
from .log import Action
from .operations.door import (
    LARGEST_PARTY,
    ChangedAtTheDoor,
    ListIsErased,
    PartyOfNobody,
)


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def party_name(name: str) -> str:
    """Return how a party is called: who gave no name came without a sign-up."""
    return name or _("Walk-in")


def said_words(action: str, name: str) -> str:
    """Return what was done, empty for what an address only claims."""
    if action == Action.MARKED_ABSENT:
        return _("All who were expected and did not come are marked as absent.")
    if not name:
        return ""
    match action:
        case Action.CHECKED_IN | Action.WALK_IN:
            return _("%(name)s is inside now.", name=name)
        case Action.CHECK_IN_UNDONE:
            return _("%(name)s is not inside.", name=name)
    return ""


def refusal_words(
    refusal: Refusal, capacity: int | None, state: SignUpState | None = None
) -> str:
    """Return why a tap was refused, and what to do."""
    match refusal:
        case ChangedAtTheDoor():
            return _changed_words(state)
        case EventFull():
            return _(
                "All %(capacity)d places are taken, so this was not written down. An "
                "organiser can raise the number of places; then try again.",
                capacity=capacity or 0,
            )
        case NoSuchMove():
            return _("They have no place now: it was cancelled.")
        case PartyOfNobody():
            return _("Write a number from 1 to %(n)d.", n=LARGEST_PARTY)
        case ListIsErased():
            return _("The time of this list is up. Nobody is written down any more.")
    raise refusal


def _changed_words(state: SignUpState | None) -> str:
    match state:
        case SignUpState.ATTENDED:
            return _("Checked in by somebody else at the other door.")
        case SignUpState.NO_SHOW:
            return _("Marked as absent by somebody else.")
        case SignUpState.GOING:
            return _("Somebody else took back that they came.")
    return _("They have no place now: it was cancelled.")


def script_words() -> dict[str, str]:
    """Return what the script says by itself; it fills in what is in braces."""
    name = "{name}"
    return {
        "walk_in": party_name(""),
        "came": said_words(Action.CHECKED_IN, name),
        "undone": said_words(Action.CHECK_IN_UNDONE, name),
        "absent": _("Absent"),
        "people": _("%(n)s people", n="{n}"),
        "came_of": _("How many of %(name)s came", name=name),
        "waiting": _("Waiting to be sent: %(n)s", n="{n}"),
        "no_network": _("No network. What you tap is kept, and sent later."),
        "sign_in": _("Your sign-in has ended. What you tapped is kept."),
        "gone": _("This is not on the list any more, or you may not change it."),
        "refused": _("%(name)s: %(why)s", name=name, why="{why}"),
        "some_shown": _(
            "%(shown)s of %(all)s are shown. Type more of the name.",
            shown="{shown}",
            all="{all}",
        ),
        "nobody": _("Nobody of this name has a place."),
        "empty": _("Nobody has a place yet."),
    }
