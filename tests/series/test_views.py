"""The public pages of a series: its own, and that of each date."""

from datetime import datetime

import factories
from counting import count_queries
from front_door import press
from series.conftest import FIRST
from series.steps import dates, edit, make, move, path
from sqlalchemy import select
from supporters import sign_up

from campaign.database import db, transaction
from campaign.events.models import Event, Visibility
from campaign.events.queries import EventFilter, public_events
from campaign.lib import clock
from campaign.publishing.states import State

SERIES = "/series/weekly-vigil"


def rows(page):
    """The dates that the page lists, each with what stands beside it."""
    return [each.split("</li>")[0] for each in page.text.split('<li class="flow">')[1:]]


def test_the_page_of_a_series_lists_its_dates_with_a_sign_up_each(client, six):
    page = client.get(SERIES)
    assert page.status_code == 200
    assert "<h1" in page.text
    assert "Every Tuesday at 19:00" in page.text
    shown = rows(page)
    assert len(shown) == 6
    for each, row in zip(dates(), shown, strict=True):
        assert f'href="/events/{each.slug}#sign-up"' in row
    assert "Tuesday 27 March 2035, 19:00–21:00" in shown[4]


def test_it_says_what_most_dates_say_and_where_one_says_else(desk, client, six):
    edit(desk, dates()[2], scope="this", title="With music", venue="Chapel")
    page = client.get(SERIES)
    assert page.text.split("<h1")[1].split("</h1>")[0].endswith("Weekly vigil")
    shown = rows(page)
    assert "With music" in shown[2]
    assert "Chapel" in shown[2].split("Elsewhere this time:")[1]
    assert "Elsewhere" not in shown[1]
    edit(desk, dates()[1], title="With music", venue="Chapel")
    assert "With music" in client.get(SERIES).text.split("<h1")[1].split("</h1>")[0]


def test_cancelled_postponed_and_full_dates_say_so_and_take_no_sign_ups(
    desk, client, six
):
    second, third, fourth = dates()[1:4]
    move(desk, second, "cancel", scope="this")
    move(desk, third, "postpone", scope="this")
    edit(desk, fourth, scope="this", capacity="1")
    sign_up(client, dates()[3])
    shown = rows(client.get(SERIES))
    for row, word in zip(shown[1:4], ("Cancelled", "Postponed", "Full"), strict=True):
        assert word in row
        assert "#sign-up" not in row
    assert "#sign-up" in shown[0]


def test_dates_that_are_over_come_last_and_folded(client, six):
    first = dates()[0]
    with transaction():
        first.set_times(
            datetime(2020, 1, 7, 19), datetime(2020, 1, 7, 21), "Europe/London"
        )
    page = client.get(SERIES)
    assert "1 date is over" in page.text
    assert "Tuesday 7 January 2020" in page.text.split("<details>")[-1]
    assert "#sign-up" not in rows(page)[-1]


def test_there_is_no_page_while_no_date_is_public(desk, client, group):
    event = factories.event(
        FIRST, group=group, title="Weekly vigil", state=State.DRAFT, published_at=None
    )
    make(desk, event)
    assert client.get(SERIES).status_code == 404
    move(desk, dates()[2], "publish", scope="this")
    assert len(rows(client.get(SERIES))) == 1
    assert client.get("/series/nothing").status_code == 404


def test_a_series_whose_dates_were_taken_off_the_site_is_gone(client, six):
    addresses = [f"/series/weekly-vigil{suffix}" for suffix in ("", ".ics", ".atom")]
    with transaction() as session:
        for date in session.scalars(select(Event)):
            date.state, date.removed_at = State.CANCELLED, clock.now()
    assert [client.get(each).status_code for each in addresses] == [410] * 3
    with transaction() as session:
        session.get_one(Event, six.id).removed_at = None
    assert [client.get(each).status_code for each in addresses] == [200] * 3


def test_unlisted_dates_are_not_on_it(client, six):
    second = dates()[1]
    hidden = second.slug
    with transaction():
        second.visibility = Visibility.UNLISTED
    assert hidden not in client.get(SERIES).text
    assert SERIES not in client.get(f"/events/{hidden}").text


def test_it_hides_what_an_event_hides(desk, client, group):
    event = factories.event(
        FIRST, group=group, title="Weekly vigil", address_level="city", venue="Secret"
    )
    make(desk, event)
    edit(desk, dates()[1], scope="this", venue="Very secret")
    assert "ecret" not in client.get(SERIES).text


def test_each_date_names_the_rhythm_and_the_next_others(client, six):
    page = client.get(f"/events/{dates()[1].slug}").text
    assert "Every Tuesday at 19:00" in page
    part = page.split("Every Tuesday at 19:00")[1].split("</section>")[0]
    for each in dates():
        assert (f'href="/events/{each.slug}"' in part) == (each.slug != dates()[1].slug)
    assert f'href="{SERIES}"' in part


def test_it_lists_at_most_six_others(desk, client, vigil):
    make(desk, vigil, times="20")
    page = client.get(f"/events/{vigil.slug}").text
    part = page.split("Every Tuesday at 19:00")[1].split("</section>")[0]
    assert part.count("<li>") == 6


def test_its_other_dates_are_not_other_events_near_by(client, six):
    page = client.get(f"/events/{six.slug}").text
    assert "Other events near by" not in page


def test_a_date_that_left_is_not_on_the_page_and_names_no_rhythm(desk, client, six):
    second = dates()[1]
    press(desk, path(second, "leave-series"))
    assert len(rows(client.get(SERIES))) == 5
    assert "Every Tuesday" not in client.get(f"/events/{second.slug}").text


def test_its_page_goes_on_with_the_dates_that_took_new_times(desk, client, six):
    edit(desk, dates()[2], starts="18:00", ends="20:00")
    edit(desk, dates()[4], first_day="2035-03-28")
    shown = rows(client.get(SERIES))
    assert len(shown) == 6
    assert "Wednesday 4 April 2035, 18:00–20:00" in shown[5]
    assert len(rows(client.get(f"{SERIES}-2"))) == 4
    assert len(rows(client.get(f"{SERIES}-3"))) == 2
    assert "Every Tuesday at 18:00" in client.get(f"{SERIES}-2").text
    part = client.get(f"/events/{six.slug}").text.split("Every Tuesday at 19:00")[1]
    assert part.split("</section>")[0].count("<li>") == 5


def test_it_names_the_rhythm_of_what_comes_next(desk, client, six):
    edit(desk, dates()[1], first_day="2035-03-07")
    assert "Every Tuesday at 19:00" in client.get(SERIES).text
    first = dates()[0]
    with transaction():
        first.set_times(
            datetime(2020, 1, 7, 19), datetime(2020, 1, 7, 21), "Europe/London"
        )
    assert "Every Wednesday at 19:00" in client.get(SERIES).text


def test_the_finder_narrows_to_one_series(desk, client, six, group):
    factories.event(FIRST, group=group)
    query = public_events(EventFilter(series="weekly-vigil"))
    assert db.session.scalars(query).all() == dates()


def test_pages_ask_the_same_number_of_questions_for_few_and_many(desk, client, vigil):
    event = f"/events/{vigil.slug}"
    make(desk, vigil, times="8")
    few = [questions(client, each) for each in (SERIES, event)]
    make(desk, vigil, "more-dates", times="52")
    assert len(dates()) == 60
    assert [questions(client, each) for each in (SERIES, event)] == few


def questions(client, address):
    db.session.expunge_all()
    return count_queries(lambda: client.get(address))
