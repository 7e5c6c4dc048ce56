"""The outbox as rows."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import SimpleNamespace

import factories
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from campaign.database import db, transaction
from campaign.mail.models import MOST_ATTEMPTS, PAUSES, Content, OutgoingMail
from campaign.mail.operations import (
    KEPT_UNDELIVERED,
    LEASE,
    claim_due,
    enqueue,
    forget_given_up,
    give_up,
    link,
    put_off,
)
from campaign.mail.queries import is_mail_due, undelivered_count

NOW = datetime(2035, 2, 1, 12, tzinfo=UTC)
SENDER = Address("Campaign", "no-reply", "example.org")


def mail(**values):
    with transaction() as session:
        message_id = f"<{len(all_mail())}@example.org>"
        row = factories.outgoing_mail(message_id, NOW, "amal@example.org", **values)
        session.add(row)
    return row


def all_mail():
    return db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()


def claim(now=NOW):
    with transaction():
        return claim_due(now)


def goodbye(to="amal@example.org", title="Vigil"):
    """Put a mail of the site into the outbox; its facts are an event's."""
    event = SimpleNamespace(title=title, slug="vigil", accent="#ffd21f")
    return enqueue("sign_up_cancelled", to, "en", NOW, event=event, own_words="")


def test_what_is_rolled_back_sends_nothing(app):
    with suppress(ZeroDivisionError), transaction():
        assert goodbye() is not None
        raise ZeroDivisionError
    assert all_mail() == []


def test_a_title_cannot_break_the_subject_into_lines(app):
    with transaction():
        row = goodbye(title="Vigil\r\nBcc: x@example.org")
    assert row.content.subject == "You have left: Vigil Bcc: x@example.org"


def test_every_mail_has_an_id_of_its_own_at_our_domain(app):
    with transaction():
        rows = [goodbye() for _ in range(3)]
    assert len({row.message_id for row in rows}) == 3
    assert all(row.message_id.endswith("@127.0.0.1>") for row in rows)


def test_the_longest_due_goes_first_and_is_held_for_a_while(app):
    later, sooner = mail(), mail(due_at=NOW - timedelta(minutes=1))
    assert claim().id == sooner.id
    assert claim().id == later.id
    assert claim() is None
    assert claim(NOW + LEASE - timedelta(seconds=1)) is None
    assert {claim(NOW + LEASE).id, claim(NOW + LEASE).id} == {sooner.id, later.id}


def test_what_is_not_due_waits(app):
    mail(due_at=NOW + timedelta(seconds=1))
    assert not is_mail_due(NOW)
    assert claim() is None
    assert is_mail_due(NOW + timedelta(seconds=1))


def test_pauses_grow_to_three_days_and_then_it_is_kept(app):
    row = mail()
    waited, now = [], NOW
    while is_mail_due(now):
        with transaction():
            put_off(claim_due(now), "connection refused", now)
        waited.append(row.due_at - now)
        now = row.due_at
    assert waited[:5] == [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
    assert waited == [*PAUSES, PAUSES[-1]]
    assert timedelta(days=3) <= sum(PAUSES, timedelta()) < timedelta(days=3.2)
    assert (row.attempts, row.last_error) == (MOST_ATTEMPTS, "connection refused")
    assert undelivered_count() == 1


def test_a_mail_that_is_refused_for_good_is_kept_and_not_tried_again(app):
    row = mail()
    with transaction():
        give_up(row, "550 no such user", NOW)
    assert not is_mail_due(NOW + timedelta(days=365))
    assert (undelivered_count(), row.last_error) == (1, "550 no such user")


def test_what_was_given_up_is_forgotten_in_the_end(app):
    waiting, given_up = mail(), mail()
    with transaction():
        give_up(given_up, "550", NOW)
    with transaction():
        assert forget_given_up(NOW + KEPT_UNDELIVERED - timedelta(seconds=1)) == 0
    with transaction():
        assert forget_given_up(NOW + KEPT_UNDELIVERED) == 1
    assert [row.id for row in all_mail()] == [waiting.id]


def test_links_need_no_request_and_say_nothing_of_the_one_there_is(app):
    assert link("pages.home") == "http://localhost/"
    with app.test_request_context("/?lang=ar", base_url="http://127.0.0.1"):
        assert link("pages.home") == "http://localhost/"
        assert link("pages.home", lang="ar") == "http://localhost/?lang=ar"


def test_a_composed_mail_says_the_same_in_text_and_html_and_brings_its_file(app):
    row = mail(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", language="ar")
    message = message_from_bytes(bytes(row.composed(SENDER)), policy=policy.default)
    assert message["From"] == "Campaign <no-reply@example.org>"
    assert message["To"] == "amal@example.org"
    assert message["Message-ID"] == row.message_id
    assert message["Date"].datetime == NOW
    assert message["Content-Language"] == "ar"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content() == "Hello\r\n"
    assert message.get_body(("html",)).get_content() == "<p>Hello</p>\r\n"
    (file,) = message.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    assert dict(file["Content-Type"].params) == {
        "method": "PUBLISH",
        "charset": "utf-8",
    }
    assert file["Content-Disposition"].content_disposition == "attachment"
    assert file.get_payload(decode=True) == row.content.calendar.encode()


HEADERS = {
    "Message-ID",
    "Date",
    "From",
    "To",
    "Subject",
    "Content-Language",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}
OF_THE_ROW = {"Message-ID", "Date", "Content-Language", "Auto-Submitted"}


@given(subject=st.text())
@example(subject="\n")
@example(subject="Hello\r\nBcc: everybody@example.org\r\n\r\nBody")
@example(subject="\x85Bcc: everybody@example.org")
def test_no_text_becomes_a_header(subject):
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    Content("amal@example.org", subject, "Hello", "<p>Hello</p>").fill(message)
    message = message_from_bytes(bytes(message), policy=policy.default)
    assert set(message.keys()) == HEADERS - OF_THE_ROW
    assert message["To"].addresses[0].addr_spec == "amal@example.org"
    assert message["From"].addresses[0].addr_spec == "no-reply@example.org"
    assert message.get_body(("plain",)).get_content().strip() == "Hello"
