"""What organisers change in a list: add, take off, move, let in, turn away."""

import re

import factories
import pytest
from desks import member
from front_door import fields, press, send
from lists import enlist, names, path
from supporters import confirm, own_page, places, rows, sign_up, states

from campaign.publishing.states import State
from campaign.signups.people import person_of


def add(client, event, **typed):
    """Write somebody down as an organiser fills in the form."""
    answers = {"name": "Amal", "email": "amal@example.org", **typed}
    return send(client, path(event, "/new"), **answers)


@pytest.fixture
def event(client):
    """An event with five places; the client is an organiser of its group."""
    event = factories.event(capacity=5)
    member(client, event.group)
    return event


def log_of(client, event):
    """Return what the log says was done, newest first."""
    page = client.get(f"/manage/events/{event.slug}/log").text
    return re.findall(r"<td>([^<]+), (?:<a [^>]+>)?sign-up number", page)


def test_whoever_is_written_down_is_going_at_once_and_gets_no_mail(
    client, event, outbox
):
    answer = add(client, event, party_size="3")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "They are on the list." in page.text
    assert names(page) == ["Amal"]
    assert (states(), places(event)) == (["going"], (3, 3))
    assert rows()[0].is_added_by_hand
    assert len(outbox) == 0
    assert log_of(client, event) == ["Added by hand"]


def test_a_mail_goes_out_where_it_was_asked_for(client, event, outbox):
    add(client, event, sends_mail="y")
    assert [mail.recipient for mail in outbox] == ["amal@example.org"]
    assert client.get(own_page(outbox[0])).status_code == 200


def test_nobody_needs_an_address(client, event):
    for name in ("Amal", "Amal"):
        assert add(client, event, name=name, email="").status_code == 303
    assert (states(), places(event)) == (["going", "going"], (2, 2))


def test_the_same_form_sent_twice_is_one_sign_up(client, event, outbox):
    form = fields(client.get(path(event, "/new")))
    form |= {"name": "Amal", "email": "", "party_size": "2"}
    for _turn in range(2):
        answer = client.post(path(event, "/new"), data=form)
        assert answer.status_code == 303
    assert "They were on the list already" in client.get(answer.location).text
    assert (states(), places(event)) == (["going"], (2, 2))
    assert log_of(client, event) == ["Added by hand"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, "Write a name."),
        ({"email": "a@b.org, c@d.org"}, "Write one e-mail address"),
        ({"party_size": "0"}, "Write a number from 1 to"),
        ({"party_size": "many"}, "Not a valid integer value."),
        ({"email": "", "sends_mail": "y"}, "Without an address there is nowhere"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_lost(client, event, typed, words):
    answer = add(client, event, **{"name": "Kim", **typed})
    assert answer.status_code == 422
    assert words in answer.text
    kept = {"name": "Kim", "email": "amal@example.org", **typed}
    shown = fields(answer)
    assert shown["name"] == kept["name"].strip()
    assert shown["email"] == kept["email"]
    assert rows() == []


def test_a_full_event_says_that_it_is_full_and_keeps_what_was_typed(client, event):
    enlist(event, "Group", party_size=4)
    answer = add(client, event, party_size="2")
    assert answer.status_code == 409
    assert "So many places are not free." in answer.text
    assert fields(answer)["name"] == "Amal"
    assert places(event) == (4, 4)
    assert add(client, event, party_size="1").status_code == 303
    assert places(event) == (5, 5)


def test_an_address_that_has_a_place_is_not_written_down_again(client, event, outbox):
    add(client, event)
    answer = add(client, event, name="Other", email="AMAL@example.org")
    assert answer.status_code == 409
    assert "Somebody with this address is on the list already." in answer.text
    assert f'href="{path(event, f"/{rows()[0].id}")}"' in answer.text
    assert places(event) == (1, 1)


def test_whoever_has_not_confirmed_is_let_in_by_being_written_down(
    app, client, event, outbox
):
    sign_up(app.test_client(), event, party_size="3")
    page = own_page(outbox[0])
    assert (states(), places(event)) == (["pending"], (3, 0))
    add(client, event, party_size="2")
    assert (states(), places(event)) == (["going"], (2, 2))
    assert app.test_client().get(page).status_code == 200


def test_whoever_left_is_taken_up_again_under_a_new_link(app, client, event, outbox):
    visitor = app.test_client()
    sign_up(visitor, event)
    page = own_page(outbox[0])
    confirm(visitor, page)
    visitor.post(f"{page}/cancel")
    add(client, event, name="Amal H.")
    assert (states(), places(event)) == (["going"], (1, 1))
    assert person_of(rows()[0]).name == "Amal H."
    assert visitor.get(page).status_code == 404


@pytest.mark.parametrize("state", [State.DRAFT, State.CANCELLED])
def test_nobody_is_written_down_where_there_is_no_event(client, event, state):
    other = factories.event(group=event.group, state=state, published_at=None)
    answer = add(client, other)
    assert answer.status_code == 409
    assert "This event is not public, or is cancelled" in answer.text
    assert rows() == []


def test_whoever_is_taken_off_the_list_frees_places_and_is_told(client, event, outbox):
    number = enlist(event, "Amal", "amal@example.org", party_size=3).id
    asked = client.get(path(event, f"/{number}/cancel"))
    assert "Take “Amal” off the list?" in asked.text
    assert "3 places become free" in asked.text
    assert (states(), places(event)) == (["going"], (3, 3))
    answer = send(client, path(event, f"/{number}/cancel"))
    assert "They are off the list" in client.get(answer.location).text
    assert (states(), places(event)) == (["cancelled"], (0, 0))
    assert [mail.subject for mail in outbox] == [f"You are off the list: {event.title}"]
    assert log_of(client, event) == ["Taken off the list"]


def test_taking_somebody_off_the_list_is_undone_with_one_button(
    app, client, event, outbox
):
    add(client, event, party_size="3")
    person = path(event, f"/{rows()[0].id}")
    off = send(client, f"{person}/cancel", sends_mail=None)
    assert "Undo: put them back" in client.get(off.location).text
    assert "Put back on the list" in client.get(person).text
    # They did not leave, and are not thanked for it.
    token = rows()[0].token(app.config["SECRET_KEY"])
    theirs = client.get(f"/sign-ups/{token}").text
    assert "You are not on the list any more" in theirs
    assert "Thank you" not in theirs
    for _twice in range(2):
        back = press(client, f"{person}/put-back")
    assert "They have their places again." in client.get(back.location).text
    assert (states(), places(event)) == (["going"], (3, 3))
    assert [mail.subject.partition(":")[0] for mail in outbox] == ["You’re in"]
    assert "3 places are yours" in client.get(own_page(outbox[0])).text
    assert log_of(client, event)[0] == "Put back on the list"


def test_nobody_is_put_back_where_there_is_no_room(client, event):
    add(client, event, party_size="3")
    person = path(event, f"/{rows()[0].id}")
    send(client, f"{person}/cancel", sends_mail=None)
    add(client, event, name="Basma", email="", party_size="4")
    refused = press(client, f"{person}/put-back")
    assert refused.status_code == 409
    assert "So many places are not free." in refused.text
    assert (states(), places(event)) == (["cancelled", "going"], (4, 4))


def test_nobody_is_told_where_that_was_not_wanted_or_twice(client, event, outbox):
    number = enlist(event, "Amal", "amal@example.org").id
    for _turn in range(2):
        send(client, path(event, f"/{number}/cancel"), sends_mail=None)
    assert len(outbox) == 0
    assert log_of(client, event) == ["Taken off the list"]


def test_a_freed_place_is_offered_to_the_next_who_waits(client, event, outbox):
    number = enlist(event, "Group", party_size=5).id
    enlist(event, "Next", "next@example.org", "waiting", queue_number=1)
    send(client, path(event, f"/{number}/cancel"))
    assert [mail.recipient for mail in outbox] == ["next@example.org"]
    assert places(event) == (1, 0)


@pytest.fixture
def other(event):
    return factories.event(group=event.group, capacity=2, title="The other one")


def move(client, event, sign_up, target, **answers):
    view = path(event, f"/{sign_up.id}/move")
    return send(client, view, event=str(target.id), **answers)


def test_somebody_is_moved_with_their_party_and_told(client, event, other, outbox):
    moved = enlist(event, "Amal", "amal@example.org", party_size=2)
    answer = move(client, event, moved, other)
    assert answer.status_code == 303
    assert names(client.get(answer.location)) == ["Amal"]
    assert answer.location.startswith(path(other))
    assert (places(event), places(other)) == ((0, 0), (2, 2))
    assert states() == ["cancelled", "going"]
    assert person_of(rows()[1]).email == "amal@example.org"
    assert rows()[0].email_hash != rows()[1].email_hash
    assert "The other one" in outbox[0].subject
    assert log_of(client, event) == ["Moved to another event"]
    assert log_of(client, other) == ["Moved here from another event"]


def test_nobody_is_moved_to_where_there_is_no_room(client, event, other, outbox):
    moved = enlist(event, "Amal", "amal@example.org", party_size=3)
    answer = move(client, event, moved, other)
    assert answer.status_code == 409
    assert "So many places are not free." in answer.text
    assert (states(), places(event), places(other)) == (["going"], (3, 3), (0, 0))
    assert len(outbox) == 0


def test_nobody_is_moved_to_where_they_are_already(client, event, other):
    moved = enlist(event, "Amal", "amal@example.org")
    add(client, other)
    answer = move(client, event, moved, other)
    assert answer.status_code == 409
    assert "Somebody with this address is on the list already." in answer.text
    assert (places(event), places(other)) == ((1, 1), (1, 1))


def test_people_are_moved_only_among_the_events_of_the_group(client, event, other):
    strange = factories.event(title="Of another group")
    moved = enlist(event, "Amal")
    page = client.get(path(event, f"/{moved.id}/move"))
    assert "The other one" in page.text
    assert "Of another group" not in page.text
    answer = move(client, event, moved, strange)
    assert answer.status_code == 422
    assert places(strange) == (0, 0)


@pytest.mark.parametrize("state", ["pending", "cancelled", "attended"])
def test_who_left_came_or_never_confirmed_is_moved_nowhere(
    client, event, other, outbox, state
):
    moved = enlist(event, "Amal", "amal@example.org", state)
    assert "Move to another" not in client.get(path(event, f"/{moved.id}")).text
    answer = move(client, event, moved, other)
    assert answer.status_code == 409
    assert (states(), places(other)) == ([state], (0, 0))
    assert len(outbox) == 0


def test_an_address_that_nobody_confirmed_gets_no_mail(client, event, outbox):
    number = enlist(event, "Amal", "stranger@example.org", "pending").id
    asked = client.get(path(event, f"/{number}/cancel"))
    assert "Tell them by mail" not in asked.text
    send(client, path(event, f"/{number}/cancel"), sends_mail="y")
    assert (states(), places(event), len(outbox)) == (["cancelled"], (0, 0), 0)


@pytest.fixture
def asking(event):
    """An event of the group that lets in whom the organisers choose."""
    return factories.event(group=event.group, capacity=1, needs_approval=True)


def test_the_organisers_let_in_and_turn_away(client, asking, outbox):
    wanted = enlist(asking, "Amal", "amal@example.org", "waiting", queue_number=1)
    unwanted = enlist(asking, "Troll", "troll@example.org", "waiting", queue_number=2)
    assert client.get(path(asking)).text.count("You decide") == 2
    answer = press(client, path(asking, f"/{wanted.id}/let-in"))
    assert "They are let in" in client.get(answer.location).text
    answer = press(client, path(asking, f"/{unwanted.id}/turn-away"))
    assert "They are turned away" in client.get(answer.location).text
    assert (states(), places(asking)) == (["going", "cancelled"], (1, 1))
    assert [mail.recipient for mail in outbox] == [
        "amal@example.org",
        "troll@example.org",
    ]
    assert log_of(client, asking) == ["Turned away", "Let in"]


def test_whoever_is_let_in_while_it_is_full_gets_the_next_place(client, asking):
    enlist(asking, "First")
    wanted = enlist(asking, "Amal", "amal@example.org", "waiting", queue_number=1)
    answer = press(client, path(asking, f"/{wanted.id}/let-in"))
    assert "they get the next place" in client.get(answer.location).text
    assert places(asking) == (1, 1)
    page = client.get(path(asking, f"/{wanted.id}"))
    assert "On the waiting list" in page.text


def test_what_cannot_be_is_said_on_the_page_of_the_person(client, asking):
    gone = enlist(asking, "Amal", state="cancelled")
    answer = press(client, path(asking, f"/{gone.id}/let-in"))
    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.text
    assert log_of(client, asking) == []
