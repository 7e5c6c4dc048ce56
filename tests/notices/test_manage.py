"""The organisers' pages: mails switched off and reworded, messages to many."""

import re
import time
from datetime import UTC, datetime

import factories
import pytest
from counting import count_queries
from desks import desk, member
from front_door import fields, press, send
from notices.crowd import crowd, notices, somebody, told, write_mails
from signups.test_sealing import everything_in_the_database
from sqlalchemy import update
from supporters import confirm, leave, own_page, places, sign_up, states

from campaign.database import db, transaction
from campaign.events.models import LogEntry, MailSetting
from campaign.keys.store import keys
from campaign.lib import clock
from campaign.mail import delivery
from campaign.notices.words import KINDS
from campaign.organisers.models import Role
from campaign.signups.models import SignUp
from campaign.signups.people import key_name

REMINDED = datetime(2035, 2, 22, 11, tzinfo=UTC)
WORDS = {"subject": "Bring candles", "text": "It will be **dark**.\n\nSee you!"}


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo", contact="ask@example.org")


@pytest.fixture
def organiser(client, event):
    return member(client, event.group)


def mails(event, kind=""):
    return desk("events", event, f"mails/{kind}".rstrip("/"))


def new_message(event):
    return desk("events", event, "messages/new")


def look(client, event, **answers):
    """Fill in a message and look at it; return the page and what it would send."""
    filled = {**fields(client.get(new_message(event))), **WORDS, **answers}
    shown = client.post(new_message(event), data=filled)
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)
    return shown, {**filled, "seen": seen[1] if seen else ""}


def write(client, event, **answers):
    """Write a message and send it; return the path of its page."""
    _shown, filled = look(client, event, **answers)
    answer = client.post(new_message(event), data=filled)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_every_kind_has_a_page_with_a_preview(organiser, event):
    listed = organiser.get(mails(event)).text
    for kind, (title, _when) in KINDS.items():
        assert str(title) in listed
        page = organiser.get(mails(event, kind))
        assert page.status_code == 200, kind
        assert "Vigil for Aleppo" in page.text.partition('id="preview"')[2], kind


def test_the_list_asks_the_database_as_often_however_much_is_set(organiser, event):
    path = mails(event)
    organiser.get(path)
    few = count_queries(lambda: organiser.get(path))
    with transaction() as session:
        for kind in KINDS:
            session.add(MailSetting(event_id=event.id, kind=kind, words="Hello"))
    assert count_queries(lambda: organiser.get(path)) == few


def test_a_reminder_is_switched_off_and_on_again(
    app, organiser, event, outbox, monkeypatch
):
    somebody(event)
    answer = send(organiser, mails(event, "reminder"), is_sent=None)
    assert answer.status_code == 303
    assert ">Off<" in organiser.get(mails(event)).text
    write_mails(app, monkeypatch, REMINDED)
    assert len(outbox) == 0
    monkeypatch.undo()
    send(organiser, mails(event, "reminder"), is_sent="y")
    write_mails(app, monkeypatch, REMINDED)
    assert told(outbox) == ["Amal"]


def test_own_words_stand_in_place_of_the_usual_ones(
    app, organiser, event, outbox, monkeypatch
):
    somebody(event)
    words = "Meet at the *fountain*.\n\n<script>alert(1)</script>"
    send(organiser, mails(event, "reminder"), words=words)
    write_mails(app, monkeypatch, REMINDED)
    mail = outbox[0]
    assert "Meet at the fountain." in mail.body_text
    assert "Meet at the <em>fountain</em>." in mail.body_html
    assert "<script" not in mail.body_html
    assert "a place is yours" not in mail.body_text
    assert "Friday 23 February 2035" in mail.body_text


def test_own_words_stand_above_what_follows_ones_own_step(app, client, event, outbox):
    with transaction() as session:
        for kind in ("going", "confirm_sign_up"):
            words = "Come by *bike*."
            session.add(MailSetting(event_id=event.id, kind=kind, words=words))
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    ask, going = outbox
    assert "Come by <em>bike</em>." in going.body_html
    assert going.body_text.index("Come by bike.") < going.body_text.index("Hello Amal")
    # It goes to an address that nobody has confirmed.
    assert "bike" not in ask.body_text + ask.body_html


def test_a_switched_off_farewell_is_not_sent(app, client, event, outbox):
    with transaction() as session:
        for kind in ("sign_up_cancelled", "confirm_sign_up"):
            session.add(MailSetting(event_id=event.id, kind=kind, is_off=True))
    sign_up(client, event)
    page = own_page(outbox[0])
    confirm(client, page)
    leave(client, page)
    assert [mail.subject.partition(":")[0] for mail in outbox] == [
        "Confirm your place",
        "You’re in",
    ]


def test_the_preview_shows_the_words_and_saves_nothing(organiser, event):
    answer = send(
        organiser, mails(event, "reminder"), words="Meet *there*.", preview="1"
    )
    assert answer.status_code == 200
    assert "Meet <em>there</em>." in answer.text
    assert "Meet there." in answer.text  # the text version
    assert "Meet *there*.</textarea>" in answer.text
    assert db.session.query(MailSetting).count() == 0


def test_what_proves_that_an_address_is_ones_own_cannot_be_switched_off(
    organiser, event
):
    page = organiser.get(mails(event, "confirm_sign_up")).text
    assert "It cannot be switched off" in page
    token = fields(organiser.get("/manage/account"))["csrf_token"]
    organiser.post(mails(event, "confirm_sign_up"), data={"csrf_token": token})
    assert not db.session.query(MailSetting).filter(MailSetting.is_off).count()


def test_every_other_kind_can_be_switched_off(organiser, event):
    kinds = set(KINDS) - {"confirm_sign_up"}
    for kind in kinds:
        assert send(organiser, mails(event, kind), is_sent=None).status_code == 303
    assert organiser.get(mails(event)).text.count(">Off<") == len(kinds)


def fill(client, event, outbox):
    """Have one go and another one wait; return the paths of their own pages."""
    with transaction():
        event.capacity, event.has_waiting_list = 1, True
    pages = []
    for name in ("amal", "olga"):
        waits = {"may_wait": "1"} if pages else {}
        sign_up(client, event, email=f"{name}@example.org", **waits)
        pages.append(own_page(outbox[-1]))
        confirm(client, pages[-1])
    return pages


def test_without_the_mail_of_an_offer_a_free_place_goes_to_the_next_at_once(
    organiser, event, outbox
):
    pages = fill(organiser, event, outbox)
    page = organiser.get(mails(event, "place_offered")).text
    assert "it goes at once to whoever is next" in page
    send(organiser, mails(event, "place_offered"), is_sent=None)
    leave(organiser, pages[0])
    assert states() == ["cancelled", "going"]
    assert [m.subject for m in outbox if "olga" in m.recipient][-1].startswith("You")
    assert "You’re in" in organiser.get(pages[1]).text
    assert places(event) == (1, 1)


def test_an_offer_of_before_is_told_of_though_there_are_no_more(
    organiser, event, outbox
):
    pages = fill(organiser, event, outbox)
    leave(organiser, pages[0])
    offered = len(outbox)
    send(organiser, mails(event, "place_offered"), is_sent=None)
    press(organiser, desk("events", event, "postpone"))
    with transaction() as session:
        session.execute(update(SignUp).values(offer_ends_at=clock.now()))
    press(organiser, desk("events", event, "publish"))
    assert states() == ["cancelled", "waiting"]
    assert "kept for you until" in list(outbox)[offered].body_text


def test_without_the_mail_of_the_cancellation_nobody_is_told(
    app, organiser, event, outbox, monkeypatch
):
    somebody(event)
    assert "come in vain" in organiser.get(mails(event, "cancelled")).text
    send(organiser, mails(event, "cancelled"), is_sent=None)
    press(organiser, desk("events", event, "cancel"))
    write_mails(app, monkeypatch, clock.now())
    assert len(outbox) == 0


def test_an_unknown_kind_is_no_page(organiser, event):
    for kind in ("message", "sign_in", "layout.html"):
        assert organiser.get(mails(event, kind)).status_code == 404


def test_other_groups_and_other_roles_find_nothing(app, client, event):
    paths = [mails(event), mails(event, "reminder"), new_message(event)]
    member(client, factories.group())
    assert {client.get(path).status_code for path in paths} == {404}
    steward = app.test_client()
    member(steward, event.group, Role.STEWARD)
    assert {steward.get(path).status_code for path in paths} == {403}


def test_a_message_is_looked_at_first_with_the_number_of_mails(organiser, event):
    crowd(event, ["Amal", "Basma"])
    somebody(event, "Caleb", state="waiting")
    shown, _filled = look(organiser, event, audience="all")
    assert "Send these 3 mails" in shown.text
    assert "It will be <strong>dark</strong>." in shown.text
    assert "Nobody reads replies to this mail." in shown.text
    assert "ask@example.org" in shown.text
    assert db.session.query(LogEntry).count() == 0


def test_it_goes_to_those_who_were_chosen(app, organiser, event, outbox):
    for name, state in (
        ("Amal", "going"),
        ("Basma", "waiting"),
        ("Caleb", "cancelled"),
        ("Dora", "pending"),
    ):
        somebody(event, name, state=state)
    for audience in ("going", "waiting", "all"):
        write(organiser, event, audience=audience)
        write_mails(app, times=2)
    assert told(outbox) == ["Amal", "Amal", "Basma", "Basma"]


def test_the_mail_says_what_the_organiser_wrote(app, organiser, event, outbox):
    somebody(event)
    write(organiser, event)
    write_mails(app)
    mail = outbox[0]
    assert mail.subject == "Bring candles"
    assert "It will be dark.\n\nSee you!" in mail.body_text
    assert "It will be <strong>dark</strong>." in mail.body_html
    assert "Vigil for Aleppo" in mail.body_text
    assert "Nobody reads replies to this mail." in mail.body_text
    assert "/no-mails/" in mail.unsubscribe_url


def test_a_double_press_sends_it_once(app, organiser, event, outbox):
    somebody(event)
    _shown, filled = look(organiser, event)
    pages = {
        organiser.post(new_message(event), data=filled).headers["Location"]
        for _press in range(2)
    }
    write_mails(app, times=3)
    third = organiser.post(new_message(event), data=filled).headers["Location"]
    assert pages == {third}
    write_mails(app, times=3)
    assert len(outbox) == 1


def test_what_was_changed_after_the_preview_is_looked_at_again(organiser, event):
    somebody(event)
    _shown, filled = look(organiser, event)
    answer = organiser.post(new_message(event), data={**filled, "text": "Other"})
    assert answer.status_code == 200
    assert "Send this 1 mail" in answer.text
    assert db.session.query(LogEntry).count() == 0


def test_a_message_without_words_is_not_shown_and_loses_nothing(organiser, event):
    somebody(event)
    shown, _filled = look(organiser, event, subject="")
    assert shown.status_code == 422
    assert "Write a subject." in shown.text
    assert "It will be **dark**." in shown.text


def test_a_message_to_nobody_cannot_be_sent(organiser, event):
    shown, filled = look(organiser, event)
    assert "There is nobody to write to." in shown.text
    assert filled["seen"] == ""


def test_the_page_of_a_message_tells_how_far_it_is(app, organiser, event):
    crowd(event, [f"P{number:03}" for number in range(201)])
    page = write(organiser, event)
    assert "0 of 201" in organiser.get(page).text
    write_mails(app)
    assert "0 of 201" in organiser.get(page).text
    delivery.deliver_due(delivery.transport())
    shown = organiser.get(page).text
    sent = int(re.search(r"(\d+) of 201", shown)[1])
    assert 0 < sent <= 200
    assert "See how far it is" in shown
    write_mails(app, times=2)
    for _turn in range(30):
        delivery.deliver_due(delivery.transport())
    shown = organiser.get(page).text
    assert "201 of 201" in shown
    assert "All are on their way." in shown
    assert "It will be <strong>dark</strong>." in shown


def test_the_list_of_messages_names_them(app, organiser, event):
    somebody(event)
    page = write(organiser, event)
    write_mails(app, times=2)
    listed = organiser.get(desk("events", event, "messages")).text
    assert "Bring candles" in listed
    assert page in listed


def test_a_message_of_another_event_is_not_found(organiser, event):
    somebody(event)
    number = write(organiser, event).rpartition("/")[2]
    other = factories.event(group=event.group, campaign=event.campaign)
    path = desk("events", other, f"messages/{number}")
    assert organiser.get(path).status_code == 404


def test_neither_words_nor_names_stand_in_a_table(app, organiser, event):
    somebody(event, "Canary")
    write(organiser, event, text="Canary in the mine", subject="Canary")
    for _step in range(3):
        written = everything_in_the_database().lower()
        assert "canary" not in written
        write_mails(app)
    assert notices("message") == 1


def test_the_words_are_gone_with_the_key_of_the_list(app, organiser, event, outbox):
    somebody(event)
    page = write(organiser, event)
    keys().destroy(key_name(event))
    write_mails(app)
    assert organiser.get(page).status_code == 404
    somebody(event, "Basma")  # the event has a new list, with a key of its own
    write_mails(app)
    assert organiser.get(page).status_code == 404
    assert organiser.get(desk("events", event, "messages")).status_code == 200
    assert db.session.query(MailSetting).count() == 0


def test_a_click_for_five_hundred_people_is_quick_and_all_are_told(
    app, organiser, event, outbox
):
    names = [f"P{number:03}" for number in range(500)]
    crowd(event, names)
    _shown, filled = look(organiser, event)
    asked = count_queries(lambda: organiser.post(new_message(event), data=filled))
    assert asked < 30
    before = time.monotonic()
    write_mails(app, times=4)
    assert told(outbox) == names
    assert time.monotonic() - before < 60
