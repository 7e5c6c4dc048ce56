"""The whole life of a sign-up, through the front door."""

import re
from datetime import datetime, timedelta

import factories
import html5lib
import pytest
from flask import g
from sqlalchemy import select, text
from sqlalchemy.event import listen, remove
from supporters import (
    confirm,
    leave,
    let_holds_end,
    own_page,
    places,
    rows,
    sign_up,
    states,
)

from campaign import sqlite
from campaign.database import Model, db, transaction
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Visibility
from campaign.keys.store import keys
from campaign.lib import clock
from campaign.publishing.states import State
from campaign.signups.models import KEPT_UNCONFIRMED
from campaign.signups.operations import forget_past, forget_unconfirmed
from campaign.signups.people import person_of


@pytest.fixture
def event(app):
    return factories.event(capacity=10, title="Vigil for Aleppo")


def test_who_signs_up_is_told_to_look_in_their_mail(client, event, outbox):
    answer = sign_up(client, event)
    assert answer.status_code == 303
    assert answer.location == f"/events/{event.slug}/check-your-mail"
    assert "Check your mail" in client.get(answer.location).text
    assert [mail.recipient for mail in outbox] == ["amal@example.org"]
    assert states() == ["pending"]
    assert places(event) == (1, 0)


def test_the_button_behind_the_link_makes_the_place_sure(client, event, outbox):
    sign_up(client, event, party_size="3")
    page = own_page(outbox[0])
    assert "Yes, I am coming" in client.get(page).text
    answer = confirm(client, page)
    assert "You’re in" in answer.text
    assert "3 places are yours, under the name <bdi>Amal</bdi>" in answer.text
    assert states() == ["going"]
    assert places(event) == (3, 3)
    assert outbox[1].subject == "You’re in: Vigil for Aleppo"
    assert own_page(outbox[1]) == page


def test_confirming_twice_is_harmless(client, event, outbox):
    sign_up(client, event)
    page = own_page(outbox[0])
    assert confirm(client, page).text == confirm(client, page).text
    assert places(event) == (1, 1)
    assert len(outbox) == 2


def test_who_leaves_frees_the_place(client, event, outbox):
    sign_up(client, event, party_size="2")
    page = own_page(outbox[0])
    confirm(client, page)
    answer = leave(client, page)
    assert "You have left this event" in answer.text
    assert states() == ["cancelled"]
    assert places(event) == (0, 0)
    assert outbox[2].subject == "You have left: Vigil for Aleppo"


def test_leaving_twice_is_harmless(client, event, outbox):
    sign_up(client, event)
    page = own_page(outbox[0])
    leave(client, page)
    leave(client, page)
    assert places(event) == (0, 0)
    assert len(outbox) == 2


def test_who_has_left_cannot_confirm_with_the_old_link(client, event, outbox):
    sign_up(client, event)
    page = own_page(outbox[0])
    leave(client, page)
    answer = confirm(client, page)
    assert answer.status_code == 409
    assert "You are not on the list any more" in answer.text
    assert states() == ["cancelled"]


def test_who_has_left_may_sign_up_again_and_gets_a_new_link(client, event, outbox):
    sign_up(client, event)
    old = own_page(outbox[0])
    leave(client, old)
    sign_up(client, event, name="Amal H.", party_size="2")
    new = own_page(outbox[2])
    assert new != old
    assert client.get(old).status_code == 404
    assert [(person_of(row).name, row.state.value) for row in rows()] == [
        ("Amal H.", "pending")
    ]
    confirm(client, new)
    assert places(event) == (2, 2)


def test_a_second_submit_changes_nothing_and_answers_the_same(client, event, outbox):
    first = sign_up(client, event)
    second = sign_up(client, event, name="Somebody else", email="AMAL@Example.org")
    assert (first.status, first.data) == (second.status, second.data)
    assert dict(first.headers) == dict(second.headers)
    assert client.get(first.location).data == client.get(second.location).data
    assert [person_of(row).name for row in rows()] == ["Amal"]
    assert len(outbox) == 1
    assert places(event) == (1, 0)


def test_the_second_answer_takes_as_much_work_as_the_first(client, event, outbox):
    """Nobody can time whether an address is on the list: writing is what costs."""
    sign_up(client, event)

    def note(_connection, _cursor, statement, *_more):
        written[-1].append(statement.split(" (")[0])

    written = []
    listen(db.engine, "before_cursor_execute", note)
    for email in ("basma@example.org", "amal@example.org"):
        written.append([])
        sign_up(client, event, email=email)
    remove(db.engine, "before_cursor_execute", note)
    new, known = ([s for s in each if s.startswith("INSERT")] for each in written)
    assert "INSERT INTO outgoing_mails" in new
    assert "INSERT INTO sign_ups" in new
    assert known == new
    assert [row.party_size for row in rows()] == [1, 1]
    assert len(outbox) == 2


def test_a_full_event_is_full_for_those_on_its_list_too(client, outbox):
    event = factories.event(capacity=1)
    sign_up(client, event)
    known = sign_up(client, event, form_key="another form")
    unknown = sign_up(client, event, form_key="another form", email="basma@example.org")
    assert known.status_code == unknown.status_code == 409
    assert known.text.replace("amal@", "basma@") == unknown.text
    assert len(outbox) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, "Write a name. A nickname is fine."),
        ({"name": "A" * 101}, "Shorten this to 100 characters or fewer."),
        ({"email": ""}, "Write your e-mail address."),
        ({"email": "amal"}, "Write one e-mail address, like name@example.org."),
        (
            {"email": "a@example.org, b@example.org"},
            "Write one e-mail address, like name@example.org.",
        ),
        ({"party_size": "0"}, "Write a number from 1 to 5."),
        ({"party_size": "6"}, "Write a number from 1 to 5."),
        ({"party_size": "-1"}, "Write a number from 1 to 5."),
        ({"party_size": ""}, "Write how many of you are coming, at least 1."),
        ({"party_size": "99999999999999999999"}, "Write a number from 1 to 5."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, event, outbox, typed, words):
    answer = sign_up(client, event, **typed)
    assert answer.status_code == 422
    assert "<title>Error: Vigil for Aleppo" in answer.text
    assert answer.text.count(words) == 2  # in the summary, and at the field
    assert rows() == []
    assert len(outbox) == 0


def test_nothing_that_was_typed_is_lost(client, event):
    answer = sign_up(client, event, name="Amal <b>", email="no", party_size="4")
    assert 'value="Amal &lt;b&gt;"' in answer.text
    assert 'value="no"' in answer.text
    assert 'value="4"' in answer.text


def test_a_form_without_any_field_is_answered_with_what_to_fill_in(client, event):
    answer = client.post(f"/events/{event.slug}/sign-ups", data={})
    assert answer.status_code == 422
    assert "Write your e-mail address." in answer.text


def test_a_full_event_refuses_and_keeps_what_was_typed(client, outbox):
    event = factories.event(capacity=2)
    sign_up(client, event)
    answer = sign_up(client, event, email="basma@example.org", party_size="2")
    assert answer.status_code == 409
    assert answer.text.count("There are not so many places left") == 2
    assert 'value="basma@example.org"' in answer.text
    assert places(event) == (1, 0)
    assert len(outbox) == 1


@pytest.mark.parametrize("state", [State.POSTPONED, State.CANCELLED])
def test_an_event_that_is_not_on_takes_no_sign_ups(client, outbox, state):
    event = factories.event(state=state)
    assert sign_up(client, event).status_code == 409
    assert rows() == []


def test_a_past_event_takes_no_sign_ups_and_shows_no_form(client):
    event = factories.event(starts_local=datetime(2021, 2, 23, 18))
    assert sign_up(client, event).status_code == 409
    page = client.get(f"/events/{event.slug}")
    assert "This event is over" in page.text
    assert 'name="email"' not in page.text


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED])
def test_an_event_that_is_not_public_does_not_exist(client, state):
    event = factories.event(state=state, published_at=None)
    assert client.get(f"/events/{event.slug}").status_code == 404
    assert sign_up(client, event).status_code == 404
    assert client.get(f"/events/{event.slug}/check-your-mail").status_code == 404


def test_a_program_that_fills_in_every_field_gets_the_answer_and_no_place(
    client, event, outbox
):
    person = sign_up(client, event)
    machine = sign_up(
        client, event, email="spam@example.org", website="http://x.example"
    )
    assert (person.status, person.data) == (machine.status, machine.data)
    assert [person_of(row).email for row in rows()] == ["amal@example.org"]
    assert len(outbox) == 1


def test_the_trap_for_machines_is_hidden_from_people(client, event):
    page = html5lib.parse(
        client.get(f"/events/{event.slug}").text, namespaceHTMLElements=False
    )
    (trap,) = page.iterfind(".//*[@class='honeypot']")
    assert trap.get("aria-hidden") == "true"
    assert trap.find(".//input").get("name") == "website"
    assert trap.find(".//input").get("tabindex") == "-1"


def test_a_mail_in_another_language_does_not_change_the_language_of_the_answer(
    client, event, outbox
):
    sign_up(client, event)
    with transaction():
        rows()[0].language = "ar"
    g.pop("_flask_babel", None)  # kept by the context that the fixtures share
    answer = client.post(f"{own_page(outbox[0])}/confirm", follow_redirects=True)
    assert outbox[1].language == "ar"
    assert '<html lang="en" dir="ltr">' in answer.text


def test_places_that_nobody_confirmed_are_free_after_half_an_hour(client, outbox):
    event = factories.event(capacity=1)
    sign_up(client, event)
    let_holds_end()
    assert sign_up(client, event, email="basma@example.org").status_code == 303
    assert states() == ["expired", "pending"]
    assert places(event) == (1, 0)


def test_who_confirms_late_gets_a_place_if_one_is_left(client, outbox):
    event = factories.event(capacity=2)
    sign_up(client, event)
    let_holds_end()
    sign_up(client, event, email="basma@example.org")
    page = own_page(outbox[0])
    assert "was not confirmed in time" in client.get(page).text
    assert "You’re in" in confirm(client, page).text
    assert places(event) == (2, 1)


def test_who_confirms_too_late_is_told_that_all_places_are_taken(client, outbox):
    event = factories.event(capacity=1, has_waiting_list=False)
    sign_up(client, event)
    let_holds_end()
    sign_up(client, event, email="basma@example.org")
    answer = confirm(client, own_page(outbox[0]))
    assert answer.status_code == 409
    assert "All places have been taken" in answer.text
    assert states() == ["expired", "pending"]
    assert places(event) == (1, 0)


def test_the_address_can_be_used_again_when_its_hold_has_ended(client, event, outbox):
    sign_up(client, event)
    let_holds_end()
    sign_up(client, event)
    assert len(outbox) == 2
    assert states() == ["pending"]
    assert places(event) == (1, 0)


def test_nobody_confirms_for_an_event_that_was_cancelled_meanwhile(
    client, event, outbox
):
    sign_up(client, event)
    with transaction():
        event.state = State.CANCELLED
    answer = confirm(client, own_page(outbox[0]))
    assert answer.status_code == 409
    assert "This event is cancelled" in answer.text
    assert "Yes, I am coming" not in answer.text
    assert states() == ["pending"]


def test_a_get_changes_nothing(client, event, outbox):
    sign_up(client, event)
    page = own_page(outbox[0])
    before = everything()
    for address in (
        page,
        f"{page}.ics",
        f"{page}?lang=ar",
        f"/events/{event.slug}",
        f"/events/{event.slug}/check-your-mail",
    ):
        for _ in range(2):
            assert client.get(address).status_code == 200
            assert client.head(address).status_code == 200
    for address in (f"{page}/confirm", f"{page}/cancel"):
        assert client.get(address).status_code == 405
    assert everything() == before


def everything():
    """Return all rows of the database."""
    db.session.rollback()
    return {
        name: db.session.execute(select(table)).all()
        for name, table in Model.metadata.tables.items()
    }


def test_nobody_ever_gets_a_cookie(client, event, outbox):
    answers = [client.get(f"/events/{event.slug}"), sign_up(client, event)]
    page = own_page(outbox[0])
    answers += [client.get(page), client.post(f"{page}/confirm"), leave(client, page)]
    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[]] * 5


def test_what_one_sees_after_signing_up_belongs_to_the_page_of_the_event(client, event):
    page = f"/events/{event.slug}/check-your-mail"
    its_page = f'<link rel="canonical" href="http://localhost/events/{event.slug}">'
    seen = client.get(page)
    assert its_page in seen.text
    assert f'<meta name="description" content="{event.title}">' in seen.text
    assert "noindex" not in seen.text
    assert "X-Robots-Tag" not in seen.headers
    with transaction():
        event.visibility = Visibility.UNLISTED
    seen = client.get(page).text
    assert '<meta name="robots" content="noindex">' in seen
    assert its_page not in seen


def test_own_pages_are_kept_out_of_caches_and_search_engines(client, event, outbox):
    sign_up(client, event)
    page = own_page(outbox[0])
    for answer in (client.get(page), client.post(f"{page}/confirm")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("token", ["x", "x" * 43, "ünknown", "a.b", "'--"])
def test_an_unknown_link_says_what_may_have_happened(client, token):
    for answer in (
        client.get(f"/sign-ups/{token}"),
        client.post(f"/sign-ups/{token}/confirm"),
        client.post(f"/sign-ups/{token}/cancel"),
        client.get(f"/sign-ups/{token}.ics"),
    ):
        assert answer.status_code == 404
        assert "This link leads to no sign-up" in answer.text


def test_a_form_of_another_site_is_refused(client, event, outbox):
    sign_up(client, event)
    for path in (own_page(outbox[0]) + "/cancel", f"/events/{event.slug}/sign-ups"):
        answer = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert states() == ["pending"]


def test_the_exact_place_is_for_those_who_confirmed(client, outbox):
    event = factories.event(
        address_level=AddressLevel.CITY,
        venue="The Hidden Hall",
        instructions="Ring twice",
    )
    sign_up(client, event)
    page = own_page(outbox[0])
    before = client.get(page)
    assert "The Hidden Hall" not in before.text
    assert "Ring twice" not in before.text
    after = confirm(client, page)
    assert "The Hidden Hall" in after.text
    assert "Ring twice" in after.text
    assert "The Hidden Hall" not in leave(client, page).text


def test_a_locked_database_loses_nothing_that_was_typed(client, event, impatience):
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as other:
        if not is_sqlite:
            other.execute(text("LOCK TABLE events IN SHARE MODE"))
        else:
            other.execution_options(campaign_writes=True).execute(text("SELECT 1"))
        answer = sign_up(client, event)
    assert answer.status_code == 503
    assert 'value="amal@example.org"' in answer.text
    assert answer.text.count("We could not write this down.") == 2
    assert rows() == []
    assert sign_up(client, event).status_code == 303


def forget_connections():
    db.engine.dispose()
    keys().engine.dispose()


@pytest.fixture
def impatience(app, monkeypatch):
    """Let every transaction wait for a lock for 50 ms only."""
    if db.engine.dialect.name == "sqlite":
        monkeypatch.setitem(sqlite._PRAGMAS, "busy_timeout", 50)
        forget_connections()
        yield
        monkeypatch.undo()
        db.session.remove()
        forget_connections()
        return

    def wait_less(connection):
        connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")

    listen(db.engine, "begin", wait_less)
    yield
    remove(db.engine, "begin", wait_less)


def test_the_count_is_of_all_people_and_not_of_sign_ups(client, outbox):
    event = factories.event(capacity=5)
    sign_up(client, event, party_size="4")
    assert "1 place left" in client.get(f"/events/{event.slug}").text
    answer = sign_up(client, event, email="basma@example.org", party_size="2")
    assert answer.status_code == 409


def test_the_form_that_took_the_last_place_is_answered_alike_when_sent_again(
    client, outbox
):
    event = factories.event(capacity=1)
    page = client.get(f"/events/{event.slug}").text
    key = re.search(r'name="form_key"[^>]* value="([\w-]{43})"', page)[1]
    first = sign_up(client, event, form_key=key)
    second = sign_up(client, event, form_key=key)
    assert (first.status_code, first.location) == (303, second.location)
    assert second.status_code == 303
    assert len(rows()) == len(outbox) == 1
    assert places(event) == (1, 0)


def test_who_never_confirmed_and_left_is_forgotten_too(client, outbox):
    event = factories.event()
    sign_up(client, event)
    leave(client, own_page(outbox[0]))
    later = clock.now() + KEPT_UNCONFIRMED + timedelta(days=1)
    with transaction():
        forget_unconfirmed(later)
    assert rows() == []


def test_the_list_of_a_postponed_event_waits_for_its_new_date(client, outbox):
    event = factories.event()
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    with transaction():
        event.state = "postponed"
    with transaction():
        forget_past(event.ends_at + timedelta(days=40))
    assert states() == ["going"]
    with transaction():
        forget_past(event.ends_at + timedelta(days=366))
    assert rows() == []
