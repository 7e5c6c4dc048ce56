"""The organisers' list of an event: who comes, searched, sorted, counted by day."""

import re
from datetime import date
from functools import partial

import factories
import pytest
from counting import count_queries
from desks import member
from lists import enlist, enlist_all, names, path

from campaign.organisers.models import Role


@pytest.fixture
def event(client):
    """An event with some people; the client is an organiser of its group."""
    event = factories.event(capacity=40)
    for on, name, email, state, size in (
        (1, "Zoë", "zoe@example.org", "going", 2),
        (2, "amal", "AMAL@example.org", "waiting", 1),
        (2, "Søren", "captain@example.net", "going", 5),
        (4, "أحمد", "", "cancelled", 3),
    ):
        enlist(event, name, email, state, size, created_on=date(2026, 3, on))
    member(client, event.group)
    return event


def test_the_newest_come_first(client, event):
    assert names(client.get(path(event))) == ["أحمد", "Søren", "amal", "Zoë"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=soren", ["Søren"]),
        ("q=ZOE", ["Zoë"]),
        ("q=احمد", ["أحمد"]),
        ("q=EXAMPLE.NET", ["Søren"]),
        ("q=example+ama", ["amal"]),
        ("q=nobody", []),
        ("state=going", ["Søren", "Zoë"]),
        ("state=waiting&q=zoe", []),
        ("state=nonsense", ["أحمد", "Søren", "amal", "Zoë"]),
        ("order=name", ["amal", "Søren", "Zoë", "أحمد"]),
        ("order=party", ["Søren", "أحمد", "Zoë", "amal"]),
    ],
)
def test_people_are_found_by_name_address_and_state(client, event, asked, found):
    assert names(client.get(f"{path(event)}?{asked}")) == found


def test_who_looks_for_nobody_is_led_back_to_the_whole_list(client, event):
    page = client.get(f"{path(event)}?q=nobody").text
    assert "Nobody like that is on the list" in page
    assert f'href="{path(event)}">The whole list' in page


def test_the_numbers_of_each_state_stand_at_the_top(client, event):
    page = client.get(path(event)).text
    tallies = re.search(r'<ul class="tallies">.*?</ul>', page, re.S)[0]
    shown = re.findall(r"<strong>(\d+)</strong> <span>(.*?)</span>", tallies)
    assert shown == [("7", "Going"), ("1", "On the waiting list"), ("3", "Cancelled")]
    assert "in 2 sign-ups" in tallies


def test_a_page_has_fifty_and_the_next_one_the_rest(client):
    event = factories.event()
    day = date(2026, 3, 1)
    enlist_all(event, [{"name": f"Guest {n:02}", "created_on": day} for n in range(53)])
    member(client, event.group)
    first = client.get(f"{path(event)}?order=name")
    assert names(first) == [f"Guest {number:02}" for number in range(50)]
    assert "Page 1 of 2" in first.text
    second = client.get(f"{path(event)}?order=name&page=2")
    assert names(second) == ["Guest 50", "Guest 51", "Guest 52"]
    assert "order=name&amp;page=1" in second.text


def test_a_page_asks_the_database_as_often_for_three_as_for_three_hundred(client):
    few = factories.event()
    many = factories.event(group=few.group)
    for event, number in ((few, 3), (many, 300)):
        numbers = [str(each) for each in range(number)]
        people = [{"name": f"Guest {n}", "email": f"guest{n}@x.org"} for n in numbers]
        enlist_all(event, people)
    member(client, few.group)
    for view in ("", "?q=guest+1&order=name", "/sheet"):
        asked = {
            count_queries(partial(client.get, path(event, view)))
            for event in (few, many)
        }
        assert len(asked) == 1, (view, asked)
        assert asked.pop() <= 10, view


def test_an_empty_list_says_what_will_stand_there(client):
    event = factories.event()
    member(client, event.group)
    page = client.get(path(event)).text
    assert "Nobody has signed up yet" in page
    assert "<svg" not in page
    assert "<table" not in page


def test_an_erased_list_tells_how_many_had_confirmed(client):
    event = factories.event(people_came=12)
    member(client, event.group)
    assert "12 people had confirmed" in client.get(path(event)).text


def test_the_drawing_says_the_same_as_its_table(client, event):
    """Of 1 and 2 March: 2 people, then 6 more. Who left is not counted."""
    page = client.get(path(event)).text
    table = re.search(r'<table class="numbers">.*?</table>', page, re.S)[0]
    cells = re.findall(r'<th scope="row">(.*?)</th><td>(\d+)</td><td>(\d+)</td>', table)
    assert cells == [
        ("Sunday 1 March 2026", "2", "2"),
        ("Monday 2 March 2026", "6", "8"),
    ]
    points = re.search(r'<polyline points="(.*?)"', page)[1].split()
    heights = [float(point.split(",")[1]) for point in points]
    assert heights == [160, 160, 120, 120, 0, 0]
    assert 'role="img" aria-labelledby="over-time-words"' in page
    assert "the list has grown to 8 people" in page


def test_the_overview_of_an_event_leads_to_its_list(client, event):
    overview = f"/manage/events/{event.slug}"
    assert f'href="{path(event)}"' in client.get(overview).text


def test_a_reviewer_is_offered_no_list(client):
    event = factories.event()
    member(client, event.group, Role.REVIEWER)
    assert path(event) not in client.get(f"/manage/events/{event.slug}").text


def test_a_name_that_was_searched_for_is_in_no_link_to_the_sign_in(app, event):
    answer = app.test_client().get(f"{path(event)}?q=Amal")
    assert answer.status_code == 302
    assert answer.location == path(event)


def test_the_page_of_a_person_shows_the_address_and_the_dates(client, event):
    number = enlist(event, "Ngozi", "ngozi@example.org", is_added_by_hand=True).id
    page = client.get(path(event, f"/{number}")).text
    for words in ("Ngozi", "ngozi@example.org", "Added by hand", "Monday 2 March 2026"):
        assert words in page


def test_a_sign_up_of_another_event_is_not_found_here(client, event):
    other = factories.event(group=event.group)
    number = enlist(other, "Elsewhere").id
    assert client.get(path(other, f"/{number}")).status_code == 200
    for view in ("", "/cancel", "/move"):
        assert client.get(path(event, f"/{number}{view}")).status_code == 404
