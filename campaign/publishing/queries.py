"""What the public may see, and what the organisers' side lists, of every kind."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from ..database import db
from ..organisers.models import Group
from .models import Publishable
from .states import PUBLIC_STATES, State

P = TypeVar("P", bound=Publishable)
#: States in which something waits for an organiser; what hosts proposed comes first.
WAITING_STATES = (State.PROPOSED, State.DRAFT)
#: How many of each kind the first page of the organisers' side shows.
NEWEST = 5


def is_public(model: type[Publishable]) -> ColumnElement[bool]:
    """Return the condition that the public may see a row of this kind."""
    return and_(
        model.state.in_(PUBLIC_STATES),
        model.published_at.is_not(None),
        model.removed_at.is_(None),
    )


def find(model: type[P], slug: str) -> P | None:
    """Return the row at this address, in whatever state it is."""
    return db.session.scalar(select(model).where(model.slug == slug))


def find_made(model: type[P], uid: UUID) -> P | None:
    """Return what was made with this identity, whosever it is."""
    return db.session.scalar(select(model).where(model.uid == uid))


def all_of(model: type[P], groups: Sequence[Group]) -> Select[P]:
    """Return the query of what the groups own, last changed first."""
    return _owned(model, groups).where(model.removed_at.is_(None))


def removed_of(model: type[P], groups: Sequence[Group]) -> Select[P]:
    """Return the query of what the groups took off the site, last changed first."""
    return _owned(model, groups).where(model.removed_at.is_not(None))


def count_removed(model: type[Publishable], groups: Sequence[Group]) -> int:
    """Return how much the groups took off the site."""
    query = removed_of(model, groups).order_by(None)
    return db.session.scalar(query.with_only_columns(func.count(model.id))) or 0


def _owned(model: type[P], groups: Sequence[Group]) -> Select[P]:
    return (
        select(model)
        .where(model.group_id.in_([group.id for group in groups]))
        .order_by(model.modified_at.desc(), model.id.desc())
    )


def newest_of(model: type[P], groups: Sequence[Group]) -> Sequence[P]:
    """Return what was changed last of what the groups own."""
    return db.session.scalars(all_of(model, groups).limit(NEWEST)).all()


def waiting_of(model: type[P], groups: Sequence[Group]) -> Sequence[P]:
    """Return what waits longest for an organiser, what hosts proposed first."""
    query = all_of(model, groups).where(model.state.in_(WAITING_STATES))
    proposed_first = (model.state == State.PROPOSED).desc()
    return db.session.scalars(
        query.order_by(None).order_by(proposed_first, model.modified_at, model.id)
    ).all()
