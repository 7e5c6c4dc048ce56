"""Boards, read: in a number of statements that does not grow with the events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, func, select

from ..campaigns.models import ActionDay
from ..database import db
from ..events.disclosure import AddressLevel, Place, Viewer, disclose
from ..events.models import Event
from ..events.queries import EventFilter, listed
from ..publishing.told import texts_in
from .board import Action, Board, tick
from .models import ToldCount

_PLACE: Final = (
    *(Event.venue, Event.street_address, Event.locality, Event.region),
    *(Event.postal_code, Event.country, Event.latitude, Event.longitude),
    Event.online_url,
)
_SHOWN: Final = (
    *(Event.slug, Event.title, Event.language, Event.kind, Event.state),
    *(Event.attendance, Event.starts_local, Event.ends_local),
    *(Event.starts_at, Event.ends_at, Event.timezone, Event.is_all_day),
)


def board_of(day: ActionDay, now: datetime, language: str) -> Board:
    """Return the board of an action day, as everybody may see it.

    Titles are in the language where they are told in it, else as they were written.
    """
    moment = tick(day.starts_on, day.ends_on, now)
    actions = listed_actions(EventFilter(day=day.slug), moment, language)
    return Board(day.starts_on, day.ends_on, moment, actions)


def listed_actions(
    wanted: EventFilter,
    now: datetime,
    language: str,
    since: datetime | None = None,
    most: int = 0,
) -> Sequence[Action]:
    """Return the listed events of a filter for a board, soonest first.

    `since` leaves out what ended before; `most` is how many at most, 0 for all.
    """
    # Columns, not rows: a board is made of a thousand events at once.
    people = case((Event.shows_counts, func.coalesce(ToldCount.people, 0)), else_=0)
    levels = (Event.address_level, Event.address_released_at)
    query = (
        select(*_SHOWN, Event.told_elsewhere, people, *levels, *_PLACE)
        .outerjoin(ToldCount, ToldCount.event_id == Event.id)
        .where(*listed(wanted))
        .order_by(Event.starts_at, Event.id)
    )
    if since is not None:
        query = query.where(Event.ends_at > since)
    if most:
        query = query.limit(most)
    return [_action(row, now, language) for row in db.session.execute(query)]


def _action(row: Sequence[Any], now: datetime, language: str) -> Action:
    *told, elsewhere, people, level, released_at = row[: len(_SHOWN) + 4]
    whole = Place(*row[len(_SHOWN) + 4 :])
    place = disclose(whole, AddressLevel(level), released_at, Viewer.STRANGER, now)
    values = dict(zip((column.key for column in _SHOWN), told, strict=True))
    for name in ("kind", "attendance"):
        values[name] = values[name].value
    title = texts_in(elsewhere or {}, language).get("title")
    if title and language != values["language"]:
        values.update(title=title, language=language)
    return Action(**values, place=place, people=people)
