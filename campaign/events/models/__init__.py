"""Events and their series: tables, and questions about one of them."""

from ..recurrence import Rhythm
from .asking import (
    ConsentPurpose,
    MailSetting,
    Question,
    QuestionKind,
)
from .event import Event
from .kinds import Attendance, Kind, Visibility
from .log import LogEntry
from .reading import EventArticle, reading_links, thing_link
from .roles import EventRole, RoleKind
from .series import Series

__all__ = [
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
