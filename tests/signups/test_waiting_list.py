"""The waiting list as supporters and organisers live it: pages, mails, order."""

from datetime import datetime, timedelta

import factories
import pytest
from front_door import fields, press, send, sign_in
from icalendar import Calendar
from series.steps import make
from sqlalchemy import select, update
from supporters import (
    calendar_of,
    confirm,
    leave,
    let_holds_end,
    own_page,
    places,
    rows,
    sign_up,
    states,
)

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.lib import clock
from campaign.lib.walltime import wall_time
from campaign.publishing.states import Move
from campaign.signups.models import SignUp
from campaign.signups.operations import expire_overdue, let_in, turn_away
from campaign.signups.operations.waiting_list import offer_end


@pytest.fixture
def full(client, outbox):
    """An event with two places, both of which are Amal's; and the path of her page."""
    event = factories.event(capacity=2, title="Vigil for Aleppo")
    sign_up(client, event, party_size="2")
    page = own_page(outbox[-1])
    confirm(client, page)
    return event, page


def wait(client, outbox, event, name, size="1"):
    """Get on the waiting list; return the path of the own page."""
    email = f"{name}@example.org"
    answer = sign_up(client, event, name=name, email=email, party_size=size, may_wait=1)
    assert answer.status_code == 303, answer.text
    page = own_page(outbox[-1])
    confirm(client, page)
    return page


def mails_to(outbox, name):
    return [m.subject.partition(":")[0] for m in outbox if m.recipient.startswith(name)]


def claim(client, page):
    return client.post(f"{page}/claim", follow_redirects=True)


def let_offers_end():
    """Make the time of all offers be up, and sweep them as the background does."""
    with transaction() as session:
        session.execute(
            update(SignUp)
            .where(SignUp.offer_ends_at.is_not(None))
            .values(offer_ends_at=clock.now() - timedelta(seconds=1))
        )
    with transaction():
        expire_overdue(clock.now())


def test_a_full_event_offers_its_waiting_list(client, full):
    event, _page = full
    shown = client.get(f"/events/{event.slug}")
    assert "Join the waiting list" in shown.text
    assert "The event is full" in shown.text
    assert fields(shown)["may_wait"] == "1"


def test_a_full_event_without_a_list_offers_nothing(client, full):
    event, _page = full
    with transaction():
        event.has_waiting_list = False
    assert "Join the waiting list" not in client.get(f"/events/{event.slug}").text
    answer = sign_up(client, event, email="basma@example.org", may_wait="1")
    assert answer.status_code == 409
    assert len(rows()) == 1


def test_nobody_is_put_on_a_list_unasked(client, full, outbox):
    event, _page = full
    answer = sign_up(client, event, name="Basma", email="basma@example.org")
    assert answer.status_code == 409
    assert "join the waiting list" in answer.text
    kept = fields(answer)
    assert (kept["name"], kept["email"]) == ("Basma", "basma@example.org")
    assert len(rows()) == 1
    assert client.post(f"/events/{event.slug}/sign-ups", data=kept).status_code == 303
    assert states() == ["going", "pending"]


def test_who_waits_confirms_first_and_holds_nothing(client, full, outbox):
    event, _page = full
    answer = sign_up(client, event, email="basma@example.org", may_wait="1")
    assert "on the waiting list" in client.get(answer.location).text
    assert outbox[-1].subject == "Confirm your sign-up: Vigil for Aleppo"
    assert "waiting list" in outbox[-1].body_text
    assert "kept for" not in outbox[-1].body_text
    assert places(event) == (2, 2)
    shown = confirm(client, own_page(outbox[-1]))
    assert "You are on the waiting list" in shown.text
    assert outbox[-1].subject == "You are on the waiting list: Vigil for Aleppo"
    assert states() == ["going", "waiting"]
    assert places(event) == (2, 2)


def test_the_answer_on_a_full_event_tells_nothing_about_an_address(client, full):
    event, _page = full
    known = sign_up(client, event, may_wait="1")
    unknown = sign_up(client, event, email="basma@example.org", may_wait="1")
    assert (known.status, known.location) == (unknown.status, unknown.location)


def test_a_freed_place_goes_to_the_first_and_then_to_the_next(client, full, outbox):
    event, amals = full
    first, second = (wait(client, outbox, event, n) for n in ("first", "second"))
    wait(client, outbox, event, "third")
    leave(client, amals)
    assert [bool(row.has_offer) for row in rows()] == [False, True, True, False]
    assert places(event) == (2, 0)
    for name in ("first", "second"):
        assert mails_to(outbox, name)[-1] == "A place is kept for you"
    assert "A place is kept for you" not in mails_to(outbox, "third")
    shown = claim(client, first)
    assert "You’re in" in shown.text
    assert mails_to(outbox, "first")[-1] == "You’re in"
    leave(client, second)
    assert mails_to(outbox, "third")[-1] == "A place is kept for you"
    assert places(event) == (2, 1)


def test_a_party_that_does_not_fit_lets_a_smaller_one_pass(client, outbox):
    event = factories.event(capacity=3)
    pages = []
    for name in ("one", "two", "three"):
        sign_up(client, event, email=f"{name}@example.org")
        pages.append(own_page(outbox[-1]))
        confirm(client, pages[-1])
    wait(client, outbox, event, "large", "2")
    wait(client, outbox, event, "small")
    leave(client, pages[0])
    assert mails_to(outbox, "small")[-1] == "A place is kept for you"
    assert mails_to(outbox, "large")[-1] == "You are on the waiting list"
    leave(client, pages[1])
    leave(client, pages[2])
    assert mails_to(outbox, "large")[-1] == "A place is kept for you"


def test_who_comes_later_does_not_get_what_becomes_free(client, full, outbox):
    event, amals = full
    wait(client, outbox, event, "first", "2")
    leave(client, amals)
    assert sign_up(client, event, email="late@example.org").status_code == 409
    assert states() == ["cancelled", "waiting"]


def test_a_hold_that_ends_frees_places_for_those_who_wait(client, outbox):
    event = factories.event(capacity=1)
    sign_up(client, event)
    wait(client, outbox, event, "first")
    let_holds_end()
    assert sign_up(client, event, email="late@example.org").status_code == 409
    assert states() == ["pending", "waiting"]
    with transaction():
        expire_overdue(clock.now())
    assert states() == ["expired", "waiting"]
    assert mails_to(outbox, "first")[-1] == "A place is kept for you"


def test_an_offer_that_is_not_taken_goes_on_and_one_click_waits_again(
    client, full, outbox
):
    event, amals = full
    first = wait(client, outbox, event, "first", "2")
    wait(client, outbox, event, "second", "2")
    leave(client, amals)
    let_offers_end()
    assert mails_to(outbox, "first")[-1] == "The place is no longer kept for you"
    assert mails_to(outbox, "second")[-1] == "A place is kept for you"
    assert claim(client, first).status_code == 409
    shown = client.get(first).text
    assert "The place is no longer kept for you" in shown
    shown = client.post(f"{first}/rejoin", follow_redirects=True).text
    assert "You are on the waiting list" in shown
    assert mails_to(outbox, "first")[-1] == "You are on the waiting list"
    let_offers_end()
    assert mails_to(outbox, "first")[-1] == "A place is kept for you"
    assert mails_to(outbox, "first").count("The place is no longer kept for you") == 1


def test_pressing_twice_is_one_place_and_one_mail(client, full, outbox):
    event, amals = full
    first = wait(client, outbox, event, "first")
    leave(client, amals)
    claim(client, first)
    claim(client, first)
    assert mails_to(outbox, "first").count("You’re in") == 1
    assert places(event) == (1, 1)


def test_who_waits_cannot_take_what_was_not_offered(client, full, outbox):
    event, _page = full
    first = wait(client, outbox, event, "first")
    answer = claim(client, first)
    assert answer.status_code == 409
    assert "No place is kept for you now" in answer.text
    assert states() == ["going", "waiting"]


def test_the_mail_says_until_when_the_place_is_kept(client, full, outbox):
    event, amals = full
    first = wait(client, outbox, event, "first")
    leave(client, amals)
    ends_at = rows()[1].offer_ends_at
    words = f"{wall_time(ends_at, event.timezone):%H:%M}"
    mail = next(m for m in outbox if m.subject.startswith("A place is kept"))
    for text in (mail.body_text, mail.body_html, client.get(first).text):
        assert words in text
    hours = (ends_at - clock.now()) / timedelta(hours=1)
    assert 23.9 < hours <= 24


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (timedelta(days=9), timedelta(hours=24)),
        (timedelta(hours=40), timedelta(hours=20)),
        (timedelta(hours=2), timedelta(hours=1)),
        (timedelta(minutes=40), timedelta(minutes=30)),
        (timedelta(minutes=5), timedelta(minutes=30)),
    ],
)
def test_as_the_event_comes_near_places_are_kept_for_less(app, before, kept):
    event = factories.event()
    now = event.starts_at - before
    assert offer_end(event, now) == now + kept


def test_when_the_event_has_begun_the_first_who_comes_gets_it(client, outbox):
    event = factories.event(capacity=1)
    sign_up(client, event)
    amals = own_page(outbox[-1])
    confirm(client, amals)
    pages = [wait(client, outbox, event, name) for name in ("first", "second")]
    soon = wall_time(clock.now(), event.timezone).replace(tzinfo=None)
    with transaction():
        event.set_times(
            soon - timedelta(minutes=5), soon + timedelta(hours=2), event.timezone
        )
    leave(client, amals)
    assert [row.has_offer for row in rows()] == [False, False, False]
    assert "The event has begun" in client.get(pages[1]).text
    assert "You’re in" in claim(client, pages[1]).text
    answer = claim(client, pages[0])
    assert answer.status_code == 409
    assert "All places have been taken" in answer.text


def test_leaving_the_list_is_one_click_and_the_mail_is_true(client, full, outbox):
    event, _page = full
    first = wait(client, outbox, event, "first")
    shown = leave(client, first)
    assert "You are not on the list any more" in shown.text
    assert "Your place is free" not in shown.text
    assert "your place is free" not in outbox[-1].body_text
    assert states() == ["going", "cancelled"]
    assert places(event) == (2, 2)


def test_a_calendar_shows_who_waits_as_tentative_and_then_as_confirmed(
    client, full, outbox
):
    event, amals = full
    first = wait(client, outbox, event, "first")
    calendar = calendar_of(client, first)

    def told():
        (entry,) = Calendar.from_ical(client.get(calendar).data).walk("VEVENT")
        return str(entry["STATUS"]), int(entry["SEQUENCE"])

    status, sequence = told()
    assert status == "TENTATIVE"
    leave(client, amals)
    claim(client, first)
    assert told()[0] == "CONFIRMED"
    assert told()[1] > sequence


@pytest.fixture
def desk(client, full):
    event, _page = full
    organiser = factories.organiser()
    factories.membership(organiser, event.group)
    return sign_in(client, organiser), f"/manage/events/{event.slug}"


def test_more_places_let_people_in_by_the_same_way(client, full, outbox, desk):
    event, _page = full
    wait(client, outbox, event, "first")
    wait(client, outbox, event, "second")
    desk, path = desk
    assert send(desk, f"{path}/edit", capacity="3").status_code == 303
    assert mails_to(outbox, "first")[-1] == "A place is kept for you"
    assert mails_to(outbox, "second")[-1] == "You are on the waiting list"
    assert send(desk, f"{path}/edit", capacity="").status_code == 303
    assert mails_to(outbox, "second")[-1] == "A place is kept for you"


def test_what_is_postponed_keeps_its_offers_and_says_their_new_time(
    client, full, outbox, desk
):
    event, amals = full
    first = wait(client, outbox, event, "first")
    leave(client, amals)
    desk, path = desk
    assert press(desk, f"{path}/{Move.POSTPONE}").status_code == 303
    let_offers_end()
    assert states() == ["cancelled", "waiting"]
    assert claim(client, first).status_code == 409
    before = mails_to(outbox, "first").count("A place is kept for you")
    assert press(desk, f"{path}/{Move.PUBLISH}").status_code == 303
    assert rows()[1].offer_ends_at > clock.now() + timedelta(hours=23)
    assert mails_to(outbox, "first").count("A place is kept for you") == before + 1
    assert "You’re in" in claim(client, first).text


def test_who_needs_approval_holds_nothing_until_let_in(client, outbox):
    event = factories.event(capacity=1, needs_approval=True, title="Training")
    answer = sign_up(client, event)
    assert "the organisers look at your sign-up" in client.get(answer.location).text
    page = own_page(outbox[-1])
    assert "The organisers look at your sign-up" in confirm(client, page).text
    assert outbox[-1].subject == "We have your sign-up: Training"
    assert places(event) == (0, 0)
    with transaction():
        assert let_in(rows()[0], clock.now())
    assert outbox[-1].subject == "You’re in: Training"
    assert places(event) == (1, 1)


def test_who_is_let_in_while_it_is_full_gets_the_next_place(client, outbox):
    event = factories.event(capacity=1, needs_approval=True)
    for name in ("first", "second"):
        sign_up(client, event, email=f"{name}@example.org")
        confirm(client, own_page(outbox[-1]))
    first, second = rows()
    with transaction():
        let_in(first, clock.now())
        let_in(second, clock.now())
    assert states() == ["going", "waiting"]
    assert "there is no room yet" in outbox[-1].body_text
    leave(client, own_page(outbox[0]))
    assert mails_to(outbox, "second")[-1] == "A place is kept for you"


def test_who_is_turned_away_learns_it_once(client, outbox):
    event = factories.event(needs_approval=True, title="Training")
    sign_up(client, event)
    page = own_page(outbox[-1])
    confirm(client, page)
    for expected in (True, False):
        with transaction():
            assert turn_away(rows()[0], clock.now()) is expected
    assert outbox[-1].subject == "You have no place at this event: Training"
    assert len(outbox) == 3
    shown = client.get(page).text
    assert "You are not on the list any more" in shown
    assert "You have left" not in shown


def test_signing_up_opens_and_closes_as_the_organisers_say(client, outbox, desk, full):
    event, _page = full
    desk, path = desk
    with transaction():
        event.capacity = None
    opens = wall_time(clock.now(), event.timezone) + timedelta(days=2)
    moment = opens.replace(second=0, microsecond=0, tzinfo=None)
    asked = {"sign_ups_open": moment.isoformat(timespec="minutes")}
    assert send(desk, f"{path}/edit", **asked).status_code == 303
    shown = client.get(f"/events/{event.slug}").text
    assert "Signing up opens on" in shown
    assert f"{moment:%H:%M}" in shown
    assert 'name="email"' not in shown
    answer = sign_up(client, event, name="Basma", email="basma@example.org")
    assert answer.status_code == 409
    assert fields(answer)["email"] == "basma@example.org"
    assert "Signing up opens on" in answer.text
    closed = (moment - timedelta(days=4)).isoformat(timespec="minutes")
    asked = {"sign_ups_open": "", "sign_ups_close": closed}
    assert send(desk, f"{path}/edit", **asked).status_code == 303
    assert "Signing up closed on" in client.get(f"/events/{event.slug}").text
    with transaction():
        event.capacity = event.places_taken
    full = client.get(f"/events/{event.slug}").text
    assert full.count("Signing up closed on") == 2
    assert "look again later" not in full
    answer = sign_up(client, event, email="basma@example.org")
    assert answer.status_code == 409
    assert len(rows()) == 1


def test_what_would_close_before_it_opens_is_refused(desk):
    desk, path = desk
    answer = send(
        desk,
        f"{path}/edit",
        sign_ups_open="2035-02-02T10:00",
        sign_ups_close="2035-02-02T10:00",
    )
    assert answer.status_code == 422
    assert "It would close before it opens" in answer.text


def test_the_options_of_signing_up_are_kept(desk):
    desk, path = desk
    asked = {"offer_hours": "6", "has_waiting_list": None, "needs_approval": "y"}
    assert send(desk, f"{path}/edit", **asked).status_code == 303
    shown = fields(desk.get(f"{path}/edit"))
    assert shown["offer_hours"] == "6"
    assert "has_waiting_list" not in shown
    assert "needs_approval" in shown


def test_opening_times_shift_with_each_date_of_a_series(desk, full):
    event, _page = full
    desk, path = desk
    asked = {"sign_ups_open": "2035-02-16T10:00", "sign_ups_close": "2035-02-23T12:00"}
    assert send(desk, f"{path}/edit", **asked).status_code == 303
    assert make(desk, event, times="3").status_code == 303
    db.session.rollback()
    events = db.session.scalars(select(Event).order_by(Event.starts_at)).all()
    assert len(events) == 3
    for number, each in enumerate(events):
        later = timedelta(weeks=number)
        opens, closes = each.sign_ups_open_at, each.sign_ups_close_at
        assert wall_time(opens, each.timezone) == datetime(2035, 2, 16, 10) + later
        assert wall_time(closes, each.timezone) == datetime(2035, 2, 23, 12) + later
