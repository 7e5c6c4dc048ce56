"""Explainer articles."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import JSON, Dialect, Index, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Model, ShortText, foreign_key
from ..pictures.models import Pictured
from ..publishing.models import Publishable
from ..publishing.states import State
from .attribution import LICENCES, Appearance, Author, Licence


class AuthorList(TypeDecorator[tuple[Author, ...]]):
    """Authors in their order: they are read and written as a whole, never searched."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return [author.written() for author in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return tuple(Author.read(each) for each in value or ())


class Article(Publishable, Pictured, Model):
    """Background reading, with who wrote it and where it first appeared."""

    __tablename__ = "articles"
    __table_args__ = (
        Index(
            "uq_articles_translation_of_id_language",
            "translation_of_id",
            "language",
            unique=True,
        ),
    )

    body: Mapped[str] = mapped_column(default="")
    authors: Mapped[Sequence[Author]] = mapped_column(AuthorList, default=())

    # What it was translated from, where it is a translation.
    translation_of_id: Mapped[int | None] = mapped_column(
        foreign_key("articles"),
        active_history=True,  # calendars that named it with the old one change too
    )
    translator: Mapped[ShortText] = mapped_column(default="")

    # The piece that this one draws on, where there is one.
    source_title: Mapped[ShortText] = mapped_column(default="")
    source_author: Mapped[ShortText] = mapped_column(default="")
    source_author_affiliation: Mapped[ShortText] = mapped_column(default="")
    first_appeared_at: Mapped[ShortText] = mapped_column(default="")
    first_appeared_url: Mapped[str] = mapped_column(default="")
    first_appeared_on: Mapped[date | None]
    appearance: Mapped[Appearance] = mapped_column(default=Appearance.ORIGINAL)
    #: Where search engines find the piece, if that is another address than ours.
    canonical_url: Mapped[str] = mapped_column(default="")
    #: By SPDX identifier; empty where nothing is granted.
    licence_code: Mapped[str] = mapped_column(String(40), default="")
    #: Further sources, one a line.
    sources: Mapped[str] = mapped_column(default="")

    translation_of: Mapped["Article | None"] = relationship(
        remote_side="Article.id", back_populates="translations"
    )
    translations: Mapped[list["Article"]] = relationship(
        back_populates="translation_of", order_by="Article.language"
    )

    @property
    def reading_minutes(self) -> int:
        """How long reading takes at 200 words a minute, in minutes, at least one."""
        return max(1, round(len(self.body.split()) / 200))

    @property
    def source_lines(self) -> list[str]:
        """The sources in their order: the text cites them by number, from 1."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    @property
    def licence(self) -> Licence | None:
        return LICENCES.get(self.licence_code)

    @property
    def is_readable(self) -> bool:
        """Whether the public can read its text, and not only what became of it."""
        return self.is_public and self.state is State.PUBLISHED

    @property
    def original(self) -> "Article":
        """What it was translated from; of what is no translation, itself."""
        return self.translation_of or self

    @property
    def readings(self) -> list["Article"]:
        """The original and its translations, as far as the public can read them."""
        own = self.original
        return [each for each in (own, *own.translations) if each.is_readable]

    def in_language(self, language: str) -> "Article":
        """Return what a reader of this language reads: a translation, or else this."""
        found = (each for each in self.readings if each.language == language)
        return next(found, self)

    @property
    def elsewhere(self) -> str:
        """The address that search engines are to name in place of ours, or empty."""
        if self.canonical_url or self.appearance is not Appearance.REPUBLISHED:
            return self.canonical_url
        return self.first_appeared_url


def readable_once(articles: Iterable[Article]) -> list[Article]:
    """Return what the public can read of these in their order, each original once.

    A draft stands for none, and one of which only a translation can be read for that.
    """
    by_original: dict[int, Article] = {}
    for article in articles:
        readable = (
            article if article.is_readable else next(iter(article.readings), None)
        )
        if readable is not None:
            by_original.setdefault(article.original.id, readable)
    return list(by_original.values())
