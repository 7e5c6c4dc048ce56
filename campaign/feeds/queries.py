"""What feeds are made from, read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from ..articles.models import Article
from ..campaigns.models import ActionDay, ActionDayArticle, Campaign
from ..database import db
from ..events.disclosure import EventView, Link, Viewer
from ..events.models import Event, EventArticle
from ..events.queries import EventFilter, public_events
from ..lib.text import one_line
from ..organisers.models import Group
from ..publishing.states import PUBLIC_STATES, State
from .entries import ActionDayView, ArticleView
from .ical import CANCELLED_KEPT, KEPT
from .models import FeedRevision

#: Ids of changed rows, by the table that they stand in.
Touched = dict[type, set[int]]

#: A day is over everywhere so long after the midnight that begins it in UTC.
_DAY_AND_LAST_CLOCK = timedelta(hours=36)


def seen_events(wanted: EventFilter, now: datetime) -> list[EventView]:
    """Return the events that a feed with this filter may hold at `now`."""
    query = public_events(wanted, since=now - KEPT)
    rows = db.session.scalars(query)
    return [event.seen_by(Viewer.STRANGER, now) for event in rows]


def page_of_events(
    wanted: EventFilter, number: int, size: int, now: datetime
) -> tuple[list[EventView], int]:
    """Return one page of the events, from 1, and how many there are in all.

    Unlike a calendar, the data go back as far as the filter's dates ask.
    """
    has_dates = wanted.from_ is not None or wanted.to is not None
    query = public_events(wanted, since=None if has_dates else now - KEPT)
    count = query.with_only_columns(func.count(Event.id), maintain_column_froms=True)
    total = db.session.scalar(count.order_by(None)) or 0
    rows = db.session.scalars(query.offset((number - 1) * size).limit(size))
    return [event.seen_by(Viewer.STRANGER, now) for event in rows], total


def seen_action_days(
    now: datetime, campaign: Campaign | None = None, group: Group | None = None
) -> list[ActionDayView]:
    """Return the public action days of the site, of a campaign or of a group."""
    query = (
        select(ActionDay)
        .where(ActionDay.state.in_(PUBLIC_STATES), ActionDay.published_at.is_not(None))
        .where(ActionDay.ends_on >= (now - KEPT - _DAY_AND_LAST_CLOCK).date())
        .options(*_all_of_a_day())
        .order_by(ActionDay.starts_on, ActionDay.id)
    )
    if campaign is not None:
        query = query.where(ActionDay.campaign_id == campaign.id)
    if group is not None:
        query = query.where(ActionDay.group_id == group.id)
    return [view_of_day(day) for day in db.session.scalars(query)]


def last_change(now: datetime) -> datetime | None:
    """Return when any feed's content last changed, None while there is none.

    Either somebody wrote something, or time alone moved an entry: when it ended,
    and when it left the calendars.
    """
    # In one question: a poll that finds nothing new must be cheap.
    written = select(FeedRevision.changed_at).scalar_subquery()
    found = db.session.execute(select(written, *_latest_ends(now))).one()
    moments: list[datetime] = [found[0]] if found[0] else []
    for step, event_end, last_day in zip(_STEPS, found[1::2], found[2::2], strict=True):
        if event_end:
            moments.append(event_end + step)
        if last_day:
            midnight = datetime.combine(last_day, time(), UTC)
            moments.append(midnight + _DAY_AND_LAST_CLOCK + step)
    return max(moments, default=None)


#: How long after its end an entry moves: into the past, out of the calendars.
_STEPS = (timedelta(0), CANCELLED_KEPT, KEPT)


def _latest_ends(now: datetime) -> Iterator[ScalarSelect[Any]]:
    for step in _STEPS:
        ended = select(func.max(Event.ends_at)).where(Event.ends_at <= now - step)
        yield ended.scalar_subquery()
        last_day = (now - step - _DAY_AND_LAST_CLOCK).date()
        days = select(func.max(ActionDay.ends_on)).where(ActionDay.ends_on <= last_day)
        yield days.scalar_subquery()


def touched_events(session: Session, touched: Touched) -> Sequence[Event]:
    """Return the events whose calendar entry the changed rows may show, locked.

    They are locked first and read anew then, so that of two writers the second
    sees what the first one wrote.
    """
    articles = touched[Article]
    of_article = select(EventArticle.event_id).where(
        EventArticle.article_id.in_(articles)
    )
    days = select(ActionDayArticle.action_day_id).where(
        ActionDayArticle.article_id.in_(articles)
    )
    is_touched = or_(
        Event.id.in_(touched[Event]),
        Event.id.in_(of_article),
        Event.campaign_id.in_(touched[Campaign]),
        Event.group_id.in_(touched[Group]),
        Event.action_day_id.in_(touched[ActionDay]),
        Event.action_day_id.in_(days),
    )
    query = (
        select(Event)
        .where(Event.id.in_(_locked(session, Event, is_touched)))
        .options(
            joinedload(Event.group),
            joinedload(Event.campaign),
            joinedload(Event.action_day)
            .selectinload(ActionDay.article_links)
            .joinedload(ActionDayArticle.article),
            selectinload(Event.article_links).joinedload(EventArticle.article),
        )
        .order_by(Event.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def touched_action_days(session: Session, touched: Touched) -> Sequence[ActionDay]:
    """Return the action days whose entry the changed rows may show, locked."""
    of_article = select(ActionDayArticle.action_day_id).where(
        ActionDayArticle.article_id.in_(touched[Article])
    )
    is_touched = or_(
        ActionDay.id.in_(touched[ActionDay]),
        ActionDay.id.in_(of_article),
        ActionDay.campaign_id.in_(touched[Campaign]),
        ActionDay.group_id.in_(touched[Group]),
    )
    query = (
        select(ActionDay)
        .where(ActionDay.id.in_(_locked(session, ActionDay, is_touched)))
        .options(*_all_of_a_day())
        .order_by(ActionDay.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _locked(
    session: Session,
    model: type[Event] | type[ActionDay],
    condition: ColumnElement[bool],
) -> Sequence[int]:
    # In the order of ids, so that two writers never wait for each other; without
    # the key, so that nobody's sign-up waits.
    query = select(model.id).where(condition).order_by(model.id)
    return session.scalars(query.with_for_update(key_share=True)).all()


def view_of_day(day: ActionDay) -> ActionDayView:
    """Return what the public may see of an action day: all of it."""
    campaign = day.campaign
    return ActionDayView(
        uid=day.uid,
        slug=day.slug,
        title=day.title,
        summary=day.summary,
        description=day.description,
        language=day.language,
        state=day.state.value,
        starts_on=day.starts_on,
        ends_on=day.ends_on,
        campaign=Link(campaign.title, campaign.slug, campaign.uid),
        articles=tuple(
            Link(a.title, a.slug, a.uid, a.language)
            for a in (link.article for link in day.article_links)
            if a.state is State.PUBLISHED
        ),
        created_at=day.created_at,
        modified_at=day.calendar_changed_at or day.modified_at,
        calendar_sequence=day.calendar_sequence,
    )


def view_of_article(article: Article) -> ArticleView:
    """Return what the public may see of a published article: all of it."""
    return ArticleView(
        uid=article.uid,
        slug=article.slug,
        title=article.title,
        summary=article.summary,
        body=article.body,
        language=article.language,
        group=Link(article.group.name, article.group.slug),
        author=article.author,
        author_affiliation=article.author_affiliation,
        source_title=article.source_title,
        source_author=article.source_author,
        source_author_affiliation=article.source_author_affiliation,
        first_appeared_at=article.first_appeared_at,
        first_appeared_url=article.first_appeared_url,
        first_appeared_on=article.first_appeared_on,
        sources=tuple(filter(None, map(one_line, article.sources.splitlines()))),
        reading_minutes=article.reading_minutes,
        published_at=article.published_at or article.created_at,
        modified_at=article.modified_at,
    )


def _all_of_a_day() -> tuple[ORMOption, ...]:
    return (
        joinedload(ActionDay.campaign),
        selectinload(ActionDay.article_links).joinedload(ActionDayArticle.article),
    )
