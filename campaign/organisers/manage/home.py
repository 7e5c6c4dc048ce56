"""The first page of the organisers' side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template

from ...articles.models import Article
from ...campaigns.models import ActionDay, Campaign
from ...events.models import Event
from ...feeds.problems import calendar_problem, left_out_of
from ...lib import clock
from ...publishing.models import Publishable
from ...publishing.queries import newest_of, waiting_of
from ...publishing.words import move_name, state_name
from ...signups.door_list import doors_of
from ...signups.overview import decisions_of, growth_of, quiet_events
from ...signups.roll import curve
from ..access import current_organiser, require_sign_in
from ..forms import GroupForm
from ..models import DOOR_ROLES, EDITING_ROLES, READING_ROLES, Group
from ..queries import groups_of, memberships_of

blueprint = Blueprint("manage", __name__, url_prefix="/manage")
blueprint.before_request(require_sign_in)
for words in (state_name, move_name, calendar_problem):
    blueprint.add_app_template_global(words)
#: In the order in which a campaign is built up.
NOUNS: dict[str, type[Publishable]] = {
    "campaigns": Campaign,
    "action_days": ActionDay,
    "events": Event,
    "articles": Article,
}
#: The size of the drawing of sign-ups over time, in its own units.
CHART = (600, 160)


@blueprint.get("/")
def home() -> str:
    organiser, now = current_organiser(), clock.now()
    groups = groups_of(organiser, READING_ROLES)
    own = groups_of(organiser, EDITING_ROLES)
    nouns = NOUNS if groups else {}
    return render_template(
        "manage/home.html",
        memberships=memberships_of(organiser),
        can_edit=bool(own),
        waiting={noun: waiting_of(model, groups) for noun, model in nouns.items()},
        left_out={
            "action_days": left_out_of(ActionDay, groups, now),
            "events": left_out_of(Event, groups, now),
        },
        decisions=decisions_of(own, now),
        quiet=quiet_events(own, now),
        **_growth(own, now),
        newest={noun: newest_of(model, groups) for noun, model in nouns.items()},
        doors=doors_of(groups_of(organiser, DOOR_ROLES), now),
        form=GroupForm(formdata=None),
    )


def _growth(groups: Sequence[Group], now: datetime) -> dict[str, Any]:
    """Sign-ups to all events of the groups over time, as a drawing and as days."""
    days, today = growth_of(groups), now.date()
    until = max(today, days[-1].on) if days else today
    line = curve(days, today, *CHART) if days else ""
    return {"days": days, "until": until, "curve": line, "chart": CHART}
