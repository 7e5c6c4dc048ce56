"""Putting mails to many into the outbox, some at a time, each of them once.

Whoever does it holds the lock of the event, so that two workers stand in a queue, and
what the mails say is true when they are written.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete

from ...database import db
from ...events.models import Event, MailSetting
from ...events.operations import lock_event
from ...keys.store import KeyDestroyed
from ...publishing.states import State
from ...signups.models import Notice, SignUp
from ...signups.people import Person, people_of
from .. import messages
from ..announcement import Announcement
from ..kinds import MailKind, Telling
from ..messages import Round
from ..queries.announcements import TO_TELL, TOLD, announcements_of, opened
from ..queries.recipients import (
    find_event_to_tell,
    next_events,
    reminder_of,
    thanks_for,
    untold,
)
from ..queries.settings import is_switched_off

#: How many mails are written in one transaction, while others wait for the lock.
MOST_AT_ONCE: Final = 200


def tell_some(number: int, now: datetime) -> None:
    """Write the next mails of what is to be told, by its number."""
    setting = _locked(number)
    if setting is None:
        return
    event = find_event_to_tell(setting.event_id)
    try:
        announcement = opened(event, setting)
    except KeyDestroyed:  # the list is erased, so nobody is left to be told
        _forget(setting)
        return
    found = _next(event, announcement.telling)
    if not found or not announcement.is_true_of(event.state):
        _close(setting, announcement)
        return
    covered = _covered(event, announcement)
    round_ = Round.of(event, announcement.kind, now)
    for sign_up, person in found:
        for telling in covered:
            _note(sign_up, telling)
        messages.announcement(round_, sign_up, person, announcement)


def remind_some(event: Event, now: datetime) -> None:
    """Write the next reminders of an event."""
    lock_event(event)
    is_to_come = event.state is State.PUBLISHED and event.starts_at > now
    if not is_to_come or is_switched_off(event, MailKind.REMINDER):
        return
    telling = reminder_of(event)
    round_ = Round.of(event, telling.kind, now)
    for sign_up, person in _next(event, telling):
        _note(sign_up, telling)
        messages.reminder(round_, sign_up, person)


def thank_some(event: Event, now: datetime) -> None:
    """Write the next thanks for an event."""
    lock_event(event)
    took_place = event.state is State.PUBLISHED and event.is_over(now)
    if not took_place or is_switched_off(event, MailKind.THANK_YOU):
        return
    telling = thanks_for(event)
    round_ = Round.of(event, telling.kind, now)
    coming = next_events(event, now)
    for sign_up, person in _next(event, telling):
        _note(sign_up, telling)
        messages.thank_you(round_, sign_up, person, coming)


def _locked(number: int) -> MailSetting | None:
    """Lock the event of an announcement; return what is there of it then."""
    setting = db.session.get(MailSetting, number)
    if setting is None:
        return None
    lock_event(find_event_to_tell(setting.event_id))
    setting = db.session.get(MailSetting, number, populate_existing=True)
    return setting if setting and setting.kind.startswith(TO_TELL) else None


def _next(event: Event, telling: Telling) -> list[tuple[SignUp, Person]]:
    sign_ups = db.session.scalars(untold(event, telling).limit(MOST_AT_ONCE)).all()
    people = people_of(event, sign_ups) if sign_ups else {}
    return [(sign_up, people[sign_up.id]) for sign_up in sign_ups]


def _covered(event: Event, announcement: Announcement) -> Sequence[Telling]:
    """All that is told with this one: later changes too, as mails tell the present."""
    if announcement.kind is not MailKind.CHANGED:
        return [announcement.telling]
    pending = (opened(event, setting) for setting in announcements_of(event))
    return [each.telling for each in pending if each.kind is announcement.kind]


def _note(sign_up: SignUp, telling: Telling) -> None:
    notice = Notice(sign_up_id=sign_up.id, kind=telling.kind, about=telling.about)
    db.session.add(notice)


def _close(setting: MailSetting, announcement: Announcement) -> None:
    """Forget what has been told; but keep the words of organisers for their page."""
    if announcement.kind is MailKind.MESSAGE:
        setting.kind = TOLD + setting.kind.removeprefix(TO_TELL)
    else:
        _forget(setting)


def _forget(setting: MailSetting) -> None:
    db.session.execute(delete(MailSetting).where(MailSetting.id == setting.id))
