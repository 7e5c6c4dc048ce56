"""The way to an event: its own map, directions, access; and what the city tells."""

import re

import factories
import pytest
from werkzeug.datastructures import MultiDict

from campaign.events.forms.event import EventForm, Part
from campaign.events.models import Event


def test_an_events_page_has_its_map_its_directions_and_a_link_that_says_it_leaves(
    client,
):
    row = factories.event(
        locality="Leeds",
        latitude=53.8,
        longitude=-1.55,
        directions="Left of the **station**.",
        has_step_free_access=True,
        has_quiet_space=True,
    )
    page = client.get(f"/events/{row.slug}").text
    drawing = re.search(r'<svg class="locator".*?</svg>', page, re.S)[0]
    assert "Bradford" in drawing
    assert "6 mi" in drawing
    assert "<strong>station</strong>" in page
    assert "Step-free access" in page
    assert "Quiet space" in page
    link = re.search(r'<a href="(https://[^"]+)"([^>]*)>Look it up on Open', page)
    assert link[1].endswith("search?query=53.800000%2C-1.550000")
    assert "noreferrer" in link[2]
    assert "(this leaves our site)" in page


def test_of_a_hidden_address_the_map_and_the_link_tell_the_city_alone(client):
    row = factories.event(
        locality="Leeds",
        latitude=53.701234,
        longitude=-1.951234,
        address_level="confirmed",
        street_address="CANARY street",
        directions="CANARY stairs",
    )
    page = client.get(f"/events/{row.slug}").text
    assert "CANARY" not in page
    assert "53.70" not in page
    assert "in the middle of" in page
    assert "search?query=Leeds%2C%20United%20Kingdom" in page
    # The same map as of any event of the city: it cannot be told from its shape.
    other = factories.event(locality="Leeds")
    drawings = [
        re.search(r'<svg class="locator".*?</svg>', text, re.S)[0]
        for text in (page, client.get(f"/events/{other.slug}").text)
    ]
    assert drawings[0] == drawings[1]


def test_an_event_online_or_of_an_unknown_town_has_no_map(client):
    for values in ({"attendance": "online"}, {"locality": "Atlantisburg"}):
        row = factories.event(**{"locality": "Leeds", **values})
        assert "locator" not in client.get(f"/events/{row.slug}").text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            {"locality": "Leeds", "country": "GB"},
            ("Leeds", "", "GB", "Europe/London"),
        ),
        (
            {"locality": "Springfield, Illinois, United States"},
            ("Springfield", "Illinois", "US", "America/Chicago"),
        ),
        ({"locality": "القاهرة"}, ("القاهرة", "", "EG", "Africa/Cairo")),
        # Nothing that somebody chose is overwritten.
        (
            {"locality": "Leeds", "country": "GB", "timezone": "Europe/Paris"},
            ("Leeds", "", "GB", "Europe/Paris"),
        ),
    ],
)
def test_the_city_tells_country_zone_and_place_where_they_are_empty(
    app, typed, expected
):
    day = factories.action_day()
    part = Part(day.campaign, day)
    sent = MultiDict(
        {
            "title": "Vigil",
            "part_of": part.key,
            "group": day.group.slug,
            "starts": "18:00",
            "ends": "19:00",
            "language": "en",
            "max_party_size": "5",
            "offer_hours": "24",
            "kind": "vigil",
            "attendance": "in_person",
            "address_level": "public",
            "visibility": "listed",
            "access": "quiet-space",
            **typed,
        }
    )
    with app.test_request_context():
        form = EventForm(sent, meta={"csrf": False})
        form.group.offer([day.group])
        form.offer_parts([part])
        assert form.validate(), form.errors
        values = form.values()
    names = ("locality", "region", "country", "timezone")
    assert tuple(values[name] for name in names) == expected
    assert values["has_quiet_space"] is True
    assert values["has_livestream"] is False
    assert {"has_step_free_access", "directions"} <= set(dir(Event))


def test_a_zone_that_no_city_tells_is_asked_for(app):
    with app.test_request_context():
        sent = MultiDict({"locality": "Atlantisburg", "country": "US"})
        form = EventForm(sent, meta={"csrf": False})
        form.group.offer([])
        form.offer_parts([])
        form.validate()
        assert "Choose the time zone of its city." in form.timezone.errors
