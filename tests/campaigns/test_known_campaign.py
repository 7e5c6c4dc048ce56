"""What is public names its campaign, so that has to be public too."""

import factories
import pytest
from front_door import fields, sign_in

from campaign.database import db
from campaign.organisers.models import Role


@pytest.mark.parametrize("noun", ["events", "action-days"])
def test_something_public_cannot_be_moved_into_a_campaign_that_is_not(client, noun):
    group, organiser = factories.group(), factories.organiser()
    factories.membership(organiser, group, Role.OWNER)
    known = factories.campaign(group=group)
    draft = factories.campaign(
        group=group, state="draft", published_at=None, title="Not yet said"
    )
    make = factories.event if noun == "events" else factories.action_day
    thing = make(campaign=known)
    field = "part_of" if noun == "events" else "campaign"
    sign_in(client, organiser)
    form = fields(client.get(f"/manage/{noun}/{thing.slug}/edit"))
    answer = client.post(
        f"/manage/{noun}/{thing.slug}/edit", data={**form, field: draft.slug}
    )
    assert answer.status_code in (409, 422)
    assert "Publish its campaign first" in answer.text
    db.session.rollback()
    assert thing.campaign is known
