"""When the feeds last changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint
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
