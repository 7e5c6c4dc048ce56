"""Writes of what organisers set about the mails of their event."""

from datetime import datetime

from ...database import db
from ...events.models import Event, MailSetting
from ...events.operations import lock_event
from ...lib.refusal import Refusal
from ...organisers.models import Organiser
from ...signups.log import Action, note
from ..kinds import ALWAYS_SENT, FIXED_WORDS, MailKind
from ..queries.settings import mail_setting


class AlwaysSent(Refusal):
    """A mail without which anybody could sign anybody up."""


def set_mail(
    event: Event,
    kind: MailKind,
    is_off: bool,
    words: str,
    organiser: Organiser,
    now: datetime,
) -> None:
    """Switch a kind of mail on or off, and write its words, none for the usual ones.

    Raises AlwaysSent.
    """
    if is_off and kind in ALWAYS_SENT:
        raise AlwaysSent
    lock_event(event)
    words = "" if kind in FIXED_WORDS else words
    setting = mail_setting(event, kind)
    if setting is None:
        setting = MailSetting(event_id=event.id, kind=kind, is_off=False, words="")
    if (setting.is_off, setting.words) == (is_off, words):
        return
    setting.is_off, setting.words = is_off, words
    db.session.add(setting)
    note(event, organiser, Action.MAIL_SETTINGS_CHANGED, now)
