"""Writes about campaigns and action days."""

from datetime import datetime

from ..publishing.operations import lock, move
from ..publishing.states import Move, NotYetPublic
from .models import ActionDay, Campaign


def move_action_day(day: ActionDay, chosen: Move, now: datetime) -> None:
    """Publish, postpone or cancel an action day.

    Raises MoveNotPossible, or NotYetPublic where its campaign is not public.
    """
    if chosen is Move.PUBLISH:
        require_public(day.campaign)
    move(day, chosen, now)


def require_public(campaign: Campaign) -> None:
    """Raise NotYetPublic if a page that names this campaign would betray it.

    The lock lets nobody take the campaign back until the commit.
    """
    lock(campaign)
    if not campaign.is_public:
        raise NotYetPublic
