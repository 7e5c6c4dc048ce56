"""What many are still to be told, sealed until then, and how far it has come.

It lies among the settings of the event's mails, under the key of the event: the words
of an organiser, or what the event said before it was changed.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select

from ...database import db
from ...events.models import Event, LogEntry, MailSetting
from ...keys.store import KeyDestroyed, keys
from ...lib.seal import BrokenSeal, seal, unseal
from ...mail.models import MOST_ATTEMPTS, OutgoingMail
from ...signups.models import Notice, SignUp
from ...signups.people import key_name
from ..announcement import Announcement
from ..kinds import MailKind

#: What the kind of a setting begins with that is no setting, but something that
#: many are still to be told, or have been told. After it comes its key.
TO_TELL: Final = "to-tell:"
TOLD: Final = "told:"
_PURPOSE: Final = "announcement"


def numbers_to_tell() -> Sequence[int]:
    """Return what is still to be told to many, by number, oldest first."""
    query = select(MailSetting.id).where(MailSetting.kind.startswith(TO_TELL))
    return db.session.scalars(query.order_by(MailSetting.id)).all()


def announcements_of(event: Event) -> Sequence[MailSetting]:
    """Return what is still to be told about one event, oldest first."""
    query = select(MailSetting).where(
        MailSetting.event_id == event.id, MailSetting.kind.startswith(TO_TELL)
    )
    return db.session.scalars(query.order_by(MailSetting.id)).all()


def messages_of(event: Event) -> Sequence[MailSetting]:
    """Return all messages of organisers, and what is still to be told, newest first."""
    kinds = or_(MailSetting.kind.startswith(TO_TELL), MailSetting.kind.startswith(TOLD))
    query = select(MailSetting).where(MailSetting.event_id == event.id, kinds)
    return db.session.scalars(query.order_by(MailSetting.id.desc())).all()


def find_announcement(event: Event, key: str) -> MailSetting | None:
    """Return what the form with this key has sent, whether it is told or not."""
    query = select(MailSetting).where(
        MailSetting.event_id == event.id,
        MailSetting.kind.in_([f"{TO_TELL}{key}", f"{TOLD}{key}"]),
    )
    return db.session.scalar(query)


def sealed(event: Event, announcement: Announcement) -> str:
    """Return an announcement as it is kept: under the key of the event."""
    key = keys().find_or_make(key_name(event))
    text = json.dumps(announcement.written()).encode()
    return b64encode(seal(key, text, _PURPOSE)).decode()


def opened(event: Event, setting: MailSetting) -> Announcement:
    """Return what is to be told; raises KeyDestroyed when the list's time is up."""
    key = keys().key(key_name(event))
    try:
        text = unseal(key, b64decode(setting.words), _PURPOSE)
    except BrokenSeal:  # the event has got a new date since, and a new list
        raise KeyDestroyed(key_name(event)) from None
    return Announcement.read(json.loads(text))


def find_log_entry(event: Event, number: int) -> LogEntry | None:
    """Return an entry of the event's log."""
    query = select(LogEntry).where(LogEntry.id == number)
    return db.session.scalar(query.where(LogEntry.event_id == event.id))


@dataclass(frozen=True)
class Progress:
    """How far a message to many has come."""

    written: int  # mails that were put into the outbox
    waiting: int  # of them still there
    lost: int  # of them given up, and still there
    is_told: bool  # nobody is left for whom one is to be written

    @property
    def sent(self) -> int:
        return self.written - self.waiting - self.lost

    def left_of(self, count: int) -> int:
        """Return how many of all mails are still to go, as far as they are known.

        Fewer are written than were counted where somebody has left since.
        """
        return self.waiting + (0 if self.is_told else max(0, count - self.written))


def progress_of(entry: LogEntry, is_told: bool) -> Progress:
    """Return how far the message with this entry in the log has come."""
    about = str(entry.id)
    written = (
        select(func.count(Notice.id))
        .join(SignUp, SignUp.id == Notice.sign_up_id)
        .where(SignUp.event_id == entry.event_id)
        .where(Notice.kind == MailKind.MESSAGE, Notice.about == about)
    )
    of_batch = OutgoingMail.batch_id == entry.id
    is_lost = OutgoingMail.attempts >= MOST_ATTEMPTS
    waiting = select(func.count(OutgoingMail.id)).where(of_batch, ~is_lost)
    lost = select(func.count(OutgoingMail.id)).where(of_batch, is_lost)
    counts = [db.session.scalar(query) or 0 for query in (written, waiting, lost)]
    return Progress(counts[0], counts[1], counts[2], is_told)
