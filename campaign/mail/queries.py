"""The outbox to read."""

from datetime import datetime
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
)

from ..database import UtcDateTime, db
from ..past_session import run_prepared
from ..prepared import Prepared
from .models import MOST_ATTEMPTS, PRIORITIES, OutgoingMail


def is_mail_due(now: datetime) -> bool:
    """Return whether something waits to be sent. Asks without locking anybody out."""
    return bool(run_prepared(_ANY_DUE, now=now).scalar())


def undelivered_count() -> int:
    """Return how many mails were given up, and wait for a person to look at them."""
    given_up = OutgoingMail.attempts >= MOST_ATTEMPTS
    return db.session.scalar(select(func.count(OutgoingMail.id)).where(given_up)) or 0


def is_due(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition of mails that should go out at `now`."""
    return and_(
        # For the index, which begins with it.
        OutgoingMail.priority.in_([literal_column(str(each)) for each in PRIORITIES]),
        OutgoingMail.due_at <= now,
        OutgoingMail.attempts < MOST_ATTEMPTS,
    )


_ANY_DUE: Final = Prepared(
    lambda _insert: select(exists().where(is_due(bindparam("now", type_=UtcDateTime))))
)
