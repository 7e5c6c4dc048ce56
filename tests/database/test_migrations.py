"""Migrations: up, down, with rows in them, and again after one that died."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from conftest import Outbox, close_connections, new_postgresql
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect, select, text

from campaign.database import Model, db, transaction
from campaign.events.models import ConsentPurpose, Event
from campaign.lib import clock
from campaign.schema import MIGRATIONS, create_app, revisions
from campaign.signups import messages
from campaign.signups.models import Consent, SignUp
from campaign.signups.operations import sign_up
from campaign.signups.people import person_of


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request, tmp_path):
    """An app whose database exists and has no tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    else:
        url = new_postgresql(
            request.getfixturevalue("postgresql"), "campaign_migrations"
        )
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "INSTANCE_PATH": tmp_path})
    with app.app_context():
        yield app
        db.session.remove()
    close_connections(app)


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_migrations_make_exactly_what_the_models_say(empty_app):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Model.metadata)
        assert [
            each for each in found if not _is_kept_by_sqlite(each, connection)
        ] == []
    assert tables() == set(Model.metadata.tables)


def _is_kept_by_sqlite(difference: tuple, connection: Connection) -> bool:
    """Whether a foreign key only looks different because of how it was added.

    SQLAlchemy does not read the ON DELETE of one that a column brought along.
    """
    if connection.dialect.name != "sqlite" or difference[0] not in (
        "add_fk",
        "remove_fk",
    ):
        return False
    key = difference[1]
    rows = connection.exec_driver_sql(f"PRAGMA foreign_key_list({key.table.name})")
    column = next(iter(key.columns)).name
    (wanted,) = Model.metadata.tables[key.table.name].c[column].foreign_keys
    return any(
        (row[3], f"{row[2]}.{row[4]}", row[6])
        == (column, wanted.target_fullname, wanted.ondelete)
        for row in rows
    )


def test_down_and_up_again_with_rows_in_the_tables(empty_app):
    import factories

    upgrade()
    event = factories.event(articles=[factories.article()])
    sign_up_as("Amal", "Amal@example.org", event)
    agree_twice(event)
    db.session.remove()
    downgrade(revision="0014")
    assert read("SELECT wording FROM consents") == [("Again",)]
    downgrade(revision="0002")
    assert read("SELECT name, email, email_key FROM sign_ups") == [
        ("Amal", "Amal@example.org", "amal@example.org")
    ]
    assert read("SELECT recipient FROM outgoing_mails") == [("Amal@example.org",)]
    upgrade()
    assert [person_of(row).name for row in db.session.scalars(select(SignUp))] == [
        "Amal"
    ]
    assert [mail.recipient for mail in Outbox()] == ["Amal@example.org"]
    db.session.remove()
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == set(Model.metadata.tables)


def sign_up_as(name: str, email: str, event: Event) -> None:
    with transaction():
        now = clock.now()
        messages.standing(sign_up(event.id, name, email, 2, "en", now), now)


def agree_twice(event: Event) -> None:
    """Agree, withdraw it, and agree again."""
    with transaction() as session:
        purpose = ConsentPurpose(event_id=event.id, wording="Again")
        session.add(purpose)
        session.flush()
        (number,) = session.scalars(select(SignUp.id))
        for words, end in (("Once", clock.now()), ("Again", None)):
            given = Consent(sign_up_id=number, purpose_id=purpose.id, wording=words)
            given.given_at, given.withdrawn_at = clock.now(), end
            session.add(given)
            session.flush()


def read(question: str) -> list[tuple]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def test_the_file_of_a_migration_begins_with_the_version_that_it_leads_to():
    steps = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert [step.revision for step in steps] == revisions()[::-1]


def test_upgrading_twice_changes_nothing(empty_app):
    upgrade()
    before = tables()
    upgrade()
    assert tables() == before


def test_a_migration_that_dies_half_way_leaves_nothing_and_can_be_run_again(empty_app):
    # The last table is already there, so the migration fails at its end.
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE sign_ups (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        upgrade()
    assert tables() == {"sign_ups"}
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE sign_ups"))
    upgrade()
    assert tables() == set(Model.metadata.tables)
