"""Pictures of a group, and what uses them."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from ..database import Id, Model, ShortText, Slug, foreign_key
from ..organisers.models import Group
from .shown import Shown


def new_name() -> str:
    """Return a name of 64 random bits, for an address that nobody guesses."""
    return secrets.token_hex(8)


class Picture(Model):
    """A picture of a group's library. Its files are in the store."""

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
        CheckConstraint(
            "focus_x BETWEEN 0 AND 100 AND focus_y BETWEEN 0 AND 100",
            name="focus_inside",
        ),
    )

    id: Mapped[Id]
    slug: Mapped[Slug] = mapped_column(default=new_name)
    group_id: Mapped[int] = mapped_column(foreign_key("groups"), index=True)

    # The files: their names begin with this one, and are new when they are.
    file_name: Mapped[str] = mapped_column(String(16), default=new_name)
    extension: Mapped[str] = mapped_column(String(4))  # of the original file
    width: Mapped[int]  # pixels, of the original file
    height: Mapped[int]
    #: The widths of which all files are there, smallest first.
    widths: Mapped[list[int]] = mapped_column(JSON, default=list)
    #: When the next width is made; None when all are.
    sizes_due_at: Mapped[datetime | None] = mapped_column(index=True)

    # The words
    name: Mapped[ShortText] = mapped_column(default="")
    alternative_text: Mapped[str] = mapped_column(default="")
    is_decorative: Mapped[bool] = mapped_column(default=False)
    caption: Mapped[str] = mapped_column(default="")
    credit: Mapped[ShortText] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(default="en")

    # What must not be cut off, in hundredths of width and height.
    focus_x: Mapped[int] = mapped_column(default=50)
    focus_y: Mapped[int] = mapped_column(default=50)

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]

    group: Mapped[Group] = relationship()

    @property
    def original(self) -> str:
        """The name of the file from which the sizes are made."""
        return f"{self.file_name}.{self.extension}"

    @property
    def is_described(self) -> bool:
        """Whether there are words for who cannot see it, or it needs none."""
        return self.is_decorative or bool(self.alternative_text)

    @property
    def shown(self) -> Shown:
        """What of it may be shown."""
        return Shown(
            slug=self.slug,
            file_name=self.file_name,
            width=self.width,
            height=self.height,
            widths=tuple(self.widths),
            alternative_text="" if self.is_decorative else self.alternative_text,
            caption=self.caption,
            credit=self.credit,
            licence=self.licence,
            language=self.language,
            focus=(self.focus_x, self.focus_y),
        )


class UseKind(StrEnum):
    """What uses a picture, by the noun of its desk."""

    ARTICLE = "articles"
    CAMPAIGN = "campaigns"
    ACTION_DAY = "action-days"
    EVENT = "events"


class PictureUse(Model):
    """A thing whose text or whose head shows a picture; written when the thing is."""

    __tablename__ = "picture_uses"

    picture_id: Mapped[int] = mapped_column(foreign_key("pictures"), primary_key=True)
    kind: Mapped[UseKind] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)


class Pictured:
    """Mixin: a thing with a picture at its head."""

    @declared_attr
    def picture_id(cls) -> Mapped[int | None]:
        return mapped_column(foreign_key("pictures"), index=True)

    @declared_attr
    def picture(cls) -> Mapped[Picture | None]:
        return relationship()
