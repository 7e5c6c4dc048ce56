"""The last mail about a sign-up once more, for those who cannot find it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from ...database import db
from ...events.operations import EventNotOpen
from ...lib.refusal import Refusal
from ...limits.operations import NoTurn, take_turn
from ...mail.addresses import parse_address
from .. import messages
from ..lifecycle import NoSuchMove, SignUpMove, can
from ..models import Notice, SignUp, SignUpState
from ..people import person_of
from .waiting_list import fill_places

#: Nobody's mailbox is to be filled by pressing a button.
PAUSE: Final = timedelta(minutes=15)
_KIND: Final = "sent_again"


class SentJustNow(Refusal):
    """The mail was sent again a short time ago."""


def send_again(sign_up: SignUp, now: datetime) -> None:
    """Send the mail about where a sign-up stands now.

    Raises SentJustNow, EventNotOpen, or NoSuchMove for one that has ended.
    """
    event = sign_up.event
    # So that the mail does not offer what has ended meanwhile.
    fill_places(event, now)
    if not event.is_open(now):
        raise EventNotOpen
    if not can(sign_up.state, SignUpMove.LEAVE) or sign_up.is_overdue(now):
        raise NoSuchMove(sign_up.state)
    of_it = (Notice.sign_up_id == sign_up.id, Notice.kind == _KIND)
    notice = db.session.scalar(select(Notice).where(*of_it))
    if notice is None:
        notice = Notice(sign_up_id=sign_up.id, kind=_KIND)
        db.session.add(notice)
    elif now < datetime.fromisoformat(notice.about) + PAUSE:
        raise SentJustNow
    if sign_up.state is SignUpState.PENDING:
        _take_turn(sign_up, now)
    # One row that moves on: when somebody asked before is nothing to keep.
    notice.about = now.astimezone(UTC).isoformat(timespec="seconds")
    messages.standing(sign_up, now)


def _take_turn(sign_up: SignUp, now: datetime) -> None:
    """Nobody has confirmed the address: it may be a stranger's mailbox."""
    try:
        take_turn(parse_address(person_of(sign_up).email).key, now, may_wait=False)
    except NoTurn:
        raise SentJustNow from None
