"""The organisers' list of an event: who comes, searched, sorted, changed by hand."""

import factories
from desks import member
from front_door import fields, send
from supporters import places, rows, states

from campaign.signups.people import person_of


def path(event, view=""):
    return f"/manage/events/{event.slug}/sign-ups{view}"


def add(client, event, **typed):
    """Write somebody down as an organiser fills in the form."""
    answers = {"name": "Amal", "email": "amal@example.org", "party_size": "1", **typed}
    return send(client, path(event, "/new"), **answers)


def test_whoever_is_written_down_is_going_at_once(client, outbox):
    event = factories.event(capacity=5)
    member(client, event.group)
    answer = add(client, event, party_size="3")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "They are on the list." in page
    assert "amal@example.org" in page
    assert (states(), places(event)) == (["going"], (3, 3))
    assert rows()[0].is_added_by_hand
    assert person_of(rows()[0]).name == "Amal"
    assert len(outbox) == 0
