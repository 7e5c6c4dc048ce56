"""The mails that supporters get."""

from datetime import datetime
from email.utils import parseaddr

from flask import current_app

from ..events.disclosure import EventView, Viewer
from ..feeds.site import Site
from ..mail.models import OutgoingMail
from ..mail.operations import enqueue
from .models import HOLD, SignUp
from .own_calendar import attachment
from .people import key_name, person_of


def confirm_sign_up(sign_up: SignUp, now: datetime) -> OutgoingMail:
    """Ask whether the address is the supporter's own.

    Nothing that was typed goes into it, not even the name: who types a stranger's
    address must not be able to write to them.
    """
    event = sign_up.event.seen_by(Viewer.STRANGER, now)
    return _enqueue("confirm_sign_up", sign_up, event, now)


def going(sign_up: SignUp, now: datetime) -> None:
    """Tell where and when to be, with a file for the calendar."""
    site = Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])
    sender = parseaddr(current_app.config["MAIL_FROM"])[1]
    file = attachment(sign_up, site, sender, now)
    event = sign_up.event.seen_by(Viewer.SUPPORTER, now)
    _enqueue("going", sign_up, event, now, file)


def sign_up_cancelled(sign_up: SignUp, now: datetime) -> None:
    """Say goodbye to a supporter who gave up their place."""
    event = sign_up.event.seen_by(Viewer.STRANGER, now)
    _enqueue("sign_up_cancelled", sign_up, event, now)


def taken_off_list(sign_up: SignUp, now: datetime) -> None:
    """Tell somebody whom an organiser took off the list, so that nobody comes in vain."""
    event = sign_up.event.seen_by(Viewer.STRANGER, now)
    _enqueue("taken_off_list", sign_up, event, now)


def _enqueue(
    message: str,
    sign_up: SignUp,
    event: EventView,
    now: datetime,
    calendar: bytes | None = None,
) -> OutgoingMail:
    person = person_of(sign_up)
    return enqueue(
        message,
        person.email,
        sign_up.language,
        now,
        key_name=key_name(sign_up.event),
        calendar=calendar,
        event=event,
        sign_up=sign_up,
        name=person.name,
        token=sign_up.token(current_app.config["SECRET_KEY"]),
        hold_minutes=int(HOLD.total_seconds() // 60),
    )
