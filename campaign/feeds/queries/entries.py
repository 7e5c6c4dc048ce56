"""Events, action days and articles as feeds see them."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from ...articles.models import Article
from ...articles.queries import all_readings
from ...campaigns.models import ActionDay, ActionDayArticle, Campaign
from ...database import db
from ...events.consensus import typical_date
from ...events.disclosure import EventView, Link, Viewer
from ...events.models import Event, Series, reading_links, thing_link
from ...events.queries import EventFilter, public_events
from ...lib.text import one_line
from ...organisers.models import Group
from ...publishing.queries import is_public
from ..entries import ActionDayView, ArticleView, last_day_over
from ..ical import KEPT
from ..vseries import SeriesView


def newest_events(wanted: EventFilter, now: datetime, most: int) -> list[EventView]:
    """Return those events that news with this filter tell, latest change first."""
    changed_at = func.coalesce(Event.calendar_changed_at, Event.modified_at)
    query = public_events(wanted, since=now - KEPT).order_by(None)
    rows = db.session.scalars(query.order_by(changed_at.desc(), Event.uid).limit(most))
    return [event.seen_by(Viewer.STRANGER, now) for event in rows]


def typical_of_series(series: Series, now: datetime) -> EventView | None:
    """Return a date that says what most dates of the series say, None without any."""
    rows = db.session.scalars(public_events(EventFilter(series=series.slug)))
    return typical_date(event.seen_by(Viewer.STRANGER, now) for event in rows)


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
        .where(is_public(ActionDay))
        .where(ActionDay.ends_on > last_day_over(now - KEPT))
        .options(*all_of_a_day())
        .order_by(ActionDay.starts_on, ActionDay.id)
    )
    if campaign is not None:
        query = query.where(ActionDay.campaign_id == campaign.id)
    if group is not None:
        query = query.where(ActionDay.group_id == group.id)
    return [view_of_day(day) for day in db.session.scalars(query)]


def view_of_day(day: ActionDay) -> ActionDayView:
    """Return what the public may see of an action day: all of it."""
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
        campaign=thing_link(day.campaign),
        articles=reading_links(link.article for link in day.article_links),
        created_at=day.created_at,
        modified_at=day.calendar_changed_at or day.modified_at,
        calendar_sequence=day.calendar_sequence,
        told_elsewhere=day.told_elsewhere or {},
    )


def view_of_series(series: Series, dates: Iterable[Event], now: datetime) -> SeriesView:
    """Return what the public may see of a series, of which these are the dates."""
    return SeriesView(
        uid=series.uid,
        slug=series.slug,
        rhythm=series.rhythm.value,
        first_slot=series.first_slot,
        last_slot=series.last_slot,
        timezone=series.timezone,
        is_all_day=series.is_all_day,
        created_at=series.created_at,
        modified_at=series.calendar_changed_at or series.created_at,
        calendar_sequence=series.calendar_sequence,
        dates=tuple(
            (date.series_slot, date.seen_by(Viewer.STRANGER, now))
            for date in dates
            if date.series_slot is not None
        ),
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
        authors=tuple(article.authors),
        translator=article.translator,
        original=_original_of(article),
        translations=tuple(
            Link(each.title, each.slug, each.uid, each.language)
            for each in article.readings
            if each is not article and each is not article.translation_of
        ),
        source_title=article.source_title,
        source_author=article.source_author,
        source_author_affiliation=article.source_author_affiliation,
        first_appeared_at=article.first_appeared_at,
        first_appeared_url=article.first_appeared_url,
        first_appeared_on=article.first_appeared_on,
        appearance=article.appearance.value,
        elsewhere=article.elsewhere,
        licence=article.licence,
        sources=tuple(filter(None, map(one_line, article.sources.splitlines()))),
        reading_minutes=article.reading_minutes,
        published_at=article.published_at or article.created_at,
        modified_at=article.modified_at,
    )


def _original_of(article: Article) -> Link | None:
    original = article.translation_of
    if original is None or not original.is_readable:
        return None
    return Link(original.title, original.slug, original.uid, original.language)


@cache
def all_of_a_day() -> tuple[ORMOption, ...]:
    """Return the options that load what `view_of_day` reads."""
    return (
        joinedload(ActionDay.campaign),
        selectinload(ActionDay.article_links)
        .joinedload(ActionDayArticle.article)
        .options(*all_readings()),
    )
