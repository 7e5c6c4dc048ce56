"""Events and their series: tables, and questions about one of them."""

from .event import Attendance, Event, EventArticle, Kind, Visibility
from .series import Rhythm, Series

__all__ = [
    "Attendance",
    "Event",
    "EventArticle",
    "Kind",
    "Rhythm",
    "Series",
    "Visibility",
]
