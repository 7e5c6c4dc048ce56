"""Requests that no form of ours sends: they are answered, and tell nobody anything."""

import io
import re

import factories
import pytest
from supporters import rows, sign_up

from campaign.database import transaction


def test_a_field_that_is_sent_as_a_file_is_an_empty_field(client):
    event = factories.event()
    answer = sign_up(client, event, name=(io.BytesIO(b"Amal"), "name.txt"))
    assert answer.status_code == 422
    assert rows() == []


@pytest.mark.parametrize("body", [{"name": 5}, [1], "x", {"email": ["a@example.org"]}])
@pytest.mark.parametrize("path", ["sign-ups", "sign-in"])
def test_json_in_the_place_of_a_form_is_an_empty_form(client, body, path):
    event = factories.event()
    address = f"/events/{event.slug}/sign-ups" if path == "sign-ups" else "/sign-in"
    assert client.post(address, json=body).status_code == 422


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.example", "://"])
def test_a_form_from_elsewhere_is_refused_however_it_says_so(client, origin):
    event = factories.event()
    answer = client.post(
        f"/events/{event.slug}/sign-ups",
        data={"name": "Amal", "email": "amal@example.org", "party_size": "1"},
        headers={"Origin": origin},
    )
    assert answer.status_code == 403
    assert rows() == []


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("suffix", ["", ".ics", ".json", ".atom"])
def test_days_at_the_ends_of_all_calendars_break_nothing(client, day, suffix):
    for question in ("from", "to"):
        assert client.get(f"/events{suffix}?{question}={day}").status_code == 200


def test_the_finder_does_not_tell_titles_that_are_not_public(client):
    campaign = factories.campaign(state="draft", published_at=None, title="Secret")
    day = factories.action_day(state="draft", published_at=None, title="Hidden day")
    for question in (f"campaign={campaign.slug}", f"day={day.slug}"):
        page = client.get(f"/events?{question}").text
        assert "Secret" not in page
        assert "Hidden day" not in page


def test_places_left_are_a_count_too(client):
    event = factories.event(capacity=50, places_taken=3, shows_counts=False)
    data = client.get(f"/events/{event.slug}.json").json
    assert "47 places" not in client.get(f"/events/{event.slug}").text
    assert data["places_left"] is None
    full = factories.event(capacity=3, places_taken=3, shows_counts=False)
    assert "This event is full" in client.get(f"/events/{full.slug}").text


def test_a_fault_of_ours_is_logged_without_what_was_typed(app, client, capsys):
    event = factories.event()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with transaction() as session:  # a state that the code does not expect
            session.connection().exec_driver_sql(
                "UPDATE events SET timezone = 'Nowhere/City'"
            )
        answer = client.get(f"/events/{event.slug}?q=SECRETWORD")
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    logged = capsys.readouterr().err
    assert "/events/<slug:slug>" in logged
    assert "SECRETWORD" not in logged
    assert event.slug not in logged


@pytest.mark.parametrize(
    "path", ["/", "/events", "/events/{slug}", "/articles", "/about"]
)
def test_no_question_makes_a_link_lead_to_a_script_or_to_another_page(client, path):
    event, other = factories.event(), factories.event()
    orders = "_scheme=javascript&_external=1&_anchor=x&_method=POST"
    address = path.format(slug=event.slug)
    asked = f"{address}?{orders}&slug={other.slug}&x=%0Aalert(1)"
    page = client.get(asked, follow_redirects=True)
    assert page.status_code == 200
    links = re.findall(r'href="([^"]*)"', page.text)
    assert not [link for link in links if link.startswith("javascript")]
    translated = [link for link in links if "lang=ar" in link]
    assert {link.partition("?")[0] for link in translated} == {address}
