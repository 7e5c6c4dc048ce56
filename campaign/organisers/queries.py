"""Organisers, their groups, links and sessions to read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..database import db
from ..lib.slug import numbered, slug_of
from ..lib.tokens import token_hash
from ..mail.addresses import parse_address
from .models import (
    EDITING_ROLES,
    Group,
    Membership,
    Organiser,
    OrganiserSession,
    Role,
    SignInLink,
)

#: Words that stand where a slug could stand in an address: `/manage/events/new`.
RESERVED_SLUGS = frozenset({"new"})


def find_organiser(email: str) -> Organiser | None:
    """Return the organiser with this address, in whatever case it is written.

    Raises NotAnAddress.
    """
    return db.session.scalar(
        select(Organiser).where(Organiser.email == parse_address(email).key)
    )


def find_sign_in_link(token: str, now: datetime) -> SignInLink | None:
    """Return the link of this token, as long as it can be used."""
    return db.session.scalar(
        select(SignInLink).where(
            SignInLink.token_hash == token_hash(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
    )


def find_session(token: str, now: datetime) -> OrganiserSession | None:
    """Return the session of a cookie with its organiser, unless it has ended."""
    return db.session.scalar(
        select(OrganiserSession)
        .where(OrganiserSession.token_hash == token_hash(token))
        .where(OrganiserSession.expires_at > now)
        .options(joinedload(OrganiserSession.organiser))
    )


def sessions_of(organiser: Organiser, now: datetime) -> Sequence[OrganiserSession]:
    """Return where an organiser is signed in, latest first."""
    return db.session.scalars(
        select(OrganiserSession)
        .where(OrganiserSession.organiser_id == organiser.id)
        .where(OrganiserSession.expires_at > now)
        .order_by(OrganiserSession.created_at.desc(), OrganiserSession.id.desc())
    ).all()


def role_in(organiser: Organiser, group_id: int) -> Role | None:
    """Return the role of an organiser in a group, None for a stranger to it."""
    return db.session.scalar(
        select(Membership.role).where(
            Membership.organiser_id == organiser.id, Membership.group_id == group_id
        )
    )


def memberships_of(organiser: Organiser) -> Sequence[Membership]:
    """Return the groups of an organiser with the role in each, by name."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.group)
        .where(Membership.organiser_id == organiser.id)
        .options(joinedload(Membership.group))
        .order_by(Group.name, Group.id)
    ).all()


def colleagues_of(organiser: Organiser, group_id: int) -> Sequence[Organiser]:
    """Return the others in a group who see what this organiser does."""
    return db.session.scalars(
        select(Organiser)
        .join(Organiser.memberships)
        .where(Membership.group_id == group_id, Membership.role.in_(EDITING_ROLES))
        .where(Organiser.id != organiser.id)
        .order_by(Organiser.id)
    ).all()


def editors_of(group_id: int) -> Sequence[Organiser]:
    """Return those who may change what a group has."""
    return db.session.scalars(
        select(Organiser)
        .join(Organiser.memberships)
        .where(Membership.group_id == group_id, Membership.role.in_(EDITING_ROLES))
        .order_by(Organiser.id)
    ).all()


def groups_of(organiser: Organiser, roles: Collection[Role]) -> list[Group]:
    """Return the groups in which an organiser has one of the roles, by name."""
    memberships = memberships_of(organiser)
    return [each.group for each in memberships if each.role in roles]


def all_groups() -> Sequence[Group]:
    """Return every group of the site, by name."""
    return db.session.scalars(select(Group).order_by(Group.name, Group.id)).all()


def find_group(slug: str) -> Group | None:
    """Return the group at this address."""
    return db.session.scalar(select(Group).where(Group.slug == slug))


def find_twin(owner: Organiser, values: Mapping[str, Any]) -> Group | None:
    """Return the group of an owner that says exactly this about itself."""
    return db.session.scalar(
        select(Group)
        .join(Group.memberships)
        .where(Membership.organiser_id == owner.id, Membership.role == Role.OWNER)
        .where(*(getattr(Group, name) == value for name, value in values.items()))
        .order_by(Group.id)
        .limit(1)
    )


def free_slug(model: type, title: str) -> str:
    """Return a slug for a title that no row of the model has, numbered if need be.

    No slug is ever used again, because no row is ever deleted.
    """
    slug = slug_of(title)
    like_it = model.slug.startswith(slug, autoescape=True)  # type: ignore[attr-defined]
    query = select(model.slug).where(like_it)  # type: ignore[attr-defined]
    taken = RESERVED_SLUGS.union(db.session.scalars(query))
    return next(
        name for name in (numbered(slug, n) for n in count(1)) if name not in taken
    )
