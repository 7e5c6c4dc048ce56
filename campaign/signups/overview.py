"""What an organiser should look at first, among all events of their groups."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from sqlalchemy import func, select

from ..database import db
from ..events.models import Event
from ..organisers.models import Group
from ..publishing.queries import is_public
from ..publishing.states import State
from .models import STANDING_STATES, SignUp, SignUpState
from .roll import Day

#: An event is quiet with fewer people than this, so near to its beginning.
QUIET: Final = 5
SOON: Final = timedelta(days=14)
_MOST: Final = 10


class Decision(NamedTuple):
    """An event that asks its organisers, and how many sign-ups wait for an answer."""

    event: Event
    sign_ups: int


def quiet_events(groups: Sequence[Group], now: datetime) -> Sequence[Event]:
    """Return events that begin soon and that hardly anybody comes to, soonest first."""
    query = (
        select(Event)
        .where(Event.group_id.in_([group.id for group in groups]))
        .where(is_public(Event), Event.state == State.PUBLISHED)
        .where(Event.starts_at > now, Event.starts_at <= now + SOON)
        .where(Event.places_confirmed < QUIET)
        .order_by(Event.starts_at, Event.id)
    )
    return db.session.scalars(query.limit(_MOST)).all()


def decisions_of(groups: Sequence[Group], now: datetime) -> list[Decision]:
    """Return the events at which somebody waits to be let in, soonest first."""
    query = (
        select(Event, func.count(SignUp.id))
        .join(SignUp, SignUp.event_id == Event.id)
        .where(Event.group_id.in_([group.id for group in groups]))
        .where(Event.needs_approval, Event.removed_at.is_(None), Event.ends_at > now)
        .where(SignUp.state == SignUpState.WAITING, ~SignUp.is_approved)
        .group_by(Event.id)
        .order_by(Event.starts_at, Event.id)
    )
    return [Decision(*row) for row in db.session.execute(query.limit(_MOST))]


def growth_of(groups: Sequence[Group]) -> list[Day]:
    """Return the days on which somebody signed up who still stands on a list.

    Lists that are erased are not counted: there is nothing left to count.
    """
    query = (
        select(SignUp.created_on, func.sum(SignUp.party_size))
        .join(Event, Event.id == SignUp.event_id)
        .where(Event.group_id.in_([group.id for group in groups]))
        .where(SignUp.state.in_(STANDING_STATES))
        .group_by(SignUp.created_on)
        .order_by(SignUp.created_on)
    )
    found = [(on, int(people)) for on, people in db.session.execute(query)]
    in_all = accumulate(people for _on, people in found)
    return [Day(on, n, so_far) for (on, n), so_far in zip(found, in_all, strict=True)]
