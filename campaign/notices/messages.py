"""The mails about an event to those who come, or wait for a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any, Self

from flask import current_app

from ..events.disclosure import EventView, Viewer
from ..events.models import Event
from ..feeds.site import Site
from ..lib.walltime import wall_time
from ..mail.operations import enqueue, link
from ..signups.models import SignUp
from ..signups.own_calendar import attachment
from ..signups.people import Person, key_name
from .announcement import Announcement
from .before import differences
from .kinds import FIXED_WORDS, STOPPABLE, MailKind
from .queries.recipients import release_of, stop_token
from .queries.settings import mail_setting


@dataclass(frozen=True)
class Round:
    """What all mails have in common that are written at once."""

    event: Event
    now: datetime
    #: What the organisers say in place of the usual first words.
    words: str
    #: The event as those see it who come, and as those who only wait for a place.
    going: EventView
    waiting: EventView

    @classmethod
    def of(cls, event: Event, kind: MailKind, now: datetime) -> Self:
        setting = None if kind in FIXED_WORDS else mail_setting(event, kind)
        return cls(
            event,
            now,
            setting.words if setting else "",
            event.seen_by(Viewer.SUPPORTER, now),
            event.seen_by(Viewer.STRANGER, now),
        )

    def view_for(self, sign_up: SignUp) -> EventView:
        return self.going if sign_up.is_confirmed else self.waiting


def announcement(
    round_: Round, sign_up: SignUp, person: Person, told: Announcement
) -> None:
    """Tell what has happened to the event, or what the organisers have to say."""
    match told.kind:
        case MailKind.CHANGED:
            changed(round_, sign_up, person, told)
        case MailKind.MESSAGE:
            message(round_, sign_up, person, told)
        case _:
            _enqueue(told.kind, round_, sign_up, person, has_calendar=True)


def changed(round_: Round, sign_up: SignUp, person: Person, told: Announcement) -> None:
    """Show old and new side by side, as far as this supporter may know them.

    Who may know nothing of the difference gets no mail.
    """
    assert told.before is not None
    new = round_.view_for(sign_up)
    viewer = Viewer.SUPPORTER if sign_up.is_confirmed else Viewer.STRANGER
    old = told.before.seen(new, release_of(round_.event), viewer, round_.now)
    different = differences(old, new)
    if different:
        facts: dict[str, Any] = {"old": old, "different": different}
        _enqueue(told.kind, round_, sign_up, person, has_calendar=True, **facts)


def message(round_: Round, sign_up: SignUp, person: Person, told: Announcement) -> None:
    """Pass on what the organisers wrote."""
    facts: dict[str, Any] = {"subject": told.subject, "text": told.text}
    facts["batch_id"] = told.entry
    _enqueue(told.kind, round_, sign_up, person, **facts)


def reminder(round_: Round, sign_up: SignUp, person: Person) -> None:
    """Say when and where it is, how to get in, and how to leave."""
    today = wall_time(round_.now, round_.event.timezone).date()
    days = (round_.event.starts_local.date() - today).days
    _enqueue(MailKind.REMINDER, round_, sign_up, person, days_left=days)


def thank_you(
    round_: Round, sign_up: SignUp, person: Person, coming: Sequence[Event]
) -> None:
    """Say thanks, and what is next in the campaign."""
    language = sign_up.language
    views = [e.seen_by(Viewer.STRANGER, round_.now, language) for e in coming]
    _enqueue(MailKind.THANK_YOU, round_, sign_up, person, coming=views)


def _enqueue(
    kind: MailKind,
    round_: Round,
    sign_up: SignUp,
    person: Person,
    has_calendar: bool = False,
    **facts: Any,
) -> None:
    if not person.email:  # one whom organisers wrote down by hand
        return
    stops = kind in STOPPABLE
    file = _calendar(sign_up, round_.now) if has_calendar else None
    enqueue(
        kind,
        person.email,
        sign_up.language,
        round_.now,
        key_name=key_name(round_.event),
        calendar=file,
        unsubscribe_url=_stop_address(sign_up) if stops else "",
        sign_up_id=sign_up.id,
        event=round_.view_for(sign_up).in_language(sign_up.language),
        sign_up=sign_up,
        name=person.name,
        token=sign_up.token(current_app.config["SECRET_KEY"]),
        words=round_.words,
        stop_url=_stop_address(sign_up, lang=sign_up.language) if stops else "",
        has_file=file is not None,
        **facts,
    )


def _stop_address(sign_up: SignUp, **values: str) -> str:
    """Return the address that stops the mails about an event to one supporter."""
    token = stop_token(sign_up)
    return link("notices.show", number=sign_up.id, token=token, **values)


def _calendar(sign_up: SignUp, now: datetime) -> bytes | None:
    site = Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])
    sender = parseaddr(current_app.config["MAIL_FROM"])[1]
    return attachment(sign_up, site, sender, now)
