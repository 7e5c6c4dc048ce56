"""Changing one date, or a date and all that follow."""

from datetime import UTC, date, datetime, timedelta

import factories
import pytest
from front_door import fields, press, sign_in
from series.conftest import FIRST
from series.steps import all_series, dates, edit, make, move, path
from supporters import sign_up

from campaign.database import transaction
from campaign.events.models import Rhythm
from campaign.organisers.models import Role
from campaign.publishing.states import State

WEEK = timedelta(days=7)


def titles():
    return [each.title for each in dates()]


def states():
    return [each.state.value for each in dates()]


def walls():
    """When the dates are, in short: "27 Feb 19:00"."""
    return [f"{each.starts_local:%d %b %H:%M}" for each in dates()]


def test_the_form_asks_which_dates_are_meant_and_means_this_one(desk, six):
    page = desk.get(path(dates()[2], "edit"))
    assert "Only this date" in page.text
    assert "This and all that follow (4 dates)" in page.text
    assert fields(page)["scope"] == "this"


def test_the_last_date_and_a_single_event_ask_nothing(desk, six, group):
    single = factories.event(FIRST, group=group)
    for event in (dates()[-1], single):
        for page in ("edit", "cancel"):
            assert "Only this date" not in desk.get(path(event, page)).text


def test_a_change_of_one_date_leaves_the_others(desk, six):
    edit(
        desk, dates()[2], scope="this", title="With music", starts="20:00", ends="21:00"
    )
    assert titles() == [*["Weekly vigil"] * 2, "With music", *["Weekly vigil"] * 3]
    assert walls()[1:4] == ["06 Mar 19:00", "13 Mar 20:00", "20 Mar 19:00"]
    assert dates()[2].series_slot == datetime(2035, 3, 13, 19)
    assert len(all_series()) == 1


def test_a_change_of_all_that_follow_leaves_those_before(desk, six):
    answer = edit(desk, dates()[2], title="With music", venue="New hall", capacity="9")
    assert answer.status_code == 303
    assert titles() == [*["Weekly vigil"] * 2, *["With music"] * 4]
    assert {each.venue for each in dates()[2:]} == {"New hall"}
    assert {each.capacity for each in dates()[2:]} == {9}
    assert {each.venue for each in dates()[:2]} == {"Albert Square"}
    # The words are those of most dates: no new series is needed.
    assert len(all_series()) == 1


def test_only_what_this_save_changed_goes_to_the_others(desk, six):
    fourth = dates()[3]
    edit(desk, fourth, scope="this", venue="Chapel", description="Bring a candle.")
    edit(desk, dates()[1], title="Silent vigil")
    changed = dates()[3]
    assert changed.title == "Silent vigil"
    assert (changed.venue, changed.description) == ("Chapel", "Bring a candle.")
    assert dates()[4].venue == "Albert Square"


def test_what_this_save_changed_wins_over_what_one_date_said(desk, six):
    edit(desk, dates()[3], scope="this", venue="Chapel")
    edit(desk, dates()[1], venue="Town hall")
    assert [each.venue for each in dates()[1:]] == ["Town hall"] * 5


def test_who_has_a_later_date_open_is_told_of_the_change(desk, six):
    later = dates()[3]
    opened = fields(desk.get(path(later, "edit")))
    edit(desk, dates()[1], title="Silent vigil")
    answer = desk.post(path(later, "edit"), data={**opened, "summary": "Mine."})
    assert answer.status_code == 409
    assert "Somebody saved a newer version" in answer.text


def test_an_old_version_changes_no_date_and_keeps_the_choice(desk, six):
    second = dates()[1]
    opened = fields(desk.get(path(second, "edit")))
    edit(desk, second, scope="this", summary="Theirs.")
    data = {**opened, "title": "Mine", "scope": "following"}
    answer = desk.post(path(second, "edit"), data=data)
    assert answer.status_code == 409
    assert set(titles()) == {"Weekly vigil"}
    assert fields(answer)["scope"] == "following"
    assert fields(answer)["title"] == "Mine"
    again = desk.post(path(second, "edit"), data=fields(answer))
    assert again.status_code == 303
    assert titles() == ["Weekly vigil", *["Mine"] * 5]


def test_the_same_form_sent_twice_is_taken_as_one(desk, six):
    second = dates()[1]
    opened = fields(desk.get(path(second, "edit")))
    data = {**opened, "title": "Silent", "scope": "following"}
    for _ in range(2):
        assert desk.post(path(second, "edit"), data=data).status_code == 303
    assert titles() == ["Weekly vigil", *["Silent"] * 5]


def test_too_few_places_on_a_later_date_refuse_all_and_name_it(desk, client, six):
    sign_up(client, dates()[3], party_size="4")
    answer = edit(desk, dates()[1], capacity="3", title="Small")
    assert answer.status_code == 409
    assert "On Tuesday 20 March 2035 4 places are taken already." in answer.text
    assert fields(answer)["title"] == "Small"
    assert set(titles()) == {"Weekly vigil"}
    assert {each.capacity for each in dates()} == {None}


# Times


def test_new_times_split_the_series(desk, six):
    third = dates()[2]
    uids = [each.uid for each in dates()]
    edit(desk, third, first_day="2035-03-14", starts="18:30", ends="20:00")
    assert walls() == [
        "27 Feb 19:00",
        "06 Mar 19:00",
        "14 Mar 18:30",
        "21 Mar 18:30",
        "28 Mar 18:30",
        "04 Apr 18:30",
    ]
    before, rest = all_series()
    assert (before.first_slot, before.last_slot) == (FIRST, FIRST + WEEK)
    assert rest.continues_id == before.id
    assert rest.rhythm is Rhythm.WEEKLY
    assert rest.first_slot == datetime(2035, 3, 14, 18, 30)
    assert rest.last_slot == datetime(2035, 4, 4, 18, 30)
    assert [each.series.id for each in dates()] == [before.id] * 2 + [rest.id] * 4
    assert [each.uid for each in dates()] == uids
    assert all(each.series_slot == each.starts_local for each in dates())
    # At 18:30 in London before and after the clocks went forward on 25 March.
    assert dates()[3].starts_at == datetime(2035, 3, 21, 18, 30, tzinfo=UTC)
    assert dates()[4].starts_at == datetime(2035, 3, 28, 17, 30, tzinfo=UTC)
    assert {each.ends_local - each.starts_local for each in dates()[2:]} == {
        timedelta(minutes=90)
    }


def test_new_times_of_the_first_date_change_the_series_in_place(desk, six):
    (series,) = all_series()
    uid = series.uid
    edit(desk, dates()[0], starts="18:00", ends="20:00")
    (series,) = all_series()
    assert series.uid == uid
    assert series.first_slot == datetime(2035, 2, 27, 18)
    assert series.last_slot == datetime(2035, 4, 3, 18)
    assert {each.starts_local.hour for each in dates()} == {18}


def test_a_week_later_is_a_week_later_for_all_and_no_two_dates_meet(desk, six):
    edit(desk, dates()[0], first_day="2035-03-06")
    assert walls()[0] == "06 Mar 19:00"
    assert walls()[-1] == "10 Apr 19:00"
    assert len(set(walls())) == 6


def test_a_week_that_was_left_out_stays_one(desk, six):
    press(desk, path(dates()[3], "leave-series"))
    edit(desk, dates()[1], starts="18:00", ends="20:00")
    assert walls() == [
        "27 Feb 19:00",
        "06 Mar 18:00",
        "13 Mar 18:00",
        "27 Mar 18:00",
        "03 Apr 18:00",
    ]


def test_a_new_end_alone_needs_no_new_series(desk, six):
    edit(desk, dates()[2], scope="this", first_day="2035-03-15")
    edit(desk, dates()[1], ends="22:00")
    assert len(all_series()) == 1
    assert walls()[2] == "15 Mar 19:00"
    lengths = [each.ends_local - each.starts_local for each in dates()]
    assert lengths == [timedelta(hours=2), *[timedelta(hours=3)] * 5]


def test_a_new_zone_is_the_zone_of_all_that_follow(desk, six):
    edit(desk, dates()[4], timezone="Europe/Berlin")
    assert [each.timezone for each in dates()] == [
        *["Europe/London"] * 4,
        *["Europe/Berlin"] * 2,
    ]
    assert dates()[5].starts_at == datetime(2035, 4, 3, 17, tzinfo=UTC)
    assert all_series()[1].timezone == "Europe/Berlin"


def test_a_rhythm_that_no_longer_fits_becomes_the_nearest_one(desk, group):
    event = factories.event(datetime(2035, 1, 31, 19), group=group)
    make(desk, event, rhythm="monthly_last_day", times="4")
    edit(desk, dates()[1], first_day="2035-02-20")
    assert walls() == ["31 Jan 19:00", "20 Feb 19:00", "20 Mar 19:00", "20 Apr 19:00"]
    assert all_series()[1].rhythm is Rhythm.MONTHLY_DATE


def test_an_address_is_released_as_long_before_each_date_as_before(desk, group):
    event = factories.event(
        FIRST, group=group, address_level="city", venue="Old church"
    )
    make(desk, event, times="3")
    edit(desk, dates()[1], released="2035-03-05T12:00")
    assert dates()[0].address_released_at is None
    assert dates()[2].address_released_at == datetime(2035, 3, 12, 12, tzinfo=UTC)
    edit(desk, dates()[1], starts="18:00", ends="20:00")
    assert dates()[2].address_released_at == datetime(2035, 3, 12, 11, tzinfo=UTC)


def test_an_action_day_takes_only_the_dates_that_lie_in_it(desk, group):
    campaign = factories.campaign(group=group)
    week = factories.action_day(
        campaign=campaign, starts_on=date(2035, 2, 27), ends_on=date(2035, 3, 7)
    )
    event = factories.event(FIRST, group=group, campaign=campaign)
    make(desk, event, times="3")
    edit(desk, dates()[0], part_of=f"{campaign.slug}/{week.slug}")
    assert [each.action_day for each in dates()] == [week, week, None]
    edit(desk, dates()[0], first_day="2035-03-06")
    assert [each.action_day for each in dates()] == [week, None, None]


def test_another_campaign_is_that_of_all_that_follow(desk, group, six):
    other = factories.campaign(group=group)
    edit(desk, dates()[4], part_of=other.slug)
    assert [each.campaign is other for each in dates()] == [*[False] * 4, True, True]


def test_dates_that_are_over_stay_as_they_were(desk, six):
    past = dates()[3]
    with transaction():
        past.set_times(
            datetime(2020, 1, 1, 18), datetime(2020, 1, 1, 20), "Europe/London"
        )
    edit(desk, dates()[1], title="New", starts="18:00", ends="20:00")
    over = dates()[3]
    assert (over.title, over.starts_local.year) == ("Weekly vigil", 2020)
    assert titles().count("New") == 4


def test_dates_of_another_group_stay_as_they_were(desk, six):
    others = factories.group()
    fourth = dates()[3]
    with transaction():
        fourth.group = others
    edit(desk, dates()[1], title="New")
    assert titles() == ["Weekly vigil", "New", "New", "Weekly vigil", "New", "New"]


# Moves


def test_cancelling_one_date_leaves_the_others(desk, six):
    move(desk, dates()[2], "cancel", scope="this")
    assert states() == [*["published"] * 2, "cancelled", *["published"] * 3]


def test_cancelling_all_that_follow_leaves_those_before(desk, six):
    answer = move(desk, dates()[2], "cancel")
    assert answer.location.endswith("?done=cancel")
    assert states() == [*["published"] * 2, *["cancelled"] * 4]


def test_a_cancelled_date_does_not_come_back_with_the_others(desk, group):
    event = factories.event(FIRST, group=group, state=State.DRAFT, published_at=None)
    make(desk, event)
    move(desk, dates()[3], "cancel", scope="this")
    page = desk.get(path(event, "publish")).text
    assert "This and all that follow (5 dates)" in page
    move(desk, event, "publish")
    assert states() == [*["published"] * 3, "cancelled", *["published"] * 2]
    assert {each.published_at is None for each in dates()} == {True, False}


def test_publishing_a_draft_of_a_series_asks_which_dates(desk, group):
    event = factories.event(FIRST, group=group, state=State.DRAFT, published_at=None)
    make(desk, event)
    overview = desk.get(f"/manage/events/{event.slug}").text
    assert f'<a class="button " href="{path(event, "publish")}">Publish</a>' in overview
    move(desk, event, "publish", scope="this")
    assert states() == ["published", *["draft"] * 5]


def test_postponing_takes_along_what_is_public(desk, six):
    move(desk, dates()[4], "cancel", scope="this")
    move(desk, dates()[2], "postpone")
    assert states()[2:] == ["postponed", "postponed", "cancelled", "postponed"]


def test_a_campaign_that_is_not_public_yet_publishes_no_date(desk, group):
    campaign = factories.campaign(group=group, state=State.DRAFT, published_at=None)
    event = factories.event(
        FIRST, group=group, campaign=campaign, state=State.DRAFT, published_at=None
    )
    make(desk, event)
    answer = move(desk, event, "publish")
    assert answer.status_code == 409
    assert "Publish its campaign first" in answer.text
    assert set(states()) == {"draft"}


@pytest.mark.parametrize("scope", ["everything", ""])
def test_a_scope_that_nobody_offered_means_this_date_alone(desk, six, scope):
    edit(desk, dates()[1], scope=scope, title="New")
    assert titles().count("New") == 1


def test_who_only_reads_changes_no_date(client, group, six):
    reader = factories.organiser()
    factories.membership(reader, group, Role.REVIEWER)
    sign_in(client, reader)
    answer = client.post(path(dates()[1], "cancel"), data={"scope": "following"})
    assert answer.status_code in (400, 403)
    assert set(states()) == {"published"}


def test_a_change_is_told_to_calendars_for_each_date(desk, six):
    before = [each.calendar_sequence for each in dates()]
    edit(desk, dates()[3], title="New")
    after = [each.calendar_sequence for each in dates()]
    assert [a - b for a, b in zip(after, before, strict=True)] == [0, 0, 0, 1, 1, 1]
