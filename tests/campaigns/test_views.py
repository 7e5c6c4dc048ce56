"""The public pages of campaigns and action days."""

from datetime import date, datetime

import factories
import pytest
from counting import count_queries


def test_a_campaign_shows_its_demand_story_groups_days_events_and_articles(client):
    article = factories.article(title="Why we march")
    backer = factories.group(name="Union branch")
    campaign = factories.campaign(
        demand="Let aid in.", story="# How it began\n\nA letter.", articles=[article]
    )
    other = factories.campaign(backers=[backer], group=campaign.group)
    factories.action_day(campaign=campaign, title="The day")
    factories.event(campaign=campaign, title="A march")
    page = client.get(f"/campaigns/{campaign.slug}").text
    for words in ("Let aid in.", "How it began", "The day", "A march", "Why we march"):
        assert words in page
    assert campaign.group.name in page
    assert "Union branch" in client.get(f"/campaigns/{other.slug}").text


@pytest.mark.parametrize("make", [factories.campaign, factories.action_day])
def test_a_draft_is_not_found_by_the_public(client, make):
    draft = make(state="draft", published_at=None)
    folder = "campaigns" if make is factories.campaign else "action-days"
    assert client.get(f"/{folder}/{draft.slug}").status_code == 404


@pytest.mark.parametrize(
    ("state", "words"), [("cancelled", "has ended"), ("postponed", "on hold")]
)
def test_a_campaign_that_stopped_keeps_its_address_and_says_so(client, state, words):
    campaign = factories.campaign(state=state)
    page = client.get(f"/campaigns/{campaign.slug}")
    assert page.status_code == 200
    assert words in page.text


def test_a_campaign_has_its_own_colour_without_inline_style(client):
    campaign = factories.campaign(accent="#0A6640")
    page = client.get(f"/campaigns/{campaign.slug}")
    assert "/accents/0a6640.css" in page.text


def test_an_action_day_counts_events_cities_and_countries(client):
    day = factories.action_day(
        starts_on=date(2035, 2, 23), description="It began in 2016."
    )
    for city, country in (("London", "GB"), ("Leeds", "GB"), ("Berlin", "DE")):
        factories.event(action_day=day, locality=city, country=country)
    factories.event(action_day=day, locality="Rome", country="IT", state="cancelled")
    page = client.get(f"/action-days/{day.slug}").text
    assert "Friday 23 February 2035" in page
    assert "3 events" in page
    assert "3 cities in 2 countries" in page
    assert "It began in 2016." in page
    assert "Cancelled" in page


def test_an_action_day_begins_in_the_east(client):
    day = factories.action_day()
    factories.event(action_day=day, title="In Honolulu", timezone="Pacific/Honolulu")
    factories.event(action_day=day, title="In Apia", timezone="Pacific/Apia")
    page = client.get(f"/action-days/{day.slug}").text
    assert page.index("In Apia") < page.index("In Honolulu")


def test_pages_name_their_siblings(client):
    day = factories.action_day()
    campaign = day.campaign
    for address in (f"/action-days/{day.slug}", f"/campaigns/{campaign.slug}"):
        page = client.get(address).text
        for suffix in ("ics", "json", "atom"):
            assert f'href="{address}.{suffix}"' in page
        assert f'href="/subscribe?feed={address}"' in page


def test_pages_ask_the_same_number_of_questions_however_many_events_there_are(client):
    day = factories.action_day(articles=[factories.article()])
    factories.event(action_day=day, articles=[factories.article()])
    addresses = (f"/action-days/{day.slug}", f"/campaigns/{day.campaign.slug}", "/")
    few = [count_queries(lambda a=a: client.get(a)) for a in addresses]
    for number in range(12):
        factories.event(
            action_day=day,
            articles=[factories.article()],
            starts_local=datetime(2035, 2, 23, 6 + number),
        )
    assert [count_queries(lambda a=a: client.get(a)) for a in addresses] == few


@pytest.mark.parametrize(
    "address",
    [
        "/campaigns/no-such-campaign",
        "/action-days/no-such-day",
        "/groups/no-such-group",
        "/articles/no-such-article",
        "/campaigns/UPPER",
        "/campaigns/two--dashes",
        "/campaigns/%00",
        "/events/a%0d%0ab",
    ],
)
def test_an_unknown_or_malformed_address_answers_with_a_page_that_helps(
    client, address
):
    page = client.get(address)
    assert page.status_code == 404
    assert "Find an event" in page.text


def test_whoever_would_host_an_action_reads_how_and_whom_to_write_to(client):
    runs = factories.group(name="Ducks", contact="hosts@example.org")
    backs = factories.group(name="Geese", website="https://geese.example.org")
    quiet = factories.group(name="Swans")
    campaign = factories.campaign(group=runs, backers=[backs, quiet])
    day = factories.action_day(
        campaign=campaign, articles=[factories.article(title="A safe vigil")]
    )
    assert f'href="/action-days/{day.slug}/host"' in (
        client.get(f"/action-days/{day.slug}").text
    )
    page = client.get(f"/action-days/{day.slug}/host").text
    for words in ("Ducks", "mailto:hosts@example.org", "https://geese.example.org"):
        assert words in page
    assert page.count("They have left no address here.") == 1
    assert "A safe vigil" in page
    everywhere = client.get("/host").text
    assert "mailto:hosts@example.org" in everywhere
    assert "hosts@example.org" in client.get("/groups/" + runs.slug).text


def test_nobody_hosts_on_a_day_that_the_public_does_not_know(client):
    assert "No campaign is on this site just now." in client.get("/host").text
    draft = factories.action_day(state="draft", published_at=None)
    assert client.get(f"/action-days/{draft.slug}/host").status_code == 404
