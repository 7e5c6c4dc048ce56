"""Where mail goes: to an SMTP server, or without one into a folder."""

import os
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import SplitResult, unquote, urlsplit

from ..config import WrongSetting

#: How long to wait for each answer of the server, in seconds.
TIMEOUT = 20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class TryLater(Exception):
    """The mail was not taken now; it may be another time."""


class NoConnection(TryLater):
    """The server cannot be used at all: no other mail would go out now either."""


class RefusedForGood(Exception):
    """The server will never take this mail (a 5xx answer, RFC 5321, 4.2.1)."""


class Transport(Protocol):
    """Takes mails one after the other, inside a `with`.

    `send` returns when somebody else is responsible for the mail. It raises
    TryLater, NoConnection or RefusedForGood.
    """

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def send(self, message: EmailMessage) -> None: ...


def transport_for(smtp_url: str, folder: Path) -> Transport:
    """Return the way out for mail; raises WrongSetting for an unusable address."""
    return SmtpServer(smtp_url) if smtp_url else MailFolder(folder)


class SmtpServer:
    """An SMTP server, connected to when the first mail is sent."""

    def __init__(self, url: str) -> None:
        self._url = _checked(url)
        self._host = self._url.hostname or ""
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._hang_up()

    def send(self, message: EmailMessage) -> None:
        try:
            if self._connection is None:
                self._connection = self._connect()
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _by_code(code, reason) from None
        except smtplib.SMTPDataError as error:
            raise _by_code(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPSenderRefused as error:
            # For the operator to mend: every mail has the same sender.
            raise NoConnection(_words(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise NoConnection(f"{type(error).__name__}: {error}") from None

    def call(self) -> None:
        """Connect and sign in, as before a mail; raises NoConnection."""
        try:
            self._connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise NoConnection(f"{type(error).__name__}: {error}") from None

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> smtplib.SMTP:
        connection = self._open()
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open(self) -> smtplib.SMTP:
        if self._url.scheme == "smtp":
            return smtplib.SMTP(self._host, self._url.port or 25, timeout=TIMEOUT)
        return smtplib.SMTP_SSL(
            self._host,
            self._url.port or 465,
            timeout=TIMEOUT,
            context=ssl.create_default_context(),
        )

    def _prepare(self, connection: smtplib.SMTP) -> None:
        """Encrypt the connection where that is possible, and sign in."""
        # Nobody listens in on this machine, and its certificate names another host.
        is_safe = self._url.scheme == "smtps" or self._host in _LOOPBACK
        connection.ehlo()
        if not is_safe and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            is_safe = True
        if self._url.username:
            if not is_safe:
                raise NoConnection("no password goes to a server without STARTTLS")
            password = unquote(self._url.password or "")
            connection.login(unquote(self._url.username), password)


class MailFolder:
    """A folder of .eml files, for a site that has no mail server yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def send(self, message: EmailMessage) -> None:
        """Write the mail under a name that sorts by time.

        The name is made of what never changes of a mail, so that one which is
        written again replaces itself; and it is never seen half written.
        """
        written_at = message["Date"].datetime.strftime("%Y%m%dT%H%M%SZ")
        unique = message["Message-ID"].strip("<>").partition("@")[0]
        path = self._folder / f"{written_at}-{unique}.eml"
        half_written = path.with_suffix(".part")
        with half_written.open("wb") as file:
            file.write(bytes(message))
            file.flush()
            os.fsync(file.fileno())
        half_written.replace(path)


def delete_kept_mail(folder: Path, tag: str) -> None:
    """Delete the mails in whose Message-ID this stands, from a folder of mails."""
    for path in folder.glob(f"*{tag}*"):
        path.unlink(missing_ok=True)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("smtp", "smtps") and parts.hostname
        _ = parts.port
    except ValueError:
        is_usable = False
    if not is_usable:
        # Not with what was given: it holds a password.
        raise WrongSetting(
            "CAMPAIGN_SMTP_URL should look like smtp://user:password@host:587"
        )
    return parts


def _by_code(code: int, reason: bytes | str) -> Exception:
    kind = RefusedForGood if code >= 500 else TryLater
    return kind(_words(code, reason))


def _words(code: int, reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"{code} {text}"
