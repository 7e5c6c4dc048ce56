"""The work that no visitor waits for."""

import time
from datetime import timedelta

import factories
import pytest
from sqlalchemy import update
from supporters import let_holds_end, places, rows, sign_up, states

from campaign.background import Background, Job, jobs, run_job
from campaign.config import WrongSetting
from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.lib import clock
from campaign.organisers.models import OrganiserSession, SignInLink
from campaign.organisers.operations import make_sign_in_link, sign_in
from campaign.signups.models import KEPT_UNCONFIRMED, SignUp


def run_all(app):
    for job in jobs():
        run_job(app, job)


def test_mail_is_delivered_and_holds_end(app, client, outbox):
    event = factories.event(capacity=1)
    sign_up(client, event)
    let_holds_end()
    run_all(app)
    assert len(list(outbox)) == 0
    assert len(list((app.config["INSTANCE_PATH"] / "mail").glob("*.eml"))) == 1
    assert states() == ["expired"]
    assert places(event) == (0, 0)


def test_what_has_ended_is_forgotten(app, client):
    sign_up(client, factories.event())
    long_ago = clock.now() - timedelta(days=60)
    with transaction() as session:
        organiser = factories.Organiser(email="o@example.org", created_at=long_ago)
        session.add(organiser)
        sign_in(make_sign_in_link(organiser, long_ago), long_ago)
        ended = clock.now() - KEPT_UNCONFIRMED
        session.execute(update(SignUp).values(hold_ends_at=ended))
    run_all(app)
    assert rows() == []
    assert db.session.query(OrganiserSession).all() == []
    assert db.session.query(SignInLink).all() == []


def test_the_list_of_a_past_event_is_erased(app, client):
    event = factories.event()
    sign_up(client, event)
    with transaction() as session:
        past = clock.now() - timedelta(days=31)
        times = {"starts_at": past, "ends_at": past}
        session.execute(update(Event).values(**times))
    run_all(app)
    assert rows() == []


def test_doing_everything_twice_does_no_harm(app, client, outbox):
    event = factories.event()
    sign_up(client, event)
    for _ in range(2):
        run_all(app)
    assert states() == ["pending"]
    assert places(event) == (1, 0)


def test_a_job_that_fails_stops_no_other_and_tells_no_secret(app, capsys):
    done = []

    def fail(_now):
        raise ValueError("amal@example.org")

    run_job(app, Job("fail", 1, fail))
    run_job(app, Job("work", 1, done.append))
    logged = "".join(capsys.readouterr())
    assert "job failed" in logged
    assert "ValueError" in logged
    assert "amal@" not in logged
    assert len(done) == 1


def test_a_wrong_mail_server_is_told_at_the_start(app, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", "mail.example.org")
    with pytest.raises(WrongSetting, match="CAMPAIGN_SMTP_URL"):
        Background(app)


def test_the_thread_delivers_within_seconds_and_ends_when_told(app, client, outbox):
    background = Background(app)
    background.start()
    try:
        sign_up(client, factories.event())
        deadline = time.monotonic() + 10
        while len(list(outbox)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(list(outbox)) == 0
    finally:
        before = time.monotonic()
        background.stop()
    assert time.monotonic() - before < 2
