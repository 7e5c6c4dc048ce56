"""Events and their series: tables, and questions about one of them."""

from ..recurrence import Rhythm
from .asking import (
    ConsentPurpose,
    MailSetting,
    Question,
    QuestionKind,
)
from .event import Event
from .kinds import Access, Attendance, Kind, Visibility
from .log import LogEntry
from .reading import EventArticle, reading_links, thing_link
from .roles import EventRole, RoleKind
from .series import Series
from .whereabouts import keep_located

keep_located(Event)

__all__ = [
    "Access",
    "Attendance",
    "ConsentPurpose",
    "Event",
    "EventArticle",
    "EventRole",
    "Kind",
    "LogEntry",
    "MailSetting",
    "Question",
    "QuestionKind",
    "Rhythm",
    "RoleKind",
    "Series",
    "Visibility",
    "reading_links",
    "thing_link",
]
