"""Writes that decide: each is one conditional statement, whatever else runs.

Reading first and writing then would give two requests at once the same turn.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from flask import current_app
from sqlalchemy import Table, case, delete, update

from ..database import db, upsert
from ..keys.store import SITE, keys
from ..lib.refusal import Refusal
from ..lib.seal import keyed_hash
from ..past_session import execute_many
from ..prepared import ForMany
from .models import MailHour, MailTurn

#: Between two mails to one address that anybody can ask for by typing it.
PAUSE: Final = timedelta(minutes=15)
#: Who signs up for several events in a row gets their mails one after the other. A
#: mail that would have to wait longer than this is not written.
LONGEST_WAIT: Final = timedelta(hours=1)
#: What mails that somebody waits for may use alone of the hour's mails: one in five.
KEPT_FOR_URGENT: Final = 5
_PAUSE: Final = int(PAUSE.total_seconds())  # as the database counts
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
    turns = take_turns([email_key], now, may_wait=may_wait)
    if email_key not in turns:
        raise NoTurn
    return turns[email_key]


def take_turns(
    email_keys: Collection[str], now: datetime, *, may_wait: bool = True
) -> dict[str, datetime]:
    """Take a turn for each of several addresses, as `take_turn` does for one.

    None of them may be there twice. Those that get no turn are not in the answer.
    """
    if not current_app.config["LIMITS"]:
        return dict.fromkeys(email_keys, now)
    # Sorted, so that of two who want turns of the same none has what the other needs.
    hashes = {_hash(key): key for key in email_keys}
    free_at = int(now.timestamp()) + _PAUSE
    wanted = [{"address_hash": each, "free_at": free_at} for each in sorted(hashes)]
    statement = _TURNS_OR_WAIT if may_wait else _TURNS_AT_ONCE
    found = execute_many(statement, wanted)
    return {
        hashes[each]: datetime.fromtimestamp(until - _PAUSE, UTC)
        for each, until in found
    }


def give_turns_back(email_keys: Collection[str]) -> None:
    """Undo that addresses got a turn, in the transaction in which they did."""
    if current_app.config["LIMITS"]:
        hashes = [_hash(key) for key in email_keys]
        db.session.connection().execute(
            update(_TABLE)
            .where(_TABLE.c.address_hash.in_(hashes))
            .values(free_at=_TABLE.c.free_at - _PAUSE)
        )


def _taking(longest: int) -> Callable[[Callable[..., Any]], Any]:
    """Return what makes the statement for those who would wait `longest` seconds."""

    def make(insert: Callable[..., Any]) -> Any:
        statement = insert(_TABLE)
        mine, at_once = _TABLE.c.free_at, statement.excluded.free_at
        after_mine = mine + _PAUSE
        return statement.on_conflict_do_update(
            index_elements=[_TABLE.c.address_hash],
            set_={"free_at": case((after_mine > at_once, after_mine), else_=at_once)},
            where=after_mine <= at_once + longest,
        ).returning(_TABLE.c.address_hash, _TABLE.c.free_at)

    return make


_TABLE: Final = cast("Table", MailTurn.__table__)
_TURNS_OR_WAIT: Final = ForMany(_taking(int(LONGEST_WAIT.total_seconds())))
_TURNS_AT_ONCE: Final = ForMany(_taking(0))


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
