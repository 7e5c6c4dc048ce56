"""Writes that decide: each is one conditional statement, whatever else runs.

Reading first and writing then would give two requests at once the same turn.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import Integer, bindparam, case, delete

from ..database import db, run_prepared, upsert
from ..keys.store import SITE, keys
from ..lib.refusal import Refusal
from ..lib.seal import keyed_hash
from ..prepared import Prepared
from .models import MailHour, MailTurn

#: Between two mails to one address that anybody can ask for by typing it.
PAUSE: Final = timedelta(minutes=15)
#: Who signs up for several events in a row gets their mails one after the other. A
#: mail that would have to wait longer than this is not written.
LONGEST_WAIT: Final = timedelta(hours=1)
#: What mails that somebody waits for may use alone of the hour's mails: one in five.
KEPT_FOR_URGENT: Final = 5
_HOUR: Final = 3600
_KEPT_HOURS: Final = 24


class NoTurn(Refusal):
    """So many mails wait for this address already that another one would only fill
    a stranger's mailbox.
    """

    status = 429


def take_turn(email_key: str, now: datetime, *, may_wait: bool = True) -> datetime:
    """Return from when on a mail may go to an address, and keep that turn for it.

    `email_key` is the form in which addresses are compared. Raises NoTurn where too
    many mails wait for the address, or where this one would have to wait and may not.
    """
    if not current_app.config["LIMITS"]:
        return now
    asked, pause = int(now.timestamp()), int(PAUSE.total_seconds())
    longest = int(LONGEST_WAIT.total_seconds()) if may_wait else 0
    free_at = run_prepared(
        _TURN,
        address=_hash(email_key),
        at_once=asked + pause,
        asked=asked,
        pause=pause,
        latest=asked + longest,
    ).scalar()
    if free_at is None:
        raise NoTurn
    return datetime.fromtimestamp(free_at - pause, UTC)


def _turn(insert: Callable[..., Any]) -> Any:
    asked, pause = bindparam("asked", type_=Integer), bindparam("pause", type_=Integer)
    begins = case((MailTurn.free_at > asked, MailTurn.free_at), else_=asked)
    return (
        insert(MailTurn)
        .values(
            address_hash=bindparam("address"),
            free_at=bindparam("at_once"),
        )
        .on_conflict_do_update(
            index_elements=[MailTurn.address_hash],
            set_={"free_at": begins + pause},
            where=MailTurn.free_at <= bindparam("latest", type_=Integer),
        )
        .returning(MailTurn.free_at)
    )


_TURN: Final = Prepared(_turn)


def spend_mail(is_urgent: bool, now: datetime) -> bool:
    """Count a mail as sent in this hour; return False where the hour's are spent.

    The last fifth is for those that somebody waits for.
    """
    most = current_app.config["MAILS_PER_HOUR"]
    if not most or not current_app.config["LIMITS"]:
        return True
    if not is_urgent:
        most -= most // KEPT_FOR_URGENT
    statement: Any = (
        upsert(MailHour)
        .values(hour=_hour(now), sent=1)
        .on_conflict_do_update(
            index_elements=[MailHour.hour],
            set_={"sent": MailHour.sent + 1},
            where=MailHour.sent < most,
        )
        .returning(MailHour.sent)
    )
    return db.session.scalar(statement) is not None


def forget_turns(now: datetime) -> None:
    """Delete turns that have come, and hours that are long over."""
    seconds = int(now.timestamp())
    db.session.execute(delete(MailTurn).where(MailTurn.free_at <= seconds))
    oldest = _hour(now) - _KEPT_HOURS
    db.session.execute(delete(MailHour).where(MailHour.hour < oldest))


def _hash(email_key: str) -> str:
    return keyed_hash(keys().find_or_make(SITE), f"mail turn\0{email_key}")


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // _HOUR
