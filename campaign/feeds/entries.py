"""What feeds are made from besides `EventView`: action days and articles."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from ..events.disclosure import Link

#: A date ends last on Baker Island's clock, half a day behind UTC.
_LAST_CLOCK = timedelta(hours=12)


@dataclass(frozen=True)
class ActionDayView:
    """A public action day: an all-day entry that floats over all time zones."""

    uid: UUID
    slug: str
    title: str
    summary: str
    description: str  # Markdown
    language: str
    state: str
    starts_on: date
    ends_on: date  # the last day
    campaign: Link
    articles: tuple[Link, ...]
    created_at: datetime
    modified_at: datetime
    calendar_sequence: int

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def is_postponed(self) -> bool:
        return self.state == "postponed"

    @property
    def starts_at(self) -> datetime:
        """An instant to sort by: the day has none of its own."""
        return datetime.combine(self.starts_on, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The instant at which it is over everywhere."""
        after = self.ends_on + timedelta(days=1)
        return datetime.combine(after, time(), UTC) + _LAST_CLOCK


@dataclass(frozen=True)
class ArticleView:
    """A published article."""

    uid: UUID
    slug: str
    title: str
    summary: str
    body: str  # Markdown
    language: str
    group: Link
    author: str
    author_affiliation: str
    source_title: str
    source_author: str
    source_author_affiliation: str
    first_appeared_at: str
    first_appeared_url: str
    first_appeared_on: date | None
    sources: tuple[str, ...]
    reading_minutes: int
    published_at: datetime
    modified_at: datetime
