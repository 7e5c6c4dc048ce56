"""What organisers set about the mails of their event."""

from sqlalchemy import select

from ...database import db
from ...events.models import Event, MailSetting
from ..kinds import ALWAYS_SENT, MailKind


def mail_setting(event: Event, kind: str) -> MailSetting | None:
    """Return what the organisers changed about a kind of mail, if anything."""
    return db.session.scalar(
        select(MailSetting).where(
            MailSetting.event_id == event.id, MailSetting.kind == kind
        )
    )


def mail_settings(event: Event) -> dict[str, MailSetting]:
    """Return what the organisers changed, by the kinds of mails."""
    query = select(MailSetting).where(
        MailSetting.event_id == event.id, MailSetting.kind.in_(list(MailKind))
    )
    return {setting.kind: setting for setting in db.session.scalars(query)}


def is_switched_off(event: Event, kind: MailKind) -> bool:
    """Return whether the organisers want no mails of this kind."""
    setting = None if kind in ALWAYS_SENT else mail_setting(event, kind)
    return setting is not None and setting.is_off
