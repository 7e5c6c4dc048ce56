"""Changing a date and all that follow, in one transaction.

Only what was changed in that very save goes to the others: what somebody wrote for
a later date alone stays. Where the time changes, the rest becomes a series of its own
with the same rhythm, so that what has been stays as it was in every calendar.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from ...campaigns.operations import move_in_campaign, require_known_campaign
from ...database import db
from ...events.models import Event, Rhythm, Series
from ...events.operations import CapacityTooLow, edit_event
from ...events.recurrence import first_slots, rhythms_of, slots
from ...organisers.queries import free_slug
from ...publishing.states import Move
from ..planning import PlannedDate, existing, planned_dates
from ..queries import following, last_slot_beside
from .making import SHIFTED, covers, shifted

#: What a rule is made from. A new end alone leaves the rule as it is.
_RULE: Final = {"starts_local", "timezone", "is_all_day"}
_TIMES: Final = _RULE | {"start_fold", "ends_local", "end_fold"}
#: What is not simply the same for all dates.
_SPECIAL: Final = _TIMES | {"action_day", "capacity", *SHIFTED}
#: What a rhythm becomes where its new first date is no such day.
_OTHERWISE: Final = {
    Rhythm.MONTHLY_LAST_DAY: Rhythm.MONTHLY_DATE,
    Rhythm.MONTHLY_LAST_WEEKDAY: Rhythm.MONTHLY_WEEKDAY,
    Rhythm.MONTHLY_WEEKDAY: Rhythm.MONTHLY_LAST_WEEKDAY,
}


class CapacityTooLowOnDate(CapacityTooLow):
    """More places than that are taken already on one of the dates."""

    def __init__(self, date: Event) -> None:
        super().__init__(date.places_taken)
        self.date = date.starts_local.date()


def change_following(
    event: Event, version: int, values: Mapping[str, Any], now: datetime
) -> None:
    """Write what was changed in a form, opened at `version`, to all that follow too.

    Raises what `edit_event` does, or CapacityTooLowOnDate; then nothing is written.
    """
    _lock_with_following(event, now)
    before = {name: getattr(event, name) for name in values}
    edit_event(event, version, values, now)
    changed = {name: to for name, to in values.items() if before[name] != to}
    dates = following(event, now)
    if _RULE & changed.keys():
        _take_new_times(event, dates, now)
    elif _TIMES & changed.keys():
        _take_new_length(event, dates)
    for date in dates:
        _take_over(date, event, changed)
        # Its row is locked: nobody else counts at the same time.
        date.version += 1
        date.modified_at = now


def tell_following(event: Event, before: Mapping[str, Any], now: datetime) -> None:
    """Tell in other languages what this date tells: all that follow and say the same.

    `before` are its translations as they were; what somebody wrote in them for a later
    date alone stays.
    """
    _lock_with_following(event, now)
    for date in following(event, now):
        is_same = all(getattr(date, n) == getattr(event, n) for n in Event.TEXTS)
        if is_same and date.told_elsewhere == before:
            date.told_elsewhere = event.told_elsewhere
            date.version += 1
            date.modified_at = now


def move_following(event: Event, chosen: Move, now: datetime) -> None:
    """Move a date, and all that follow as far as the move is possible for them."""
    _lock_with_following(event, now)
    dates = moved_together(event, chosen, now)
    move_in_campaign(event, event.campaign, chosen, now)
    for date in dates:
        move_in_campaign(date, date.campaign, chosen, now)


def moved_together(event: Event, chosen: Move, now: datetime) -> list[Event]:
    """Return the following dates that a move of this one can take along.

    A date that was cancelled alone is not brought back with drafts.
    """
    dates = [date for date in following(event, now) if chosen in date.moves]
    if chosen is Move.PUBLISH:
        dates = [date for date in dates if date.state is event.state]
    return dates


def _lock_with_following(event: Event, now: datetime) -> None:
    """Keep other writers away from all dates until the commit.

    In the order of ids, as everybody locks, so that nobody waits in a circle.
    """
    ids = [event.id, *(date.id for date in following(event, now))]
    query = select(Event.id).where(Event.id.in_(ids)).order_by(Event.id)
    db.session.execute(query.with_for_update())
    db.session.expire_all()


def _take_new_times(event: Event, dates: Sequence[Event], now: datetime) -> None:
    """Put each date at the new rule's slot of the same number.

    The numbers are those of the old slots, so that a week without a date stays one.
    """
    assert event.series is not None
    assert event.series_slot is not None
    series = event.series
    old = slots(series.rhythm, event.series_slot, series.last_slot)
    number_of = {slot: number for number, slot in enumerate(old)}
    numbers = [number_of[date.series_slot] for date in dates if date.series_slot]
    rest = _series_of_the_rest(event, dates, now)
    new = first_slots(rest.rhythm, event.starts_local, max(numbers, default=0) + 1)
    rest.last_slot = new[-1]
    for date in (event, *dates):  # two dates must not meet on one slot
        date.series_slot = None
    db.session.flush()
    event.series, event.series_slot = rest, new[0]
    length = event.ends_local - event.starts_local
    planned = planned_dates(new, length, event.timezone, event.is_all_day)
    for date, number in zip(dates, numbers, strict=True):
        date.series = rest
        _put_at(date, event, planned[number])


def _series_of_the_rest(event: Event, dates: Sequence[Event], now: datetime) -> Series:
    """The same series where nothing of it stays behind, else a new one."""
    series = event.series
    assert series is not None
    last_left = last_slot_beside(series, [event, *dates])
    if last_left is None:
        rest = series
    else:
        rest = Series(slug=free_slug(Series, event.title), created_at=now)
        rest.continues_id = series.id
        rest.rhythm = series.rhythm
        series.last_slot = last_left
    if series.rhythm not in rhythms_of(event.starts_local):
        rest.rhythm = _OTHERWISE[series.rhythm]
    rest.first_slot = rest.last_slot = event.starts_local
    rest.timezone, rest.is_all_day = event.timezone, event.is_all_day
    return rest


def _put_at(date: Event, event: Event, planned: PlannedDate) -> None:
    later = planned.starts_local - date.starts_local
    for name in SHIFTED:
        setattr(date, name, shifted(date, name, later, event.timezone))
    date.series_slot = planned.slot
    date.set_times(
        planned.starts_local,
        planned.ends_local,
        event.timezone,
        is_all_day=event.is_all_day,
    )


def _take_new_length(event: Event, dates: Sequence[Event]) -> None:
    length = event.ends_local - event.starts_local
    for date in dates:
        end = date.starts_local + length
        if not date.is_all_day:
            end = existing(end, date.timezone)
        date.set_times(
            date.starts_local,
            end,
            date.timezone,
            date.start_fold,
            is_all_day=date.is_all_day,
        )


def _take_over(date: Event, event: Event, changed: Mapping[str, Any]) -> None:
    if "campaign" in changed:
        require_known_campaign(date, changed["campaign"])
    for name, value in changed.items():
        if name not in _SPECIAL:
            setattr(date, name, value)
    _take_over_action_day(date, changed)
    later = date.starts_local - event.starts_local
    for name in changed.keys() & {*SHIFTED}:
        setattr(date, name, shifted(event, name, later, event.timezone))
    if "capacity" in changed:
        _take_over_capacity(date, changed["capacity"])


def _take_over_action_day(date: Event, changed: Mapping[str, Any]) -> None:
    """Only where the date lies within it, so that a board shows no other dates."""
    if not changed.keys() & {"campaign", "action_day", *_TIMES}:
        return
    days = [date.action_day]
    if "action_day" in changed:
        days = [changed["action_day"], *(days if changed["action_day"] else [])]
    fitting = [
        day
        for day in days
        if day is not None
        and day.campaign is date.campaign
        and covers(day, date.starts_local, date.ends_local)
    ]
    date.action_day = fitting[0] if fitting else None


def _take_over_capacity(date: Event, capacity: int | None) -> None:
    # Who takes places waits for the row, which is locked: what is read holds.
    if capacity is not None and date.places_taken > capacity:
        raise CapacityTooLowOnDate(date)
    date.capacity = capacity
