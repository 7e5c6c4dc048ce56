"""Making the dates of a series: each is a copy of one that is there.

A date has an identity, an address and places of its own. So people sign up for the
dates that they come to, and a date can change or be cancelled alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from sqlalchemy import select

from ...campaigns.models import ActionDay
from ...campaigns.operations import require_known_campaign
from ...database import EditedMeanwhile, db
from ...events.models import (
    ConsentPurpose,
    Event,
    EventRole,
    Question,
    Rhythm,
    Series,
)
from ...events.queries import purposes_of, questions_of, roles_of
from ...lib.refusal import Refusal
from ...lib.slug import numbered, slug_of
from ...lib.walltime import instant, wall_time
from ...organisers.queries import free_slug
from ...publishing.operations import lock
from ...publishing.states import State
from ..planning import PlannedDate, planned_dates
from ..queries import date_to_copy

#: States in which something can have copies: what they are is plain from it.
REPEATABLE_STATES: Final = (State.DRAFT, State.PUBLISHED)
#: Moments that stand as far from each date as from the one that it was copied from.
SHIFTED: Final = ("address_released_at", "sign_ups_open_at", "sign_ups_close_at")
#: Columns that each date has of its own; all others are copied.
_OWN: Final = {
    *("id", "uid", "slug", "version", "published_at", "created_at", "modified_at"),
    *("starts_local", "start_fold", "ends_local", "end_fold", "starts_at", "ends_at"),
    *("series_id", "series_slot", "action_day_id"),
    *SHIFTED,
    *("places_taken", "places_confirmed", "people_came"),
    *("calendar_hash", "calendar_sequence", "calendar_changed_at"),
    *("own_calendar_hash", "own_calendar_sequence", "own_calendar_changed_at"),
}
#: What a question, a purpose to agree to, or a role has anew at each date.
_NOT_ASKED: Final = {"id", "uid", "event_id", "places_taken"}
_COPIED: Final = tuple(c.key for c in Event.__table__.columns if c.key not in _OWN)


class NotRepeatable(Refusal):
    """The event is over, or in a state of which there should be no copies."""


class AlreadyRepeats(Refusal):
    """The event is one date of a series already."""


def repeat_event(
    event: Event, rhythm: Rhythm, given: Sequence[datetime], now: datetime
) -> Series:
    """Make an event the first date of a series, and the others after it.

    `given` are the slots, its own first. Raises AlreadyRepeats, NotRepeatable,
    NotYetPublic, and EditedMeanwhile where somebody moved it since.
    """
    lock(event)
    if event.series_id is not None:
        raise AlreadyRepeats
    if not can_repeat(event, now):
        raise NotRepeatable
    if event.starts_local != given[0]:
        raise EditedMeanwhile
    require_known_campaign(event, event.campaign)
    series = Series(
        slug=free_slug(Series, event.title),
        rhythm=rhythm,
        first_slot=given[0],
        last_slot=given[-1],
        timezone=event.timezone,
        is_all_day=event.is_all_day,
        created_at=now,
    )
    event.series, event.series_slot = series, given[0]
    event.modified_at = now
    _add_dates(event, given[1:], now)
    return series


def extend_series(event: Event, given: Sequence[datetime], now: datetime) -> None:
    """Add dates at further slots of an event's series, after its last date.

    Raises NotRepeatable where there is no date to copy, NotYetPublic, and
    EditedMeanwhile where somebody has added dates since.
    """
    lock(event)
    source, series = date_to_copy(event), event.series
    if source is None or series is None:
        raise NotRepeatable
    _lock_series(series)
    if given[0] <= series.last_slot:
        raise EditedMeanwhile
    require_known_campaign(source, source.campaign)
    series.last_slot = given[-1]
    _add_dates(source, given, now)


def leave_series(event: Event, now: datetime) -> None:
    """Make a date an event of its own, which no change of the others reaches."""
    lock(event)
    if event.series_id is None:
        return
    event.series, event.series_slot = None, None
    event.modified_at = now


def can_repeat(event: Event, now: datetime) -> bool:
    """Return whether an event can become the first date of a series."""
    if event.series_id is not None or event.is_removed or event.is_over(now):
        return False
    return event.state in REPEATABLE_STATES


def covers(day: ActionDay | None, start: datetime, end: datetime) -> bool:
    """Return whether an event at these wall times lies within an action day."""
    last = max(start, end - timedelta(minutes=1)).date()
    return day is not None and day.starts_on <= start.date() and last <= day.ends_on


def shifted(event: Event, name: str, by: timedelta, zone: str) -> datetime | None:
    """Return a moment of SHIFTED for a date that is so much later than an event."""
    moment: datetime | None = getattr(event, name)
    return moment and instant(wall_time(moment, zone) + by, zone)


def _lock_series(series: Series) -> None:
    query = select(Series).where(Series.id == series.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def _add_dates(source: Event, given: Sequence[datetime], now: datetime) -> None:
    length = source.ends_local - source.starts_local
    planned = planned_dates(given, length, source.timezone, source.is_all_day)
    slugs = _free_slugs(source.title, [each.starts_local.date() for each in planned])
    articles, copies = list(source.articles), []
    for each, slug in zip(planned, slugs, strict=True):
        copy = _copy(source, each, now)
        copy.slug, copy.articles = slug, list(articles)
        db.session.add(copy)
        copies.append(copy)
    db.session.flush()
    _copy_what_is_asked(source, copies)


def _copy_what_is_asked(source: Event, copies: Iterable[Event]) -> None:
    """Each date has questions and roles of its own: people answer for the date that
    they come to, and nobody has taken anything on at a new one.
    """
    asked: list[Question | ConsentPurpose | EventRole] = [*questions_of(source)]
    asked += [*purposes_of(source), *roles_of(source)]
    present = [each for each in asked if not each.is_retired]
    for copy in copies:
        for each in present:
            names = [c.key for c in each.__table__.columns if c.key not in _NOT_ASKED]
            values = {name: getattr(each, name) for name in names}
            db.session.add(type(each)(event_id=copy.id, **values))


def _copy(source: Event, planned: PlannedDate, now: datetime) -> Event:
    copy = Event(**{name: getattr(source, name) for name in _COPIED})
    copy.series_id, copy.series_slot = source.series_id, planned.slot
    copy.series = source.series
    copy.set_times(
        planned.starts_local,
        planned.ends_local,
        source.timezone,
        is_all_day=source.is_all_day,
    )
    day = source.action_day
    is_on_it = covers(day, planned.starts_local, planned.ends_local)
    copy.action_day_id = source.action_day_id if is_on_it else None
    later = planned.starts_local - source.starts_local
    for name in SHIFTED:
        setattr(copy, name, shifted(source, name, later, source.timezone))
    copy.created_at = copy.modified_at = now
    copy.published_at = now if copy.state is State.PUBLISHED else None
    return copy


def _free_slugs(title: str, days: Iterable[date]) -> list[str]:
    """An address for each date, which says what it is and when."""
    base = slug_of(title)
    like_it = Event.slug.startswith(f"{base}-", autoescape=True)
    with db.session.no_autoflush:
        taken = set(db.session.scalars(select(Event.slug).where(like_it)))
    found = []
    for day in days:
        names = (numbered(f"{base}-{day}", n) for n in count(1))
        found.append(next(name for name in names if name not in taken))
        taken.add(found[-1])
    return found
