"""The desks of campaigns and of action days."""

from datetime import date

import factories
import pytest
from front_door import fields, send, sign_in
from sqlalchemy import select

from campaign.campaigns.models import ActionDay, Campaign
from campaign.database import db
from campaign.publishing.states import State


@pytest.fixture
def group(app):
    return factories.group(name="Ours")


@pytest.fixture
def desk(client, group):
    organiser = factories.organiser()
    factories.membership(organiser, group)
    return sign_in(client, organiser)


def the(model):
    db.session.rollback()
    return db.session.scalars(select(model)).one()


def test_a_campaign_is_kept_as_it_was_written(desk, group):
    backer = factories.group(name="Backers")
    answer = send(
        desk,
        "/manage/campaigns/new",
        title="Free the ducks",
        demand="Open every pond.",
        summary="Ducks need water.",
        story="## Why\n\nBecause.",
        accent="#003366",
        language="ar",
        backers=backer.slug,
    )
    assert answer.location == "/manage/campaigns/free-the-ducks?done=created"
    campaign = the(Campaign)
    assert campaign.group is group
    assert campaign.state is State.DRAFT
    assert (campaign.demand, campaign.story) == (
        "Open every pond.",
        "## Why\n\nBecause.",
    )
    assert (campaign.accent, campaign.language) == ("#003366", "ar")
    assert campaign.backers == [backer]
    assert "Backers" in desk.get("/manage/campaigns/free-the-ducks").text


def test_backers_come_and_go_and_the_own_group_is_none(desk, group):
    first, second = factories.group(), factories.group()
    campaign = factories.campaign(group=group, backers=[first])
    address = f"/manage/campaigns/{campaign.slug}/edit"
    assert fields(desk.get(address))["backers"] == first.slug
    form = {**fields(desk.get(address)), "backers": [second.slug, group.slug]}
    assert desk.post(address, data=form).status_code == 303
    assert campaign.backers == [second]
    send(desk, address, backers=None)
    assert campaign.backers == []


def test_a_group_that_does_not_exist_cannot_back_anything(desk):
    answer = send(desk, "/manage/campaigns/new", title="Ducks", backers="nobody")
    assert answer.status_code == 422
    assert '<a href="#backers">“nobody” is not on the list' in answer.text


@pytest.mark.parametrize("accent", ["#FFD21F", "#ffffff", "#000000", "#b00020"])
def test_a_colour_with_readable_letters_is_taken(desk, accent):
    answer = send(desk, "/manage/campaigns/new", title="Ducks", accent=accent)
    assert answer.status_code == 303
    assert the(Campaign).accent == accent


@pytest.mark.parametrize(
    ("accent", "words"),
    [
        ("red", "Enter the colour as # and six digits"),
        ("#fff", "Enter the colour as # and six digits"),
        ("#12345g", "Enter the colour as # and six digits"),
        ("#ffd21f;color:red", "Enter the colour as # and six digits"),
        ("", "Enter the colour as # and six digits"),
        # White letters on this grey have a contrast of 4.48, black ones less.
        ("#777777", "Neither black nor white letters are easy to read"),
    ],
)
def test_what_is_no_colour_is_explained(desk, accent, words):
    answer = send(desk, "/manage/campaigns/new", title="Ducks", accent=accent)
    assert answer.status_code == 422
    assert words in answer.text
    assert fields(answer)["accent"] == accent


@pytest.mark.parametrize("title", ["Pond’s <b>day</b>", "يوم البط"])
def test_titles_are_shown_as_they_were_typed(desk, title):
    answer = send(desk, "/manage/campaigns/new", title=title)
    page = desk.get(answer.location).text
    assert "<b>day" not in page
    assert the(Campaign).title == title


DAY = {"title": "Day of ducks", "starts_on": "2035-02-23"}


def test_an_action_day_belongs_to_a_campaign_and_lasts_a_day(desk, group):
    campaign = factories.campaign(group=group, slug="ducks")
    new = "/manage/action-days/new"
    assert fields(desk.get(f"{new}?campaign=ducks"))["campaign"] == "ducks"
    answer = send(desk, new, **DAY, description="Come.", campaign="ducks")
    assert answer.location == "/manage/action-days/day-of-ducks?done=created"
    day = the(ActionDay)
    assert (day.campaign, day.group) == (campaign, group)
    assert day.starts_on == day.ends_on == date(2035, 2, 23)
    assert "Friday 23 February 2035" in desk.get(answer.location).text


def test_an_action_day_may_last_several_days(desk, group):
    factories.campaign(group=group)
    send(desk, "/manage/action-days/new", **DAY, ends_on="2035-02-25")
    assert the(ActionDay).ends_on == date(2035, 2, 25)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("starts_on", "", "Enter the day."),
        ("starts_on", "2035-02-30", "Enter a day that exists"),
        ("starts_on", "0035-02-23", "Check the year"),
        ("ends_on", "2035-02-22", "The last day comes before the first."),
        ("campaign", "else", "Choose one from the list."),
    ],
)
def test_what_an_action_day_lacks_is_explained(desk, group, name, value, words):
    factories.campaign(group=group)
    answer = send(desk, "/manage/action-days/new", **{**DAY, name: value})
    assert answer.status_code == 422
    assert f'<a href="#{name}">{words}' in answer.text
    assert fields(answer)["title"] == "Day of ducks"


def test_campaigns_of_strangers_and_cancelled_ones_are_not_offered(desk, group):
    factories.campaign(title="Theirs")
    factories.campaign(title="Theirs that we back", backers=[group])
    factories.campaign(title="Over", group=group, state=State.CANCELLED)
    factories.campaign(title="Ours", group=group)
    page = desk.get("/manage/action-days/new").text
    assert ">Ours</option>" in page
    assert "Theirs" not in page
    assert "Over" not in page


def test_an_action_day_keeps_a_campaign_that_is_over(desk, group):
    over = factories.campaign(title="Over", group=group, state=State.CANCELLED)
    day = factories.action_day(campaign=over)
    answer = send(desk, f"/manage/action-days/{day.slug}/edit", title="Renamed")
    assert answer.status_code == 303
    assert (day.title, day.campaign) == ("Renamed", over)


def test_an_overview_leads_on_to_what_comes_next(desk, group):
    campaign = factories.campaign(group=group)
    day = factories.action_day(campaign=campaign)
    page = desk.get(f"/manage/campaigns/{campaign.slug}").text
    assert f'href="/manage/action-days/new?campaign={campaign.slug}"' in page
    assert f'href="/manage/events/new?campaign={campaign.slug}"' in page
    page = desk.get(f"/manage/action-days/{day.slug}").text
    assert f'href="/manage/events/new?day={day.slug}"' in page
