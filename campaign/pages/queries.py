"""What the home page shows, what can be followed, and how much is to come in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, or_, select, union

from ..articles.models import Article
from ..articles.queries import public_articles
from ..boards.board import Board
from ..boards.queries import board_of
from ..campaigns.models import ActionDay, ActionDayArticle
from ..database import db
from ..events.disclosure import EventView, Viewer
from ..events.models import Event, EventArticle, Series
from ..events.queries import EventFilter, is_next_date, public_events
from ..organisers.models import Group
from ..publishing.states import State

#: Of the articles only the newest are listed; each has its own way to be followed.
MOST_ARTICLES = 50

#: How many events are listed; each series of them is one.
MOST_COMING: Final = 8


@dataclass(frozen=True)
class Coming:
    """An event, or the next date of one that repeats."""

    event: EventView
    series: Series | None


@dataclass(frozen=True)
class Featured:
    """The day of action that stands on top, with its board."""

    day: ActionDay
    board: Board


def featured(
    days: Sequence[ActionDay], now: datetime, language: str
) -> Featured | None:
    """Return the first of the days that takes place."""
    going_on = (day for day in days if day.state is State.PUBLISHED)
    day = next(going_on, None)
    return Featured(day, board_of(day, now, language)) if day is not None else None


def coming_up(now: datetime, besides: ActionDay | None, language: str) -> list[Coming]:
    """Return what is to come that is not part of a day, a series by its next date."""
    query = public_events(EventFilter(), since=now).where(is_next_date(now))
    if besides is not None:
        elsewhere = Event.action_day_id != besides.id
        query = query.where(or_(Event.action_day_id.is_(None), elsewhere))
    rows = db.session.scalars(query.limit(MOST_COMING))
    stranger = Viewer.STRANGER
    return [Coming(row.seen_by(stranger, now, language), row.series) for row in rows]


@dataclass(frozen=True)
class Upcoming:
    """How many events are to come: of each part of the site that has any."""

    by_campaign: Mapping[int, int]
    by_action_day: Mapping[int, int]
    by_group: Mapping[int, int]
    by_country: Mapping[str, int]
    by_language: Mapping[str, int]
    by_article: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.by_group.values())


def upcoming(now: datetime) -> Upcoming:
    """Return how many events are to come, cancelled and postponed ones aside."""
    return Upcoming(
        by_campaign=_counts(Event.campaign_id, now),
        by_action_day=_counts(Event.action_day_id, now),
        by_group=_counts(Event.group_id, now),
        by_country=_counts(Event.country, now),
        by_language=_counts(Event.language, now),
        by_article=_counts_of_articles(now),
    )


def count_upcoming(wanted: EventFilter, now: datetime) -> int:
    """Return how many events are to come in the feed of a filter."""
    query = _to_come(wanted, now).with_only_columns(
        func.count(Event.id), maintain_column_froms=True
    )
    return db.session.scalar(query) or 0


@dataclass(frozen=True)
class Regular:
    """A series of which something is to come, with the words of its next date."""

    slug: str
    title: str
    language: str
    count: int


def regular_events(now: datetime) -> list[Regular]:
    """Return the series of which something is to come, by title."""
    to_come = _to_come(EventFilter(), now).where(Event.series_id.is_not(None))
    of_series = to_come.with_only_columns(
        func.min(Event.id).label("event_id"),
        func.count(Event.id).label("count"),
        maintain_column_froms=True,
    )
    each = of_series.group_by(Event.series_id).subquery()
    query = (
        select(Series.slug, Event.title, Event.language, each.c.count)
        .join(Event, Event.series_id == Series.id)
        .join(each, each.c.event_id == Event.id)
        .order_by(Event.title, Series.id)
    )
    return [Regular(*row) for row in db.session.execute(query)]


def groups_with(ids: Collection[int]) -> Sequence[Group]:
    """Return the groups of these ids, by name."""
    query = select(Group).where(Group.id.in_(ids)).order_by(Group.name, Group.id)
    return db.session.scalars(query).all()


def newest_articles() -> Sequence[Article]:
    """Return the articles that were published last."""
    return db.session.scalars(public_articles().limit(MOST_ARTICLES)).all()


def _counts(column: Any, now: datetime) -> dict[Any, int]:
    query = _to_come(EventFilter(), now).with_only_columns(
        column, func.count(Event.id), maintain_column_froms=True
    )
    return _mapping(db.session.execute(query.group_by(column)).all())


def _counts_of_articles(now: datetime) -> dict[int, int]:
    """An event is about its own articles and those of its action day, each once."""
    to_come = _to_come(EventFilter(), now).with_only_columns(
        Event.id, Event.action_day_id, maintain_column_froms=True
    )
    event = to_come.subquery()
    links = union(
        select(EventArticle.article_id, event.c.id).join(
            event, event.c.id == EventArticle.event_id
        ),
        select(ActionDayArticle.article_id, event.c.id).join(
            event, event.c.action_day_id == ActionDayArticle.action_day_id
        ),
    ).subquery()
    query = select(links.c.article_id, func.count()).group_by(links.c.article_id)
    return _mapping(db.session.execute(query).all())


def _mapping(rows: Sequence[Any]) -> dict[Any, int]:
    return {value: count for value, count in rows if value}


def _to_come(wanted: EventFilter, now: datetime) -> Select[Event]:
    query = public_events(wanted, since=now).where(Event.state == State.PUBLISHED)
    return query.options().order_by(None)
