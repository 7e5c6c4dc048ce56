"""A campaign or a day of action is called off, and its events with it."""

import factories
import pytest
from desks import desk, member
from front_door import press, send
from notices.crowd import crowd, somebody, told, work_at_once, write_mails

from campaign.background import jobs, run_job
from campaign.campaigns.models import WholeMove
from campaign.database import db
from campaign.events.models import Event
from campaign.notices.operations.whole import _EVENTS_AT_ONCE


@pytest.fixture
def day(app):
    return factories.action_day(title="Day for Aleppo")


@pytest.fixture
def desk_client(client, day):
    return member(client, day.group)


def event_of(day, title, **values):
    return factories.event(action_day=day, title=title, **values)


def move(client, thing, chosen, noun="action-days", along=True):
    path = desk(noun, thing, chosen)
    answers = {} if along else {"takes_events": None}
    answer = send(client, path, **answers)
    assert answer.status_code == 303, answer.text


def go_along(app, times=3):
    job = next(each for each in jobs() if each.name == "move wholes")
    for _turn in range(times):
        run_job(app, job)
    db.session.rollback()


def states():
    db.session.rollback()
    return {e.title: e.state.value for e in db.session.query(Event)}


def subjects(outbox):
    return sorted(mail.subject for mail in outbox)


def test_cancelling_a_day_cancels_its_events_and_tells_everybody_once(
    app, desk_client, day, outbox
):
    others = factories.group(name="Others")
    editor = factories.organiser()
    factories.membership(editor, others)
    own, theirs = event_of(day, "Vigil"), event_of(day, "Talk", group=others)
    somebody(own, "Amal")
    crowd(theirs, ["Basma", "Caleb"])
    somebody(theirs, "Dora", state="pending")
    event_of(day, "Draft", state="draft", published_at=None)
    factories.event(title="Elsewhere", campaign=day.campaign)
    page = desk_client.get(desk("action-days", day, "cancel")).text
    assert "Cancel its 2 events too" in page
    assert "3 people who signed up are told by mail." in page
    assert "So are the organisers of 1 other group" in page
    move(desk_client, day, "cancel")
    assert states()["Vigil"] == "published"  # the click only writes it down
    go_along(app)
    assert states() == {
        "Vigil": "cancelled",
        "Talk": "cancelled",
        "Draft": "draft",
        "Elsewhere": "published",
    }
    write_mails(app, times=3)
    go_along(app)
    write_mails(app, times=3)
    assert subjects(outbox) == [
        "Cancelled, with your events: Day for Aleppo",
        "Cancelled: Talk",
        "Cancelled: Talk",
        "Cancelled: Vigil",
    ]
    (mail,) = [each for each in outbox if each.recipient == editor.email]
    address = f"http://localhost/manage/events/{theirs.slug}?lang=en"
    assert f"Talk: {address}" in mail.body_text
    assert "Vigil" not in mail.body_text
    assert db.session.query(WholeMove).count() == 0


def test_what_was_called_off_with_the_day_comes_back_with_it_and_nothing_else(
    app, desk_client, day, outbox
):
    for title, name in (("Vigil", "Amal"), ("Talk", "Basma")):
        somebody(event_of(day, title), name)
    talk = db.session.query(Event).filter_by(title="Talk").one()
    press(desk_client, desk("events", talk, "cancel"))
    move(desk_client, day, "cancel")
    go_along(app)
    write_mails(app, times=2)
    assert subjects(outbox) == ["Cancelled: Talk", "Cancelled: Vigil"]
    page = desk_client.get(desk("action-days", day, "publish")).text
    assert "Publish the event again that was called off with it" in page
    move(desk_client, day, "publish")
    go_along(app)
    write_mails(app, times=2)
    assert states() == {"Vigil": "published", "Talk": "cancelled"}
    assert subjects(outbox)[-1] == "It takes place: Vigil"
    assert told(outbox) == ["Amal", "Amal", "Basma"]


def test_a_cancellation_that_is_taken_back_at_once_is_told_to_nobody(
    app, desk_client, day, outbox
):
    somebody(event_of(day, "Vigil"))
    move(desk_client, day, "cancel")
    go_along(app)
    move(desk_client, day, "publish")
    go_along(app)
    write_mails(app, times=3)
    assert states() == {"Vigil": "published"}
    assert len(outbox) == 0


def test_the_events_stay_as_they_are_where_that_is_wanted(
    app, desk_client, day, outbox
):
    somebody(event_of(day, "Vigil"))
    move(desk_client, day, "postpone", along=False)
    go_along(app)
    write_mails(app)
    assert states() == {"Vigil": "published"}
    assert len(outbox) == 0


def test_a_host_can_hold_theirs_nevertheless(app, desk_client, day, outbox):
    event = event_of(day, "Vigil")
    somebody(event)
    move(desk_client, day, "postpone")
    go_along(app)
    press(desk_client, desk("events", event, "publish"))
    write_mails(app, times=2)
    assert states() == {"Vigil": "published"}
    # It is not called off with the day any more, so it does not come back with it.
    page = desk_client.get(desk("action-days", day, "publish")).text
    assert "called off with it" not in page


def test_cancelling_a_campaign_takes_days_and_events_along(
    app, desk_client, day, outbox
):
    campaign = day.campaign
    somebody(event_of(day, "Vigil"), "Amal")
    somebody(factories.event(title="Talk", campaign=campaign), "Basma")
    move(desk_client, campaign, "cancel", "campaigns")
    go_along(app)
    write_mails(app, times=2)
    assert states() == {"Vigil": "cancelled", "Talk": "cancelled"}
    assert told(outbox) == ["Amal", "Basma"]
    db.session.refresh(day)
    assert day.is_cancelled
    move(desk_client, campaign, "publish", "campaigns")
    go_along(app)
    write_mails(app, times=2)
    assert set(states().values()) == {"published"}
    db.session.refresh(day)
    assert not day.is_cancelled
    assert told(outbox) == ["Amal", "Amal", "Basma", "Basma"]


def test_two_workers_at_once_move_each_event_once(app, desk_client, day, outbox):
    others = factories.group()
    for _ in range(3):
        factories.membership(factories.organiser(), others)
    for number in range(_EVENTS_AT_ONCE + 3):
        group = others if number % 2 else day.group
        somebody(event_of(day, f"E{number:02}", group=group), f"P{number:02}")
    move(desk_client, day, "cancel")
    work_at_once(app, "move wholes", 4)
    assert set(states().values()) == {"cancelled"}
    write_mails(app, times=3)
    found = subjects(outbox)
    assert len(found) == _EVENTS_AT_ONCE + 3 + 3
    assert len([s for s in found if s.startswith("Cancelled, with")]) == 3
