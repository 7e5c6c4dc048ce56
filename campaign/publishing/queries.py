"""What the organisers' side lists, whatever kind it is."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select, select

from ..database import db
from ..organisers.models import Group
from .models import Publishable
from .states import State

P = TypeVar("P", bound=Publishable)
#: States in which something waits for an organiser; what hosts proposed comes first.
WAITING_STATES = (State.PROPOSED, State.DRAFT)
#: How many of each kind the first page of the organisers' side shows.
NEWEST = 5


def find(model: type[P], slug: str) -> P | None:
    """Return the row at this address, in whatever state it is."""
    return db.session.scalar(select(model).where(model.slug == slug))


def all_of(model: type[P], groups: Sequence[Group]) -> Select[P]:
    """Return the query of what the groups own, last changed first."""
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
