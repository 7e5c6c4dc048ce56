"""What is written down of people can be read by nobody without the event's key."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import factories
import pytest
from conftest import close_connections, make_app
from flask import Flask
from sqlalchemy import select, text
from supporters import confirm, own_page, rows, sign_up

from campaign.database import Model, db, transaction
from campaign.keys.store import KeyDestroyed, keys
from campaign.lib import clock
from campaign.lib.seal import BrokenSeal
from campaign.mail import delivery
from campaign.signups.models import SignUp
from campaign.signups.operations import destroy_keys, forget_past
from campaign.signups.people import key_name, person_of

CANARIES = ("Canary Name", "canary.mail@example.org")


def everything_in_the_database() -> str:
    db.session.rollback()
    return "\n".join(
        str(row)
        for table in Model.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )


def enlist(client, outbox, event):
    sign_up(client, event, name=CANARIES[0], email=CANARIES[1])
    page = own_page(outbox[-1])
    confirm(client, page)
    return page


def test_neither_name_nor_address_stands_in_a_table(client, outbox):
    enlist(client, outbox, factories.event())
    written = everything_in_the_database().lower()
    for canary in CANARIES:
        assert canary.lower() not in written
    assert person_of(rows()[0]).name == CANARIES[0]


def test_one_person_at_two_events_has_nothing_in_common(client, outbox):
    for _turn in range(2):
        enlist(client, outbox, factories.event())
    one, other = rows()
    for name in ("email_hash", "sealed", "token_hash", "form_key_hash", "calendar_id"):
        assert getattr(one, name) != getattr(other, name)


def test_the_same_address_is_still_known_at_one_event(client, outbox):
    event = factories.event()
    enlist(client, outbox, event)
    sign_up(client, event, name="Other", email=CANARIES[1].upper())
    assert len(rows()) == 1


@pytest.fixture
def over(client, outbox):
    """An event whose list's time is up, and the supporter's own page."""
    campaign = factories.campaign(list_kept_days=14)
    event = factories.event(campaign=campaign)
    page = enlist(client, outbox, event)
    return event, page, event.ends_at + timedelta(days=14)


def erase(now):
    with transaction():
        forget_past(now)
    destroy_keys(now)


def test_a_campaign_decides_how_long_its_lists_are_kept(app, over):
    event, _page, end = over
    erase(end - timedelta(seconds=1))
    assert len(rows()) == 1
    assert keys().key(key_name(event))
    erase(end)
    assert rows() == []
    with pytest.raises(KeyDestroyed):
        keys().key(key_name(event))


def test_the_count_is_all_that_remains(client, over):
    event, page, end = over
    erase(end)
    db.session.refresh(event)
    assert (event.people_came, event.places_taken, event.places_confirmed) == (1, 0, 0)
    assert client.get(page).status_code == 404


def test_a_key_is_not_destroyed_while_there_is_a_list(app, over):
    event, _page, end = over
    destroy_keys(end)
    assert person_of(rows()[0]).name == CANARIES[0]
    assert keys().key(key_name(event))


def test_whoever_erased_and_died_has_the_key_destroyed_by_the_next(app, over):
    event, _page, end = over
    with transaction():
        forget_past(end)
    assert keys().key(key_name(event))
    destroy_keys(end)
    with pytest.raises(KeyDestroyed):
        keys().key(key_name(event))


def test_a_mail_of_an_erased_list_is_not_sent_any_more(app, over, outbox):
    _event, _page, end = over
    erase(end)
    way_out = delivery.transport()
    assert delivery.deliver_due(way_out, lambda: end) == 0
    assert len(outbox) == 0
    assert list((app.config["INSTANCE_PATH"] / "mail").glob("*")) == []


def test_what_is_sealed_for_one_event_is_not_opened_by_another(client, outbox):
    one, other = factories.event(), factories.event()
    enlist(client, outbox, one)
    keys().find_or_make(key_name(other))
    row = rows()[0]
    row.event = other
    with pytest.raises(BrokenSeal):
        person_of(row)
    db.session.rollback()


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Flask]:
    """An app with an instance of its own, so that every byte in it can be read."""
    (tmp_path / "mail").mkdir()
    app = make_app(
        tmp_path,
        f"sqlite:///{tmp_path / 'campaign.sqlite3'}",
        KEYS_URL=f"sqlite:///{tmp_path / 'keys.sqlite3'}",
    )
    with app.app_context():
        yield app
        db.session.remove()
    close_connections(app)


def bytes_in(folder: Path) -> bytes:
    files = (file for file in folder.rglob("*") if file.is_file())
    return b"\n".join(file.read_bytes() for file in files)


def test_when_the_time_is_up_no_byte_says_who_came(apart, tmp_path, capfd):
    """Not the database, its log, an older backup, the mails kept, nor the logs."""
    from conftest import Outbox

    client, outbox, event = apart.test_client(), Outbox(), factories.event()
    enlist(client, outbox, event)
    now = clock.now()
    assert delivery.deliver_due(delivery.transport(), lambda: now) == 2
    backup = tmp_path / "backup.sqlite3"
    with closing(sqlite3.connect(tmp_path / "campaign.sqlite3")) as connection:
        connection.execute(f"VACUUM INTO '{backup}'")
    key = keys().key(key_name(event))
    before = bytes_in(tmp_path)
    assert CANARIES[0].encode() in before  # in the mails that nobody has sent
    assert key in before
    erase(event.ends_at + timedelta(days=30))
    after = bytes_in(tmp_path)
    for canary in (*CANARIES, CANARIES[1].upper()):
        assert canary.encode() not in after
    assert key not in after
    logged = "".join(capfd.readouterr())
    assert not any(canary in logged for canary in CANARIES)
    # The backup still has the rows, and nothing can open them.
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT count(*) FROM sign_ups").fetchone() == (1,)


def test_the_database_alone_has_no_key(app, client, outbox):
    event = factories.event()
    enlist(client, outbox, event)
    key = keys().key(key_name(event))
    assert repr(key)[2:-1] not in everything_in_the_database()
    with pytest.raises(Exception, match="keys"):
        db.session.execute(text("SELECT * FROM keys"))
    db.session.rollback()
    assert db.session.scalar(select(SignUp.sealed))
