"""Who may do what with something that a group owns."""

from collections.abc import Callable, Collection
from typing import TypeVar

from flask import abort

from ..organisers.access import current_organiser
from ..organisers.models import EDITING_ROLES, READING_ROLES, Role
from ..organisers.queries import role_in
from .models import Publishable
from .queries import find
from .states import Move, OffTheSite, State

P = TypeVar("P", bound=Publishable)


def public_or_abort(row: P | None) -> P:
    """Return what a public address leads to, if the public may see it.

    Answers 410 where it was taken off the site, so that programs stop asking, and 404
    where nothing was ever to be seen.
    """
    if row is None or not row.is_public:
        abort(410 if row is not None and row.is_gone else 404)
    return row


def load_to_see(model: type[P], slug: str) -> P:
    """Load what is at this address for a member who may read it."""
    return _load(model, slug, lambda _row: READING_ROLES)


def load_to_edit(model: type[P], slug: str, also_removed: bool = False) -> P:
    """Load what is at this address for a member who may change it.

    Raises OffTheSite where it is to be put back first.
    """
    row = _load(model, slug, lambda _row: EDITING_ROLES)
    if row.is_removed and not also_removed:
        raise OffTheSite
    return row


def load_to_move(model: type[P], slug: str) -> P:
    """Load what is at this address for a member who may decide about it as a whole."""
    return _load(model, slug, _moving_roles)


def load_for(model: type[P], slug: str, roles: Collection[Role]) -> P:
    """Load what is at this address for a member with one of the roles."""
    return _load(model, slug, lambda _row: roles)


def _load(
    model: type[P], slug: str, roles: Callable[[Publishable], Collection[Role]]
) -> P:
    """Answer 404 to a stranger to the group, in the same way as where nothing is,
    and 403 to a member who has none of the roles.
    """
    row = find(model, slug)
    role = role_in(current_organiser(), row.group_id) if row is not None else None
    if row is None or role is None:
        abort(404)
    if role not in roles(row):
        abort(403)
    return row


def can_edit(row: Publishable) -> bool:
    """Return whether who is signed in may change it."""
    return role_in(current_organiser(), row.group_id) in EDITING_ROLES


def possible_moves(row: Publishable) -> list[Move]:
    """Return the moves that who is signed in may make now."""
    role = role_in(current_organiser(), row.group_id)
    return row.moves if role in _moving_roles(row) else []


def _moving_roles(row: Publishable) -> tuple[Role, ...]:
    """Reviewers decide about what hosts propose, and about nothing else."""
    return READING_ROLES if row.state is State.PROPOSED else EDITING_ROLES
