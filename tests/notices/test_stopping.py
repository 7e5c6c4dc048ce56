"""A supporter stops the mails about an event with one click, and keeps the place."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address

import factories
import pytest
from desks import desk, member
from front_door import press
from notices.crowd import notices, somebody, told, write_mails
from supporters import confirm, own_page, places, sign_up, states

from campaign.database import db
from campaign.mail import delivery
from campaign.mail.models import OutgoingMail

REMINDED = datetime(2035, 2, 22, 11, tzinfo=UTC)
THANKED = datetime(2035, 2, 24, 11, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo")


@pytest.fixture
def address(app, event, outbox, monkeypatch):
    """Where the reminder of one supporter lets them stop the mails."""
    somebody(event)
    write_mails(app, monkeypatch, REMINDED)
    monkeypatch.undo()
    return outbox[0].unsubscribe_url.removeprefix("http://localhost")


def test_the_headers_stand_in_the_mail_as_mail_readers_want_them(app, address):
    delivery.deliver_due(delivery.transport(), lambda: REMINDED)
    folder = app.config["INSTANCE_PATH"] / "mail"
    raw = next(folder.glob("*.eml")).read_bytes()
    headers = raw.partition(b"\r\n\r\n")[0]
    line = re.search(rb"^List-Unsubscribe: <([^>\s]+)>\r$", headers, re.M)
    assert line, headers
    assert line[1].decode().removeprefix("http://localhost") == address
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers


def test_a_long_address_is_neither_broken_nor_encoded(app, event, outbox, monkeypatch):
    host = f"https://{'long-' * 11}name.example.org"
    monkeypatch.setitem(app.config, "SITE_URL", host)
    somebody(event)
    write_mails(app, monkeypatch, REMINDED)
    row = db.session.query(OutgoingMail).one()
    raw = bytes(row.composed(Address("Campaign", "noreply", "example.org")))
    assert f"\r\nList-Unsubscribe: <{outbox[0].unsubscribe_url}>\r\n".encode() in raw
    assert outbox[0].unsubscribe_url.startswith(f"{host}/no-mails/")


def test_the_post_of_a_mail_reader_stops_the_mails_at_once(
    app, client, event, address, outbox, monkeypatch
):
    answer = client.post(address, data=ONE_CLICK)
    assert answer.status_code == 200  # no redirect, RFC 8058
    assert "Set-Cookie" not in answer.headers
    write_mails(app, monkeypatch, THANKED)
    assert len(outbox) == 1
    assert states() == ["going"]
    assert places(event) == (1, 1)


def test_opening_the_address_changes_nothing(client, address):
    for _turn in range(2):
        assert "No more mails about this event" in client.get(address).text
    assert notices("no-mails") == 0


def test_the_link_in_the_mail_leads_to_the_same_page(client, address, outbox):
    assert f"http://localhost{address}" in outbox[0].body_text
    assert f'href="http://localhost{address}?lang=en"' in outbox[0].body_html


def test_the_own_page_leads_there_too(client, event, outbox):
    sign_up(client, event)
    page = confirm(client, own_page(outbox[0])).text
    address = re.search(r'href="(/no-mails/[^"]+)"', page)[1]
    assert client.post(address, data=ONE_CLICK).status_code == 200
    assert notices("no-mails") == 1


def test_stopping_twice_is_stopping_once_and_can_be_undone(
    app, client, address, outbox, monkeypatch
):
    for _turn in range(2):
        client.post(address, data=ONE_CLICK)
    assert notices("no-mails") == 1
    assert "You get no more mails" in client.get(address).text
    assert client.post(f"{address}/undo").status_code == 200
    write_mails(app, monkeypatch, THANKED)
    assert len(outbox) == 2


def test_what_people_must_know_reaches_them_all_the_same(
    app, client, event, address, outbox
):
    client.post(address, data=ONE_CLICK)
    member(client, event.group)
    press(client, desk("events", event, "cancel"))
    write_mails(app)
    assert outbox[1].subject == "Cancelled: Vigil for Aleppo"
    # Whoever stops that by the mail reader's button would be told all the same.
    assert outbox[1].unsubscribe_url == ""


def test_it_stops_one_persons_mails_about_one_event(
    app, client, event, address, outbox, monkeypatch
):
    somebody(event, "Basma")
    somebody(factories.event(), "Amal")
    client.post(address, data=ONE_CLICK)
    write_mails(app, monkeypatch, THANKED)
    assert told(outbox) == ["Amal", "Amal", "Basma"]


def test_the_address_can_do_nothing_else(client, event, address):
    token = address.rpartition("/")[2]
    for path in (f"/sign-ups/{token}", f"/sign-ups/{token}.ics"):
        assert client.get(path).status_code == 404
    assert client.post(f"/sign-ups/{token}/cancel").status_code == 404


def test_a_guessed_address_is_as_unknown_as_one_that_never_was(client, address):
    number, token = address.split("/")[2:]
    other = somebody(factories.event(), "Basma")
    for path in (
        f"/no-mails/{other.id}/{token}",
        f"/no-mails/{number}/{token[:-1]}",
        "/no-mails/999999/x",
        f"/no-mails/{number}/%E2%82%AC",
    ):
        for answer in (client.get(path), client.post(path, data=ONE_CLICK)):
            assert answer.status_code == 404
    assert notices("no-mails") == 0


def test_another_sites_page_cannot_press_the_button(client, address):
    answer = client.post(
        address, data=ONE_CLICK, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert notices("no-mails") == 0


def test_the_page_is_kept_from_caches_and_search_engines(client, address):
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_address_stands_in_no_table(app, address):
    token = address.rpartition("/")[2]
    db.session.rollback()
    for mail in db.session.query(OutgoingMail):
        assert token.encode() not in mail.sealed
