"""Writes about what campaigns are made of."""

from datetime import datetime

from ..publishing.models import Publishable
from ..publishing.operations import lock, move
from ..publishing.states import Move, NotYetPublic, StillOnTheSite
from .models import ActionDay, Campaign
from .queries import has_public_parts


def move_campaign(campaign: Campaign, chosen: Move, now: datetime) -> None:
    """Move a campaign; raises what `move` does, or StillOnTheSite."""
    move(campaign, chosen, now)
    if chosen is Move.REMOVE:
        _require_nothing_public_on(campaign)


def move_action_day(day: ActionDay, chosen: Move, now: datetime) -> None:
    """Move an action day; raises what `move_in_campaign` does, or StillOnTheSite."""
    move_in_campaign(day, day.campaign, chosen, now)
    if chosen is Move.REMOVE:
        _require_nothing_public_on(day)


def move_in_campaign(
    row: Publishable, campaign: Campaign, chosen: Move, now: datetime
) -> None:
    """Move something that is part of a campaign.

    Raises what `move` does, or NotYetPublic where the campaign is not public: a page
    that names it would betray it. The campaign is locked, so that nobody takes it
    back until the commit.
    """
    if chosen is Move.PUBLISH or (chosen is Move.RESTORE and row.was_public):
        _require_public(campaign)
    move(row, chosen, now)


def require_known_campaign(row: Publishable, campaign: Campaign) -> None:
    """Raise NotYetPublic where something public would name a campaign that is not."""
    if row.is_public:
        _require_public(campaign)


def _require_nothing_public_on(row: Campaign | ActionDay) -> None:
    # After the move, which holds the lock that whoever publishes a part waits for.
    if has_public_parts(row):
        raise StillOnTheSite


def _require_public(campaign: Campaign) -> None:
    lock(campaign)
    if not campaign.is_public:
        raise NotYetPublic
