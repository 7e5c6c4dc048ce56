"""Repeating an event: the form, the dates that are shown, and what is made."""

from datetime import UTC, date, datetime

import factories
import pytest
from counting import count_queries
from front_door import fields, press, send, sign_in
from series.conftest import FIRST
from series.steps import confirmation, dates, make, path, show_dates, starts
from sqlalchemy import select
from supporters import places, sign_up

from campaign.database import db, transaction
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Event, Rhythm, Series
from campaign.organisers.models import Role
from campaign.publishing.states import State


def listed(shown):
    """The dates that a page shows before it makes them, as a person reads them."""
    section = shown.text.split('<section class="flow" id="dates">')[1]
    items = section.split("</section>")[0].split("<li>")[1:]
    return [each.split("</li>")[0] for each in items]


def error(answer):
    assert answer.status_code == 422, answer.status
    return answer.text.split('class="error-summary"')[1].split("<li>")[1].split("<")[1]


def test_the_overview_leads_to_the_form_and_the_form_offers_what_fits(desk, vigil):
    assert path(vigil) in desk.get(f"/manage/events/{vigil.slug}").text
    page = desk.get(path(vigil)).text
    for words in (
        "Every Tuesday",
        "Every second Tuesday",
        "Monthly on the 27th",
        "Monthly on the fourth Tuesday",
        "Monthly on the last Tuesday",
    ):
        assert words in page
    assert "Monthly on the last day" not in page


def test_of_a_31st_it_says_that_shorter_months_are_left_out(desk, group):
    event = factories.event(datetime(2035, 1, 31, 19), group=group)
    page = desk.get(path(event)).text
    assert "Monthly on the 31st; months without that day are left out" in page
    assert "Monthly on the last day" in page
    assert "Monthly on the last Wednesday" in page
    assert "fifth" not in page


def test_the_first_step_shows_the_dates_and_makes_nothing(desk, vigil):
    shown = show_dates(desk, vigil)
    assert listed(shown)[0] == "Tuesday 27 February 2035, 19:00"
    assert len(listed(shown)) == 6
    assert "Make these 6 dates" in shown.text
    assert "They are public at once" in shown.text
    assert dates() == []


def test_it_says_where_the_clocks_have_changed(desk, vigil):
    shown = listed(show_dates(desk, vigil))
    assert [n for n, each in enumerate(shown) if "Clocks" in each] == [4]
    assert "Tuesday 27 March 2035, 19:00" in shown[4]
    assert "Clocks have gone forward since the date before" in shown[4]


def test_the_second_step_makes_what_was_shown(desk, vigil):
    answer = make(desk, vigil)
    assert answer.location == "/manage/events/weekly-vigil?done=repeated"
    assert "All dates are made" in desk.get(answer.location).text
    made = dates()
    assert [each.slug for each in made] == [
        "weekly-vigil",
        "weekly-vigil-2035-03-06",
        "weekly-vigil-2035-03-13",
        "weekly-vigil-2035-03-20",
        "weekly-vigil-2035-03-27",
        "weekly-vigil-2035-04-03",
    ]
    assert made[0].id == vigil.id
    assert {each.starts_local.hour for each in made} == {19}
    # At 19:00 in London both before and after the clocks went forward.
    assert made[3].starts_at == datetime(2035, 3, 20, 19, tzinfo=UTC)
    assert made[4].starts_at == datetime(2035, 3, 27, 18, tzinfo=UTC)
    series = db.session.scalars(select(Series)).one()
    assert (series.rhythm, series.slug) == (Rhythm.WEEKLY, "weekly-vigil")
    assert (series.first_slot, series.last_slot) == (FIRST, datetime(2035, 4, 3, 19))


def test_each_date_has_all_that_the_first_one_says(desk, group):
    article = factories.article(group=group)
    event = factories.event(
        FIRST,
        group=group,
        title="Weekly vigil",
        capacity=30,
        venue="Old church",
        instructions="Ring twice.",
        online_url="https://meet.example.org/vigil",
        address_level=AddressLevel.CITY,
        address_released_at=datetime(2035, 2, 26, 12, tzinfo=UTC),
        articles=[article],
        places_taken=7,
        places_confirmed=3,
    )
    make(desk, event)
    last = dates()[-1]
    own = {
        *("id", "uid", "slug", "starts_local", "ends_local", "starts_at", "ends_at"),
        *("series_slot", "address_released_at", "created_at", "modified_at"),
        *("published_at", "places_taken", "places_confirmed", "version"),
        *("calendar_hash", "calendar_sequence", "calendar_changed_at"),
        *("own_calendar_hash", "own_calendar_sequence", "own_calendar_changed_at"),
    }
    db.session.refresh(event)
    for name in {column.key for column in Event.__table__.columns} - own:
        assert getattr(last, name) == getattr(event, name), name
    assert last.articles == [article]
    assert last.uid != event.uid
    assert (last.places_taken, last.places_confirmed) == (0, 0)
    # The day before, at noon: by then clocks have gone forward.
    assert last.address_released_at == datetime(2035, 4, 2, 11, tzinfo=UTC)
    assert last.published_at is not None


def test_of_a_draft_there_are_drafts(desk, group):
    event = factories.event(FIRST, group=group, state=State.DRAFT, published_at=None)
    assert "They are drafts until you publish them" in show_dates(desk, event).text
    make(desk, event)
    assert {(each.state, each.published_at) for each in dates()} == {
        (State.DRAFT, None)
    }


def test_dates_beyond_an_action_day_are_not_part_of_it(desk, group):
    campaign = factories.campaign(group=group)
    week = factories.action_day(
        campaign=campaign, starts_on=date(2035, 2, 26), ends_on=date(2035, 3, 6)
    )
    event = factories.event(FIRST, group=group, campaign=campaign, action_day=week)
    make(desk, event)
    assert [each.action_day for each in dates()] == [week, week, None, None, None, None]


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        ("fortnightly", ["2035-02-27", "2035-03-13", "2035-03-27"]),
        ("monthly_date", ["2035-02-27", "2035-03-27", "2035-04-27"]),
        ("monthly_weekday", ["2035-02-27", "2035-03-27", "2035-04-24"]),
        ("monthly_last_weekday", ["2035-02-27", "2035-03-27", "2035-04-24"]),
    ],
)
def test_every_rhythm_can_be_chosen(desk, vigil, rhythm, expected):
    make(desk, vigil, rhythm=rhythm, times="3")
    assert [each.date().isoformat() for each in starts()] == expected


def test_a_last_day_ends_it_as_well(desk, vigil):
    make(desk, vigil, ends="until", until="2035-03-13")
    assert starts()[-1] == datetime(2035, 3, 13, 19)
    assert len(starts()) == 3


def test_a_time_that_the_clocks_skip_is_told_and_becomes_the_first_that_exists(
    desk, group
):
    event = factories.event(datetime(2035, 3, 18, 1, 30), group=group)
    shown = show_dates(desk, event, times="3")
    assert "it does not exist on that date" in listed(shown)[1]
    assert "Sunday 25 March 2035, 02:00" in listed(shown)[1]
    make(desk, event, times="3")
    skipped = dates()[1]
    assert skipped.series_slot == datetime(2035, 3, 25, 1, 30)
    assert skipped.starts_local == datetime(2035, 3, 25, 2, 0)
    assert skipped.starts_at == datetime(2035, 3, 25, 1, tzinfo=UTC)


def test_of_a_time_that_happens_twice_the_first_is_meant(desk, group):
    event = factories.event(datetime(2035, 10, 21, 1, 30), group=group)
    shown = show_dates(desk, event, times="2")
    assert "this time happens twice" in listed(shown)[1]
    make(desk, event, times="2")
    assert dates()[1].starts_at == datetime(2035, 10, 28, 0, 30, tzinfo=UTC)


def test_whole_days_repeat(desk, group):
    event = factories.event(
        datetime(2035, 2, 27), datetime(2035, 2, 28), group=group, is_all_day=True
    )
    make(desk, event, times="2")
    second = dates()[1]
    assert (second.starts_local, second.is_all_day) == (datetime(2035, 3, 6), True)


#: Answers from which no dates come, the field that says so, and what it says.
REFUSED = (
    ({"times": ""}, "times", "Enter how many dates there are."),
    ({"ends": "until", "times": ""}, "until", "Enter the last day."),
    ({"times": "1"}, "times", "No further date would come of that"),
    ({"times": "101"}, "times", "There is room for 100"),
    ({"times": "many"}, "times", "Enter a whole number."),
    ({"times": "0"}, "times", "Enter a number from 1."),
    ({"rhythm": "monthly_date", "times": "60"}, "times", "That is too far ahead."),
    ({"ends": "until", "until": "2035-02-28"}, "until", "No further date"),
    ({"ends": "until", "until": "2034-01-01"}, "until", "No further date"),
    ({"ends": "until", "until": "2039-01-01"}, "until", "That is too far ahead."),
    ({"ends": "until", "until": "2037-06-01"}, "until", "There is room for 100"),
    ({"ends": "until", "until": "2035-02-30"}, "until", "Enter a day that exists"),
    ({"rhythm": "hourly"}, "rhythm-0", "Choose one from the list."),
    ({"rhythm": "monthly_last_day"}, "rhythm-0", "Choose one from the list."),
    ({"ends": "never"}, "ends-0", "Choose one from the list."),
)


def test_bad_answers_are_explained_and_kept(desk, vigil):
    for answers, field, words in REFUSED:
        answer = show_dates(desk, vigil, **answers)
        assert error(answer) == f'a href="#{field}">{error(answer).split(">")[1]}'
        assert words in answer.text, answers
        shown = fields(answer)
        for name in ("times", "until"):
            if name in answers:
                assert shown[name] == answers[name]
        assert dates() == []


def test_dates_that_were_not_shown_are_not_made(desk, vigil):
    shown = show_dates(desk, vigil)
    changed = {**fields(shown), "times": "8", "confirmed": confirmation(shown)}
    answer = desk.post(path(vigil), data=changed)
    assert answer.status_code == 200
    assert "Make these 8 dates" in answer.text
    assert dates() == []


def test_pressing_the_button_twice_makes_the_dates_once(desk, vigil):
    shown = show_dates(desk, vigil)
    data = {**fields(shown), "confirmed": confirmation(shown)}
    for _ in range(2):
        answer = desk.post(path(vigil), data=data)
        assert answer.location == "/manage/events/weekly-vigil?done=repeated"
    assert len(dates()) == 6


def test_an_event_that_was_moved_meanwhile_shows_its_dates_anew(desk, vigil):
    shown = show_dates(desk, vigil)
    data = {**fields(shown), "confirmed": confirmation(shown)}
    send(desk, path(vigil, "edit"), first_day="2035-02-28")
    answer = desk.post(path(vigil), data=data)
    assert answer.status_code == 200
    assert listed(answer)[0] == "Wednesday 28 February 2035, 19:00"
    assert dates() == []


@pytest.mark.parametrize("state", [State.CANCELLED, State.POSTPONED, State.PROPOSED])
def test_what_does_not_go_on_is_not_repeated(desk, group, state):
    event = factories.event(FIRST, group=group, state=state)
    assert "Repeat it" not in desk.get(f"/manage/events/{event.slug}").text
    assert desk.get(path(event)).status_code == 409
    over = factories.event(datetime(2020, 1, 1, 18), group=group)
    assert desk.get(path(over)).status_code == 409


def test_strangers_and_those_who_only_read_repeat_nothing(client, group, vigil):
    reader = factories.organiser()
    factories.membership(reader, group, Role.REVIEWER)
    stranger = factories.organiser()
    pages = ("repeat", "more-dates", "leave-series")
    for who, status in ((reader, 403), (stranger, 404)):
        sign_in(client, who)
        for page in pages:
            assert client.get(path(vigil, page)).status_code == status
            assert press(client, path(vigil, page)).status_code == status


def test_addresses_that_are_taken_are_numbered(desk, group, vigil):
    factories.event(group=group, slug="weekly-vigil-2035-03-06")
    make(desk, vigil, times="2")
    assert dates()[1].slug == "weekly-vigil-2035-03-06-2"


def test_a_long_title_does_not_cost_the_date_in_the_address(desk, group):
    event = factories.event(FIRST, group=group, title="Vigil " * 40)
    make(desk, event, times="2")
    assert dates()[1].slug.endswith("-2035-03-06")
    assert len(dates()[1].slug) <= 100


def test_a_place_taken_at_one_date_is_not_taken_at_another(desk, client, vigil):
    make(desk, vigil)
    second = dates()[1]
    assert sign_up(client, second, party_size="3").status_code == 303
    assert [places(each)[0] for each in dates()] == [0, 3, 0, 0, 0, 0]


# The overview, further dates, and leaving


def test_the_overview_lists_all_dates_and_marks_this_one(desk, vigil):
    make(desk, vigil)
    page = desk.get(f"/manage/events/{dates()[1].slug}").text
    assert "Every Tuesday at 19:00" in page
    for each in dates():
        assert f'href="/manage/events/{each.slug}"' in page
    marked = page.split('aria-current="page">')[-1]
    assert marked.startswith("Tuesday 6 March 2035, 19:00")
    assert page.count("0 confirmed") == 7


def test_dates_that_another_group_took_over_are_not_listed(desk, group, vigil):
    make(desk, vigil)
    others = factories.group()
    third = dates()[2]
    hidden = third.slug
    with transaction():
        third.group = others
    page = desk.get(f"/manage/events/{vigil.slug}").text
    assert hidden not in page


def test_an_overview_asks_the_same_number_of_questions_for_few_and_many(desk, vigil):
    overview = f"/manage/events/{vigil.slug}"
    make(desk, vigil, times="3")
    few = questions(desk, overview)
    make(desk, vigil, "more-dates", times="57")
    assert len(dates()) == 60
    assert questions(desk, overview) == few


def questions(client, address):
    db.session.expunge_all()
    return count_queries(lambda: client.get(address))


def test_more_dates_go_on_in_the_same_rhythm(desk, vigil):
    make(desk, vigil, rhythm="monthly_last_weekday", times="2")
    page = desk.get(path(vigil, "more-dates")).text
    assert "Monthly on the last Tuesday at 19:00, so far until" in page
    answer = make(desk, vigil, "more-dates", times="2", rhythm=None)
    assert answer.location == "/manage/events/weekly-vigil?done=more-dates"
    days = [each.date().isoformat() for each in starts()]
    assert days == ["2035-02-27", "2035-03-27", "2035-04-24", "2035-05-29"]
    series = db.session.scalars(select(Series)).one()
    assert series.last_slot == datetime(2035, 5, 29, 19)


def test_more_dates_are_as_the_last_one_that_goes_on_is(desk, vigil):
    make(desk, vigil, times="3")
    second, last = dates()[1:]
    send(desk, path(second, "edit"), title="With music", capacity="5")
    press(desk, path(last, "cancel"))
    make(desk, vigil, "more-dates", times="1", rhythm=None)
    new = dates()[-1]
    assert (new.title, new.capacity, new.state) == ("With music", 5, State.PUBLISHED)
    assert new.starts_local == datetime(2035, 3, 20, 19)


def test_more_dates_than_there_is_room_for_are_refused(desk, vigil):
    make(desk, vigil, times="90")
    answer = show_dates(desk, vigil, "more-dates", times="11", rhythm=None)
    assert answer.status_code == 422
    assert "There is room for 10" in answer.text


def test_sending_further_dates_twice_makes_them_once(desk, vigil):
    make(desk, vigil, times="2")
    shown = show_dates(desk, vigil, "more-dates", times="2", rhythm=None)
    data = {**fields(shown), "confirmed": confirmation(shown)}
    for _ in range(2):
        desk.post(path(vigil, "more-dates"), data=data)
    assert len(dates()) == 4


def test_a_date_can_leave_its_series(desk, vigil):
    make(desk, vigil, times="3")
    second = dates()[1]
    assert "becomes an event of its own" in desk.get(path(second, "leave-series")).text
    assert second in dates()
    answer = press(desk, path(second, "leave-series"))
    assert answer.location.endswith("?done=left-series")
    assert second not in dates()
    assert len(dates()) == 2
    assert desk.get(f"/events/{second.slug}").status_code == 200


def test_an_event_without_a_series_has_no_further_dates(desk, vigil):
    assert desk.get(path(vigil, "more-dates")).status_code == 409


def test_leaving_a_series_twice_is_leaving_it_once(desk, six):
    second = dates()[1]
    press(desk, path(second, "leave-series"))
    version = second.modified_at
    assert press(desk, path(second, "leave-series")).status_code == 303
    assert desk.get(path(second, "leave-series")).status_code == 303
    assert (second.series_id, second.modified_at) == (None, version)
