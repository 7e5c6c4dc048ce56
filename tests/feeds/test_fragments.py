"""What is stored of entries, and how calendars are joined from it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import factories
import icalendar
import pytest
from counting import count_queries
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.feeds import ical
from campaign.feeds.models import CalendarFragment
from campaign.feeds.queries import calendars
from campaign.language import LANGUAGES
from campaign.lib import clock
from campaign.publishing.states import State


def fragments() -> dict[tuple[str, str], bytes]:
    db.session.rollback()
    rows = db.session.scalars(select(CalendarFragment))
    return {(str(row.uid), row.language): row.body for row in rows}


def test_an_entry_is_stored_once_for_each_language(app: Flask) -> None:
    event, day = factories.event(), factories.action_day()
    kept = fragments()
    for row in (event, day):
        for language in LANGUAGES:
            assert kept[str(row.uid), language].startswith(b"BEGIN:VEVENT\r\n")


def test_a_draft_is_not_stored_before_it_is_public(app: Flask) -> None:
    event = factories.event(state=State.DRAFT, published_at=None)
    assert fragments() == {}
    with transaction():
        event.state, event.published_at = State.PUBLISHED, clock.now()
    assert len(fragments()) == len(LANGUAGES)


def test_changing_one_event_leaves_the_bytes_of_the_others(app: Flask) -> None:
    changed, other = factories.event(), factories.event()
    before = fragments()
    with transaction():
        changed.title = "Changed"
    after = fragments()
    for language in LANGUAGES:
        key = str(other.uid), language
        assert after[key] == before[key]
        key = str(changed.uid), language
        assert b"SEQUENCE:1\r\n" in after[key] != before[key]


def test_a_calendar_is_joined_from_what_is_stored(
    client: FlaskClient, app: Flask
) -> None:
    event = factories.event()
    stored = fragments()[str(event.uid), "en"]
    for address in ("/events.ics", "/calendar.ics", f"/events/{event.slug}.ics"):
        assert stored in client.get(address).data
    arabic = fragments()[str(event.uid), "ar"]
    assert arabic in client.get("/events.ics?lang=ar").data


POISON = {"online_url": "https://x.example/\r\nX:y", "attendance": "online"}


def test_what_cannot_be_written_is_left_out_and_reported(
    client: FlaskClient, app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    factories.event(title="Whole")
    event = factories.event(title="Poisoned", **POISON)
    log = "".join(capfd.readouterr())
    assert str(event.uid) in log
    assert "bad-address" in log
    assert "x.example" not in log
    rows = db.session.scalars(
        select(CalendarFragment).where(CalendarFragment.uid == event.uid)
    )
    assert {(row.body, row.problem) for row in rows} == {(b"", "bad-address")}
    body = client.get("/events.ics").data
    assert b"Whole" in body
    assert b"Poisoned" not in body


def test_who_mends_it_brings_it_back(client: FlaskClient, app: Flask) -> None:
    event = factories.event(title="Poisoned", **POISON)
    with transaction():
        event.online_url = "https://x.example/"
    assert b"SUMMARY:Poisoned" in client.get("/events.ics").data
    assert client.get(f"/events/{event.slug}.ics").status_code == 200


PROGRAM = """
import sys
from flask.testing import FlaskClient
from campaign import create_app
from campaign.schema import bring_up_to_date

app = create_app()
bring_up_to_date(app, tells_calendars=True)
for address in sys.argv[1:]:
    sys.stdout.buffer.write(app.test_client().get(address).data)
"""


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_two_processes_write_the_same_bytes(app: Flask, tmp_path: Path) -> None:
    """Each writes every fragment anew, and has another order of its sets."""
    factories.event(articles=[factories.article(), factories.article()])
    factories.event(timezone="America/New_York", country="US")
    db.session.rollback()
    written = set()
    for seed in ("1", "2"):
        copy = tmp_path / f"{seed}.sqlite3"
        _copy_without_fragments(copy)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "/calendar.ics", "/calendar.atom"],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "CAMPAIGN_INSTANCE_PATH": str(tmp_path),
                "CAMPAIGN_DATABASE_URL": f"sqlite:///{copy}",
                "CAMPAIGN_SITE_URL": "http://localhost",
            },
            capture_output=True,
            check=True,
        )
        written.add(done.stdout)
    assert len(written) == 1
    assert written.pop().count(b"BEGIN:VEVENT") == 2


def _copy_without_fragments(copy: Path) -> None:
    with closing(sqlite3.connect(db.engine.url.database or "")) as connection:
        connection.execute(f"VACUUM INTO '{copy}'")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("DELETE FROM calendar_fragments")
        connection.commit()


# What a calendar holds


NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def ending(days: float, **values: Any) -> Event:
    """An event that ends so many days after now."""
    end = (NOW + timedelta(days=days)).replace(tzinfo=None)
    times = {"starts_local": end - timedelta(hours=1), "ends_local": end}
    return factories.event(timezone="UTC", **times, **values)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.mark.parametrize(
    ("days", "state", "is_shown"),
    [
        (-59.9, "published", True),
        (-60.1, "published", False),
        (-59.9, "postponed", True),
        (-29.9, "cancelled", True),
        (-30.1, "cancelled", False),
        (4_000, "published", True),
    ],
)
def test_what_is_over_stays_for_a_while(
    client: FlaskClient,
    app: Flask,
    now: datetime,
    days: float,
    state: str,
    is_shown: bool,
) -> None:
    ending(days, state=State(state))
    assert (b"BEGIN:VEVENT" in client.get("/events.ics").data) is is_shown


def shown(body: bytes) -> list[str]:
    return [str(e["SUMMARY"]) for e in icalendar.Calendar.from_ical(body).events]


def test_too_many_are_cut_and_the_soonest_kept(
    client: FlaskClient, app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ical, "MOST_EVENTS", 3)
    monkeypatch.setattr(calendars, "MOST_EVENTS", 3)
    campaign = factories.campaign(slug="wide", title="Wide")
    for days in (-2, -1, 1, 2, 30):
        ending(days, title=f"In {days}", campaign=campaign, country="DE")
    ending(40, title="In 40", country="FR")
    body = client.get("/events.ics").data
    assert shown(body) == ["In 1", "In 2", "In 30"]
    told = body.decode().replace("\r\n ", "")
    german = told.index("Germany: http://localhost/events.ics?country=DE")
    assert german < told.index("France: http://localhost/events.ics?country=FR")
    assert "Wide: http://localhost/campaigns/wide.ics" in told
    few = client.get("/events.ics?country=FR").data
    assert shown(few) == ["In 40"]
    assert b"There is more" not in few


def test_where_there_is_room_the_latest_of_the_past_is_kept(
    client: FlaskClient, app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ical, "MOST_EVENTS", 2)
    monkeypatch.setattr(calendars, "MOST_EVENTS", 2)
    for days in (-3, -2, -1, 1):
        ending(days, title=f"In {days}")
    assert shown(client.get("/events.ics").data) == ["In -1", "In 1"]


def test_a_calendar_asks_as_often_for_many_events_as_for_few(
    client: FlaskClient, app: Flask
) -> None:
    def ask() -> int:
        app.extensions["fast_path"].shelf.clear()
        return count_queries(lambda: client.get("/events.ics"))

    factories.event()
    few = ask()
    for _number in range(20):
        factories.event(articles=[factories.article()])
    assert ask() == few
