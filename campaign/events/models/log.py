"""What was done about an event, by whom: its log."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...database import Id, Model, foreign_key
from ...organisers.models import Organiser


class LogEntry(Model):
    """One action. It names no supporter: a sign-up by its number alone."""

    __tablename__ = "event_log"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(foreign_key("events"), index=True)
    organiser_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisers.id", ondelete="SET NULL")
    )
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    sign_up_number: Mapped[int | None]
    count: Mapped[int | None]

    organiser: Mapped[Organiser | None] = relationship()
