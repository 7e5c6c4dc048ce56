"""The mails that supporters get."""

from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from math import ceil
from typing import Any

from flask import current_app

from ..events.disclosure import EventView, Viewer
from ..events.models import MailSetting
from ..feeds.site import Site
from ..lib.walltime import wall_time
from ..mail.models import OutgoingMail
from ..mail.operations import (
    ANY_TOKEN,
    Letter,
    enqueue,
    enqueue_letter,
    values_of_letter,
    written,
)
from ..notices.kinds import ABOUT_ONESELF, MailKind
from ..notices.queries.settings import mail_setting
from .lifecycle import SignUpState
from .models import HOLD, SignUp, page_token
from .own_calendar import attachment
from .people import key_name, key_name_of, person_of


def confirm_sign_up(
    sign_up: SignUp,
    event: EventView,
    now: datetime,
    due_at: datetime | None = None,
) -> OutgoingMail | None:
    """Ask whether the address is the supporter's own; not before `due_at`.

    `event` is what strangers see of it, in whatever language.

    Nothing that was typed goes into it, not even the name: who types a stranger's
    address must not be able to write to them. So it is the same for all but for the
    link, and written once.
    """
    person, sent_at = person_of(sign_up), due_at or now
    if not person.email:
        return None
    letter = _confirmation(
        event.without_counts,
        sign_up.language,
        Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"]),
        holds_place=sign_up.places_held != 0,
        awaits_approval=sign_up.awaits_approval,
        is_confirm_first=sign_up.event.is_confirm_first(now),
        hold_minutes=_minutes_left(sign_up, sent_at),
    )
    return enqueue_letter(
        letter.with_token(sign_up.token(current_app.config["SECRET_KEY"])),
        person.email,
        sign_up.language,
        now,
        key_name=key_name(sign_up.event),
        sign_up_id=sign_up.id,
        due_at=sent_at,
    )


def values_of_confirmation(
    event: EventView, nonce: bytes, recipient: str, language: str, now: datetime
) -> dict[str, Any]:
    """Return what the outbox holds of the mail that asks for the first time whether
    the address is the supporter's own, where a place is held meanwhile.

    `event` is as strangers see it, without counts.
    """
    config = current_app.config
    letter = _confirmation(
        event,
        language,
        Site(config["SITE_URL"], config["SITE_NAME"]),
        holds_place=True,
        awaits_approval=False,
        is_confirm_first=False,
        hold_minutes=HOLD // timedelta(minutes=1),
    ).with_token(page_token(config["SECRET_KEY"], nonce))
    name = key_name_of(event.uid)
    return values_of_letter(letter, recipient, language, now, key_name=name)


# By all that is in it, so that it is written anew where any of that has changed.
@lru_cache(maxsize=500)
def _confirmation(
    event: EventView, language: str, _site: Site, **facts: bool | int
) -> Letter:
    told = event.in_language(language)
    return written("confirm_sign_up", language, event=told, token=ANY_TOKEN, **facts)


def going(sign_up: SignUp, now: datetime) -> None:
    """Tell where and when to be, with a file for the calendar."""
    site = Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])
    sender = parseaddr(current_app.config["MAIL_FROM"])[1]
    file = attachment(sign_up, site, sender, now)
    event = sign_up.event.seen_by(Viewer.SUPPORTER, now, sign_up.language)
    _enqueue("going", sign_up, event, now, file)


def on_waiting_list(sign_up: SignUp, now: datetime) -> None:
    """Say that there is no place yet, or that the organisers are to decide."""
    _enqueue_public("on_waiting_list", sign_up, now)


def place_offered(sign_up: SignUp, now: datetime) -> None:
    """Offer a place to somebody who waits, and say until when it is kept."""
    _enqueue_public("place_offered", sign_up, now)


def offer_lapsed(sign_up: SignUp, now: datetime) -> None:
    """Say that the offered place is kept no longer, and how to wait again."""
    _enqueue_public("offer_lapsed", sign_up, now)


def turned_away(sign_up: SignUp, now: datetime) -> None:
    """Say that the organisers have no place for somebody who waits."""
    _enqueue_public("turned_away", sign_up, now)


def taken_off_list(sign_up: SignUp, now: datetime) -> None:
    """Tell somebody whom an organiser took off the list: nobody is to come in vain."""
    _enqueue_public("taken_off_list", sign_up, now)


def sign_up_cancelled(sign_up: SignUp, now: datetime) -> None:
    """Say goodbye to a supporter who gave up their place."""
    _enqueue_public("sign_up_cancelled", sign_up, now)


def standing(sign_up: SignUp, now: datetime) -> None:
    """Tell where a sign-up stands: the mail of the step that led there."""
    match sign_up.state:
        case SignUpState.PENDING:
            seen = sign_up.event.seen_by(Viewer.STRANGER, now)
            confirm_sign_up(sign_up, seen, now)
        case SignUpState.GOING:
            going(sign_up, now)
        case SignUpState.WAITING if sign_up.has_offer:
            place_offered(sign_up, now)
        case SignUpState.WAITING:
            on_waiting_list(sign_up, now)


def _enqueue_public(
    message: str, sign_up: SignUp, now: datetime, due_at: datetime | None = None
) -> OutgoingMail | None:
    """Write to somebody who may know of the event no more than everybody does."""
    event = sign_up.event.seen_by(Viewer.STRANGER, now, sign_up.language)
    return _enqueue(message, sign_up, event, now, due_at=due_at)


def _enqueue(
    message: str,
    sign_up: SignUp,
    event: EventView,
    now: datetime,
    calendar: bytes | None = None,
    due_at: datetime | None = None,
) -> OutgoingMail | None:
    """Write to a supporter; whom an organiser wrote down may have no address."""
    person, ends_at = person_of(sign_up), sign_up.offer_ends_at
    setting = _setting(message, sign_up)
    is_off = setting is not None and setting.is_off
    # Where no offers are to be mailed, there are none but those of before.
    if not person.email or (is_off and message != MailKind.PLACE_OFFERED):
        return None
    return enqueue(
        message,
        person.email,
        sign_up.language,
        now,
        key_name=key_name(sign_up.event),
        calendar=calendar,
        sign_up_id=sign_up.id,
        due_at=due_at,
        event=event,
        sign_up=sign_up,
        name=person.name,
        token=sign_up.token(current_app.config["SECRET_KEY"]),
        hold_minutes=_minutes_left(sign_up, due_at or now),
        # Who left the waiting list keeps the number there.
        had_place=sign_up.confirmed_on and not sign_up.queue_number,
        offer_until=ends_at and wall_time(ends_at, event.timezone),
        own_words=setting.words if setting is not None else "",
    )


def _setting(message: str, sign_up: SignUp) -> MailSetting | None:
    """What the organisers changed about this mail, where they can change anything."""
    can_change = message in ABOUT_ONESELF
    return mail_setting(sign_up.event, message) if can_change else None


def _minutes_left(sign_up: SignUp, now: datetime) -> int:
    """How long a place is kept yet, in minutes; of a new one, or of none, all of it."""
    left = sign_up.hold_ends_at - now if sign_up.hold_ends_at is not None else HOLD
    return max(1, ceil(left / timedelta(minutes=1)))
