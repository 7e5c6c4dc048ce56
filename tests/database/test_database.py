"""The database keeps what it acknowledged, and refuses what must never be."""

import threading
from datetime import UTC, datetime

import factories
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from campaign.database import EditedMeanwhile, claim_version, db, transaction
from campaign.events.models import Event
from campaign.organisers.models import Group


@pytest.fixture
def only_sqlite(sqlite_app):
    """The app on SQLite, for what is about SQLite alone."""
    with sqlite_app.app_context():
        yield sqlite_app
        db.session.remove()


def test_sqlite_is_durable_strict_and_overwrites_what_is_deleted(only_sqlite):
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 10_000,
    }
    with db.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in expected
        }
    assert found == expected


def test_a_connection_that_lost_its_settings_is_refused(only_sqlite):
    db.engine.dispose()  # so that the pool has the one connection alone
    with db.engine.connect() as connection:
        connection.execute(text("COMMIT"))
        connection.execute(text("PRAGMA foreign_keys = 0"))
        connection.execute(text("BEGIN"))
    with pytest.raises(RuntimeError, match="foreign_keys"):
        db.engine.connect()
    db.engine.dispose()


def test_a_transaction_holds_the_write_lock_from_its_beginning(only_sqlite):
    with transaction(), db.engine.connect() as other:
        other.execute(text("COMMIT"))
        other.execute(text("PRAGMA busy_timeout = 0"))
        with pytest.raises(Exception, match="locked"):
            other.execute(text("BEGIN IMMEDIATE"))
        other.execute(text("PRAGMA busy_timeout = 10000"))
        other.execute(text("BEGIN"))


def test_what_fails_half_way_leaves_nothing(app):
    def fail() -> None:
        with transaction() as session:
            session.add(Group(slug="a", name="A", created_at=factories.CREATED))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert db.session.scalar(select(Group)) is None


def test_what_was_read_before_a_transaction_is_read_again_in_it(app):
    group = factories.group(name="Before")

    def rename_elsewhere() -> None:
        with app.app_context(), transaction() as session:
            session.scalars(select(Group)).one().name = "After"

    assert group.name == "Before"
    thread = threading.Thread(target=rename_elsewhere)
    thread.start()
    thread.join()
    with transaction():
        assert group.name == "After"


def test_of_two_who_edit_the_same_version_the_second_is_told(app):
    group = factories.article()
    with transaction():
        claim_version(group, 1)
    with pytest.raises(EditedMeanwhile), transaction():
        claim_version(group, 1)
    assert group.version == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity": 5, "places_taken": 6},
        {"places_taken": -1},
        {"places_taken": 1, "places_confirmed": 2},
    ],
)
def test_the_database_itself_refuses_wrong_counts(app, wrong):
    with pytest.raises(IntegrityError):
        factories.event(**wrong)


def test_the_database_refuses_a_state_that_does_not_exist(app):
    event = factories.event()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            text("UPDATE events SET state = 'maybe' WHERE id = :id"), {"id": event.id}
        )


def test_an_instant_without_a_zone_is_refused(app):
    with pytest.raises(StatementError):
        factories.group(created_at=datetime(2026, 1, 1))


def test_an_instant_reads_back_in_utc(app):
    moment = datetime(2026, 6, 1, 12, tzinfo=UTC)
    group = factories.group(created_at=moment)
    db.session.expire_all()
    assert group.created_at == moment
    assert group.created_at.tzinfo is UTC or group.created_at.utcoffset().seconds == 0


def test_a_group_that_has_events_cannot_be_deleted_under_them(app):
    event = factories.event()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            text("DELETE FROM groups WHERE id = :id"), {"id": event.group_id}
        )
    assert db.session.scalar(select(Event)) is not None


def test_an_exception_does_not_carry_personal_data(app):
    factories.organiser(email="known@example.org", name="Somebody Known")
    with pytest.raises(IntegrityError) as raised:
        factories.organiser(email="known@example.org", name="Somebody Else")
    assert "Somebody Else" not in str(raised.value)
