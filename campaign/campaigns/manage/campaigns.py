"""The organisers' pages of campaigns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from ...organisers.queries import all_groups
from ...publishing.manage.head_picture import DeskWithPicture
from ...publishing.operations import create
from ...publishing.states import Move
from ..forms import CampaignForm
from ..models import Campaign
from ..operations import move_campaign
from ..views import campaign_page
from .whole import DeskOfWhole


class CampaignDesk(DeskWithPicture[Campaign], DeskOfWhole[Campaign]):
    """Where campaigns are begun."""

    noun = "campaigns"
    model = Campaign
    heading = _l("Campaigns")
    new_words = _l("New campaign")
    public_endpoint = "campaigns.show"

    def form_for(self, thing: Campaign | None, **options: Any) -> CampaignForm:
        form = CampaignForm(obj=thing, **options)
        form.group.offer(self.own_groups())
        form.backers.offer(all_groups())
        return form

    def create(self, values: Mapping[str, Any], now: datetime) -> Campaign:
        return create(Campaign(**values), now)

    def make_move(self, thing: Campaign, chosen: Move, now: datetime) -> None:
        move_campaign(thing, chosen, now)
        self.take_along(thing, chosen, now)

    def preview_page(self, thing: Campaign) -> str:
        return campaign_page(thing, is_preview=True)


blueprint = CampaignDesk().blueprint
