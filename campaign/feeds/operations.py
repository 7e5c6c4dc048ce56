"""Tell calendars that an event changed, and only then.

An app looks at DTSTAMP, LAST-MODIFIED and SEQUENCE to learn that an event changed:
GNOME ignores a new title when none of them moved. What a calendar shows of an event
comes from many rows: its own, its group's, its campaign's, its action day's, its
articles'. No operation can be trusted to remember all that. So the session is
watched: whatever is written through it, the entries that may show it are written
anew before the commit, in the same transaction, and where the bytes differ from
the last ones the three stamps move.

A bulk `update()` passes by the session's objects, and is meant for what no calendar
shows: counts of places, versions.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from flask import current_app
from sqlalchemy import event as events
from sqlalchemy import select
from sqlalchemy.orm import Session, SessionTransaction

from ..articles.models import Article
from ..campaigns.models import (
    ActionDay,
    ActionDayArticle,
    Campaign,
    CampaignArticle,
    CampaignBacking,
)
from ..database import db
from ..events.disclosure import Viewer
from ..events.models import Event, EventArticle
from ..lib import clock
from ..organisers.models import Group
from .models import FeedRevision
from .queries import Touched, touched_action_days, touched_events, view_of_day
from .site import Site
from .vevent import Entry, vevent

_TOUCHED: Final = "feeds_touched"
_NO_STAMP: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_OWN_ID: Final = (Event, ActionDay, Campaign, Group, Article)
#: Rows that only join others: the table and the column of what shows them.
_JOINING: Final = {
    EventArticle: (Event, "event_id"),
    ActionDayArticle: (ActionDay, "action_day_id"),
    CampaignArticle: (Campaign, "campaign_id"),
    CampaignBacking: (Campaign, "campaign_id"),
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


def check_all_entries() -> None:
    """Tell calendars what changed without a write: a new release, a new address.

    The entries are written anew when the transaction around it commits, half a
    millisecond each.
    """
    session = db.session()
    touched: Touched = {model: set() for model in _OWN_ID}
    for model in (Event, ActionDay):
        touched[model].update(session.scalars(select(model.id)))
    session.info[_TOUCHED] = touched


def fingerprint(entry: Entry, site: Site) -> str:
    """Return the hash of what calendars show of an entry, its stamps left out.

    An entry that cannot be written has one too: the organiser must be able to
    save what mends it.
    """
    bare = replace(entry, modified_at=_NO_STAMP, calendar_sequence=0)
    try:
        return sha256(vevent(bare, site)).hexdigest()
    except Exception as error:
        return sha256(repr(error).encode()).hexdigest()


def _note(session: Session, _context: Any) -> None:
    """Remember which rows were written: by now they have their ids."""
    touched: Touched = session.info.get(_TOUCHED) or {m: set() for m in _OWN_ID}
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, _OWN_ID):
            touched[type(row)].add(row.id)
        elif type(row) in _JOINING:
            table, column = _JOINING[type(row)]
            touched[table].add(getattr(row, column))
    if any(touched.values()):
        session.info[_TOUCHED] = touched


def _tell_calendars(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: the transaction around it may still change more
    session.flush()
    touched: Touched | None = session.info.get(_TOUCHED)
    if touched is None:
        return
    _check(session, touched)
    # Locked last, since every writer needs it: whoever waits for it holds all else.
    _move(_revision(session))
    session.flush()
    # What that flush wrote are the stamps themselves.
    session.info.pop(_TOUCHED, None)


def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_TOUCHED, None)


def _check(session: Session, touched: Touched) -> None:
    """Move the stamps of those entries whose bytes changed."""
    site = Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])
    rows = touched_events(session, touched)
    days = touched_action_days(session, touched)
    # Read after the rows were locked, so that times follow the order of commits.
    now = clock.now()
    for event in rows:
        if event.is_public:
            seen = event.seen_by(Viewer.STRANGER, now)
            _stamp(event, fingerprint(seen, site), now)
    for day in days:
        if day.is_public:
            _stamp(day, fingerprint(view_of_day(day), site), now)


def _stamp(row: Event | ActionDay, told: str, now: datetime) -> None:
    if row.calendar_hash == told:
        return
    if row.calendar_changed_at is None:
        row.calendar_changed_at = now
    else:
        row.calendar_sequence += 1
        # LAST-MODIFIED must move even at the second change in a second.
        row.calendar_changed_at = max(now, row.calendar_changed_at + _SECOND)
    row.calendar_hash = told


def _revision(session: Session) -> FeedRevision:
    revision = session.get(
        FeedRevision, 1, with_for_update=True, populate_existing=True
    )
    if revision is None:
        revision = FeedRevision(number=0, changed_at=_NO_STAMP)
        session.add(revision)
    return revision


def _move(revision: FeedRevision) -> None:
    revision.number += 1
    # Never the same second twice: If-Modified-Since knows no smaller unit.
    revision.changed_at = max(clock.now(), revision.changed_at + _SECOND)
