"""Outgoing mail."""

from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Id, Model
from ..lib.text import one_line

#: How long to wait after each failure in turn: about three days in all.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    *[timedelta(hours=4)] * 18,
)
#: After so many failures a mail is kept, but no longer tried.
MOST_ATTEMPTS = len(PAUSES) + 1


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

    def composed(self, sender: Address) -> EmailMessage:
        """Return the mail as it goes out; the same bytes each time but for borders.

        Raises ValueError where the recipient is no address.
        """
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = self.message_id
        message["Date"] = self.created_at
        message["From"] = sender
        message["To"] = self.recipient
        # The library lets an end of line at the end through, and it ends the headers.
        message["Subject"] = one_line(self.subject)
        # RFC 3834: nobody's holiday notice should answer this.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body_text)
        message.add_alternative(self.body_html, subtype="html")
        if self.calendar is not None:
            _attach_calendar(message, self.calendar)
        # Last, or it would become a header of the first part.
        message["Content-Language"] = self.language
        return message


def _attach_calendar(message: EmailMessage, calendar: bytes) -> None:
    # As a file, not as a part of the body: Outlook shows such a part as raw text.
    message.add_attachment(
        calendar,
        maintype="text",
        subtype="calendar",
        params={"method": "PUBLISH", "charset": "utf-8"},
        filename="event.ics",
    )
