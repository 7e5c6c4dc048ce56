"""The finder, through the front door."""

import re
from datetime import date, datetime

import factories
import pytest
from counting import count_queries


def test_the_list_shows_each_event_by_its_own_clock(client):
    factories.event(
        title="Vigil in Auckland",
        locality="Auckland",
        country="NZ",
        timezone="Pacific/Auckland",
        starts_local=datetime(2035, 2, 23, 19, 30),
    )
    page = client.get("/events")
    assert "Friday 23 February 2035" in page.text
    assert ">19:30<" in page.text
    assert "Auckland time" in page.text


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"country": "GB"}, {"London"}),
        ({"country": "gb"}, {"London"}),
        ({"city": "berlin"}, {"Berlin"}),
        ({"kind": "march"}, {"Berlin"}),
        ({"q": "candles"}, {"London"}),
        ({"q": "Candles LONDON"}, {"London"}),
        ({"q": "100%"}, set()),
        ({"from": "2035-02-24"}, {"Berlin"}),
        ({"to": "2035-02-23"}, {"London"}),
        ({"from": "2035-02-23", "to": "2035-02-24"}, {"London", "Berlin"}),
        ({"online": "1"}, set()),
        ({}, {"London", "Berlin"}),
    ],
)
def test_filters_narrow_the_list(client, question, found):
    factories.event(title="In London", locality="London", summary="Bring candles.")
    factories.event(
        title="In Berlin",
        locality="Berlin",
        country="DE",
        kind="march",
        timezone="Europe/Berlin",
        starts_local=datetime(2035, 2, 24, 12),
    )
    page = client.get("/events", query_string=question)
    assert {city for city in ("London", "Berlin") if f"In {city}" in page.text} == found


def test_campaign_and_day_filter_and_say_what_they_are_part_of(client):
    day = factories.action_day()
    factories.event(title="On the day", action_day=day)
    factories.event(title="Another time")
    for question in ({"day": day.slug}, {"campaign": day.campaign.slug}):
        page = client.get("/events", query_string=question)
        assert "On the day" in page.text
        assert "Another time" not in page.text
        assert "Part of" in page.text


def test_a_date_that_is_none_is_explained_and_kept(client):
    factories.event(title="Still shown")
    page = client.get("/events", query_string={"from": "soon", "city": "Manchester"})
    assert page.status_code == 422
    assert "Error:" in page.text
    assert 'value="Manchester"' in page.text
    field = re.search(r'<input[^>]*name="from"[^>]*>', page.text)[0]
    # As a date field the browser would show nothing of it.
    assert 'type="text"' in field
    assert 'value="soon"' in field
    assert "Still shown" in page.text


def test_nothing_found_leads_somewhere(client):
    page = client.get("/events", query_string={"city": "Atlantis"})
    assert "Nothing found" in page.text
    assert 'href="/events"' in page.text
    assert 'href="/host"' in page.text
    day = factories.action_day()
    lonely = client.get("/events", query_string={"city": "Atlantis", "day": day.slug})
    assert f'href="/action-days/{day.slug}/host"' in lonely.text
    assert "Follow this search in your calendar" in lonely.text


def test_events_of_the_past_are_only_shown_when_asked_for(client):
    factories.event(title="Long ago", starts_local=datetime(2016, 2, 23, 18))
    assert "Long ago" not in client.get("/events").text
    assert "Long ago" in client.get("/events?to=2016-12-31").text


def test_a_long_list_has_pages_that_keep_the_question(client):
    campaign = factories.campaign()
    for hour in range(30):
        factories.event(
            campaign=campaign,
            title=f"Number {hour:02}",
            starts_local=datetime(2035, 2, 1 + hour // 2, 12 + hour % 2),
        )
    first = client.get("/events?country=GB")
    assert "Number 24" in first.text
    assert "Number 25" not in first.text
    assert "/events?country=GB&amp;page=2" in first.text
    second = client.get("/events?country=GB&page=2")
    assert "Number 29" in second.text
    assert "Number 24" not in second.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999", "99999999999999999999"])
def test_a_page_that_does_not_exist_does_not_break_the_list(client, number):
    assert client.get(f"/events?page={number}").status_code == 200


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(client):
    day = factories.action_day()
    article = factories.article()
    factories.event(action_day=day, articles=[article])
    few = count_queries(lambda: client.get("/events"))
    for number in range(20):
        factories.event(
            articles=[article], starts_local=datetime(2035, 3, 1 + number, 12)
        )
    assert count_queries(lambda: client.get("/events")) == few


def test_a_hidden_address_is_not_in_the_list(client):
    factories.event(address_level="city", venue="Secret hall", locality="Tunis")
    page = client.get("/events")
    assert "Tunis" in page.text
    assert "Secret hall" not in page.text


def test_dates_are_those_of_the_events_own_clock(client):
    # 23 February in Auckland begins on the 22nd in UTC.
    factories.event(
        title="Early in Auckland",
        timezone="Pacific/Auckland",
        starts_local=datetime(2035, 2, 23, 8),
    )
    day = date(2035, 2, 23).isoformat()
    assert "Early in Auckland" in client.get(f"/events?from={day}&to={day}").text
    assert "Early in Auckland" not in client.get("/events?to=2035-02-22").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_zone_without_a_name_is_told_once(client):
    event = factories.event(timezone="Asia/Amman", locality="Amman", country="JO")
    assert "Amman time (\u200eUTC+3)" in client.get(f"/events/{event.slug}").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_lists_strike_out_what_is_cancelled_and_say_what_lasts_all_day(client):
    event = factories.event(state="cancelled", is_all_day=True)
    page = client.get("/events").text
    assert re.search(rf'href="/events/{event.slug}" class="struck"', page)
    assert "All day" in page


def test_other_events_near_by_go_by_distance_across_borders(client):
    here = factories.event(locality="Strasbourg", country="FR", title="Here")
    # Of the same country, and far away; of another one, and next door.
    for number, (town, country) in enumerate(
        (("Paris", "FR"), ("Karlsruhe", "DE"), ("Kehl", "DE"))
    ):
        factories.event(locality=town, country=country, title=f"No. {number}")
    factories.event(locality="Kehl", country="DE", title="Off", state="cancelled")
    page = client.get(f"/events/{here.slug}").text
    near = page.split("Other events near by")[1]
    assert re.findall(r">(No. \d|Off)</a>", near) == ["No. 2", "No. 1"]
    assert re.findall(r'class="distance">([^<]*)<', near) == ["5 km", "68 km"]
