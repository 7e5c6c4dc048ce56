"""Versions of articles, drafts of changes to them, and links to a preview."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..articles.models import Article
from ..database import Id, Model, ShortText, foreign_key
from ..lib.packing import unpack
from ..organisers.models import Organiser


class ArticleVersion(Model):
    """What an article said after somebody saved it."""

    __tablename__ = "article_versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(foreign_key("articles"))
    #: The article's own `version` when it was saved: some numbers may be missing.
    number: Mapped[int]
    #: Who saved it. None where nobody knows: long ago, or they are no organiser now.
    organiser_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisers.id", ondelete="SET NULL"), index=True
    )
    saved_at: Mapped[datetime]
    #: What was changed, in the words of who changed it.
    note: Mapped[ShortText] = mapped_column(default="")
    words: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    organiser: Mapped[Organiser | None] = relationship()

    @property
    def texts(self) -> dict[str, str]:
        return unpack(self.packed)


class ArticleDraft(Model):
    """What an organiser typed into the form of an article, and did not save yet."""

    __tablename__ = "article_drafts"
    __table_args__ = (UniqueConstraint("organiser_id", "uid"),)

    id: Mapped[Id]
    organiser_id: Mapped[int] = mapped_column(
        ForeignKey("organisers.id", ondelete="CASCADE")
    )
    #: Of the article, or of the one that the form will make.
    uid: Mapped[UUID] = mapped_column(index=True)
    #: Counts how often it was kept: two windows tell by it that they differ.
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(index=True)
    #: What was left out of an imported file, one line each.
    report: Mapped[str] = mapped_column(default="")
    packed: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def answers(self) -> dict[str, str]:
        """What stood in the fields of the form, by their names."""
        return unpack(self.packed)


class PreviewLink(Model):
    """A link with which somebody without an account reads a draft."""

    __tablename__ = "article_preview_links"

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(foreign_key("articles"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Whom it is for, in the words of who made it.
    label: Mapped[ShortText] = mapped_column(default="")
    organiser_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisers.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship()
    organiser: Mapped[Organiser | None] = relationship()

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
