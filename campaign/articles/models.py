"""Explainer articles."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, ShortText
from ..publishing.models import Publishable


class Article(Publishable, Model):
    """Background reading, with who wrote it and where it first appeared."""

    __tablename__ = "articles"

    body: Mapped[str] = mapped_column(default="")
    author: Mapped[ShortText] = mapped_column(default="")
    author_affiliation: Mapped[ShortText] = mapped_column(default="")

    # The piece that this one draws on, where there is one.
    source_title: Mapped[ShortText] = mapped_column(default="")
    source_author: Mapped[ShortText] = mapped_column(default="")
    source_author_affiliation: Mapped[ShortText] = mapped_column(default="")
    first_appeared_at: Mapped[ShortText] = mapped_column(default="")
    first_appeared_url: Mapped[str] = mapped_column(default="")
    first_appeared_on: Mapped[date | None]
    #: Further sources, one a line.
    sources: Mapped[str] = mapped_column(default="")

    @property
    def reading_minutes(self) -> int:
        """How long reading takes at 200 words a minute, in minutes, at least one."""
        return max(1, round(len(self.body.split()) / 200))
