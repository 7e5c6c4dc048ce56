"""A supporter's wish to get no more mails about an event, without leaving it."""

from sqlalchemy import delete

from ...database import db
from ...events.operations import lock_event
from ...signups.models import Notice, SignUp
from ..kinds import NO_MAILS
from ..queries.recipients import no_mails_notice


def stop_mails(sign_up: SignUp) -> None:
    """Send this supporter nothing that they need not know."""
    lock_event(sign_up.event)
    if no_mails_notice(sign_up) is None:
        db.session.add(Notice(sign_up_id=sign_up.id, kind=NO_MAILS))


def start_mails(sign_up: SignUp) -> None:
    """Send this supporter all mails again."""
    lock_event(sign_up.event)
    db.session.execute(
        delete(Notice).where(Notice.sign_up_id == sign_up.id, Notice.kind == NO_MAILS)
    )
