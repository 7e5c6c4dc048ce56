"""From the outbox to a real mail server, whatever goes wrong on the way."""

import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import factories
import pytest
from smtp import free_port, smtp_server
from sqlalchemy import delete, select
from supporters import sign_up

from campaign.database import db, transaction
from campaign.lib import clock
from campaign.mail.delivery import MOST_AT_ONCE, deliver_due, transport
from campaign.mail.models import MOST_ATTEMPTS, URGENT, OutgoingMail
from campaign.mail.operations import LEASE
from campaign.mail.transport import MailFolder, SmtpServer

NOW = datetime(2035, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def mailbox():
    with smtp_server() as mailbox:
        yield mailbox


def put_mail(number=1, recipient="amal@example.org", **values):
    with transaction() as session:
        values = {"subject": f"Mail {number}", **values}
        mail = factories.outgoing_mail(
            f"<{number}@example.org>", NOW, recipient, **values
        )
        session.add(mail)


def deliver(mailbox, now=NOW):
    return deliver_due(SmtpServer(mailbox.url), lambda: now)


def waiting():
    db.session.rollback()
    return db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()


def test_a_mail_arrives_whole_and_its_row_goes(app, mailbox):
    file = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    put_mail(subject="السلام عليكم", body_text="أهلا\n", calendar=file)
    assert deliver(mailbox) == 1
    (message,) = mailbox.messages
    assert message["Subject"] == "السلام عليكم"
    assert message["To"] == "amal@example.org"
    assert message["From"].addresses[0].addr_spec == app.config["MAIL_FROM"]
    assert message.get_body(("plain",)).get_content().strip() == "أهلا"
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "event.ics"
    assert attachment.get_payload(decode=True) == file
    assert waiting() == []
    assert deliver(mailbox) == 0


def test_many_mails_share_one_connection(app, mailbox):
    for number in range(10):
        put_mail(number)
    assert deliver(mailbox) == 10
    assert mailbox.ids == [f"<{number}@example.org>" for number in range(10)]
    assert mailbox.connections == 1


def test_one_round_is_not_endless(app, mailbox):
    for number in range(MOST_AT_ONCE + 1):
        put_mail(number)
    assert deliver(mailbox) == MOST_AT_ONCE
    assert deliver(mailbox) == 1


def test_nothing_is_due_and_nobody_is_called(app, mailbox):
    put_mail(due_at=NOW + timedelta(seconds=1))
    assert deliver(mailbox) == 0
    assert mailbox.connections == 0


def test_a_mail_waits_for_a_server_that_is_down_and_keeps_its_id(app):
    put_mail()
    port = free_port()
    down = SmtpServer(f"smtp://127.0.0.1:{port}")
    assert deliver_due(down, lambda: NOW) == 0
    (row,) = waiting()
    assert (row.attempts, row.due_at) == (1, NOW + timedelta(minutes=1))
    assert "ConnectionRefusedError" in row.last_error
    with smtp_server(port=port) as mailbox:
        assert deliver_due(down, lambda: NOW + timedelta(seconds=59)) == 0
        assert deliver_due(down, lambda: NOW + timedelta(minutes=1)) == 1
    assert mailbox.ids == ["<1@example.org>"]


def test_a_server_that_is_down_is_called_once_in_a_round(app):
    for number in range(3):
        put_mail(number)
    deliver_due(SmtpServer(f"smtp://127.0.0.1:{free_port()}"), lambda: NOW)
    assert [row.attempts for row in waiting()] == [1, 0, 0]


def test_an_address_that_is_refused_for_good_is_kept_and_stops_nobody_else(
    app, mailbox
):
    mailbox.answers["gone@example.org"] = "550 no such user"
    put_mail(1, "gone@example.org")
    put_mail(2)
    assert deliver(mailbox) == 1
    (row,) = waiting()
    assert (row.attempts, row.last_error) == (MOST_ATTEMPTS, "RefusedForGood 550")
    assert deliver(mailbox, NOW + timedelta(days=30)) == 0
    assert mailbox.ids == ["<2@example.org>"]


def test_an_address_that_is_put_off_is_tried_again_and_stops_nobody_else(app, mailbox):
    mailbox.answers["grey@example.org"] = "451 come back later"
    put_mail(1, "grey@example.org")
    put_mail(2)
    assert deliver(mailbox) == 1
    (row,) = waiting()
    assert (row.attempts, row.due_at) == (1, NOW + timedelta(minutes=1))
    del mailbox.answers["grey@example.org"]
    assert deliver(mailbox, row.due_at) == 1
    assert mailbox.ids == ["<2@example.org>", "<1@example.org>"]


@pytest.mark.parametrize(
    ("answer", "attempts"), [("554 spam", MOST_ATTEMPTS), ("452 full", 1)]
)
def test_a_text_that_is_refused_is_judged_by_the_code(app, mailbox, answer, attempts):
    mailbox.answers["DATA"] = answer
    put_mail()
    assert deliver(mailbox) == 0
    assert [row.attempts for row in waiting()] == [attempts]


def test_a_mail_that_cannot_be_made_stops_nobody_else(app, mailbox):
    put_mail(1, recipient="amal@example.org\r\nBcc: x@example.org")
    put_mail(2)
    assert deliver(mailbox) == 1
    assert mailbox.ids == ["<2@example.org>"]
    assert [row.attempts for row in waiting()] == [1]


def test_an_address_in_another_script_is_reached(app, mailbox):
    put_mail(recipient="أمل@example.org")
    assert deliver(mailbox) == 1
    assert mailbox.recipients == ["أمل@example.org"]


def test_no_transaction_is_open_while_the_network_is_waited_for(app, mailbox):
    seen = []

    class Watched(SmtpServer):
        def send(self, message):
            seen.append(db.session().in_transaction())
            super().send(message)

    put_mail(1)
    put_mail(2)
    deliver_due(Watched(mailbox.url), lambda: NOW)
    assert seen == [False, False]


def test_a_slow_server_keeps_nobody_from_signing_up(app, client, mailbox, outbox):
    put_mail()
    mailbox.may_answer.clear()
    with in_background(app, mailbox):
        assert mailbox.has_got_one.wait(10)
        before = time.monotonic()
        assert sign_up(client, factories.event()).status_code == 303
        assert time.monotonic() - before < 5
        assert len(list(outbox)) == 2  # the slow one is still on its way
        mailbox.may_answer.set()
    assert waiting() == []


def in_background(app, mailbox, how=deliver):
    """Return a context in which another thread delivers, with its own connection."""
    return _Thread(app, lambda: how(mailbox))


class _Thread:
    def __init__(self, app, work):
        self._app, self._work = app, work
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        with self._app.app_context():
            self._work()

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *error):
        self._thread.join(20)
        assert not self._thread.is_alive()


def race(app, mailbox, how):
    """Let two workers deliver ten mails; return the ids that arrived."""
    for number in range(10):
        put_mail(number)
    with in_background(app, mailbox, how), in_background(app, mailbox, how):
        pass
    return sorted(mailbox.ids)


def test_two_workers_send_no_mail_twice(app, mailbox):
    assert race(app, mailbox, deliver) == [f"<{n}@example.org>" for n in range(10)]
    assert waiting() == []


def test_two_workers_with_the_obvious_code_send_mails_twice(app, mailbox):
    line = threading.Barrier(2)

    def read_then_delete(mailbox):
        due = db.session.scalars(select(OutgoingMail)).all()
        db.session.expunge_all()
        db.session.rollback()
        line.wait(10)
        with SmtpServer(mailbox.url) as server:
            for mail in due:
                server.send(mail.composed("no-reply@example.org"))
                with transaction() as session:
                    session.execute(
                        delete(OutgoingMail).where(OutgoingMail.id == mail.id)
                    )

    assert len(race(app, mailbox, read_then_delete)) == 20


KILLED = """
import os, signal, sys
from campaign import create_app
from campaign.mail.delivery import deliver_due
from campaign.mail.transport import SmtpServer

class Killed(SmtpServer):
    def send(self, message):
        super().send(message)
        os.kill(os.getpid(), signal.SIGKILL)

database, instance, url = sys.argv[1:]
app = create_app({"SQLALCHEMY_DATABASE_URI": database, "INSTANCE_PATH": instance})
with app.app_context():
    deliver_due(Killed(url))
"""


def test_a_process_killed_after_sending_has_it_sent_again_with_the_same_id(
    app, mailbox, instance
):
    now = clock.now()
    put_mail(due_at=now)
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, database, instance, mailbox.url], timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert mailbox.ids == ["<1@example.org>"]
    assert deliver(mailbox, now + timedelta(seconds=1)) == 0
    assert deliver(mailbox, now + timedelta(minutes=1) + LEASE) == 1
    assert mailbox.ids == ["<1@example.org>"] * 2
    assert waiting() == []


KILLED_BEFORE = KILLED.replace("        super().send(message)\n", "")


def test_a_process_killed_before_sending_has_it_sent_once_when_its_lease_ends(
    app, mailbox, instance
):
    assert KILLED_BEFORE != KILLED
    now = clock.now()
    put_mail(due_at=now)
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE, database, instance, mailbox.url],
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert mailbox.ids == []
    assert deliver(mailbox, now + timedelta(seconds=1)) == 0
    later = now + timedelta(minutes=1) + LEASE
    assert [deliver(mailbox, later), deliver(mailbox, later)] == [1, 0]
    assert mailbox.ids == ["<1@example.org>"]


def test_a_worker_that_slept_over_its_lease_leaves_the_mail_to_others(app, mailbox):
    put_mail()
    times = iter([NOW, NOW + LEASE, NOW + LEASE - timedelta(seconds=1)])
    assert deliver_due(SmtpServer(mailbox.url), lambda: next(times)) == 0
    assert mailbox.ids == []
    assert deliver(mailbox, NOW + LEASE) == 1
    assert mailbox.ids == ["<1@example.org>"]


def test_an_hour_has_so_many_mails_and_the_last_are_for_those_who_wait(
    app, mailbox, monkeypatch
):
    monkeypatch.setitem(app.config, "MAILS_PER_HOUR", 10)
    for number in range(12):
        put_mail(number)
    assert deliver(mailbox) == 8
    assert deliver(mailbox) == 0
    for number in range(20, 24):
        put_mail(number, priority=URGENT)
    assert deliver(mailbox) == 2
    assert mailbox.ids[8:] == ["<20@example.org>", "<21@example.org>"]
    assert [row.attempts for row in waiting()] == [0] * 6
    # Nothing is lost: the next hour begins with what is urgent.
    assert deliver(mailbox, NOW + timedelta(hours=1)) == 6
    assert mailbox.ids[10:12] == ["<22@example.org>", "<23@example.org>"]
    assert waiting() == []


def test_two_workers_spend_an_hour_once(app, mailbox, monkeypatch):
    monkeypatch.setitem(app.config, "MAILS_PER_HOUR", 5)
    assert len(race(app, mailbox, deliver)) == 4
    assert len(waiting()) == 6


def test_without_a_server_mails_are_kept_as_files_in_order(app):
    put_mail(2, created_at=NOW + timedelta(minutes=1))
    put_mail(1)
    assert deliver_due(transport(), lambda: NOW) == 2
    folder = app.config["INSTANCE_PATH"] / "mail"
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["20350201T120000Z-1.eml", "20350201T120100Z-2.eml"]
    assert b"Subject: Mail 1\r\n" in (folder / files[0]).read_bytes()
    assert waiting() == []


def test_a_file_that_is_written_again_is_one_file(app, tmp_path):
    for _ in range(2):
        put_mail()
        deliver_due(MailFolder(tmp_path), lambda: NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["20350201T120000Z-1.eml"]


def test_a_folder_that_cannot_be_written_loses_nothing(app, tmp_path):
    put_mail()
    folder = tmp_path / "mail"
    with MailFolder(folder):
        folder.rmdir()
    folder.symlink_to(tmp_path / "missing" / "mail")
    with pytest.raises(FileExistsError):
        deliver_due(MailFolder(folder), lambda: NOW)
    assert [row.attempts for row in waiting()] == [0]
