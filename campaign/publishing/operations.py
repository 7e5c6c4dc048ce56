"""Creating, editing and moving what is published; the same for all kinds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from ..database import claim_version, db
from ..lib.slug import numbered, slug_of
from .models import Publishable
from .states import Move, State, after_move

P = TypeVar("P", bound=Publishable)


def create(row: P, now: datetime) -> P:
    """Add a new draft under an address of its own, and return it."""
    row.slug = _free_slug(type(row), slug_of(row.title))
    row.created_at = row.modified_at = now
    db.session.add(row)
    db.session.flush()
    return row


def edit(
    row: Publishable, version: int, changes: Mapping[str, Any], now: datetime
) -> None:
    """Write what was changed in a form that was opened at `version`.

    Raises EditedMeanwhile when somebody saved in between; then nothing changed.
    """
    claim_version(row, version)
    for name, value in changes.items():
        setattr(row, name, value)
    row.modified_at = now


def move(row: Publishable, move: Move, now: datetime) -> None:
    """Publish, postpone or cancel; raises MoveNotPossible."""
    row.state = after_move(row.state, move)
    row.modified_at = now
    if row.state is State.PUBLISHED and row.published_at is None:
        row.published_at = now


def _free_slug(model: type[Publishable], slug: str) -> str:
    """Return the slug, with a number where it is taken. No slug is ever reused."""
    pattern = slug.replace("_", r"\_") + "%"
    query = select(model.slug).where(model.slug.like(pattern, escape="\\"))
    taken = set(db.session.scalars(query))
    number = 1
    while numbered(slug, number) in taken:
        number += 1
    return numbered(slug, number)
