"""Creating, editing and moving what is published; the same for all kinds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from ..database import claim_version, db
from ..organisers.models import Organiser
from ..organisers.queries import free_slug
from .models import Publishable
from .states import Move, OffTheSite, State, after_move

P = TypeVar("P", bound=Publishable)


def create(row: P, now: datetime) -> P:
    """Add a new draft under an address of its own, and return it."""
    # The row may hang on others already, and cannot be written without a slug.
    with db.session.no_autoflush:
        row.slug = free_slug(type(row), row.title)
    row.created_at = row.modified_at = now
    db.session.add(row)
    db.session.flush()
    return row


def edit(
    row: Publishable, version: int, changes: Mapping[str, Any], now: datetime
) -> None:
    """Write what was changed in a form that was opened at `version`.

    Raises EditedMeanwhile when somebody saved in between, and OffTheSite when
    somebody took it off the site; then nothing changed.
    """
    claim_version(row, version)
    if row.is_removed:
        raise OffTheSite
    for name, value in changes.items():
        setattr(row, name, value)
    row.modified_at = now


def move(row: Publishable, move: Move, now: datetime) -> None:
    """Publish, postpone, cancel, take off the site or put back.

    Raises MoveNotPossible, NotYetCancelled or OffTheSite. The row is read under a
    lock, so that of two moves at once the second one sees where the first one led.
    """
    lock(row)
    row.state = after_move(row.state, move, row.is_removed)
    row.removed_at = now if move is Move.REMOVE else None
    row.modified_at = now
    if row.state is State.PUBLISHED and row.published_at is None:
        row.published_at = now


def lock(row: Publishable | Organiser) -> None:
    """Read a row again, and keep other writers away from it until the commit.

    On SQLite the transaction itself is the lock.
    """
    table = type(row)
    db.session.execute(select(table.id).where(table.id == row.id).with_for_update())
    db.session.expire(row)
