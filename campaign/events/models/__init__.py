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
from .series import Series

__all__ = [
    "Attendance",
    "ConsentPurpose",
    "Event",
    "EventArticle",
    "Kind",
    "LogEntry",
    "MailSetting",
    "Question",
    "QuestionKind",
    "Rhythm",
    "Series",
    "Visibility",
    "reading_links",
    "thing_link",
]
