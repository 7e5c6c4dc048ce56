"""Looks at the mail: where it goes, what waits, and whether the server answers."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flask import current_app
from sqlalchemy import func, select

from ..database import db
from ..lib import clock
from ..mail.models import MOST_ATTEMPTS, OutgoingMail
from ..mail.queries import undelivered_count
from ..mail.transport import NoConnection, SmtpServer
from .findings import Finding, fine, instance, note, wrong

#: A mail that is due for so long has nobody who sends it.
_LATE: Final = timedelta(minutes=15)


def mail() -> Iterator[Finding]:
    config, now = current_app.config, clock.now()
    if config["SMTP_URL"]:
        SmtpServer(config["SMTP_URL"])  # raises WrongSetting, which the terminal tells
        yield fine("Mail goes to a mail server")
    else:
        yield note(
            f"Mail is not sent, but kept in {instance() / 'mail'}",
            "Set CAMPAIGN_SMTP_URL.",
        )
    if undelivered_count():
        yield note(
            f"{undelivered_count()} mails were given up in the last 30 days",
            "Look at last_error in the table outgoing_mails.",
        )
    late = select(func.count(OutgoingMail.id)).where(
        OutgoingMail.due_at < now - _LATE, OutgoingMail.attempts < MOST_ATTEMPTS
    )
    if waiting := db.session.scalar(late):
        yield wrong(
            f"{waiting} mails are due for more than 15 minutes",
            "Is campaign run or campaign worker running? Is CAMPAIGN_MAILS_PER_HOUR "
            "too low?",
        )


def mail_server() -> Iterator[Finding]:
    url = current_app.config["SMTP_URL"]
    if not url:
        return
    try:
        with SmtpServer(url) as server:
            server.call()
    except NoConnection as error:
        yield wrong(
            f"The mail server cannot be used: {error}",
            "Look at CAMPAIGN_SMTP_URL: host, port, user and password.",
        )
    else:
        yield fine("The mail server answers and lets the site in")
