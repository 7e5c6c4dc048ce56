"""What feeds are made from besides `EventView`: action days and articles."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from ..articles.attribution import Author, Licence
from ..events.disclosure import Link
from ..publishing.told import Translations, replaced_in

#: From a date's midnight in UTC to its end on Baker Island's clock, the last of all.
_DAY_AND_LAST_CLOCK = timedelta(hours=24 + 12)


def over_everywhere(day: date) -> datetime:
    """Return the instant at which a date is over on every clock."""
    return datetime.combine(day, time(), UTC) + _DAY_AND_LAST_CLOCK


def last_day_over(now: datetime) -> date:
    """Return the last date that is over on every clock."""
    return (now - _DAY_AND_LAST_CLOCK).date()


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
    told_elsewhere: Translations = field(default_factory=dict, hash=False)

    def in_language(self, language: str) -> "ActionDayView":
        """Return it as a reader of the language is told it, as far as it is in it."""
        return replace(
            self,
            **replaced_in(self, language),
            campaign=self.campaign.in_language(language),
            articles=tuple(each.in_language(language) for each in self.articles),
        )

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
        return over_everywhere(self.ends_on)


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
    authors: tuple[Author, ...]
    translator: str
    original: Link | None
    translations: tuple[Link, ...]
    source_title: str
    source_author: str
    source_author_affiliation: str
    first_appeared_at: str
    first_appeared_url: str
    first_appeared_on: date | None
    appearance: str  # original, version, republished
    elsewhere: str  # the canonical address where it is not ours
    licence: Licence | None
    sources: tuple[str, ...]
    reading_minutes: int
    published_at: datetime
    modified_at: datetime
