"""When feeds changed, when time alone will change them, and what a write touches."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from ...articles.models import Article
from ...campaigns.models import ActionDay, ActionDayArticle, Campaign
from ...database import db
from ...events.models import Event, EventArticle, Series, Visibility
from ...events.queries import all_that_is_seen
from ...organisers.models import Group
from ...publishing.queries import is_public
from ..entries import last_day_over, over_everywhere
from ..ical import CANCELLED_KEPT, KEPT
from ..models import CalendarFragment, FeedRevision
from .entries import all_of_a_day

T = TypeVar("T", Event, ActionDay, Series)
#: Ids of changed rows, by the table that they stand in.
Touched = dict[type, set[int]]

#: How long after its end an entry moves: into the past, out of the calendars.
_STEPS = (timedelta(0), CANCELLED_KEPT, KEPT)


def last_change(now: datetime) -> datetime | None:
    """Return when any feed's content last changed, None while there is none.

    Either somebody wrote something, or time alone moved an entry: when it ended,
    and when it left the calendars.
    """
    written = select(FeedRevision.changed_at).scalar_subquery()
    found = db.session.execute(select(written, *_latest_ends(now))).one()
    moments: list[datetime] = [found[0]] if found[0] else []
    return max([*moments, *_moments(found[1:])], default=None)


def next_change(now: datetime) -> datetime | None:
    """Return when time alone will next change a feed, None where it never will."""
    found = db.session.execute(select(*_next_ends(now))).one()
    return min(_moments(found), default=None)


def _latest_ends(now: datetime) -> Iterator[ScalarSelect[Any]]:
    for step in _STEPS:
        ended = select(func.max(Event.ends_at)).where(Event.ends_at <= now - step)
        yield ended.scalar_subquery()
        last_day = last_day_over(now - step)
        days = select(func.max(ActionDay.ends_on)).where(ActionDay.ends_on <= last_day)
        yield days.scalar_subquery()


def _next_ends(now: datetime) -> Iterator[ScalarSelect[Any]]:
    for step in _STEPS:
        ends = select(func.min(Event.ends_at)).where(Event.ends_at > now - step)
        yield ends.scalar_subquery()
        last_day = last_day_over(now - step)
        days = select(func.min(ActionDay.ends_on)).where(ActionDay.ends_on > last_day)
        yield days.scalar_subquery()


def _moments(ends: Sequence[Any]) -> Iterator[datetime]:
    """Add to each end of an event or of a day the step that was asked about."""
    for step, event_end, last_day in zip(_STEPS, ends[::2], ends[1::2], strict=True):
        if event_end:
            yield event_end + step
        if last_day:
            yield over_everywhere(last_day) + step


def touched_events(session: Session, touched: Touched) -> Sequence[Event]:
    """Return the events whose calendar entry the changed rows may show, locked."""
    conditions = _of_columns(
        (Event.id, touched[Event]),
        (Event.campaign_id, touched[Campaign]),
        (Event.group_id, touched[Group]),
        (Event.action_day_id, touched[ActionDay]),
    )
    if touched[Article]:
        articles = _readings(touched[Article])
        of_article = select(EventArticle.event_id).where(
            EventArticle.article_id.in_(articles)
        )
        days = select(ActionDayArticle.action_day_id).where(
            ActionDayArticle.article_id.in_(articles)
        )
        conditions += [Event.id.in_(of_article), Event.action_day_id.in_(days)]
    return _locked(session, Event, conditions, *all_that_is_seen())


def _readings(numbers: Iterable[int]) -> Select[int]:
    """The articles with these ids, what they translate, and what translates that:
    where one is linked, all of them may be named.
    """
    originals = select(func.coalesce(Article.translation_of_id, Article.id)).where(
        Article.id.in_(numbers)
    )
    return select(Article.id).where(
        or_(Article.id.in_(originals), Article.translation_of_id.in_(originals))
    )


def touched_action_days(session: Session, touched: Touched) -> Sequence[ActionDay]:
    """Return the action days whose entry the changed rows may show, locked."""
    conditions = _of_columns(
        (ActionDay.id, touched[ActionDay]),
        (ActionDay.campaign_id, touched[Campaign]),
        (ActionDay.group_id, touched[Group]),
    )
    if touched[Article]:
        of_article = select(ActionDayArticle.action_day_id).where(
            ActionDayArticle.article_id.in_(_readings(touched[Article]))
        )
        conditions.append(ActionDay.id.in_(of_article))
    return _locked(session, ActionDay, conditions, *all_of_a_day())


def touched_series(session: Session, numbers: Collection[int]) -> Sequence[Series]:
    """Return the series with these ids, locked."""
    return _locked(session, Series, _of_columns((Series.id, numbers)))


def dates_of(session: Session, numbers: Iterable[int]) -> dict[int, list[Event]]:
    """Return the dates that lists show of each of these series, in order."""
    dates: dict[int, list[Event]] = {number: [] for number in numbers}
    query = (
        select(Event)
        .where(Event.series_id.in_(dates), is_public(Event))
        .where(Event.visibility == Visibility.LISTED)
        .options(*all_that_is_seen())
        .order_by(Event.series_slot, Event.id)
        .execution_options(populate_existing=True)
    )
    for event in session.scalars(query):
        dates[event.series_id or 0].append(event)
    return dates


def fragments_of(
    session: Session, uids: Collection[UUID]
) -> dict[tuple[UUID, str], CalendarFragment]:
    """Return what is stored of these entries, by entry and language."""
    if not uids:
        return {}
    query = select(CalendarFragment).where(CalendarFragment.uid.in_(uids))
    return {(row.uid, row.language): row for row in session.scalars(query)}


def _of_columns(*asked: tuple[Any, Collection[int]]) -> list[ColumnElement[bool]]:
    """Return the conditions of those columns that there are ids to ask for."""
    return [column.in_(ids) for column, ids in asked if ids]


def _locked(
    session: Session,
    model: type[T],
    conditions: Sequence[ColumnElement[bool]],
    *options: ORMOption,
) -> Sequence[T]:
    """Return what one of the conditions finds.

    It is locked first and read anew then, so that of two writers the second sees what
    the first one wrote.
    """
    if not conditions:
        return []
    # In the order of ids, so that two writers never wait for each other; without
    # the key, so that nobody's sign-up waits.
    locking = select(model.id).where(or_(*conditions)).order_by(model.id)
    numbers = session.scalars(locking.with_for_update(key_share=True)).all()
    if not numbers:
        return []
    query = (
        select(model)
        .where(model.id.in_(numbers))
        .options(*options)
        .order_by(model.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()
