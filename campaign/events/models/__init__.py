"""Events and their series: tables, and questions about one of them."""

from ..recurrence import Rhythm
from .event import Event, EventArticle
from .kinds import Attendance, Kind, Visibility
from .series import Series

__all__ = [
    "Attendance",
    "Event",
    "EventArticle",
    "Kind",
    "Rhythm",
    "Series",
    "Visibility",
]
