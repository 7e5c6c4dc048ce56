"""Outgoing mail."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Id, Model


class OutgoingMail(Model):
    """A mail that waits for its delivery; its row goes when it has been sent.

    The Message-ID is made with the row, so that a mail which had to be sent again
    is recognised by the reader's mailbox as the same (RFC 5322, 3.6.4).
    """

    __tablename__ = "outgoing_mails"

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(String(255), unique=True)

    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    calendar: Mapped[bytes | None]
    created_at: Mapped[datetime]

    attempts: Mapped[int] = mapped_column(default=0)
    #: Not before this instant: moved into the future by each failure, and by the
    #: worker that is sending it just now, so that no other one takes it too.
    due_at: Mapped[datetime] = mapped_column(index=True)
    last_error: Mapped[str] = mapped_column(default="")
