"""What organisers do about sign-ups, as the log of the event keeps it.

Written in the transaction of what it tells about. It names no supporter: whoever
reads the log when the list is erased learns what was done, and about nobody.
"""

from datetime import datetime
from enum import StrEnum

from ..database import db
from ..events.models import Event, LogEntry
from ..organisers.models import Organiser
from .models import SignUp


class Action(StrEnum):
    """What was done: each has its words in `manage/words.py`."""

    ADDED = "added"
    CANCELLED = "cancelled"
    PUT_BACK = "put_back"
    LET_IN = "let_in"
    TURNED_AWAY = "turned_away"
    MOVED_HERE = "moved_here"
    MOVED_AWAY = "moved_away"
    EXPORTED = "exported"
    # At the door
    CHECKED_IN = "checked_in"
    CHECK_IN_UNDONE = "check_in_undone"
    WALK_IN = "walk_in"
    MARKED_ABSENT = "marked_absent"
    ROLE_GIVEN = "role_given"
    ROLES_CHANGED = "roles_changed"
    QUESTIONS_CHANGED = "questions_changed"
    # By mail
    MESSAGE_SENT = "message_sent"
    CHANGE_TOLD = "change_told"
    MAIL_SETTINGS_CHANGED = "mail_settings_changed"
    # Against machines
    SURGE = "surge"
    PURGED = "purged"
    PURGE_UNDONE = "purge_undone"


def note(
    event: Event,
    organiser: Organiser | None,
    action: Action,
    now: datetime,
    sign_up: SignUp | None = None,
    count: int | None = None,
) -> LogEntry:
    """Write down who did what, to which sign-up, or to how many; return the entry.

    What the site does by itself has no organiser. A sign-up that is new must have
    been flushed: it is known by its number.
    """
    entry = LogEntry(
        event_id=event.id,
        organiser_id=organiser.id if organiser is not None else None,
        action=action.value,
        at=now,
        sign_up_number=sign_up.id if sign_up is not None else None,
        count=count,
    )
    db.session.add(entry)
    return entry
