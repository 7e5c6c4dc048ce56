"""Moving all events with their campaign or action day, some at a time.

The click moves the whole and writes down that its events go along. The background work
first tells the organisers of other groups, then moves event after event and has those
who come told, as if each had been moved by itself. What is done in one transaction is
never done again by the next, so nobody is told twice.
"""

from datetime import datetime
from typing import Final

from ...campaigns.models import ActionDay, Campaign, WholeMove
from ...campaigns.operations import move_in_campaign
from ...database import db
from ...events.models import Event
from ...events.operations import lock_event
from ...mail.operations import enqueue
from ...organisers.models import Organiser
from ...publishing.operations import lock
from ...publishing.states import Move
from ...signups.operations import fill_places, thaw_offers
from ..queries.whole import (
    days_that_go_along,
    events_of_organiser,
    is_first_of_its_kind,
    next_parts,
    organisers_to_tell,
)
from .announcing import announce_move

#: How much is done in one transaction, while others wait for the locks.
_EVENTS_AT_ONCE: Final = 10
_MAILS_AT_ONCE: Final = 50


def take_events_along(
    whole: Campaign | ActionDay, chosen: Move, organiser: Organiser, now: datetime
) -> None:
    """Have all events of a campaign or an action day moved as it was just moved."""
    day = whole if isinstance(whole, ActionDay) else None
    db.session.add(
        WholeMove(
            campaign_id=day.campaign_id if day else whole.id,
            action_day_id=day.id if day else None,
            move=chosen.value,
            organiser_id=organiser.id,
            created_at=now,
        )
    )
    if isinstance(whole, Campaign):
        for day in days_that_go_along(whole, chosen):
            move_in_campaign(day, whole, chosen, now)
            day.is_off_with_whole = chosen is not Move.PUBLISH


def move_some(number: int, now: datetime) -> None:
    """Do the next part of a move of the whole, by its number."""
    move = db.session.get(WholeMove, number)
    if move is None:
        return
    campaign = db.session.get_one(Campaign, move.campaign_id)
    # Of two workers at once the second one waits here, and sees what is done.
    lock(campaign)
    move = db.session.get(WholeMove, number, populate_existing=True)
    if move is None or not is_first_of_its_kind(move):
        return
    whole = _whole(move, campaign)
    chosen = Move(move.move)
    if _tell_organisers(whole, move, now):
        return
    events = next_parts(whole, chosen, now, _EVENTS_AT_ONCE)
    organiser = db.session.get_one(Organiser, move.organiser_id)
    for event in events:
        _move_one(event, chosen, organiser, now)
    if len(events) < _EVENTS_AT_ONCE:
        db.session.delete(move)


def _whole(move: WholeMove, campaign: Campaign) -> Campaign | ActionDay:
    if move.action_day_id is None:
        return campaign
    return db.session.get_one(ActionDay, move.action_day_id)


def _tell_organisers(
    whole: Campaign | ActionDay, move: WholeMove, now: datetime
) -> bool:
    """Write to the next organisers of other groups; return whether there were any."""
    readers = organisers_to_tell(whole, move, now, _MAILS_AT_ONCE)
    for reader in readers:
        enqueue(
            "whole_moved",
            reader.email,
            reader.language,
            now,
            move=move.move,
            title=whole.title,
            group=whole.group.name,
            events=events_of_organiser(reader, whole, Move(move.move), now),
        )
        move.told_until = reader.id
    return bool(readers)


def _move_one(event: Event, chosen: Move, organiser: Organiser, now: datetime) -> None:
    lock_event(event)
    before = event.state
    move_in_campaign(event, event.campaign, chosen, now)
    event.is_off_with_whole = chosen is not Move.PUBLISH
    thaw_offers(event, now)
    fill_places(event, now)
    announce_move(event, before, organiser, now)
