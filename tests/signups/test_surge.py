"""Far more sign up than confirm: places go to whom confirms, and all goes back."""

from datetime import timedelta

import factories
import pytest
from desks import member
from front_door import fields, press
from lists import enlist, path
from supporters import confirm, own_page, places, rows, sign_up, states

from campaign.background import jobs, run_job
from campaign.database import db, transaction
from campaign.events.models import LogEntry
from campaign.lib import clock
from campaign.signups.models import HOLD
from campaign.signups.operations.surge import LASTS, LEAST, WINDOW


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo", capacity=40)


def rush(event, number=LEAST, ago=timedelta(minutes=2), **values):
    """Have many sign up who do not confirm."""
    for each in range(number):
        email = f"machine{each}-{len(rows())}@example.org"
        ends_at = clock.now() - ago + HOLD
        enlist(event, "M", email, "pending", hold_ends_at=ends_at, **values)


def look(app, monkeypatch=None, later=None):
    """Do the background work that sees surges."""
    if later is not None:
        moment = clock.now() + later
        monkeypatch.setattr("campaign.lib.clock.now", lambda: moment)
    run_job(app, next(job for job in jobs() if job.name == "note surges"))
    db.session.rollback()


def test_in_a_surge_places_go_to_those_who_confirm_first(app, client, event, outbox):
    rush(event)
    assert places(event) == (LEAST, 0)
    look(app)
    # What machines held is free, and who confirms has a place at once.
    assert places(event) == (0, 0)
    answer = sign_up(client, event)
    assert places(event) == (0, 0)
    assert "places go to those who confirm first" in client.get(answer.location).text
    mail = list(outbox)[-1]
    assert "places go to those who confirm first" in mail.body_text
    assert mail.body_text.count("kept for") == 0
    page = own_page(mail)
    assert "Press the button, and you have one if one is left" in client.get(page).text
    assert "You’re in" in confirm(client, page).text
    assert places(event) == (1, 1)


def test_who_held_a_place_when_it_began_still_gets_one_by_confirming(
    app, client, event, outbox
):
    sign_up(client, event)
    rush(event, LEAST - 1)
    look(app)
    assert places(event) == (0, 0)
    assert "You’re in" in confirm(client, own_page(outbox[0])).text
    assert places(event) == (1, 1)


def test_it_goes_back_by_itself(app, client, event, monkeypatch):
    rush(event)
    look(app)
    look(app, monkeypatch, LASTS + timedelta(minutes=1))
    sign_up(client, event)
    assert places(event) == (1, 0)


def test_it_lasts_as_long_as_they_keep_coming_and_is_told_once(
    app, client, event, monkeypatch, outbox
):
    editors = [factories.organiser() for _ in range(2)]
    for editor in editors:
        factories.membership(editor, event.group)
    rush(event)
    look(app)
    look(app)
    assert [mail.recipient for mail in outbox] == [each.email for each in editors]
    assert outbox[0].subject == "Unusually many sign-ups: Vigil for Aleppo"
    moment = clock.now() + timedelta(minutes=50)
    monkeypatch.setattr("campaign.lib.clock.now", lambda: moment)
    rush(event)
    look(app)
    look(app, monkeypatch, timedelta(minutes=30))
    sign_up(client, event)
    assert len(outbox) == 3
    assert "places go to those who confirm first" in outbox[2].body_text
    assert [e.action for e in db.session.query(LogEntry)] == ["surge"]


@pytest.mark.parametrize(
    ("people", "values"),
    [
        (LEAST - 1, {"capacity": 40}),
        (LEAST, {"capacity": 200}),  # a large hall that fills as halls do
        (LEAST, {"capacity": None}),  # nothing there that could be filled
    ],
)
def test_a_crowd_that_is_not_unusual_is_no_surge(app, client, people, values):
    event = factories.event(**values)
    rush(event, people)
    look(app)
    assert places(event) == (people, 0)
    sign_up(client, event)
    assert places(event) == (people + 1, 0)


def test_those_who_confirm_and_those_of_long_ago_are_no_surge(app, event):
    rush(event, LEAST - 1, ago=WINDOW + timedelta(minutes=1))
    for number in range(9):
        enlist(event, "P", f"p{number}@example.org", "going")
    look(app)
    assert places(event) == (LEAST + 8, 9)


def test_organisers_see_it_where_they_look(app, client, event):
    member(client, event.group)
    page = path(event)
    assert "Unusually many sign-ups" not in client.get(page).text
    rush(event)
    look(app)
    for shown in (page, f"/manage/events/{event.slug}"):
        assert "Unusually many sign-ups" in client.get(shown).text
    assert "The site by itself" in client.get(f"/manage/events/{event.slug}/log").text


def test_without_a_waiting_list_the_place_is_for_the_first_who_confirms(
    app, client, outbox
):
    event = factories.event(capacity=1, has_waiting_list=False, max_party_size=1)
    with transaction():
        event.confirm_first_until = clock.now() + LASTS
    for name in ("amal", "basma"):
        sign_up(client, event, email=f"{name}@example.org")
    first, second = (own_page(mail) for mail in outbox)
    confirm(client, second)
    answer = client.post(f"{first}/confirm")
    assert answer.status_code == 409
    assert "All places have been taken" in answer.text
    assert sorted(states()) == ["going", "pending"]


def test_a_site_without_limits_knows_no_surge(app, event, monkeypatch):
    monkeypatch.setitem(app.config, "LIMITS", False)
    rush(event)
    look(app)
    assert places(event) == (LEAST, 0)


# Clearing away


def clear(client, event, ago=timedelta(hours=1), **answers):
    """Fill in the page, look at the count, and agree to it."""
    page = path(event, "/purge")
    filled = {**fields(client.get(page)), **answers}
    counted = client.post(page, data=filled)
    agreed = counted.text.partition('name="agreed" value="')[2].partition('"')[0]
    return counted, lambda: client.post(page, data={**filled, "agreed": agreed})


def test_what_came_in_the_last_hour_is_counted_cleared_away_and_put_back(
    app, client, event, outbox
):
    member(client, event.group)
    enlist(event, "Amal", "amal@example.org", "going", 2)
    rush(event, 5)
    rush(event, 3, ago=timedelta(minutes=90))
    sign_up(client, event, email="machine@example.org")
    assert len(outbox) == 1
    counted, agree = clear(client, event)
    assert "6 sign-ups would be cleared away" in counted.text
    assert "have confirmed, and would come in vain" not in counted.text
    assert len([s for s in states() if s == "cancelled"]) == 0
    answer = agree()
    assert answer.status_code == 303
    assert states().count("cancelled") == 6
    assert places(event) == (2, 2)  # whose time is up hold none any more
    assert len(outbox) == 0  # nor does the mail go out that was waiting
    page = client.get(answer.location)
    assert "6 sign-ups were cleared away" in page.text
    undo = next(part for part in page.text.split('"') if part.endswith("/undo"))
    assert press(client, undo).status_code == 303
    assert states().count("pending") == 6
    # They have half an hour again to confirm, and hold nothing until then.
    assert places(event) == (2, 2)
    assert press(client, undo).status_code == 303
    actions = [e.action for e in db.session.query(LogEntry).order_by(LogEntry.id)]
    assert actions == ["purged", "purge_undone"]


def test_a_confirmed_one_is_cleared_away_only_if_asked_and_keeps_the_place_if_undone(
    client, event
):
    member(client, event.group)
    today = clock.now().date()
    enlist(event, "A", "a@example.org", "going", 3, created_on=today)
    enlist(event, "B", "b@example.org", "waiting", created_on=today)
    enlist(
        event, "C", "c@example.org", "going", created_on=today, is_added_by_hand=True
    )
    enlist(event, "D", "d@example.org", "going", created_on=today - timedelta(days=3))
    assert "Nobody signed up in that time" in clear(client, event)[0].text
    counted, agree = clear(client, event, which="all")
    assert "2 sign-ups would be cleared away" in counted.text
    assert "2 of them have confirmed, and would come in vain" in counted.text
    shown = client.get(agree().location).text
    assert sorted(states()) == ["cancelled", "cancelled", "going", "going"]
    assert places(event) == (2, 2)
    press(client, next(p for p in shown.split('"') if p.endswith("/undo")))
    assert sorted(states()) == ["going", "going", "going", "waiting"]
    # Who waits is offered a place at once, since there is one.
    assert places(event) == (6, 5)


def test_who_finds_no_room_any_more_stays_off_the_list(client):
    event = factories.event(capacity=2)
    member(client, event.group)
    today = clock.now().date()
    enlist(event, "A", "a@example.org", "going", 2, created_on=today)
    _counted, agree = clear(client, event, which="all")
    shown = client.get(agree().location).text
    enlist(event, "B", "b@example.org", "going", 1)
    answer = press(client, next(p for p in shown.split('"') if p.endswith("/undo")))
    assert "purge-undone-in-part" in answer.location
    assert states() == ["cancelled", "going"]
    assert places(event) == (1, 1)


def test_a_count_that_is_no_longer_true_is_shown_anew(client, event):
    member(client, event.group)
    rush(event, 2)
    _counted, agree = clear(client, event)
    rush(event, 1, ago=timedelta(minutes=20))
    answer = agree()
    assert answer.status_code == 409
    assert "3 sign-ups would be cleared away" in answer.text
    assert "this is the number now" in answer.text
    assert states() == ["pending"] * 3


def test_a_window_that_ends_before_it_begins_is_refused(client, event):
    member(client, event.group)
    times = {"since": "2026-03-01T12:00", "until": "2026-03-01T11:00"}
    answer, _agree = clear(client, event, **times)
    assert answer.status_code == 422
    assert "The end must come after the beginning." in answer.text
    assert 'value="2026-03-01T12:00"' in answer.text


def test_when_somebody_signed_up_is_forgotten_when_they_confirm(client, event, outbox):
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    (row,) = rows()
    assert row.hold_ends_at is None
