"""Events to read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from ..articles.models import Article
from ..articles.queries import all_readings, is_reading_of
from ..campaigns.models import ActionDay, ActionDayArticle, Campaign
from ..campaigns.queries import find_action_day, find_campaign
from ..database import db
from ..organisers.models import Group
from ..places.search import cities_called
from ..places.sphere import Point, Vector, point_of
from ..publishing.queries import is_public
from ..publishing.states import State
from .distance import is_within, nearest_first
from .models import (
    Access,
    Attendance,
    ConsentPurpose,
    Event,
    EventArticle,
    EventRole,
    Question,
    Series,
    Visibility,
)
from .wanted import EventFilter as EventFilter

PER_PAGE = 25
NEAR = 200  # kilometres
#: Clocks are at most so far from UTC: a date is asked of each event's own clock.
_DAY = timedelta(days=1)


def public_events(
    wanted: EventFilter, *, since: datetime | None = None
) -> Select[Event]:
    """Return the query of the listed events, soonest first.

    Everything that `Event.seen_by` reads is loaded with them, in a number of
    statements that does not grow with the events. `since` leaves out what ended
    before that instant.
    """
    query = (
        select(Event)
        .where(*listed(wanted))
        .options(*all_that_is_seen())
        .order_by(Event.starts_at, Event.id)
    )
    return query.where(Event.ends_at > since) if since is not None else query


def listed(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    """Return the conditions of the events that lists show to everybody."""
    yield is_public(Event)
    yield Event.visibility == Visibility.LISTED
    yield from _conditions(wanted)


def is_next_date(now: datetime) -> ColumnElement[bool]:
    """Return whether an event is of no series, or the first of its dates to come."""
    other = aliased(Event)
    is_before = or_(
        other.starts_at < Event.starts_at,
        and_(other.starts_at == Event.starts_at, other.id < Event.id),
    )
    before = exists().where(
        other.series_id == Event.series_id,
        other.state == State.PUBLISHED,
        is_public(other),
        other.visibility == Visibility.LISTED,
        other.ends_at > now,
        is_before,
    )
    is_next = and_(Event.state == State.PUBLISHED, ~before)
    return or_(Event.series_id.is_(None), is_next)


def find_public_event(slug: str) -> Event | None:
    """Return the event at this address, listed or not, if the public may see it."""
    event = find_event(slug)
    return event if event is not None and event.is_public else None


def find_event(slug: str) -> Event | None:
    """Return the event at this address in whatever state it is."""
    return db.session.scalar(
        select(Event).where(Event.slug == slug).options(*all_that_is_seen())
    )


def find_series(slug: str) -> Series | None:
    """Return the series at this address, whether or not a date of it is public."""
    return db.session.scalar(select(Series).where(Series.slug == slug))


def is_series_gone(series: Series) -> bool:
    """Return whether dates of a series were to be seen, and were taken off the site."""
    was_listed = and_(
        Event.published_at.is_not(None), Event.visibility == Visibility.LISTED
    )
    gone = select(Event.id).where(
        _is_date_of(series.slug), was_listed, Event.removed_at.is_not(None)
    )
    return db.session.scalar(gone.limit(1)) is not None


def titles_of(wanted: EventFilter) -> list[str]:
    """Return the titles of the campaign and the action day that a filter names.

    A title must not get out before its page does.
    """
    asked = ((wanted.campaign, find_campaign), (wanted.day, find_action_day))
    rows = [find(slug) for slug, find in asked if slug]
    return [row.title for row in rows if row is not None and row.is_public]


def events_near(event: Event, now: datetime, limit: int = 4) -> Sequence[Event]:
    """Return other events that take place at most NEAR away, the nearest first.

    Of a town that the data do not know: those in the same one.
    """
    # Its own other dates are told in their own place.
    others = or_(Event.series_id.is_(None), Event.series_id != event.series_id)
    query = public_events(EventFilter(), since=now).where(
        Event.id != event.id, others, Event.state == State.PUBLISHED
    )
    spot = event.spot
    if spot is not None:
        query = nearest_first(query.where(is_within(spot.point, NEAR)), spot.point)
    elif event.locality:
        is_there = (Event.locality == event.locality, Event.country == event.country)
        query = query.where(*is_there)
    else:
        return []
    return db.session.scalars(query.limit(limit)).all()


def countries_and_languages(now: datetime) -> tuple[set[str], set[str]]:
    """Return the codes of those that something still to come is in."""
    query = public_events(EventFilter(), since=now).options().order_by(None)
    both = query.with_only_columns(Event.country, Event.language).distinct()
    rows = db.session.execute(both).all()
    return {row[0] for row in rows} - {""}, {row[1] for row in rows}


@dataclass(frozen=True)
class Cluster:
    """Events that are shown at the same point, and in which city that is."""

    point: Point
    city_id: int | None
    events: int


def clusters_of(query: Select[Event], most: int) -> list[Cluster]:
    """Return the points at which most events of a query are shown."""
    columns: list[Any] = [Event.shown_x, Event.shown_y, Event.shown_z, Event.city_id]
    number = func.count(Event.id)
    grouped = (
        query.options()
        .order_by(None)
        .with_only_columns(*columns, number)
        .where(Event.shown_x.is_not(None))
        .group_by(*columns)
        .order_by(number.desc(), *columns)
        .limit(most)
    )
    rows: Sequence[Any] = db.session.execute(grouped).all()
    return [
        Cluster(point_of(Vector(*row[:3])), city_id=row[3], events=row[4])
        for row in rows
    ]


@cache
def all_that_is_seen() -> tuple[ORMOption, ...]:
    """Return the options that load what `Event.seen_by` reads."""
    return (
        joinedload(Event.group),
        joinedload(Event.campaign),
        joinedload(Event.series),
        joinedload(Event.picture),
        joinedload(Event.action_day)
        .selectinload(ActionDay.article_links)
        .joinedload(ActionDayArticle.article)
        .options(*all_readings()),
        selectinload(Event.article_links)
        .joinedload(EventArticle.article)
        .options(*all_readings()),
    )


def _conditions(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.campaign:
        yield Event.campaign.has(Campaign.slug == wanted.campaign)
    if wanted.day:
        yield Event.action_day.has(ActionDay.slug == wanted.day)
    if wanted.group:
        yield Event.group.has(Group.slug == wanted.group)
    if wanted.article:
        yield _is_about(is_reading_of(wanted.article))
    if wanted.has_article is not None:
        has_one = _is_about(is_public(Article), Article.state == State.PUBLISHED)
        yield has_one if wanted.has_article else ~has_one
    if wanted.series:
        yield _is_date_of(wanted.series)
    if wanted.country:
        yield Event.country == wanted.country.upper()
    if wanted.city:
        yield _is_in_city(wanted.city)
    if wanted.near:
        centre = wanted.centre
        # Of a place that nobody knows nothing is near: not everything is.
        yield is_within(centre, wanted.within) if centre is not None else false()
    for access in wanted.access:
        yield getattr(Event, Access(access).column).is_(True)
    if wanted.kind:
        yield Event.kind == wanted.kind
    if wanted.language:
        yield Event.language == wanted.language
    if wanted.online is not None:
        in_person = Event.attendance == Attendance.IN_PERSON
        yield ~in_person if wanted.online else in_person
    yield from _date_conditions(wanted)
    for word in wanted.q.split():
        yield _mentions(word)


def _is_in_city(name: str) -> ColumnElement[bool]:
    """By its name as the host has typed it, or by any other that the city has."""
    numbers = [city.id for city in cities_called(name)]
    return or_(func.lower(Event.locality) == name.lower(), Event.city_id.in_(numbers))


def _date_conditions(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    # The date on the event's own clock: 23 February is another time in each town.
    if wanted.from_:
        yield Event.ends_local >= datetime.combine(wanted.from_, time())
    if wanted.to:
        yield Event.starts_local < datetime.combine(wanted.to, time()) + _DAY


def _mentions(word: str) -> ColumnElement[bool]:
    columns = (Event.title, Event.summary, Event.locality, Event.description)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _is_date_of(slug: str) -> ColumnElement[bool]:
    """Of the series, or of one that goes on where it was split.

    Whoever follows a series goes on following it when its later dates move.
    """
    parts = select(Series.id).where(Series.slug == slug).cte(recursive=True)
    later = select(Series.id).where(Series.continues_id == parts.c.id)
    return Event.series_id.in_(select(parts.union(later).c.id))


def _is_about(*is_article: ColumnElement[bool]) -> ColumnElement[bool]:
    of_event = Event.article_links.any(EventArticle.article.has(and_(*is_article)))
    of_day = Event.action_day.has(
        ActionDay.article_links.any(ActionDayArticle.article.has(and_(*is_article)))
    )
    return or_(of_event, of_day)


def questions_of(event: Event) -> Sequence[Question]:
    """Return the questions of an event's own in their order, retired ones too."""
    query = select(Question).where(Question.event_id == event.id)
    return db.session.scalars(query.order_by(Question.position, Question.id)).all()


def purposes_of(event: Event) -> Sequence[ConsentPurpose]:
    """Return what supporters may agree to, in its order, retired purposes too."""
    query = select(ConsentPurpose).where(ConsentPurpose.event_id == event.id)
    order = (ConsentPurpose.position, ConsentPurpose.id)
    return db.session.scalars(query.order_by(*order)).all()


def roles_of(event: Event) -> Sequence[EventRole]:
    """Return the roles at an event in their order, retired ones too."""
    query = select(EventRole).where(EventRole.event_id == event.id)
    return db.session.scalars(query.order_by(EventRole.position, EventRole.id)).all()
