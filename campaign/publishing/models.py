"""Columns that everything has which is published."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from ..database import Id, ShortText, Slug, foreign_key
from ..organisers.models import Group
from .states import PUBLIC_STATES, Move, State, Stated, moves_from
from .told import told_in


class Publishable(Stated):
    """Mixin: an identity for ever, a state, a version, the group that owns it."""

    id: Mapped[Id]
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    slug: Mapped[Slug]

    title: Mapped[ShortText]
    summary: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    state: Mapped[State] = mapped_column(default=State.DRAFT, index=True)
    #: Set when it first becomes public, so a cancelled draft stays unseen.
    published_at: Mapped[datetime | None]
    #: Set while it is taken off the site: its address then says that it is gone.
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]

    @declared_attr
    def group_id(cls) -> Mapped[int]:
        return mapped_column(foreign_key("groups"), index=True)

    @declared_attr
    def group(cls) -> Mapped[Group]:
        return relationship()

    @property
    def is_public(self) -> bool:
        return self.was_public and not self.is_removed

    @property
    def is_gone(self) -> bool:
        """Whether the public could see it, and can no more."""
        return self.was_public and self.is_removed

    @property
    def was_public(self) -> bool:
        return self.published_at is not None and self.state in PUBLIC_STATES

    @property
    def is_removed(self) -> bool:
        """Whether it is off the site, be it that nobody had seen it there yet."""
        return self.removed_at is not None

    @property
    def moves(self) -> list[Move]:
        return moves_from(self.state, self.is_removed)


class Translated:
    """Mixin: what is published, whose texts can be in other languages too."""

    #: The columns with texts that readers see, in the order of the form.
    TEXTS: ClassVar[tuple[str, ...]]

    #: Those texts in other languages: never changed in place, always set anew.
    told_elsewhere: Mapped[dict[str, dict[str, str]]] = mapped_column(
        JSON, default=dict
    )

    def told_in(self, language: str) -> Any:
        """Return it as a reader of the language is told it; see `told`."""
        return told_in(self, language)
