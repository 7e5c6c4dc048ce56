"""Organisers, groups, their roles, and how organisers sign in."""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Id, Model, ShortText, Slug, foreign_key


class Role(StrEnum):
    """What an organiser may do in a group."""

    OWNER = "owner"
    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    STEWARD = "steward"


#: Roles that may create, edit and publish.
EDITING_ROLES = (Role.OWNER, Role.ORGANISER)
#: Roles that see what is not public yet. A steward sees people at the door alone.
READING_ROLES = (*EDITING_ROLES, Role.REVIEWER)
#: Roles that see who comes, at the door, and check people in.
DOOR_ROLES = (*EDITING_ROLES, Role.STEWARD)
#: What a group says about itself, and its owners can edit.
GROUP_TEXTS = ("name", "summary", "description", "website", "contact", "language")
#: A link that signs an organiser in can be used for so long.
LINK_LIFETIME = timedelta(minutes=10)


class Organiser(Model):
    """A person who signs in."""

    __tablename__ = "organisers"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)

    name: Mapped[ShortText] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="organiser")


class Group(Model):
    """An organisation that runs or backs campaigns."""

    __tablename__ = "groups"

    id: Mapped[Id]
    slug: Mapped[Slug]

    name: Mapped[ShortText]
    summary: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    #: Where those write to who would host an action: everybody sees it.
    contact: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="group")

    @property
    def version(self) -> str:
        """The hash of what it says now: two windows tell by it that they differ."""
        texts = [getattr(self, name) for name in GROUP_TEXTS]
        return sha256(json.dumps(texts).encode()).hexdigest()


class Membership(Model):
    """An organiser's role in a group."""

    __tablename__ = "memberships"

    organiser_id: Mapped[int] = mapped_column(
        foreign_key("organisers"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(
        foreign_key("groups"), primary_key=True, index=True
    )

    role: Mapped[Role]

    organiser: Mapped[Organiser] = relationship(back_populates="memberships")
    group: Mapped[Group] = relationship(back_populates="memberships")


class SignInLink(Model):
    """A link that signs an organiser in, once."""

    __tablename__ = "sign_in_links"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organiser_id: Mapped[int] = mapped_column(foreign_key("organisers"), index=True)

    #: A link that was read off a terminal does not keep one by mail waiting.
    is_mailed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    organiser: Mapped[Organiser] = relationship()


class OrganiserSession(Model):
    """A browser in which an organiser is signed in."""

    __tablename__ = "organiser_sessions"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organiser_id: Mapped[int] = mapped_column(foreign_key("organisers"), index=True)

    #: The secret behind the CSRF tokens of this session's forms.
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    organiser: Mapped[Organiser] = relationship()
