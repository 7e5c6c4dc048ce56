"""At most one mail that anybody can ask for to an address in a quarter of an hour."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import factories
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from supporters import own_page, places, rows, sign_up

from campaign.background import jobs, run_job
from campaign.database import db, transaction
from campaign.lib import clock
from campaign.limits.models import MailTurn
from campaign.limits.operations import LONGEST_WAIT, PAUSE, NoTurn, take_turn
from campaign.mail.models import OutgoingMail
from campaign.signups.models import HOLD

NOW = datetime(2035, 2, 1, 12, tzinfo=UTC)
THREADS = 8


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("campaign.lib.clock.now", lambda: NOW)
    return NOW


def waits():
    """Return how long each mail of the outbox still waits, oldest first."""
    db.session.rollback()
    due = db.session.scalars(select(OutgoingMail.due_at).order_by(OutgoingMail.id))
    return [each - NOW for each in due]


def test_who_signs_up_for_several_events_gets_their_mails_one_after_the_other(
    app, client, now, outbox
):
    events = [factories.event(capacity=9) for _ in range(3)]
    for event in events:
        sign_up(client, event, email="Amal@example.org")
    sign_up(client, events[0], email="basma@example.org")
    assert waits() == [timedelta(), PAUSE, 2 * PAUSE, timedelta()]
    # Each place is kept from the mail on that says so.
    assert [row.hold_ends_at - NOW for row in rows()] == [
        HOLD,
        PAUSE + HOLD,
        2 * PAUSE + HOLD,
        HOLD,
    ]
    assert all("kept for 30 minutes" in mail.body_text for mail in outbox)


def test_a_mailbox_cannot_be_filled_and_the_answer_is_the_same(app, client, now):
    first = factories.event(capacity=9, title="Vigil")
    same: dict = {"title": "Vigil", "campaign": first.campaign, "capacity": 9}
    events = [first, *(factories.event(**same) for _ in range(5))]
    answers = [sign_up(client, event) for event in events]
    assert [answer.status_code for answer in answers] == [303] * 6
    pages = [client.get(answer.location).text for answer in answers]
    texts = {p.replace(e.slug, "") for p, e in zip(pages, events, strict=True)}
    assert len(texts) == 1
    assert waits() == [n * PAUSE for n in range(5)]
    assert max(waits()) == LONGEST_WAIT
    assert places(events[5]) == (0, 0)
    assert len(rows()) == 5


def test_signing_up_twice_for_one_event_costs_nobody_a_turn(app, client, now):
    event = factories.event()
    for _ in range(5):
        sign_up(client, event)
    sign_up(client, factories.event())
    assert waits() == [timedelta(), PAUSE]


def test_a_mail_that_is_asked_for_again_waits_for_its_quarter_of_an_hour(
    app, client, now, outbox, monkeypatch
):
    sign_up(client, factories.event())
    page = own_page(outbox[0])
    answer = client.post(f"{page}/mail")
    assert answer.status_code == 409
    assert "We sent it a few minutes ago" in answer.text
    assert len(outbox) == 1
    monkeypatch.setattr("campaign.lib.clock.now", lambda: NOW + PAUSE)
    assert client.post(f"{page}/mail").status_code == 303
    assert len(outbox) == 2


def test_a_turn_names_nobody_and_is_forgotten_when_it_has_come(app, client, now):
    sign_up(client, factories.event())
    (turn,) = db.session.scalars(select(MailTurn)).all()
    assert len(turn.address_hash) == 64
    assert turn.free_at == int((NOW + PAUSE).timestamp())
    job = next(each for each in jobs() if each.name == "forget turns")
    run_job(app, job)
    assert len(db.session.scalars(select(MailTurn)).all()) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("campaign.lib.clock.now", lambda: NOW + PAUSE)
        run_job(app, job)
    db.session.rollback()
    assert db.session.scalars(select(MailTurn)).all() == []


def test_without_limits_every_mail_goes_at_once_and_no_turn_is_written(
    app, client, now, monkeypatch
):
    monkeypatch.setitem(app.config, "LIMITS", False)
    for _ in range(7):
        sign_up(client, factories.event())
    assert waits() == [timedelta()] * 7
    assert db.session.scalars(select(MailTurn)).all() == []


def race(app, how):
    """Let threads ask at once for the same address; return the turns in minutes."""
    turns, line = [], threading.Barrier(THREADS)

    def ask():
        with app.app_context(), suppress(NoTurn):
            turns.append(how(line))

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted((turn - NOW) // timedelta(minutes=1) for turn in turns)


def test_who_asks_at_once_gets_turns_that_lie_apart(app):
    def take(line):
        line.wait(10)
        with transaction():
            return take_turn("amal@example.org", NOW)

    assert race(app, take) == [0, 15, 30, 45, 60]


def test_the_obvious_code_gives_the_same_turn_to_many(app):
    def read_then_write(line):
        free_at = db.session.scalar(select(MailTurn.free_at)) or 0
        db.session.rollback()
        line.wait(10)
        if free_at > NOW.timestamp():
            raise NoTurn
        later = int((NOW + PAUSE).timestamp())
        with suppress(IntegrityError), transaction() as session:
            session.merge(MailTurn(address_hash="amal", free_at=later))
        return NOW

    assert race(app, read_then_write) == [0] * THREADS


def test_the_clock_of_the_site_is_what_turns_are_told_by(app):
    with transaction():
        assert take_turn("amal@example.org", clock.now()) <= clock.now()
