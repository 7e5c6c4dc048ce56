"""Writes about what campaigns are made of."""

from datetime import datetime

from ..publishing.models import Publishable
from ..publishing.operations import lock, move
from ..publishing.states import Move, NotYetPublic
from .models import Campaign


def move_in_campaign(
    row: Publishable, campaign: Campaign, chosen: Move, now: datetime
) -> None:
    """Publish, postpone or cancel something that is part of a campaign.

    Raises MoveNotPossible, or NotYetPublic where the campaign is not public: a page
    that names it would betray it. The campaign is locked, so that nobody takes it
    back until the commit.
    """
    if chosen is Move.PUBLISH:
        _require_public(campaign)
    move(row, chosen, now)


def require_known_campaign(row: Publishable, campaign: Campaign) -> None:
    """Raise NotYetPublic where something public would name a campaign that is not."""
    if row.is_public:
        _require_public(campaign)


def _require_public(campaign: Campaign) -> None:
    lock(campaign)
    if not campaign.is_public:
        raise NotYetPublic
