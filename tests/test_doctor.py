"""`campaign check`: what is set wrong, and how to mend it."""

import shutil
import sqlite3
import tarfile

import pytest
from smtp import free_port, smtp_server
from sqlalchemy import make_url
from terminal import call

WELL_SET = {
    "SITE_URL": "https://act.example",
    "PROXIES": "1",
    "SECRET_KEY": "a secret of more than sixteen characters",
}


@pytest.fixture
def folder(tmp_path, empty_sqlite):
    """An instance as `campaign run` leaves it."""
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    shutil.copy(empty_sqlite, folder / "campaign.sqlite3")
    return folder


def check(folder, *options, **settings):
    done = call(
        "check",
        *options,
        folder=folder,
        INSTANCE_PATH=folder,
        **{**WELL_SET, **settings},
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def said(output, level):
    """Return what was found of one kind, and the line after it."""
    lines = output.splitlines()
    return [
        line.removeprefix(level).strip() for line in lines if line.startswith(level)
    ]


def test_a_site_that_is_well_set_is_well(folder):
    status, output = check(folder)
    assert status == 0
    assert said(output, "wrong") == []
    fine = "\n".join(said(output, "fine"))
    for words in (
        "https://act.example",
        "1 proxies",
        "Limits are on",
        "MB are free",
        "answers and is up to date",
        "overwrites what is deleted",
        "The key store answers",
        "No backup in the instance holds keys",
        "The clock says",
    ):
        assert words in fine
    notes = "\n".join(said(output, "note"))
    assert "The keys lie beside the database" in notes
    assert "Mail is not sent, but kept in" in notes


def test_all_that_is_wrong_is_said_at_once_with_what_helps(folder):
    folder.chmod(0o755)
    (folder / "campaign.sqlite3").chmod(0o644)
    (folder / "secret-key").write_text("a secret of more than sixteen characters")
    (folder / "secret-key").chmod(0o644)
    (folder / "old").mkdir()
    with sqlite3.connect(folder / "old" / "keys-copy.db") as connection:
        connection.execute("CREATE TABLE keys (name TEXT, key BLOB)")
    with tarfile.open(folder / "instance.tar.gz", "w:gz") as archive:
        archive.add(folder / "old" / "keys-copy.db", "instance/keys.sqlite3")
    with sqlite3.connect(folder / "campaign.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.execute(
            "INSERT INTO organisers (id, email, name, language, created_at)"
            " VALUES (1, 'olga@example.org', '', 'en', '2026-01-01')"
        )
        connection.execute(
            "INSERT INTO organiser_sessions (token_hash, organiser_id, csrf_token,"
            " created_at, expires_at) VALUES ('a', 1, 'b', '2099-01-01', '2099-02-01')"
        )
        connection.execute(
            "INSERT INTO outgoing_mails (message_id, key_name, sealed, language,"
            " created_at, attempts, due_at, last_error, priority)"
            " VALUES ('<1@x>', 'site', 'x', 'en', '2026-01-01', 0, '2026-01-01', '', 1)"
        )
    status, output = check(
        folder, SITE_URL="http://act.example", SECRET_KEY="", PROXIES="0"
    )
    assert status == 1
    wrong = said(output, "wrong")
    for words in (
        "without HTTPS",
        "Others on this machine can read the secret key",
        "Others on this machine can read campaign.sqlite3",
        "The database is at version 0001",
        "keys-copy.db holds a copy of keys",
        "instance.tar.gz holds a copy of keys",
        "seconds off",
        "1 mails are due for more than 15 minutes",
    ):
        assert sum(words in line for line in wrong) == 1, (words, output)
    assert output.count("→ ") >= len(wrong)


def test_a_proxy_that_nobody_told_of_and_limits_that_are_off_are_wrong(folder):
    status, output = check(folder, PROXIES="0")
    assert status == 1
    assert "CAMPAIGN_PROXIES is 0" in said(output, "wrong")[0]
    here = {"SITE_URL": "http://127.0.0.1:8000", "PROXIES": "0"}
    status, output = check(folder, LIMITS="off", **here)
    assert status == 1
    assert "CAMPAIGN_LIMITS is off" in said(output, "wrong")[0]
    assert "only this machine can reach it" in said(output, "note")[0]


def test_the_mail_server_is_called_only_where_that_is_asked_for(folder):
    with smtp_server() as mailbox:
        assert check(folder, SMTP_URL=mailbox.url)[0] == 0
        assert mailbox.connections == 0
        status, output = check(folder, "--mail", SMTP_URL=mailbox.url)
        assert (status, mailbox.connections) == (0, 1)
        assert "lets the site in" in output
        assert mailbox.messages == []
    down = f"smtp://user:secret-word@127.0.0.1:{free_port()}"
    status, output = check(folder, "--mail", SMTP_URL=down)
    assert status == 1
    assert "The mail server cannot be used: ConnectionRefusedError" in output
    assert "secret-word" not in output


def test_a_damaged_or_an_absent_database_is_told(folder):
    with (folder / "campaign.sqlite3").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    status, output = check(folder)
    assert status == 1
    assert "wrong" in output
    assert "Traceback" not in output
    (folder / "campaign.sqlite3").unlink()
    status, output = check(folder)
    assert "The database (sqlite) is empty" in output


def test_a_setting_that_cannot_be_used_is_told_in_a_sentence(folder):
    done = call("check", folder=folder, INSTANCE_PATH=folder, PROXIES="many")
    assert done.returncode == 1
    assert "CAMPAIGN_PROXIES is 'many'" in done.stderr
    status, output = check(folder, SMTP_URL="mail.example")
    assert status == 1
    assert "CAMPAIGN_SMTP_URL should look like" in said(output, "wrong")[0]


def test_a_postgresql_is_looked_at_too(tmp_path, postgresql_app, postgresql):
    url = postgresql_app.config["SQLALCHEMY_DATABASE_URI"]
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    status, output = check(folder, DATABASE_URL=url)
    assert status == 0, output
    assert "The database (postgresql) answers and is up to date" in output
    assert "The keys are apart from the database" in output
    other = make_url(url).set(database="postgres")
    same_server = other.render_as_string(hide_password=False)
    status, output = check(folder, DATABASE_URL=url, KEYS_URL=same_server)
    assert status == 1
    assert "on the database's own server" in output
