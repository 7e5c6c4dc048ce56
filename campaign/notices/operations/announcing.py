"""Writing down what many are to be told, in the transaction of what it tells about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import delete, exists, select

from ...database import db
from ...events.models import Event, LogEntry, MailSetting
from ...events.operations import lock_event
from ...organisers.models import Organiser
from ...publishing.states import State
from ...signups.log import Action, note
from ...signups.models import Notice, SignUpState
from ..announcement import Announcement
from ..before import Before, differences, must_be_told
from ..kinds import MailKind
from ..queries.announcements import (
    TO_TELL,
    announcements_of,
    find_announcement,
    opened,
    sealed,
)
from ..queries.recipients import (
    COMING,
    before_of,
    count_told,
    count_who_take_messages,
    last_number,
)
from ..queries.settings import is_switched_off

_OFF: Final = (State.POSTPONED, State.CANCELLED)
_OF_STATE: Final = {
    State.POSTPONED: MailKind.POSTPONED,
    State.CANCELLED: MailKind.CANCELLED,
    State.PUBLISHED: MailKind.RESUMED,
}


def announce_change(
    event: Event,
    before: Before,
    tells_nobody: bool,
    organiser: Organiser,
    now: datetime,
) -> None:
    """Have those who come told what is new since `before`.

    While an event is postponed nothing of it is sure: its new date is told when it is
    published again. `tells_nobody` is heard where nobody would come in vain.
    """
    after = before_of(event)
    if event.state is not State.PUBLISHED or event.is_over(now):
        return
    if not differences(before, after):
        return
    if tells_nobody and not must_be_told(before, after):
        return
    _announce(event, MailKind.CHANGED, organiser, now, before=before)


def announce_move(
    event: Event, state_before: State, organiser: Organiser, now: datetime
) -> None:
    """Have those who come told that it is off, or that it takes place after all."""
    was_on = state_before is State.PUBLISHED
    is_news = was_on or state_before in _OFF
    if event.state is state_before or not is_news or event.is_over(now):
        return
    kind = _OF_STATE[event.state]
    if kind is MailKind.RESUMED and _take_back(event):
        return
    _announce(event, kind, organiser, now)


def send_message(
    event: Event,
    organiser: Organiser,
    states: Sequence[SignUpState],
    subject: str,
    text: str,
    key: str,
    now: datetime,
    role: int | None = None,
) -> int:
    """Have a message told to all in these states, or to those of them who have a role;
    return its number in the log.

    The form with this key is sent once, however often its button is pressed.
    """
    lock_event(event)
    sent = find_announcement(event, key)
    if sent is not None:
        return opened(event, sent).entry
    count = count_who_take_messages(event, states, role)
    entry = note(event, organiser, Action.MESSAGE_SENT, now, count=count)
    content = {"subject": subject, "text": text, "role": role}
    _write_down(event, MailKind.MESSAGE, entry, states, key=key, **content)
    return entry.id


def _announce(
    event: Event,
    kind: MailKind,
    organiser: Organiser,
    now: datetime,
    before: Before | None = None,
) -> None:
    count = count_told(event)
    if not count or is_switched_off(event, kind):
        return
    entry = note(event, organiser, Action.CHANGE_TOLD, now, count=count)
    _write_down(event, kind, entry, COMING, before=before)


def _write_down(
    event: Event,
    kind: MailKind,
    entry: LogEntry,
    states: Sequence[SignUpState],
    key: str = "",
    **content: Any,
) -> None:
    db.session.flush()  # it gives the entry its number
    announcement = Announcement(
        kind, entry.id, [each.value for each in states], last_number(event), **content
    )
    name = f"{TO_TELL}{key or uuid4().hex}"
    words = sealed(event, announcement)
    db.session.add(MailSetting(event_id=event.id, kind=name, words=words))
    db.session.flush()


def _take_back(event: Event) -> bool:
    """Drop what nobody has been told yet: the button was pressed by mistake."""
    for setting in announcements_of(event):
        announcement = opened(event, setting)
        if announcement.kind not in (MailKind.POSTPONED, MailKind.CANCELLED):
            continue
        is_told = exists().where(
            Notice.kind == announcement.kind, Notice.about == announcement.telling.about
        )
        if not db.session.scalar(select(is_told)):
            db.session.execute(delete(MailSetting).where(MailSetting.id == setting.id))
            return True
    return False
