"""The log of an event, who may see what of a list, and what stands nowhere."""

import factories
import pytest
from counting import count_queries
from desks import member
from front_door import press, send, sign_in
from lists import enlist, path
from sqlalchemy import select
from supporters import rows

from campaign.database import Model, db, transaction
from campaign.events.models import LogEntry
from campaign.lib import clock
from campaign.organisers.models import Role
from campaign.signups import log
from campaign.signups.log import Action
from campaign.signups.manage.words import ACTIONS

CANARIES = ("Canary Name", "canary.mail@example.org")


def log_path(event):
    return f"/manage/events/{event.slug}/log"


def views_of(event, number):
    """Return every page of the list that shows something, by method."""
    return [
        *(
            ("get", path(event, view))
            for view in ("", "/new", "/export", "/sheet", f"/{number}")
        ),
        *(("get", path(event, f"/{number}{view}")) for view in ("/cancel", "/move")),
        ("get", log_path(event)),
        ("post", path(event, "/new")),
        ("post", path(event, "/export")),
        *(
            ("post", path(event, f"/{number}/{what}"))
            for what in ("cancel", "move", "let-in", "turn-away")
        ),
    ]


@pytest.fixture
def event():
    return factories.event(capacity=9)


@pytest.fixture
def number(app, event):
    return enlist(event, *CANARIES).id


def answers(client, event, number):
    """Ask for every page, with the right token; return what was answered."""
    page = client.get("/manage/account").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    for method, address in views_of(event, number):
        data = {"csrf_token": token} if method == "post" else None
        yield method, address, getattr(client, method)(address, data=data)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.STEWARD])
def test_other_members_of_the_group_are_refused(client, event, number, role):
    member(client, event.group, role)
    for method, address, answer in answers(client, event, number):
        assert answer.status_code == 403, (method, address)
        assert not any(canary in answer.text for canary in CANARIES), address
    assert rows()[0].state == "going"


def test_another_group_finds_nothing_there(client, event, number):
    member(client, factories.group(), Role.OWNER)
    for method, address, answer in answers(client, event, number):
        assert answer.status_code == 404, (method, address)
    assert rows()[0].state == "going"


def test_a_stranger_is_asked_to_sign_in(client, event, number):
    for method, address, answer in answers(client, event, number):
        expected = 302 if method == "get" else 401
        assert answer.status_code == expected, (method, address)
    assert rows()[0].state == "going"


@pytest.mark.parametrize("role", [Role.OWNER, Role.ORGANISER])
def test_those_who_run_the_event_see_everything(client, event, number, role):
    member(client, event.group, role)
    for method, address in views_of(event, number):
        if method == "get":
            assert client.get(address).status_code == 200, address
    assert CANARIES[1] in client.get(path(event)).text


def test_an_event_off_the_site_keeps_its_list(client, event, number):
    with transaction():
        event.removed_at = clock.now()
    member(client, event.group)
    assert CANARIES[0] in client.get(path(event)).text


def test_the_log_tells_who_did_what_and_when_newest_first(client, event):
    organiser = factories.organiser(name="Kim")
    factories.membership(organiser, event.group)
    with transaction():
        for action, count in ((Action.MESSAGE_SENT, 40), (Action.MARKED_ABSENT, 1)):
            log.note(event, organiser, action, event.starts_at, count=count)
    sign_in(client, organiser)
    page = client.get(log_path(event)).text
    assert page.index("All others noted as absent") < page.index("Message sent")
    assert "(40 people)" in page
    assert "Friday 23 February 2035, 18:00" in page
    assert page.count("<bdi>Kim</bdi>") == 2


def test_the_log_goes_on_when_an_organiser_is_forgotten(client, event):
    gone = factories.organiser(name="Kim")
    with transaction() as session:
        log.note(event, gone, Action.EXPORTED, clock.now(), count=3)
        session.flush()
        session.delete(gone)
    member(client, event.group)
    page = client.get(log_path(event)).text
    assert "List taken out as a file" in page
    assert "Somebody who is no organiser any more" in page


def test_a_page_of_the_log_has_fifty_entries_in_a_fixed_number_of_queries(client):
    few = factories.event()
    many = factories.event(group=few.group)
    for event, number in ((few, 2), (many, 51)):
        for _turn in range(number):
            organiser = factories.organiser()
            with transaction():
                log.note(event, organiser, Action.CHECKED_IN, clock.now())
    member(client, few.group)
    asked = [
        count_queries(lambda event=event: client.get(log_path(event)))
        for event in (few, many)
    ]
    assert asked[0] == asked[1]
    page = client.get(log_path(many)).text
    assert page.count("<tr") == 51
    assert "Page 1 of 2" in page


def test_the_log_leads_to_those_who_are_still_on_the_list(client, event, number):
    gone = enlist(event, "Gone")
    organiser = factories.organiser()
    with transaction() as session:
        for each in (rows()[0], session.merge(gone)):
            log.note(event, organiser, Action.CHECKED_IN, clock.now(), each)
        session.flush()
        session.delete(session.merge(gone))
    member(client, event.group)
    page = client.get(log_path(event)).text
    assert f'{path(event, f"/{number}")}">sign-up number {number}</a>' in page
    assert f"Checked in, sign-up number {number + 1}" in page


def test_every_action_has_its_words():
    assert set(ACTIONS) == set(Action)


def test_what_organisers_do_leaves_no_name_behind(client, event, number, capfd):
    """Not in a table, not in a log, and not in what is said of a mistake."""
    other = factories.event(group=event.group)
    member(client, event.group)
    send(client, path(event, "/new"), name=CANARIES[0], email="second@example.org")
    send(client, path(event, f"/{number}/move"), event=str(other.id))
    send(client, path(event, f"/{rows()[1].id}/cancel"))
    press(client, path(other, f"/{rows()[2].id}/let-in"))
    send(client, path(other, "/export"))
    client.get(f"{path(event)}?q=Canary+Name")
    db.session.rollback()
    written = "\n".join(
        str(row)
        for table in Model.metadata.sorted_tables
        for row in db.session.execute(select(table))
    ).lower()
    assert "moved_here" in written
    for canary in (*CANARIES, "second@example.org"):
        assert canary.lower() not in written
    said = "".join(capfd.readouterr())
    assert not any(canary in said for canary in CANARIES)
    assert len(db.session.scalars(select(LogEntry)).all()) >= 5
