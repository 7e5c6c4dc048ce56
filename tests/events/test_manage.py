"""The desk of events: their times, places, capacity and what they belong to."""

import re
from datetime import UTC, date, datetime, time

import factories
import pytest
from front_door import fields, send, sign_in
from sqlalchemy import select
from supporters import let_holds_end, sign_up

from campaign.database import db
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Attendance, Event, Kind, Visibility
from campaign.publishing.states import State

NEW = "/manage/events/new"


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture
def campaign(group):
    return factories.campaign(group=group, slug="ducks", title="Free the ducks")


@pytest.fixture
def desk(client, group):
    organiser = factories.organiser()
    factories.membership(organiser, group)
    return sign_in(client, organiser)


PLANNED = {
    "title": "Vigil",
    "part_of": "ducks",
    "first_day": "2035-02-23",
    "starts": "18:00",
    "ends": "20:00",
    "timezone": "Europe/Berlin",
}


def plan(client, **answers):
    """Plan a new event; what is not answered is as in PLANNED."""
    return send(client, NEW, **{**PLANNED, **answers})


def test_of_several_cities_of_one_name_the_organiser_says_which(desk, campaign):
    typed = {"locality": "Springfield", "timezone": "", "venue": "Old bakery"}
    refused = plan(desk, **typed)
    assert "Several cities have this name." in error(refused)
    # What the city tells is no second thing to mend, and what was typed is there.
    assert "Choose the time zone of its city." not in refused.text
    assert 'value="Old bakery"' in refused.text
    offered = dict(
        re.findall(
            r'name="city_reading"[^>]*value="(\d+)"[^>]*>\s*<label[^>]*><bdi>([^<]*)',
            refused.text,
        )
    )
    illinois = next(key for key, words in offered.items() if "Illinois" in words)
    send_again = {**fields(refused), "city_reading": illinois}
    assert desk.post(NEW, data=send_again).status_code == 303
    event = the_event()
    assert (event.locality, event.region, event.country) == (
        *("Springfield", "Illinois", "US"),
    )
    assert event.timezone == "America/Chicago"
    assert event.city is not None
    # Whoever edits it is not asked again.
    again = send(desk, f"/manage/events/{event.slug}/edit", title="Another title")
    assert again.status_code == 303


def test_a_town_that_only_shares_its_name_is_kept_as_it_was_typed(desk, campaign):
    answer = plan(desk, locality="Springfield", city_reading="another")
    assert answer.status_code == 303
    assert (the_event().locality, the_event().region) == ("Springfield", "")


def the_event():
    db.session.rollback()
    return db.session.scalars(select(Event)).one()


def error(answer):
    """The first error of the summary, as a person reads it."""
    assert answer.status_code in (409, 422), answer.status
    return (
        answer.text.split('class="error-summary"')[1].split("<li>")[1].split("</li>")[0]
    )


def edit(client, event, **answers):
    return send(client, f"/manage/events/{event.slug}/edit", **answers)


def test_an_event_is_kept_as_it_was_planned(desk, campaign):
    answer = plan(
        desk,
        summary="Bring a candle.",
        description="**Silence** for an hour.",
        kind="vigil",
        language="de",
        attendance="hybrid",
        venue="Rathaus",
        street_address="Rathausstraße 15",
        locality="Berlin",
        region="Berlin",
        postal_code="10178",
        country="DE",
        latitude="52.5186",
        longitude="13.4083",
        online_url="https://meet.example.org/ducks",
        address_level="city",
        released="2035-02-22T12:00",
        capacity="80",
        max_party_size="4",
        shows_counts=None,
        accessibility_notes="No steps.",
        instructions="Ring twice.",
        host_name="Mona",
        contact="mona@example.org",
        visibility="unlisted",
    )
    assert answer.location == "/manage/events/vigil?done=created"
    event = the_event()
    assert event.state is State.DRAFT
    assert event.campaign is campaign
    assert event.action_day is None
    assert event.starts_at == datetime(2035, 2, 23, 17, tzinfo=UTC)
    assert event.ends_at == datetime(2035, 2, 23, 19, tzinfo=UTC)
    assert event.starts_local == datetime(2035, 2, 23, 18)
    assert event.timezone == "Europe/Berlin"
    assert event.kind is Kind.VIGIL
    assert event.attendance is Attendance.HYBRID
    assert event.address_level is AddressLevel.CITY
    assert event.address_released_at == datetime(2035, 2, 22, 11, tzinfo=UTC)
    assert event.visibility is Visibility.UNLISTED
    assert (event.capacity, event.max_party_size) == (80, 4)
    assert event.shows_counts is False
    assert event.place.postal_code == "10178"
    assert (event.latitude, event.longitude) == (52.5186, 13.4083)
    assert event.online_url == "https://meet.example.org/ducks"


def test_the_form_of_an_event_says_what_is_kept_and_saving_it_changes_nothing(
    desk, campaign
):
    event = factories.event(
        campaign=campaign,
        starts_local=datetime(2035, 10, 28, 2, 30),
        ends_local=datetime(2035, 10, 29, 1, 0),
        timezone="Europe/Berlin",
        start_fold=1,
        capacity=20,
        kind=Kind.TALK,
        attendance=Attendance.ONLINE,
        address_level=AddressLevel.CONFIRMED,
        address_released_at=datetime(2035, 10, 1, 10, tzinfo=UTC),
        visibility=Visibility.UNLISTED,
        latitude=1.5,
        longitude=-2.25,
    )
    names = [c.name for c in Event.__table__.columns]
    unstable = {"version", "modified_at", "calendar_hash", "calendar_sequence"}
    kept = [n for n in names if n not in unstable | {"calendar_changed_at"}]
    before = {name: getattr(event, name) for name in kept}
    shown = fields(desk.get(f"/manage/events/{event.slug}/edit"))
    assert shown["released"] == "2035-10-01T12:00"
    assert shown["start_reading"] == "1@2035-10-28T02:30 Europe/Berlin"
    assert edit(desk, event).status_code == 303
    assert {name: getattr(event, name) for name in kept} == before
    assert event.version == 2


def test_an_event_on_an_action_day_takes_its_date(desk, campaign):
    day = factories.action_day(campaign=campaign, starts_on=date(2035, 5, 1))
    page = desk.get(f"{NEW}?day={day.slug}")
    part_of = f"ducks/{day.slug}"
    assert fields(page)["part_of"] == part_of
    assert plan(desk, part_of=part_of, first_day="").status_code == 303
    event = the_event()
    assert event.action_day is day
    assert event.starts_local == datetime(2035, 5, 1, 18)


def test_without_a_date_and_an_action_day_the_date_is_asked_for(desk, campaign):
    answer = plan(desk, first_day="")
    assert error(answer) == (
        '<a href="#first_day">Enter the day, or choose an action day.</a>'
    )


def test_the_zone_is_never_guessed(desk, campaign):
    assert fields(desk.get(NEW))["timezone"] == ""
    answer = plan(desk, timezone="")
    assert "Choose the time zone of its city." in error(answer)


def test_a_time_that_the_clocks_skip_is_explained(desk, campaign):
    answer = plan(desk, first_day="2026-03-29", starts="02:30", ends="04:00")
    assert error(answer) == (
        '<a href="#starts">On Sunday 29 March 2026 clocks in Berlin go forward from '
        "02:00 to 03:00, so 02:30 does not exist. Choose 01:59 or earlier, or 03:00 or "
        "later.</a>"
    )
    assert fields(answer)["starts"] == "02:30"
    for time_ in ("01:59", "03:00"):
        title = f"Vigil at {time_}"
        answer = plan(
            desk, title=title, first_day="2026-03-29", starts=time_, ends="04:00"
        )
        assert answer.status_code == 303, time_


def test_an_end_that_the_clocks_skip_is_explained_too(desk, campaign):
    answer = plan(desk, first_day="2026-03-29", starts="01:00", ends="02:59")
    assert 'href="#ends"' in error(answer)
    assert "02:59 does not exist" in error(answer)


def test_clocks_that_go_forward_at_midnight_are_explained_with_their_days(
    desk, campaign
):
    answer = plan(
        desk,
        timezone="Africa/Cairo",
        first_day="2026-04-24",
        starts="00:30",
        ends="02:00",
    )
    assert "from Friday 24 April 2026, 00:00 to Friday 24 April 2026, 01:00" in error(
        answer
    )
    assert "Choose Thursday 23 April 2026, 23:59 or earlier" in error(answer)


AMBIGUOUS = {"first_day": "2026-10-25", "starts": "02:30", "ends": "04:00"}
FIRST = "0@2026-10-25T02:30 Europe/Berlin"
SECOND = "1@2026-10-25T02:30 Europe/Berlin"


def test_a_time_that_happens_twice_is_asked_about(desk, campaign):
    assert 'name="start_reading"' not in desk.get(NEW).text
    answer = plan(desk, **AMBIGUOUS)
    assert error(answer) == (
        '<a href="#start_reading-0">02:30 happens twice on Sunday 25 October 2026, '
        "because clocks in Berlin go back. Choose the first or the second.</a>"
    )
    assert "The first: Central European Summer Time, \u200eUTC+2" in answer.text
    assert "The second: Central European Standard Time, \u200eUTC+1" in answer.text


@pytest.mark.parametrize(("reading", "hour"), [(FIRST, 0), (SECOND, 1)])
def test_of_a_time_that_happens_twice_the_chosen_one_is_kept(
    desk, campaign, reading, hour
):
    form = fields(plan(desk, **AMBIGUOUS))
    answer = desk.post(NEW, data={**form, "start_reading": reading})
    assert answer.status_code == 303
    assert the_event().starts_at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    page = desk.get("/manage/events/vigil/edit")
    assert fields(page)["start_reading"] == reading


def test_a_reading_counts_only_for_a_time_that_happens_twice(desk, campaign):
    form = fields(plan(desk, **AMBIGUOUS))
    answer = desk.post(NEW, data={**form, "start_reading": SECOND, "starts": "03:30"})
    assert answer.status_code == 303
    event = the_event()
    assert (event.start_fold, event.starts_at.hour) == (0, 2)


def test_the_first_of_two_readings_may_end_in_the_second(desk, campaign):
    answers = {"first_day": "2026-10-25", "starts": "02:30", "ends": "02:10"}
    until = "1@2026-10-25T02:10 Europe/Berlin"
    answer = plan(desk, **answers, start_reading=FIRST, end_reading=until)
    assert answer.status_code == 303
    event = the_event()
    assert (event.ends_at - event.starts_at).total_seconds() == 40 * 60


def test_an_event_that_is_moved_to_a_time_that_happens_twice_asks_too(desk, campaign):
    plan(desk)
    event = the_event()
    answer = edit(desk, event, **AMBIGUOUS)
    assert "02:30 happens twice on Sunday 25 October 2026" in error(answer)
    assert "start_reading" not in fields(answer)
    assert the_event().starts_local == datetime(2035, 2, 23, 18)
    form = {**fields(answer), "start_reading": SECOND}
    assert desk.post(f"/manage/events/{event.slug}/edit", data=form).status_code == 303
    assert the_event().starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_end_that_is_moved_to_a_time_that_happens_twice_asks_too(desk, campaign):
    plan(desk)
    times = {"first_day": "2026-10-25", "starts": "01:00", "ends": "02:30"}
    answer = edit(desk, the_event(), **times)
    assert '<a href="#end_reading-0">02:30 happens twice' in error(answer)


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (
            {
                "first_day": "2026-11-01",
                "starts": "01:30",
                "timezone": "America/New_York",
            },
            "happens twice on Sunday 1 November 2026, because clocks in New York",
        ),
        ({"timezone": "Europe/Paris"}, "because clocks in Paris go back"),
        ({"first_day": "2027-10-31"}, "happens twice on Sunday 31 October 2027"),
        ({"starts": "02:15"}, "02:15 happens twice"),
    ],
)
def test_a_reading_of_one_time_is_none_of_another(desk, campaign, moved, words):
    plan(desk, **AMBIGUOUS, start_reading=SECOND)
    answer = edit(desk, the_event(), **moved)
    assert words in error(answer)
    assert "start_reading" not in fields(answer)


def test_a_second_reading_is_kept_when_nothing_is_changed(desk, campaign):
    plan(desk, **AMBIGUOUS, start_reading=SECOND)
    event = the_event()
    shown = fields(desk.get(f"/manage/events/{event.slug}/edit"))
    assert shown["start_reading"] == SECOND
    assert edit(desk, event, title="Long vigil").status_code == 303
    event = the_event()
    assert (event.title, event.start_fold) == ("Long vigil", 1)
    assert event.starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_reading_that_is_stored_is_no_answer(desk, campaign):
    plan(desk, **AMBIGUOUS, start_reading=SECOND)
    answer = edit(desk, the_event(), start_reading=None)
    assert "02:30 happens twice" in error(answer)
    assert fields(answer)["start_reading"] == SECOND


def test_past_midnight_the_next_day_is_suggested(desk, campaign):
    answer = plan(desk, starts="22:00", ends="01:00")
    assert error(answer) == (
        '<a href="#last_day">From 22:00 to 01:00 of the same day time would run '
        "backwards. If it goes on past midnight, enter Saturday 24 February 2035 as "
        "its last day.</a>"
    )
    assert plan(desk, starts="22:00", ends="01:00", last_day="2035-02-24").location
    assert the_event().ends_local == datetime(2035, 2, 24, 1)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"last_day": "2035-02-22"}, "last_day"),
        ({"last_day": "2035-02-23", "ends": "17:00"}, "ends"),
        ({"is_all_day": "y", "last_day": "2035-02-22"}, "last_day"),
    ],
)
def test_an_end_before_the_start_is_explained(desk, campaign, answers, field):
    answer = plan(desk, **answers)
    assert f'<a href="#{field}">' in error(answer)
    assert "before" in error(answer)


@pytest.mark.parametrize("name", ["starts", "ends"])
def test_without_all_day_both_times_are_needed(desk, campaign, name):
    answer = plan(desk, **{name: ""})
    assert error(answer) == (
        f'<a href="#{name}">Enter the time, or choose “All day”.</a>'
    )


@pytest.mark.parametrize(
    ("last_day", "until"),
    [("", date(2035, 2, 24)), ("2035-02-25", date(2035, 2, 26))],
)
def test_an_event_may_last_all_day_or_several(desk, campaign, last_day, until):
    answer = plan(desk, is_all_day="y", starts="", ends="", last_day=last_day)
    assert answer.status_code == 303
    event = the_event()
    assert event.is_all_day
    assert event.starts_local == datetime(2035, 2, 23)
    assert event.ends_local == datetime.combine(until, time())
    assert fields(desk.get("/manage/events/vigil/edit"))["last_day"] == last_day


def test_an_all_day_event_may_be_on_a_day_that_begins_without_midnight(desk, campaign):
    answer = plan(desk, is_all_day="y", timezone="Africa/Cairo", first_day="2026-04-24")
    assert answer.status_code == 303


#: An answer that cannot be kept: the field, what is typed into it, what is said.
REFUSED = (
    ("first_day", "2035-02-30", "Enter a day that exists"),
    ("first_day", "0035-02-20", "Check the year"),
    ("first_day", "9999-12-31", "Check the year"),
    ("last_day", "soon", "Enter a day that exists"),
    ("starts", "25:00", "Enter a time such as 18:30."),
    ("ends", "six", "Enter a time such as 18:30."),
    ("released", "2035-02-30T10:00", "Enter a day and a time."),
    ("released", "0001-01-01T00:00", "Check the year"),
    ("timezone", "Europe/Atlantis", "Choose one from the list."),
    ("timezone", "/etc/passwd", "Choose one from the list."),
    ("part_of", "else", "Choose one from the list."),
    ("part_of", "", "Choose the campaign that it belongs to."),
    ("kind", "riot", "Choose one from the list."),
    ("attendance", "never", "Choose one from the list."),
    ("visibility", "half", "Choose one from the list."),
    ("country", "ZZ", "Choose one from the list."),
    ("address_level", "nobody", "Choose one from the list."),
    ("capacity", "0", "Enter a number from 1, or nothing."),
    ("capacity", "-5", "Enter a number from 1, or nothing."),
    ("capacity", "many", "Enter a whole number."),
    ("capacity", "99999999999999999999", "Enter a number from 1, or nothing."),
    ("max_party_size", "", "Enter how many may come together."),
    ("max_party_size", "51", "Enter a number from 1 to 50."),
    ("latitude", "91", "Enter a number from -90 to 90"),
    ("latitude", "nan", "Enter a number from -90 to 90"),
    ("longitude", "-181", "Enter a number from -180 to 180"),
    ("longitude", "west", "Enter a number from -180 to 180"),
    ("latitude", "1", "Enter both latitude and longitude"),
    ("online_url", "http://example.org", "begins with https://"),
    ("online_url", "javascript:alert(1)", "begins with https://"),
    ("title", " \t ", "Give it a title."),
    ("title", "x" * 256, "Shorten this to 255 characters"),
)
#: Fields to choose from, where nothing can be kept that is not among the choices, and
#: one that is tidied up.
NOT_TYPED = (
    *("timezone", "part_of", "kind", "attendance", "visibility", "country"),
    *("address_level", "title"),
)


def test_what_cannot_be_kept_is_explained_and_stays_in_the_form(desk, campaign):
    others = {"summary": "Typed <with> care", "venue": "Rathaus & Platz"}
    for name, value, words in REFUSED:
        answer = plan(desk, **{"address_level": "city", **others, name: value})
        assert answer.status_code == 422, (name, value)
        assert words in error(answer), (name, value)
        kept = fields(answer)
        assert {n: kept[n] for n in others} == others, (name, value)
        if name not in NOT_TYPED:
            assert kept[name] == value


def test_a_hidden_place_and_its_time_belong_together(desk, campaign):
    answer = plan(desk, address_level="public", released="2035-02-22T12:00")
    assert "Everybody sees the address at once" in error(answer)


@pytest.mark.parametrize(
    ("released", "at"),
    [("2026-10-25T02:30", (1, 30)), ("2026-03-29T02:30", (1, 30))],
)
def test_a_release_at_a_doubtful_time_hides_for_longer(desk, campaign, released, at):
    plan(desk, address_level="city", released=released)
    released_at = the_event().address_released_at
    assert (released_at.hour, released_at.minute) == at


def test_the_summary_of_errors_is_in_the_order_of_the_page(desk, campaign):
    answer = plan(desk, title="", part_of="", capacity="0", starts="x", venue="v" * 300)
    summary = answer.text.split('class="error-summary"')[1].split("</ul>")[0]
    targets = [part.split('"')[0] for part in summary.split('href="#')[1:]]
    assert targets == ["title", "part_of", "starts", "venue", "capacity"]


def test_capacity_cannot_fall_under_what_is_taken(desk, campaign):
    event = factories.event(campaign=campaign, capacity=50, places_taken=12)
    answer = edit(desk, event, capacity="11", title="Changed too")
    assert answer.status_code == 409
    assert "12 places are taken already" in error(answer)
    kept = fields(answer)
    assert (kept["capacity"], kept["title"]) == ("11", "Changed too")
    assert (event.capacity, event.version) == (50, 1)
    assert event.title != "Changed too"
    assert edit(desk, event, capacity="12").status_code == 303
    assert event.capacity == 12
    assert edit(desk, event, capacity="").status_code == 303
    assert event.capacity is None


def test_places_that_nobody_confirmed_in_time_do_not_hold_capacity_up(
    client, desk, campaign, app
):
    event = factories.event(campaign=campaign, capacity=50)
    sign_up(app.test_client(), event, party_size="5")
    assert edit(desk, event, capacity="4").status_code == 409
    let_holds_end()
    assert edit(desk, event, capacity="4").status_code == 303
    assert (event.capacity, event.places_taken) == (4, 0)


def test_sign_up_counts_stand_on_the_desk(desk, campaign):
    factories.event(campaign=campaign, capacity=50, places_taken=12, places_confirmed=9)
    assert "9 confirmed, 12 of 50 places taken" in desk.get("/manage/events").text
    assert "9 confirmed, 12 of 50 places taken" in desk.get("/manage/").text


def test_a_group_can_add_events_to_a_campaign_that_it_backs(desk, group):
    theirs = factories.campaign(slug="theirs", title="Theirs", backers=[group])
    assert plan(desk, part_of="theirs").status_code == 303
    event = the_event()
    assert event.campaign is theirs
    assert event.group is group


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"state": State.CANCELLED},
        {"state": State.DRAFT, "published_at": None, "backed": True},
    ],
)
def test_other_campaigns_are_not_offered(desk, group, campaign, values):
    backers = [group] if values.pop("backed", False) else []
    factories.campaign(slug="theirs", title="Their plan", backers=backers, **values)
    assert "Their plan" not in desk.get(NEW).text
    assert "Choose one from the list." in error(plan(desk, part_of="theirs"))


def test_days_that_are_no_ones_business_yet_are_not_offered(desk, group):
    theirs = factories.campaign(slug="theirs", backers=[group])
    factories.action_day(campaign=theirs, title="Known day")
    factories.action_day(
        campaign=theirs, title="Day of a draft", published_at=None, state=State.DRAFT
    )
    page = desk.get(NEW).text
    assert "Known day" in page
    assert "Day of a draft" not in page


def test_a_group_that_has_no_part_in_the_campaign_cannot_run_its_event(
    client, group, campaign
):
    other = factories.group()
    organiser = factories.organiser()
    for each in (group, other):
        factories.membership(organiser, each)
    sign_in(client, organiser)
    answer = plan(client, group=other.slug)
    assert "neither runs nor backs the campaign" in error(answer)


def test_an_event_keeps_a_campaign_that_is_no_longer_offered(desk, group, campaign):
    event = factories.event(campaign=factories.campaign(title="Over"), group=group)
    answer = edit(desk, event, title="Still there")
    # Its group has no part in that campaign any more, and is told so.
    assert "neither runs nor backs the campaign" in error(answer)
    assert fields(answer)["part_of"] == event.campaign.slug


def test_what_an_event_hides_is_hidden_in_its_preview(desk, campaign):
    event = factories.event(campaign=campaign, address_level=AddressLevel.CITY)
    preview = desk.get(f"/manage/events/{event.slug}/preview").text
    assert "Albert Square" not in preview
    assert "Manchester" in preview
    assert "Albert Square" in desk.get(f"/manage/events/{event.slug}").text


def test_lists_of_countries_and_zones_are_in_the_readers_language(desk, campaign):
    page = desk.get(f"{NEW}?lang=ar").text
    assert "ألمانيا" in page
    assert "برلين" in page
