"""The outbox to read."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select

from ..database import db
from .models import MOST_ATTEMPTS, PRIORITIES, OutgoingMail


def is_mail_due(now: datetime) -> bool:
    """Return whether something waits to be sent. Asks without locking anybody out."""
    return bool(db.session.scalar(select(exists().where(is_due(now)))))


def undelivered_count() -> int:
    """Return how many mails were given up, and wait for a person to look at them."""
    given_up = OutgoingMail.attempts >= MOST_ATTEMPTS
    return db.session.scalar(select(func.count(OutgoingMail.id)).where(given_up)) or 0


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition of mails that should go out at `now`."""
    return and_(
        OutgoingMail.priority.in_(PRIORITIES),  # for the index, which begins with it
        OutgoingMail.due_at <= now,
        OutgoingMail.attempts < MOST_ATTEMPTS,
    )
