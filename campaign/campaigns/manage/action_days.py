"""The organisers' pages of action days."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from ...database import db
from ...lib.refusal import Refusal
from ...publishing.forms.thing import ThingForm
from ...publishing.manage.head_picture import DeskWithPicture
from ...publishing.operations import create, edit
from ...publishing.queries import all_of
from ...publishing.states import Move, NotYetPublic, State
from ...publishing.words import move_problem
from ..forms import ActionDayForm
from ..models import ActionDay, Campaign
from ..operations import move_action_day, require_known_campaign
from ..views import action_day_page
from .whole import DeskOfWhole


class ActionDayDesk(DeskWithPicture[ActionDay], DeskOfWhole[ActionDay]):
    """Where action days are called."""

    noun = "action-days"
    model = ActionDay
    heading = _l("Action days")
    new_words = _l("New action day")
    public_endpoint = "action_days.show"

    def form_for(self, thing: ActionDay | None, **options: Any) -> ActionDayForm:
        asked = {"campaign": request.args.get("campaign")}
        form = ActionDayForm(obj=thing, data=asked, **options)
        form.group.offer(self.own_groups())
        form.campaign.offer(self._campaigns(thing))
        return form

    def _campaigns(self, thing: ActionDay | None) -> list[Campaign]:
        """Campaigns that go on, and the one that it already belongs to."""
        own = db.session.scalars(all_of(Campaign, self.own_groups()))
        campaigns = [c for c in own if c.state is not State.CANCELLED]
        if thing is not None and thing.campaign not in campaigns:
            campaigns.append(thing.campaign)
        return campaigns

    def create(self, values: Mapping[str, Any], now: datetime) -> ActionDay:
        return create(ActionDay(**values), now)

    def change(
        self, thing: ActionDay, version: int, values: Mapping[str, Any], now: datetime
    ) -> None:
        require_known_campaign(thing, values["campaign"])
        edit(thing, version, values, now)

    def put_at_field(self, form: ThingForm, refusal: Refusal) -> None:
        if not isinstance(refusal, NotYetPublic):
            raise refusal
        form.refuse("campaign", move_problem(refusal))

    def make_move(self, thing: ActionDay, chosen: Move, now: datetime) -> None:
        move_action_day(thing, chosen, now)
        self.take_along(thing, chosen, now)

    def preview_page(self, thing: ActionDay) -> str:
        return action_day_page(thing)


blueprint = ActionDayDesk().blueprint
