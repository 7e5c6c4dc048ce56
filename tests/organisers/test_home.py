"""The first page of the organisers' side: what needs doing comes first."""

from datetime import timedelta

import factories
import pytest
from counting import count_queries
from desks import member
from supporters import confirm, own_page, sign_up

from campaign.lib import clock
from campaign.organisers.models import Role


@pytest.fixture
def group(client):
    """A group of which the client is an organiser."""
    group = factories.group()
    member(client, group)
    return group


def soon(days: int, **values):
    starts = clock.now().replace(tzinfo=None, hour=12) + timedelta(days=days)
    return factories.event(starts_local=starts, **values)


def test_who_waits_to_be_let_in_and_what_is_quiet_comes_before_the_lists(
    client, group, outbox
):
    asked = soon(40, group=group, title="A training", needs_approval=True)
    sign_up(client, asked)
    confirm(client, own_page(outbox[0]))
    soon(3, group=group, title="A quiet vigil")
    loud = {"places_taken": 9, "places_confirmed": 9}
    soon(3, group=group, title="A loud march", **loud)
    soon(30, group=group, title="A talk next month")
    soon(3, title="Of another group")
    page = client.get("/manage/").text
    todo = page[page.index("What needs doing") : page.index("<h2>Campaigns</h2>")]
    assert "1 sign-up waits for your answer" in todo
    assert f'/manage/events/{asked.slug}/sign-ups?state=waiting"' in todo
    quiet = todo[todo.index("Quiet events") : todo.index("At the door")]
    assert "A quiet vigil" in quiet
    for other in ("A loud march", "A talk next month", "Of another group"):
        assert other not in quiet
    assert "Of another group" not in page


def test_sign_ups_to_all_events_are_drawn_over_time_and_told_in_a_table(
    client, group, outbox
):
    for number in range(3):
        sign_up(client, soon(30, group=group), party_size=str(number + 1))
    sign_up(client, soon(30), party_size="5")
    page = client.get("/manage/").text
    assert "<polyline" in page
    drawn = page[page.index('id="over-time"') :]
    assert "6 people have signed up to all your events together." in drawn
    assert "<td>6</td>" in drawn


def test_where_nothing_waits_it_says_so(client, group):
    soon(60, group=group)
    page = client.get("/manage/").text
    assert "Nothing waits for you." in page
    assert "What needs doing" not in page
    assert "<polyline" not in page


def test_a_reviewer_is_not_shown_who_signs_up(client, outbox):
    event = soon(3, title="A quiet vigil")
    sign_up(client, event)
    member(client, event.group, Role.REVIEWER)
    page = client.get("/manage/").text
    assert "Quiet events" not in page
    assert "<polyline" not in page


def test_it_asks_the_same_number_of_questions_however_much_there_is(client, group):
    def events(number: int) -> None:
        for _each in range(number):
            sign_up(client, soon(3, group=group, needs_approval=True))

    events(1)
    few = count_queries(lambda: client.get("/manage/"))
    events(4)
    assert count_queries(lambda: client.get("/manage/")) == few
