"""Watch what is written, and tell calendars of it before the commit.

What a calendar shows of an event comes from many rows: its own, its group's, its
campaign's, its action day's, its articles'. No operation can be trusted to remember
all that. So the session is watched: whatever is written through it, the entries that
may show it are written anew before the commit, in the same transaction.

A bulk `update()` passes by the session's objects, and is meant for what no calendar
shows: counts of places, versions.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import event as events
from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState, Session, SessionTransaction

from ...articles.models import Article
from ...campaigns.models import (
    ActionDay,
    ActionDayArticle,
    Campaign,
    CampaignArticle,
    CampaignBacking,
)
from ...database import db
from ...events.models import ConsentPurpose, Event, EventArticle, Question, Series
from ...lib import clock
from ...organisers.models import Group
from ..models import FeedRevision
from ..queries.changes import (
    Touched,
    dates_of,
    touched_action_days,
    touched_events,
    touched_series,
)
from ..site import Site
from .fragments import write_days, write_events, write_series

_TOUCHED: Final = "feeds_touched"
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_OWN_ID: Final = (Event, Series, ActionDay, Campaign, Group, Article)
#: Rows that others hang on, and that no entry of a calendar shows by themselves.
_FIRST: Final = (Campaign, Group)
#: Rows that only join others: the table and the column of what shows them.
_JOINING: Final = {
    EventArticle: (Event, "event_id"),
    ActionDayArticle: (ActionDay, "action_day_id"),
    CampaignArticle: (Campaign, "campaign_id"),
    CampaignBacking: (Campaign, "campaign_id"),
    # No calendar shows these, but the form does that is kept by the same version.
    Question: (Event, "event_id"),
    ConsentPurpose: (Event, "event_id"),
}


def watch() -> None:
    """Watch what is written through `db.session`, from now on."""
    for name, listener in (
        ("after_flush", _note),
        ("before_commit", _tell_calendars),
        ("after_soft_rollback", _forget),
    ):
        if not events.contains(db.session, name, listener):
            events.listen(db.session, name, listener)


def nothing_touched() -> Touched:
    """Return an empty record of changed rows."""
    return {model: set() for model in _OWN_ID}


def _note(session: Session, _context: Any) -> None:
    """Remember which rows were written: by now they have their ids."""
    touched: Touched | None = session.info.get(_TOUCHED)
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, _OWN_ID):
            touched = touched or nothing_touched()
            # What hangs on a new group or campaign is written itself.
            if not (row in session.new and isinstance(row, _FIRST)):
                touched[type(row)].add(row.id)
            if isinstance(row, Event):
                touched[Series].update(_left(row, "series_id"))
            if isinstance(row, Article):
                touched[Article].update(_left(row, "translation_of_id"))
        elif type(row) in _JOINING:
            touched = touched or nothing_touched()
            table, column = _JOINING[type(row)]
            touched[table].add(getattr(row, column))
    if touched is not None:
        session.info[_TOUCHED] = touched


def _left(row: Event | Article, column: str) -> list[int]:
    """Return what the row belonged to and does no more: a series, an original."""
    state: InstanceState[Any] = inspect(row)
    before = state.attrs[column].history.deleted or ()
    return [number for number in before if number is not None]


def _tell_calendars(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: the transaction around it may still change more
    session.flush()
    touched: Touched | None = session.info.get(_TOUCHED)
    if touched is None:
        return
    tell(session, touched)
    # Locked last, since every writer needs it: whoever waits for it holds all else.
    move(revision(session))
    session.flush()
    # What that flush wrote are the stamps themselves.
    session.info.pop(_TOUCHED, None)


def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_TOUCHED, None)


def tell(session: Session, touched: Touched) -> None:
    """Write anew what the changed rows may show."""
    site = Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])
    rows = touched_events(session, touched)
    days = touched_action_days(session, touched)
    # Read after the rows were locked, so that times follow the order of commits.
    now = clock.now()
    write_events(session, rows, site, now)
    write_days(session, days, site, now)
    session.flush()
    numbers = touched[Series] | {row.series_id for row in rows if row.series_id}
    if numbers:
        series = touched_series(session, numbers)
        dates = dates_of(session, numbers)
        write_series(session, {row: dates[row.id] for row in series}, site, now)


def revision(session: Session) -> FeedRevision:
    """Return the one row that moves with every change, locked."""
    row = session.get(FeedRevision, 1, with_for_update=True, populate_existing=True)
    if row is None:
        row = FeedRevision(number=0, changed_at=_NEVER)
        session.add(row)
    return row


def move(row: FeedRevision) -> None:
    """Say that what feeds show has changed."""
    row.number += 1
    # Never the same second twice: If-Modified-Since knows no smaller unit.
    row.changed_at = max(clock.now(), row.changed_at + _SECOND)
