"""Series: one rule, and the dates that it gave."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ...database import Id, Model, Slug, WallTime, foreign_key
from ..recurrence import Rhythm


class Series(Model):
    """An event that repeats. Each of its dates is an event of its own.

    The series holds no words: what most of its dates say is what it says. Slots are
    wall times of one zone, so that it stays at 19:00 when the clocks change.
    """

    __tablename__ = "event_series"
    __table_args__ = (
        CheckConstraint("last_slot >= first_slot", name="ends_after_it_starts"),
    )

    id: Mapped[Id]
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    slug: Mapped[Slug]
    #: What it was split from, when a date and all that follow were changed.
    continues_id: Mapped[int | None] = mapped_column(foreign_key("event_series"))

    rhythm: Mapped[Rhythm]
    first_slot: Mapped[WallTime]
    last_slot: Mapped[WallTime]
    timezone: Mapped[str] = mapped_column(String(64))
    is_all_day: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    # What calendars were last told: see feeds/operations.
    calendar_hash: Mapped[str] = mapped_column(String(64), default="")
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime | None]
