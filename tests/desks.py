"""The desks of the organisers' side: things to lay on them, and who sits there."""

from typing import Any

import factories
from flask.testing import FlaskClient
from front_door import sign_in

from campaign.articles.models import Article
from campaign.campaigns.models import ActionDay, Campaign
from campaign.events.models import Event
from campaign.organisers.models import Group, Role
from campaign.publishing.models import Publishable
from campaign.publishing.states import State

MAKERS: dict[str, tuple[type[Publishable], Any]] = {
    "campaigns": (Campaign, factories.campaign),
    "action-days": (ActionDay, factories.action_day),
    "events": (Event, factories.event),
    "articles": (Article, factories.article),
}
#: A draft inside a public campaign, so that it can be published.
DRAFT = {"state": State.DRAFT, "published_at": None}


def member(
    client: FlaskClient, group: Group, role: Role = Role.ORGANISER
) -> FlaskClient:
    """Sign somebody new in who has this role in the group; return the client."""
    organiser = factories.organiser()
    factories.membership(organiser, group, role)
    return sign_in(client, organiser)


def make(noun: str, group: Group, **values: Any) -> Any:
    """Return a new thing of the group, in a campaign of the group where it has one."""
    if noun in ("action-days", "events"):
        values.setdefault("campaign", factories.campaign(group=group))
    return MAKERS[noun][1](group=group, **values)


def desk(noun: str, thing: Publishable, view: str = "") -> str:
    """Return the path of a page of the desk."""
    return f"/manage/{noun}/{thing.slug}" + (f"/{view}" if view else "")
