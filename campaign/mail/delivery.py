"""The way from the outbox to the mail server.

A mail is claimed in one transaction, sent outside of any, and deleted in another
one. A process that dies between sending and deleting leaves the row, and the mail
is sent again with the same Message-ID: twice rather than never. One that dies before
it sends leaves a mail that is due again when its lease ends.

An hour has only so many mails (CAMPAIGN_MAILS_PER_HOUR). What is over waits for the
next, and is never lost.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr

import structlog
from flask import current_app

from ..database import transaction
from ..keys.store import KeyDestroyed
from ..lib import clock
from ..lib.text import one_line
from ..limits.operations import spend_mail
from . import operations
from .models import URGENT, OutgoingMail
from .queries import is_mail_due
from .transport import NoConnection, RefusedForGood, Transport, transport_for

log = structlog.get_logger()
#: Mails in one round, so that the other work of the background has its turn.
MOST_AT_ONCE = 50


class _HourSpent(Exception):
    """No mail may go out before the next hour: the claim is taken back."""


def transport() -> Transport:
    """Return the way out that the settings name; raises WrongSetting."""
    config = current_app.config
    return transport_for(config["SMTP_URL"], config["INSTANCE_PATH"] / "mail")


def deliver_due(
    way_out: Transport, read_clock: Callable[[], datetime] = clock.now
) -> int:
    """Send what is due over one connection; return how many mails went out.

    It reads the clock for each mail, because a slow server can take longer than
    the lease of the next one.
    """
    delivered, sent = 0, None
    with way_out:
        try:
            for _ in range(MOST_AT_ONCE):
                mail, sent = _next(read_clock(), sent), None
                if mail is None:
                    break
                if mail.due_at <= read_clock():
                    continue  # this machine slept: another worker may have it by now
                try:
                    way_out.send(mail.composed(_sender()))
                except KeyDestroyed:
                    sent = mail  # nobody may read it any more, its recipient included
                except Exception as error:
                    _note_failure(mail, error, read_clock())
                    if isinstance(error, NoConnection):
                        break
                else:
                    sent, delivered = mail, delivered + 1
        finally:
            _forget(sent)
    return delivered


def _next(now: datetime, sent: OutgoingMail | None) -> OutgoingMail | None:
    """Delete the mail that was sent last, and claim the next: in one transaction, for
    while there are many, many others want to write as well.
    """
    if is_mail_due(now):
        with suppress(_HourSpent), transaction():
            if sent is not None:
                operations.forget(sent)
            mail = operations.claim_due(now)
            if mail is not None and not spend_mail(mail.priority == URGENT, now):
                raise _HourSpent
            return mail
    _forget(sent)
    return None


def _note_failure(mail: OutgoingMail, error: Exception, now: datetime) -> None:
    """Write down what went wrong; the log gets no address and no server's words."""
    fail = operations.give_up if _is_final(error) else operations.put_off
    with transaction():
        fail(mail, _reason(error), now)
    log.warning(
        "mail_not_sent",
        mail=mail.message_id,
        error=type(error).__name__,
        attempts=mail.attempts + 1,
        is_final=_is_final(error),
    )


def _reason(error: Exception) -> str:
    """What to tell the operator: the words of a server often hold an address."""
    if isinstance(error, NoConnection):
        return str(error)  # it is about us and the server, and about nobody else
    code = re.match(r"\d{3}\b", str(error))
    return f"{type(error).__name__} {code.group() if code else ''}".strip()


def _is_final(error: Exception) -> bool:
    return isinstance(error, RefusedForGood)


def _forget(mail: OutgoingMail | None) -> None:
    if mail is not None:
        with transaction():
            operations.forget(mail)


def _sender() -> Address:
    name, mailbox = parseaddr(current_app.config["MAIL_FROM"])
    user, _, domain = mailbox.rpartition("@")
    return Address(one_line(name or current_app.config["SITE_NAME"]), user, domain)
