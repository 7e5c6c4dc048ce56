"""Roles at an event, as a supporter meets them: taken on, changed, given back."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import factories
import pytest
from counting import count_queries
from desks import member
from front_door import press, send
from icalendar import Calendar
from lists import enlist, path
from notices.crowd import write_mails
from series.steps import make as repeat
from supporters import calendar_of, confirm, leave, own_page, rows, sign_up

from campaign.database import db, transaction
from campaign.events.models import EventRole
from campaign.events.queries import roles_of
from campaign.lib import clock
from campaign.publishing.operations import move
from campaign.publishing.states import Move
from campaign.signups.operations import forget_past
from campaign.signups.operations.roles import add_role, retire_role


@pytest.fixture
def event(app):
    """A vigil from 18:00 to 20:00 that needs two stewards from 16:30, and a medic."""
    event = factories.event(capacity=9, title="Vigil for Aleppo", summary="Come.")
    factories.role(event, places=2, starts_after=-90, ends_after=60)
    factories.role(event, "medic", hint="First aid training")
    return event


@pytest.fixture
def own(client, outbox, event):
    """The page of somebody who is going."""
    return comes(client, outbox, event, "amal@example.org")


def comes(client, outbox, event, email):
    sign_up(client, event, email=email)
    page = own_page(outbox[-1])
    confirm(client, page)
    return page


def role(event, kind="steward"):
    db.session.rollback()
    return next(each for each in roles_of(event) if each.kind == kind)


def takes(client, page, role):
    number = str(role.id) if role else ""
    answer = client.post(f"{page}/role", data={"role": number})
    return client.get(answer.location) if answer.status_code == 303 else answer


def plain(page):
    """The words of a page, without its tags and in one line."""
    return " ".join(re.sub(r"<[^>]*>|[\u2066-\u2069]", "", page.text).split())


def taken(event):
    """How many have taken on each role, as it is counted and as the rows say."""
    db.session.rollback()
    has = [row.role_id for row in rows()]
    return {r.kind.value: (r.places_taken, has.count(r.id)) for r in roles_of(event)}


def test_the_page_of_the_event_says_who_is_missing(client, event, own):
    show = partial(client.get, f"/events/{event.slug}")
    assert "We also need: 2 stewards, 1 medic." in plain(show())
    assert "2 stewards, 16:30–19:00" in plain(show())
    assert "First aid training" in show().text
    takes(client, own, role(event))
    assert "We also need: 1 steward, 1 medic." in plain(show())
    with transaction():
        event.shows_counts = False
    assert "We also need: Steward, Medic." in plain(show())
    with transaction():
        for each in roles_of(event):
            retire_role(event, each, True)
    assert "We also need" not in show().text


def test_a_role_is_taken_on_changed_and_given_back(client, event, own):
    assert "Steward, 16:30–19:00" in plain(client.get(own))
    page = plain(takes(client, own, role(event)))
    assert "You take on: Steward, 16:30–19:00" in page
    assert taken(event) == {"steward": (1, 1), "medic": (0, 0)}
    assert "You take on: Medic" in plain(takes(client, own, role(event, "medic")))
    assert taken(event) == {"steward": (0, 0), "medic": (1, 1)}
    assert "You take on" not in plain(takes(client, own, None))
    assert taken(event) == {"steward": (0, 0), "medic": (0, 0)}


def test_who_comes_too_late_keeps_what_they_have(client, event, own, outbox):
    takes(client, own, role(event))
    other = comes(client, outbox, event, "basma@example.org")
    seen = role(event, "medic").id
    takes(client, other, role(event, "medic"))
    answer = client.post(f"{own}/role", data={"role": str(seen)})
    assert answer.status_code == 422
    assert "Others were faster" in plain(answer)
    assert "You take on: Steward" in plain(client.get(own))
    assert taken(event) == {"steward": (1, 1), "medic": (1, 1)}


def test_a_role_of_another_event_cannot_be_taken_on(client, event, own):
    other = factories.role(factories.event())
    assert takes(client, own, other).status_code == 422
    assert rows()[0].role_id is None


def test_only_who_has_a_place_is_asked(client, event, own, outbox):
    sign_up(client, event, email="basma@example.org")
    pending = own_page(outbox[-1])
    assert "Lend a hand" not in client.get(pending).text
    assert takes(client, pending, role(event)).status_code == 409
    assert taken(event)["steward"] == (0, 0)


def test_when_the_event_begins_roles_are_as_they_are(client, event, own):
    takes(client, own, role(event))
    now = clock.now() - timedelta(minutes=5)
    with transaction():
        event.set_times(
            now.replace(tzinfo=None),
            now.replace(tzinfo=None) + timedelta(hours=2),
            "UTC",
        )
    page = plain(client.get(own))
    assert "You take on: Steward" in page
    assert "Save my choice" not in page
    answer = takes(client, own, None)
    assert "until the event begins" in plain(answer)
    assert taken(event)["steward"] == (1, 1)


def leaves(client, event, own):
    leave(client, own)


def is_erased(client, event, own):
    client.post(f"{own}/erase")


def is_taken_off(client, event, own):
    member(client, event.group)
    send(client, path(event, f"/{rows()[0].id}/cancel"))


def is_moved(client, event, own):
    other = factories.event(group=event.group)
    member(client, event.group)
    send(client, path(event, f"/{rows()[0].id}/move"), event=str(other.id))
    assert [row.event_id for row in rows() if row.state == "going"] == [other.id]


def is_forgotten(client, event, own):
    with transaction():
        forget_past(event.ends_at + timedelta(days=90))


@pytest.mark.parametrize(
    "ends", [leaves, is_erased, is_taken_off, is_moved, is_forgotten]
)
def test_the_place_of_a_role_is_free_again_when_somebody(client, event, own, ends):
    takes(client, own, role(event, "medic"))
    assert taken(event)["medic"] == (1, 1)
    ends(client, event, own)
    assert taken(event)["medic"] == (0, 0)


def test_the_mails_and_the_calendar_tell_the_role(
    app, client, event, own, outbox, monkeypatch
):
    before = entry(client, own)
    takes(client, own, role(event))
    after = entry(client, own)
    assert after["DESCRIPTION"].startswith(
        "You take on: Steward\\, 16:30–19:00\\n"
    ) or (str(after["DESCRIPTION"]).startswith("You take on: Steward, 16:30–19:00\n"))
    assert after["SEQUENCE"] > before["SEQUENCE"]
    client.post(f"{own}/mail")
    assert "You take on: Steward, 16:30–19:00" in outbox[-1].body_text
    assert "Steward, 16:30–19:00" in outbox[-1].body_html
    write_mails(app, monkeypatch, datetime(2035, 2, 22, 12, tzinfo=UTC))
    assert outbox[-1].subject.startswith("Tomorrow")
    assert "You take on: Steward, 16:30–19:00" in outbox[-1].body_text


def entry(client, own):
    return Calendar.from_ical(client.get(calendar_of(client, own)).data).events[0]


def test_hours_move_with_the_event(client, event, own):
    takes(client, own, role(event))
    with transaction():
        event.set_times(
            datetime(2035, 3, 2, 10), datetime(2035, 3, 2, 12), event.timezone
        )
    assert "Steward, 08:30–11:00" in plain(client.get(own))
    with transaction():
        role(event).starts_after = -24 * 60
    assert "Steward, Thu 1 Mar, 10:00 to Fri 2 Mar, 11:00" in plain(client.get(own))


def test_a_role_of_their_own_is_told_in_their_own_words(client, event, own):
    hostile = "<b>Drummer</b>"
    with transaction():
        add_role(event, {"kind": "own", "name": hostile, "places": 3})
    page = client.get(f"/events/{event.slug}")
    assert f"1 medic, {hostile} (3)" not in page.text
    assert "&lt;b&gt;Drummer&lt;/b&gt;</bdi> (3)" in page.text
    drummer = next(each for each in roles_of(event) if each.name)
    assert "&lt;b&gt;Drummer" in takes(client, own, drummer).text


def test_what_one_takes_on_is_among_ones_data(client, event, own):
    takes(client, own, role(event, "medic"))
    assert client.get(f"{own}/data.json").json["role"] == "Medic"


def test_a_cancelled_event_keeps_its_roles_for_when_it_is_on_again(client, event, own):
    takes(client, own, role(event))
    for chosen in (Move.CANCEL, Move.PUBLISH):
        with transaction():
            move(event, chosen, clock.now())
        assert taken(event)["steward"] == (1, 1)


def test_each_date_of_a_series_has_roles_of_its_own(client, event, own):
    takes(client, own, role(event))
    desk = member(client, event.group)
    repeat(desk, event, times="3")
    db.session.rollback()
    copies = [r for r in db.session.query(EventRole) if r.event_id != event.id]
    assert len(copies) == 4
    assert {each.places_taken for each in copies} == {0}
    stewards = [each for each in copies if each.kind == "steward"]
    for each in stewards:
        assert each.starts_local == each.event.starts_local - timedelta(minutes=90)


def test_own_pages_and_event_pages_ask_as_often_for_few_roles_as_for_many(
    client, event, own
):
    pages = (own, f"/events/{event.slug}")
    few = [count_queries(partial(client.get, each)) for each in pages]
    for _ in range(20):
        factories.role(event, "own", name="Drummer")
    assert [count_queries(partial(client.get, each)) for each in pages] == few


# The organisers' side


@pytest.fixture
def desk(client, event):
    return member(client, event.group)


def roles_path(event, view=""):
    return f"/manage/events/{event.slug}/roles{view}"


def test_an_organiser_looks_for_people(desk, event):
    empty = factories.event(group=event.group)
    assert "You look for nobody yet" in desk.get(roles_path(empty)).text
    form = {"kind": "interpreter", "places": "3", "hint": "Arabic and English"}
    answer = send(desk, roles_path(empty, "/new"), **form)
    assert answer.status_code == 303
    added = roles_of(empty)[0]
    # The form begins with the hours of the event.
    assert (added.starts_after, added.ends_after) == (0, 120)
    page = plain(desk.get(answer.location))
    assert "Interpreter 18:00–20:00 · 0 of 3 taken 3 missing Arabic and English" in page
    shown = plain(desk.get(f"/events/{empty.slug}"))
    assert "We also need: 3 interpreters." in shown
    assert (
        "Roles of the event changed"
        in desk.get(f"/manage/events/{empty.slug}/log").text
    )


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"kind": "own", "name": ""}, "Write what your role is called."),
        ({"name": "Drummer"}, "choose “A role of your own”"),
        ({"places": "0"}, "Write a number from 1 to 1000."),
        ({"places": "many"}, "Enter a whole number."),
        ({"ends": ""}, "Enter both, or leave both empty."),
        ({"ends": "2035-02-23T17:00"}, "It must end after it begins."),
        ({"starts": "2015-02-23T17:00"}, "check the date"),
        ({"ends": "tomorrow"}, "Enter a day and a time."),
        ({"kind": "king"}, "Choose one from the list."),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_lost(desk, event, answers, words):
    typed = {"hint": "Bring a vest", **answers}
    answer = send(desk, roles_path(event, "/new"), **typed)
    assert answer.status_code == 422
    assert words in plain(answer)
    assert "Bring a vest" in answer.text
    assert len(roles_of(event)) == 2


def test_an_organiser_sees_who_took_what_on(desk, event):
    steward = role(event).id
    for name in ("Zoë", "Amal"):
        person = enlist(event, name)
        send(desk, path(event, f"/{person.id}/role"), role=str(steward))
    enlist(event, "Nobody else")
    page = desk.get(roles_path(event))
    assert "2 of 2 taken Complete Amal Zoë" in plain(page)
    assert "Nobody else" not in page.text
    answer = send(desk, roles_path(event, f"/{steward}"), places="1")
    assert answer.status_code == 409
    assert "2 have taken it on already." in plain(answer)
    assert role(event).places == 2


def test_a_role_that_nobody_is_looked_for_any_more_stays_with_who_has_it(
    desk, client, event
):
    person, steward = enlist(event, "Amal"), role(event).id
    send(desk, path(event, f"/{person.id}/role"), role=str(steward))
    press(desk, roles_path(event, f"/{steward}/retire"))
    assert "steward" not in plain(client.get(f"/events/{event.slug}"))
    assert "Not wanted any more" in desk.get(roles_path(event)).text
    assert "They take on: Steward" in plain(desk.get(path(event, f"/{person.id}")))
    press(desk, roles_path(event, f"/{steward}/restore"))
    press(desk, roles_path(event, f"/{steward}/up"))
    assert "1 steward, 1 medic" in plain(client.get(f"/events/{event.slug}"))


def test_who_is_given_a_role_by_an_organiser_is_told(desk, event, outbox):
    person = enlist(event, "Amal", "amal@example.org")
    send(desk, path(event, f"/{person.id}/role"), role=str(role(event, "medic").id))
    assert "You take on: Medic" in outbox[-1].body_text
    assert taken(event)["medic"] == (1, 1)
    # Only who has a place, and only what is left.
    waiting = enlist(event, "Basma", state="waiting")
    refused = send(desk, path(event, f"/{waiting.id}/role"), role=str(role(event).id))
    assert "Only who has a place" in plain(refused)
    other = enlist(event, "Carl")
    assert "Medic" not in plain(desk.get(path(event, f"/{other.id}/role")))
    send(desk, path(event, f"/{person.id}/role"), role="", sends_mail=None)
    assert taken(event)["medic"] == (0, 0)
    assert len(outbox) == 1


def test_roles_stand_on_the_list_the_sheet_the_file_and_at_the_door(desk, event):
    person = enlist(event, "Amal")
    enlist(event, "Basma")
    medic = role(event, "medic").id
    send(desk, path(event, f"/{person.id}/role"), role=str(medic))
    listed = desk.get(f"{path(event)}?role={medic}").text
    assert "Medic" in listed
    assert "Amal" in listed
    assert "Basma" not in listed
    without = desk.get(f"{path(event)}?role=none").text
    assert ("Amal" in without, "Basma" in without) == (False, True)
    assert "Medic" in desk.get(path(event, "/sheet")).text
    file = send(desk, path(event, "/export")).data.decode("utf-8-sig").splitlines()
    assert file[0].endswith(",Role")
    assert [line.rpartition(",")[2] for line in file[1:]] == ["Medic", ""]
    assert "Medic" in desk.get(f"/manage/events/{event.slug}/door").text
    told = desk.get(f"/manage/events/{event.slug}/door.json").json
    told_rows = [r for sheet in told["sheets"].values() for r in sheet["rows"]]
    assert {r["name"]: r["role"] for r in told_rows} == {"Amal": "Medic", "Basma": ""}
    # A phone at the door learns of another role.
    send(desk, path(event, f"/{person.id}/role"), role=str(role(event).id))
    sheets = told["sheets"]
    known = (sheets.get(str(n), {"mark": ""}) for n in range(told["number"]))
    marks = ".".join(sheet["mark"] for sheet in known)
    again = desk.get(f"/manage/events/{event.slug}/door.json?sheets={marks}").json
    assert [r["role"] for s in again["sheets"].values() for r in s["rows"]] == [
        "Steward"
    ]


def test_a_message_goes_to_those_of_a_role(app, desk, event, outbox):
    person = enlist(event, "Amal", "amal@example.org")
    enlist(event, "Basma", "basma@example.org")
    number = role(event).id
    send(desk, path(event, f"/{person.id}/role"), role=str(number), sends_mail=None)
    link = f"/manage/events/{event.slug}/messages/new?to=role-{number}"
    assert "Those who take on: Steward (1 mail)" in plain(desk.get(link))
    words = {"subject": "Vests", "text": "At the tree."}
    shown = send(desk, link, **words)
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)[1]
    send(desk, link, **words, key=field(shown, "key"), seen=seen)
    write_mails(app)
    assert [mail.recipient for mail in outbox] == ["amal@example.org"]


def field(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1]


def test_other_groups_find_no_roles(client, event):
    number = role(event).id
    member(client, factories.group())
    for view in ("", "/new", f"/{number}"):
        assert client.get(roles_path(event, view)).status_code == 404
