"""Outgoing mail."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Id, Model
from ..keys.store import keys
from ..lib.seal import unseal
from ..lib.text import one_line

#: How long to wait after each failure in turn: about three days in all.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    *[timedelta(hours=4)] * 18,
)
#: Somebody sits before a screen and waits for it; or nobody does.
URGENT, ORDINARY = 0, 1
PRIORITIES = (URGENT, ORDINARY)
#: After so many failures a mail is kept, but no longer tried.
MOST_ATTEMPTS = len(PAUSES) + 1


class _OnOneLine(UnstructuredHeader):
    """A header that is an address: the library would break a long one into encoded
    words, which no mail reader takes for an address.
    """

    def fold(self: Any, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OnOneLine)  # type: ignore[arg-type]
_POLICY = SMTP.clone(header_factory=_headers)


class OutgoingMail(Model):
    """A mail that waits for its delivery; its row goes when it has been sent.

    The Message-ID is made with the row, so that a mail which had to be sent again
    is recognised by the reader's mailbox as the same (RFC 5322, 3.6.4).
    """

    __tablename__ = "outgoing_mails"
    __table_args__ = (Index("ix_outgoing_mails_priority_due_at", "priority", "due_at"),)

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(String(255), unique=True)

    #: The whole of it, under the key with this name.
    key_name: Mapped[str] = mapped_column(String(80), index=True)
    sealed: Mapped[bytes]
    language: Mapped[str] = mapped_column(default="en")
    #: The message of organisers to many that it is part of, for their progress.
    batch_id: Mapped[int | None] = mapped_column(index=True)
    #: The sign-up that it is about: whoever erases that gets no more mail about it.
    sign_up_id: Mapped[int | None] = mapped_column(
        ForeignKey("sign_ups.id", ondelete="CASCADE"), index=True
    )
    #: What goes out first, and what may use the last of an hour's mails.
    priority: Mapped[int] = mapped_column(default=ORDINARY)
    created_at: Mapped[datetime]

    attempts: Mapped[int] = mapped_column(default=0)
    #: Not before this instant: moved into the future by each failure, and by the
    #: worker that is sending it just now, so that no other one takes it too.
    due_at: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(default="")

    @property
    def content(self) -> "Content":
        """What the mail says, and to whom; raises KeyDestroyed."""
        key = keys().key(self.key_name)
        return Content.read(unseal(key, self.sealed, self.message_id))

    def composed(self, sender: Address) -> EmailMessage:
        """Return the mail as it goes out; the same bytes each time but for borders.

        Raises ValueError where the recipient is no address, and KeyDestroyed.
        """
        message = EmailMessage(policy=_POLICY)
        message["Message-ID"] = self.message_id
        message["Date"] = self.created_at
        message["From"] = sender
        # RFC 3834: nobody's holiday notice should answer this.
        message["Auto-Submitted"] = "auto-generated"
        self.content.fill(message)
        # Last, or it would become a header of the first part.
        message["Content-Language"] = self.language
        return message


@dataclass(frozen=True)
class Content:
    """All of a mail that is personal: it lies sealed in the outbox."""

    recipient: str
    subject: str
    body_text: str
    body_html: str
    calendar: str = ""  # an iCalendar file
    unsubscribe_url: str = ""

    def fill(self, message: EmailMessage) -> None:
        """Put it into a mail; raises ValueError where the recipient is no address."""
        message["To"] = self.recipient
        # The library lets an end of line at the end through, and it ends the headers.
        message["Subject"] = one_line(self.subject)
        if self.unsubscribe_url:
            # RFC 8058: one click, which the mail reader makes by itself.
            message["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self.body_text)
        message.add_alternative(self.body_html, subtype="html")
        if self.calendar:
            _attach_calendar(message, self.calendar.encode())

    def written(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, written: bytes) -> Self:
        return cls(**json.loads(written))


def _attach_calendar(message: EmailMessage, calendar: bytes) -> None:
    # As a file, not as a part of the body: Outlook shows such a part as raw text.
    message.add_attachment(
        calendar,
        maintype="text",
        subtype="calendar",
        params={"method": "PUBLISH", "charset": "utf-8"},
        filename="event.ics",
    )
