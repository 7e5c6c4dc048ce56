"""Writes about events.

Times go through `Event.set_times`, so that the instants follow the clock on the wall.
Places are counted in the event's own row. Each of the functions that count is one
conditional UPDATE, and the database's CHECKs stand behind it: two people who want
the last place are told apart by the database, not by us.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Update, bindparam, inspect, or_, select, update

from ..campaigns.operations import require_known_campaign
from ..database import db, execute_guarded
from ..lib.refusal import Refusal
from ..past_session import object_of_row, run_prepared
from ..places.cities import DATA_VERSION
from ..prepared import Prepared
from ..publishing.operations import create, edit
from ..publishing.states import State
from .models import Event, EventRole
from .models.whereabouts import SOURCES, located


class EventFull(Refusal):
    """Fewer places are left than were asked for."""


class EventNotOpen(Refusal):
    """The event takes no sign-ups: a draft, postponed, cancelled or over."""


class CapacityTooLow(Refusal):
    """More places than that are taken already."""

    def __init__(self, places_taken: int) -> None:
        super().__init__(places_taken)
        self.places_taken = places_taken


_TIMES = (
    "starts_local",
    "ends_local",
    "timezone",
    "start_fold",
    "end_fold",
    "is_all_day",
)


def create_event(values: Mapping[str, Any], now: datetime) -> Event:
    """Add a draft of columns, relationships, and the arguments of set_times."""
    times = {name: values[name] for name in _TIMES}
    event = Event(**{k: v for k, v in values.items() if k not in _TIMES})
    event.set_times(**times)
    return create(event, now)


def edit_event(
    event: Event, version: int, values: Mapping[str, Any], now: datetime
) -> None:
    """Write what was changed in a form that was opened at `version`.

    Raises EditedMeanwhile, CapacityTooLow or NotYetPublic.
    """
    require_known_campaign(event, values["campaign"])
    changes = dict(values)
    times = {name: changes.pop(name) for name in _TIMES}
    capacity = changes.pop("capacity")
    edit(event, version, changes, now)
    event.set_times(**times)
    set_capacity(event, capacity)


def locate_events(most: int) -> int:
    """Look up where events are that the data about cities were never asked about.

    At most so many of them; returns how many there were. No calendar shows it, so
    nobody is told.
    """
    query = select(Event.id, *(getattr(Event, name) for name in SOURCES))
    unlocated = query.where(Event.located_by != DATA_VERSION).order_by(Event.id)
    rows = db.session.execute(unlocated.limit(most)).all()
    if rows:
        db.session.execute(update(Event), [{"id": r.id, **located(r)} for r in rows])
    return len(rows)


def set_capacity(event: Event, capacity: int | None) -> None:
    """Set how many places there are, None for no limit; raises CapacityTooLow."""
    statement = update(Event).where(Event.id == event.id).values(capacity=capacity)
    if capacity is not None:
        statement = statement.where(Event.places_taken <= capacity)
    if not execute_guarded(statement):
        raise CapacityTooLow(event.places_taken)


def lock_event(event: Event) -> None:
    """Keep other writers away from the event and its sign-ups until the commit.

    Whoever writes sign-ups takes this lock first, so that nobody waits in a circle.
    On SQLite the transaction itself is the lock. What the session knows is forgotten,
    so that it is read as it stands now.
    """
    # By its key, which is known although what was read of it is not sure any more.
    lock_event_numbered(*(inspect(event).identity or ()))


def lock_event_numbered(number: int) -> Event:
    """Return the event with this number under its lock, as it stands now.

    One statement locks and reads what decides about sign-ups; all else is read when
    it is asked for.
    """
    session = db.session()
    session.flush()
    session.expire_all()
    row = session.connection().execute(_LOCKED, {"number": number}).one()
    return object_of_row(Event, row._asdict())


#: Built once: to put such a statement together takes as long as to run it.
_LOCKED = (
    select(
        Event.id,
        Event.uid,
        Event.state,
        Event.starts_at,
        Event.ends_at,
        Event.capacity,
        Event.places_taken,
        Event.max_party_size,
        Event.sign_ups_open_at,
        Event.sign_ups_close_at,
        Event.needs_approval,
        Event.has_waiting_list,
        Event.confirm_first_until,
    )
    .where(Event.id == bindparam("number"))
    .with_for_update()
)


def take_places(event: Event, number: int, now: datetime) -> None:
    """Take places of an open event, all or none, and hold the event's lock.

    Raises EventNotOpen or EventFull; then none was taken.
    """
    taken = run_prepared(_TAKEN, event=event.id, number=number, now=now)
    db.session.expire(event, ["places_taken"])
    if not taken.rowcount:
        raise EventFull if event.is_open(now) else EventNotOpen


def taking_places() -> Update:
    """Return the statement that takes `number` places of the `event`, all or none, if
    it is open `now` and has them. Others add conditions of their own.
    """
    with_more = Event.places_taken + bindparam("number", type_=Integer)
    return (
        update(Event)
        .where(Event.id == bindparam("event"))
        .where(Event.state == State.PUBLISHED, Event.ends_at > bindparam("now"))
        .where(or_(Event.capacity.is_(None), Event.capacity >= with_more))
        .values(places_taken=with_more)
    )


_TAKEN = Prepared(lambda _insert: taking_places())


def take_places_by_hand(event: Event, number: int) -> None:
    """Take and confirm places for people whom organisers or stewards write down.

    That may be before the event takes sign-ups or after it began, and never over
    its capacity. Raises EventFull.
    """
    has_room = Event.places_taken + number <= Event.capacity
    statement = (
        update(Event)
        .where(Event.id == event.id)
        .where(or_(Event.capacity.is_(None), has_room))
        .values(
            places_taken=Event.places_taken + number,
            places_confirmed=Event.places_confirmed + number,
        )
    )
    if not execute_guarded(statement):
        raise EventFull


def release_places(event: Event, number: int) -> None:
    """Give back places that were taken and not confirmed."""
    _count(event.id, taken=-number)


def release_places_of(event_id: int, number: int) -> None:
    """Give such places back where nobody has read the event; under its lock."""
    _count(event_id, taken=-number)


def confirm_places(event: Event, number: int) -> None:
    """Count places that were taken as those of people who confirmed."""
    _count(event.id, confirmed=number)


def release_confirmed_places(event: Event, number: int) -> None:
    """Give back places of people who had confirmed."""
    _count(event.id, taken=-number, confirmed=-number)


def keep_count(events: Collection[int]) -> None:
    """Write down how many people had confirmed, before the list is erased."""
    statement = (
        update(Event)
        .where(Event.id.in_(events), Event.places_confirmed > 0)
        .values(people_came=Event.places_confirmed)
    )
    execute_guarded(statement)


def clear_places(events: Collection[int]) -> None:
    """Free all places of events, by their ids, whose sign-ups are all erased."""
    statement = (
        update(Event)
        .where(Event.id.in_(events))
        .values(places_taken=0, places_confirmed=0)
    )
    execute_guarded(statement)
    roles = update(EventRole).where(EventRole.event_id.in_(events))
    execute_guarded(roles.values(places_taken=0))


def take_role_place(role: EventRole) -> bool:
    """Take one place of a role that is offered; return False where none is left."""
    statement = (
        update(EventRole)
        .where(EventRole.id == role.id, ~EventRole.is_retired)
        .where(EventRole.places_taken < EventRole.places)
        .values(places_taken=EventRole.places_taken + 1)
    )
    return execute_guarded(statement)


def release_role_place(number: int) -> None:
    """Give a place of a role back, by the id of the role."""
    statement = (
        update(EventRole)
        .where(EventRole.id == number)
        .values(places_taken=EventRole.places_taken - 1)
    )
    execute_guarded(statement)


def set_role_places(role: EventRole, places: int) -> bool:
    """Set how many are wanted; return False where more have taken it on already."""
    statement = (
        update(EventRole)
        .where(EventRole.id == role.id, EventRole.places_taken <= places)
        .values(places=places)
    )
    return execute_guarded(statement)


def _count(event_id: int, taken: int = 0, confirmed: int = 0) -> None:
    statement = (
        update(Event)
        .where(Event.id == event_id)
        .values(
            places_taken=Event.places_taken + taken,
            places_confirmed=Event.places_confirmed + confirmed,
        )
    )
    execute_guarded(statement, "places_taken", "places_confirmed")
