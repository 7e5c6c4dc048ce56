"""Writes to the outbox.

A mail is put there in the transaction of what it tells about: if that is not
committed, nobody is told; if it is, the mail goes out, whatever dies in between.
"""

import re
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import uuid4

import css_inline
from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import Table, bindparam, delete, select, update

from ..database import UtcDateTime, db
from ..keys.store import SITE, keys
from ..lib.seal import seal
from ..lib.text import one_line
from ..lib.tokens import new_token
from ..past_session import run_prepared, write_at_once
from ..prepared import Prepared
from .models import MOST_ATTEMPTS, ORDINARY, PAUSES, URGENT, Content, OutgoingMail
from .queries import is_due

#: Whoever sends a mail has it for so long; then it is taken for dead.
LEASE = timedelta(minutes=5)
#: The mails for which somebody sits before a screen and waits.
_URGENT = frozenset({"sign_in", "confirm_sign_up"})
#: How long a mail that was given up is kept.
KEPT_UNDELIVERED = timedelta(days=30)


def enqueue(
    message: str,
    recipient: str,
    language: str,
    now: datetime,
    *,
    key_name: str = SITE,
    calendar: bytes | None = None,
    unsubscribe_url: str = "",
    batch_id: int | None = None,
    sign_up_id: int | None = None,
    due_at: datetime | None = None,
    **facts: Any,
) -> OutgoingMail:
    """Write the mail `templates/email/<message>/` with `facts` in it.

    It is sealed with the key of this name, and unreadable when that is destroyed.
    It goes when the sign-up is erased that it is about, and not before `due_at`.
    `calendar` is the iCalendar file that goes with it. Templates make addresses of
    the site with `link(endpoint, ...)`.
    """
    letter = written(message, language, **facts)
    content = Content(
        recipient,
        *letter,
        calendar=(calendar or b"").decode(),
        unsubscribe_url=unsubscribe_url,
    )
    mail = sealed_mail(content, key_name, language, now)
    mail.batch_id, mail.sign_up_id = batch_id, sign_up_id
    mail.priority = URGENT if message in _URGENT else ORDINARY
    mail.due_at = due_at or now
    db.session.add(mail)
    return mail


class Letter(NamedTuple):
    """What stands in a mail, perhaps in many."""

    subject: str
    body_text: str
    body_html: str

    def with_token(self, token: str) -> "Letter":
        """Return one that was written with ANY_TOKEN, for the one who has this."""
        return Letter(*(part.replace(ANY_TOKEN, token) for part in self))


#: Stands for a token in what is written once for many. No text of anybody has it.
ANY_TOKEN: Final = new_token()


def written(message: str, language: str, **facts: Any) -> Letter:
    """Return what `templates/email/<message>/` says in a language."""
    with force_locale(language):
        return Letter(
            subject=one_line(_render(message, "subject.txt", facts)),
            body_text=_with_even_gaps(_render(message, "body.txt", facts)),
            body_html=_with_inline_styles(_render(message, "body.html", facts)),
        )


def enqueue_letter(
    letter: Letter,
    recipient: str,
    language: str,
    now: datetime,
    *,
    key_name: str,
    sign_up_id: int | None,
    due_at: datetime,
) -> OutgoingMail:
    """Send a letter that is written, and that somebody waits for; see `enqueue`."""
    values = values_of_letter(letter, recipient, language, now, key_name=key_name)
    values |= {"sign_up_id": sign_up_id, "due_at": due_at}
    return write_at_once(OutgoingMail(**values))


def values_of_letter(
    letter: Letter, recipient: str, language: str, now: datetime, *, key_name: str
) -> dict[str, Any]:
    """Return what the outbox holds of a letter that somebody waits for."""
    values = _sealed_values(Content(recipient, *letter), key_name, language, now)
    return {**values, "priority": URGENT}


def sealed_mail(
    content: Content, key_name: str, language: str, now: datetime
) -> OutgoingMail:
    """Return a mail whose content is under the key of this name, made if need be."""
    return OutgoingMail(**_sealed_values(content, key_name, language, now))


def _sealed_values(
    content: Content, key_name: str, language: str, now: datetime
) -> dict[str, Any]:
    # Named in it, so that a kept copy is found when its key is destroyed.
    tag = ".".join(filter(None, (str(uuid4()), key_name.partition(":")[2])))
    message_id = f"<{tag}@{_sender_domain()}>"
    key = keys().find_or_make(key_name)
    return {
        "message_id": message_id,
        "key_name": key_name,
        "sealed": seal(key, content.written(), message_id),
        "language": language,
        "created_at": now,
        "due_at": now,
    }


def link(endpoint: str, **values: Any) -> str:
    """Return the address of a page for people outside of the site.

    It begins with CAMPAIGN_SITE_URL, never with what a request called the host.
    """
    site = urlsplit(current_app.config["SITE_URL"])
    addresses = current_app.url_map.bind(site.netloc, url_scheme=site.scheme)
    return addresses.build(endpoint, values, force_external=True)


def claim_due(now: datetime) -> OutgoingMail | None:
    """Take the next mail that is due, for `LEASE`, so that nobody else does; it belongs
    to no session.

    Those that somebody waits for come first, then what has been due longest. The
    condition stands twice: a worker that waited for another one's lock sees
    that the mail is no longer due.
    """
    values = {"now": now, "leased": now + LEASE}
    found = db.session.connection().execute(_CLAIM, values).one_or_none()
    return None if found is None else OutgoingMail(**found._asdict())


_NOW: Final = bindparam("now", type_=UtcDateTime)
_MAILS: Final = cast("Table", OutgoingMail.__table__)
_FIRST: Final = (
    select(OutgoingMail.id)
    .where(is_due(_NOW))
    .order_by(OutgoingMail.priority, OutgoingMail.due_at, OutgoingMail.id)
    .limit(1)
    .scalar_subquery()
)
#: Built once, and past the session: while there are many mails, many sign up.
_CLAIM: Final = (
    update(_MAILS)
    .where(_MAILS.c.id == _FIRST, is_due(_NOW))
    .values(due_at=bindparam("leased"))
    .returning(*_MAILS.c)
)


def forget_sealed(key_name: str) -> None:
    """Delete what waits under the key of this name, before it is destroyed."""
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.key_name == key_name))


def forget(mail: OutgoingMail) -> None:
    """Delete a mail that has been delivered."""
    run_prepared(_FORGET, mail=mail.id)


_FORGET: Final = Prepared(
    lambda _insert: delete(OutgoingMail).where(OutgoingMail.id == bindparam("mail"))
)


def put_off(mail: OutgoingMail, reason: str, now: datetime) -> None:
    """Try again later, after a pause that grows; after three days no more."""
    pause = PAUSES[min(mail.attempts, len(PAUSES) - 1)]
    _note_failure(mail, reason, mail.attempts + 1, now + pause)


def give_up(mail: OutgoingMail, reason: str, now: datetime) -> None:
    """Keep a mail that its recipient's server refuses for good, and try no more."""
    _note_failure(mail, reason, MOST_ATTEMPTS, now)


def forget_given_up(now: datetime) -> int:
    """Delete mails that were given up long ago; return how many.

    They hold addresses, and are kept so that somebody can look what went wrong.
    """
    statement = delete(OutgoingMail).where(
        OutgoingMail.attempts >= MOST_ATTEMPTS,
        OutgoingMail.created_at <= now - KEPT_UNDELIVERED,
    )
    result = db.session.execute(statement)
    deleted: int = result.rowcount  # type: ignore[attr-defined]
    return deleted


def _note_failure(
    mail: OutgoingMail, reason: str, attempts: int, due_at: datetime
) -> None:
    db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == mail.id)
        .values(attempts=attempts, due_at=due_at, last_error=reason)
    )


def _render(message: str, part: str, facts: dict[str, Any]) -> str:
    return render_template(f"email/{message}/{part}", **facts, link=link)


def _with_even_gaps(text: str) -> str:
    # What a template leaves out leaves its blank lines behind.
    return re.sub(r"\n\s*\n", "\n\n", text).strip() + "\n"


def _with_inline_styles(html: str) -> str:
    # Several mail readers ignore <style>; nothing may be fetched to find one.
    return css_inline.inline(html, load_remote_stylesheets=False)


def _sender_domain() -> str:
    return parseaddr(current_app.config["MAIL_FROM"])[1].rpartition("@")[2]
