"""What calendars are told, ready to be joined, and when that last changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model


class FeedRevision(Model):
    """One row: how often anything changed that a feed shows, and when it last did.

    An event that leaves a feed takes its own time of change with it; this stays.
    """

    __tablename__ = "feed_revisions"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    number: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    #: By which release, for which address of the site, the fragments were written.
    written_by: Mapped[str] = mapped_column(String(64), default="")


class CalendarFragment(Model):
    """The bytes of one event, series or action day, in one language.

    Written in the transaction of the change that they tell about; feeds only join
    them.
    """

    __tablename__ = "calendar_fragments"

    #: Of the event, the series or the action day.
    uid: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    #: Empty where it cannot be written, or, of a series, not as one entry.
    body: Mapped[bytes] = mapped_column(LargeBinary)
    #: How many components (VEVENT) the body has.
    size: Mapped[int] = mapped_column(default=1)
    #: Whose VTIMEZONE it needs, if any.
    zone: Mapped[str | None] = mapped_column(String(64))
    #: Why it cannot be written, for its organisers.
    problem: Mapped[str] = mapped_column(default="")
