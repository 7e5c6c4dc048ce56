"""The life of a sign-up: its states, and the moves between them.

One table says which move leads where. What a move does besides, to places and to
calendars, is for the operations, which ask here first.
"""

from enum import StrEnum

from ..lib.refusal import Refusal


class SignUpState(StrEnum):
    """Where a supporter's place stands."""

    PENDING = "pending"
    GOING = "going"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


#: States in which a sign-up stands, so that the same address changes nothing.
STANDING_STATES = (
    SignUpState.PENDING,
    SignUpState.GOING,
    SignUpState.WAITING,
    SignUpState.ATTENDED,
    SignUpState.NO_SHOW,
)
#: States of those who proved their address and have places.
CONFIRMED_STATES = (SignUpState.GOING, SignUpState.ATTENDED, SignUpState.NO_SHOW)


class SignUpMove(StrEnum):
    """What happens to a sign-up."""

    # By the supporter
    SIGN_UP_AGAIN = "sign_up_again"
    CONFIRM = "confirm"
    WAIT = "wait"
    CLAIM = "claim"
    LEAVE = "leave"
    REJOIN = "rejoin"
    # By the clock
    EXPIRE = "expire"
    OFFER = "offer"
    LAPSE = "lapse"
    # By an organiser
    ADD = "add"
    LET_IN = "let_in"
    APPROVE = "approve"
    TURN_AWAY = "turn_away"
    CANCEL = "cancel"
    # At the door
    CHECK_IN = "check_in"
    UNDO_CHECK_IN = "undo_check_in"
    MARK_ABSENT = "mark_absent"
    UNDO_ABSENCE = "undo_absence"


class NoSuchMove(Refusal):
    """The sign-up is not in a state from which this move leads anywhere."""


_S, _M = SignUpState, SignUpMove
_AFTER = {
    # Who left, or did not confirm in time, may sign up anew.
    (_S.CANCELLED, _M.SIGN_UP_AGAIN): _S.PENDING,
    (_S.EXPIRED, _M.SIGN_UP_AGAIN): _S.PENDING,
    # Late is better than never: an expired sign-up can be confirmed, if there is room.
    (_S.PENDING, _M.CONFIRM): _S.GOING,
    (_S.EXPIRED, _M.CONFIRM): _S.GOING,
    # The address is confirmed, but there is no place, or not without an approval.
    (_S.PENDING, _M.WAIT): _S.WAITING,
    (_S.EXPIRED, _M.WAIT): _S.WAITING,
    (_S.WAITING, _M.CLAIM): _S.GOING,
    (_S.PENDING, _M.LEAVE): _S.CANCELLED,
    (_S.GOING, _M.LEAVE): _S.CANCELLED,
    (_S.WAITING, _M.LEAVE): _S.CANCELLED,
    # Whose offer has lapsed, and who still wants to come.
    (_S.EXPIRED, _M.REJOIN): _S.WAITING,
    (_S.PENDING, _M.EXPIRE): _S.EXPIRED,
    # An offered place is held, and nobody goes before the supporter says so.
    (_S.WAITING, _M.OFFER): _S.WAITING,
    (_S.WAITING, _M.LAPSE): _S.EXPIRED,
    (_S.PENDING, _M.ADD): _S.GOING,
    (_S.WAITING, _M.ADD): _S.GOING,
    (_S.EXPIRED, _M.ADD): _S.GOING,
    (_S.CANCELLED, _M.ADD): _S.GOING,
    (_S.WAITING, _M.LET_IN): _S.GOING,
    (_S.WAITING, _M.APPROVE): _S.WAITING,
    (_S.WAITING, _M.TURN_AWAY): _S.CANCELLED,
    (_S.PENDING, _M.CANCEL): _S.CANCELLED,
    (_S.GOING, _M.CANCEL): _S.CANCELLED,
    (_S.WAITING, _M.CANCEL): _S.CANCELLED,
    (_S.GOING, _M.CHECK_IN): _S.ATTENDED,
    (_S.NO_SHOW, _M.CHECK_IN): _S.ATTENDED,
    (_S.ATTENDED, _M.UNDO_CHECK_IN): _S.GOING,
    (_S.GOING, _M.MARK_ABSENT): _S.NO_SHOW,
    (_S.NO_SHOW, _M.UNDO_ABSENCE): _S.GOING,
}


def after(state: SignUpState, move: SignUpMove) -> SignUpState:
    """Return the state after the move; raises NoSuchMove."""
    if (state, move) not in _AFTER:
        raise NoSuchMove(state, move)
    return _AFTER[state, move]


def can(state: SignUpState, move: SignUpMove) -> bool:
    """Return whether the move leads anywhere from here."""
    return (state, move) in _AFTER
