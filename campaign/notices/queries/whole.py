"""What is moved with a campaign or an action day as a whole, and whom that concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select

from ...campaigns.models import ActionDay, Campaign, WholeMove
from ...database import db
from ...events.models import Event
from ...organisers.models import EDITING_ROLES, Membership, Organiser
from ...publishing.states import Move, State
from ...signups.models import SignUp
from .recipients import COMING

_FROM: Final = {
    Move.CANCEL: (State.PUBLISHED, State.POSTPONED),
    Move.POSTPONE: (State.PUBLISHED,),
    Move.PUBLISH: (State.CANCELLED, State.POSTPONED),
}


@dataclass(frozen=True)
class Concerned:
    """How much a move of the whole would move, and how many are told."""

    events: int = 0
    sign_ups: int = 0
    #: Groups besides the one that decides.
    groups: int = 0


def concerned(whole: Campaign | ActionDay, chosen: Move, now: datetime) -> Concerned:
    """Return what would go along with a campaign or an action day."""
    if chosen not in _FROM:
        return Concerned()
    parts = is_part(whole, chosen, now)
    events, groups = db.session.execute(
        select(
            func.count(Event.id),
            func.count(Event.group_id.distinct()).filter(
                Event.group_id != whole.group_id
            ),
        ).where(*parts)
    ).one()
    told = select(func.count(SignUp.id)).join(Event, Event.id == SignUp.event_id)
    people = db.session.scalar(told.where(*parts, SignUp.state.in_(COMING)))
    return Concerned(events, people or 0, groups)


def is_part(
    whole: Campaign | ActionDay, chosen: Move, now: datetime
) -> list[ColumnElement[bool]]:
    """Return the conditions of the events that go along.

    What is over stays as it was. What was called off by itself stays off.
    """
    is_day = isinstance(whole, ActionDay)
    found = [
        (Event.action_day_id if is_day else Event.campaign_id) == whole.id,
        Event.state.in_(_FROM[chosen]),
        Event.published_at.is_not(None),
        Event.removed_at.is_(None),
        Event.ends_at > now,
    ]
    if chosen is Move.PUBLISH:
        found.append(Event.is_off_with_whole.is_(True))
    return found


def days_that_go_along(campaign: Campaign, chosen: Move) -> Sequence[ActionDay]:
    """Return the action days that are moved with a campaign."""
    query = select(ActionDay).where(
        ActionDay.campaign_id == campaign.id,
        ActionDay.state.in_(_FROM[chosen]),
        ActionDay.published_at.is_not(None),
        ActionDay.removed_at.is_(None),
    )
    if chosen is Move.PUBLISH:
        query = query.where(ActionDay.is_off_with_whole)
    return db.session.scalars(query.order_by(ActionDay.id)).all()


def numbers_to_move() -> Sequence[int]:
    """Return what is still to be moved as a whole, by number, oldest first."""
    return db.session.scalars(select(WholeMove.id).order_by(WholeMove.id)).all()


def is_first_of_its_kind(move: WholeMove) -> bool:
    """Return whether nothing older is still to be done to the same whole."""
    older = select(WholeMove.id).where(
        WholeMove.id < move.id,
        WholeMove.campaign_id == move.campaign_id,
    )
    return db.session.scalar(older.limit(1)) is None


def organisers_to_tell(
    whole: Campaign | ActionDay, move: WholeMove, now: datetime, most: int
) -> Sequence[Organiser]:
    """Return the next organisers of other groups whose events go along."""
    groups = select(Event.group_id).where(
        *is_part(whole, Move(move.move), now), Event.group_id != whole.group_id
    )
    query = (
        select(Organiser)
        .join(Organiser.memberships)
        .where(Membership.group_id.in_(groups), Membership.role.in_(EDITING_ROLES))
        .where(Organiser.id > move.told_until, Organiser.id != move.organiser_id)
        .distinct()
        .order_by(Organiser.id)
    )
    return db.session.scalars(query.limit(most)).all()


def events_of_organiser(
    organiser: Organiser, whole: Campaign | ActionDay, chosen: Move, now: datetime
) -> Sequence[Event]:
    """Return the events of somebody's groups that go along, soonest first."""
    groups = select(Membership.group_id).where(
        Membership.organiser_id == organiser.id, Membership.role.in_(EDITING_ROLES)
    )
    query = select(Event).where(
        *is_part(whole, chosen, now),
        Event.group_id.in_(groups),
        Event.group_id != whole.group_id,
    )
    return db.session.scalars(query.order_by(Event.starts_at, Event.id)).all()


def next_parts(
    whole: Campaign | ActionDay, chosen: Move, now: datetime, most: int
) -> Sequence[Event]:
    """Return the next events that go along, in the order in which everybody locks."""
    query = select(Event).where(*is_part(whole, chosen, now)).order_by(Event.id)
    return db.session.scalars(query.limit(most)).all()
