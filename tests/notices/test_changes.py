"""Who signed up is told when the event changes, is off, or takes place after all."""

from datetime import UTC, datetime, timedelta

import factories
import pytest
from desks import desk, member
from front_door import press, send
from icalendar import Calendar
from notices.crowd import crowd, notices, somebody, told, work_at_once, write_mails
from supporters import confirm, own_page, sign_up

from campaign.database import db, transaction
from campaign.events.models import Event, LogEntry, MailSetting
from campaign.notices.operations.telling import MOST_AT_ONCE


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo", contact="ask@example.org")


@pytest.fixture
def desk_client(client, event):
    return member(client, event.group)


def edit(client, event, **answers):
    return send(client, desk("events", event, "edit"), **answers)


def move(client, event, chosen):
    answer = press(client, desk("events", event, chosen))
    assert answer.status_code == 303, answer.text


def in_file(mail):
    return Calendar.from_ical(mail.calendar).walk("VEVENT")[0]


def test_a_new_time_is_told_with_old_and_new_side_by_side(
    app, desk_client, event, outbox
):
    somebody(event)
    assert edit(desk_client, event, starts="19:30", ends="21:00").status_code == 303
    assert len(outbox) == 0  # the click only writes down that they are to be told
    write_mails(app, times=3)
    assert len(outbox) == 1
    mail = outbox[0]
    assert mail.subject == "It has changed: Vigil for Aleppo"
    before, now = "Friday 23 February 2035, 18:00–20:00", "2035, 19:30–21:00"
    assert mail.body_text.index(f"Before: {before}") < mail.body_text.index(now)
    assert f"<s>{before}</s>" in mail.body_html
    assert "<strong>Friday 23 February 2035, 19:30–21:00</strong>" in mail.body_html
    assert "Questions? Ask the organisers: ask@example.org" in mail.body_text


def test_a_changed_event_comes_with_the_same_uid_and_a_higher_sequence(
    app, client, desk_client, event, outbox
):
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    first = in_file(outbox[1])
    edit(desk_client, event, starts="19:30", ends="21:00")
    write_mails(app)
    second = in_file(outbox[2])
    assert second["UID"] == first["UID"]
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert second.decoded("DTSTART").astimezone(UTC).hour == 19
    assert b"METHOD:PUBLISH" in outbox[2].calendar


def test_a_changed_title_and_place_are_told_too(app, desk_client, event, outbox):
    somebody(event)
    edit(desk_client, event, title="Vigil for all", venue="Town Hall")
    write_mails(app)
    text = outbox[0].body_text
    assert "Title\nBefore: Vigil for Aleppo\nNow: Vigil for all" in text
    assert "Before: Albert Square, 1 Albert Square, M2 5DB Manchester" in text
    assert "Now: Town Hall, 1 Albert Square, M2 5DB Manchester" in text


def test_what_concerns_nobody_is_not_told(app, desk_client, event, outbox):
    somebody(event)
    edit(desk_client, event, summary="Bring candles.", capacity="50")
    write_mails(app)
    assert len(outbox) == 0
    assert notices() == 0


def test_a_small_correction_can_be_kept_quiet_and_a_new_time_cannot(
    app, desk_client, event, outbox
):
    somebody(event)
    edit(desk_client, event, venue="Albert Sq", tells_nobody="y")
    write_mails(app)
    assert len(outbox) == 0
    edit(desk_client, event, starts="19:30", ends="21:00", tells_nobody="y")
    write_mails(app)
    assert told(outbox) == ["Amal"]


def test_the_form_says_first_how_many_are_told(desk_client, event):
    path = desk("events", event, "edit")
    assert "Tell nobody of this change" not in desk_client.get(path).text
    crowd(event, ["Amal", "Basma"])
    somebody(event, "Caleb", state="waiting")
    somebody(event, "Dora", state="cancelled")
    page = desk_client.get(path).text
    assert "3 people who signed up are told by mail" in page
    assert "Tell nobody of this change" in page
    page = desk_client.get(desk("events", event, "cancel")).text
    assert "3 people who signed up are told by mail at once." in page
    assert "Tell nobody" not in page


def test_who_left_or_never_confirmed_is_not_told(app, desk_client, event, outbox):
    for name, state in (
        ("Amal", "going"),
        ("Basma", "waiting"),
        ("Caleb", "cancelled"),
        ("Dora", "pending"),
        ("Emil", "expired"),
        ("Fadi", "no_show"),
    ):
        somebody(event, name, state=state)
    move(desk_client, event, "cancel")
    write_mails(app, times=2)
    assert told(outbox) == ["Amal", "Basma"]


def test_the_place_is_told_only_to_those_who_may_know_it(app, client, outbox):
    event = factories.event(address_level="city", venue="The old mill", capacity=1)
    member(client, event.group)
    somebody(event, "Amal")
    somebody(event, "Basma", state="waiting")
    edit(client, event, venue="The new barn", street_address="2 Farm Road")
    write_mails(app, times=2)
    # Who waits learns the city alone, and for them nothing has changed.
    assert told(outbox) == ["Amal"]
    assert "Before: The old mill" in outbox[0].body_text
    assert notices("changed") == 2


def test_a_withheld_address_is_told_neither_as_it_is_nor_as_it_was(app, client, outbox):
    event = factories.event(
        address_level="city",
        address_released_at=datetime(2035, 2, 22, 12, tzinfo=UTC),
        venue="Canary mill",
    )
    member(client, event.group)
    somebody(event)
    edit(client, event, venue="Canary barn", starts="19:00")
    write_mails(app)
    mail = outbox[0]
    for text in (mail.body_text, mail.body_html, mail.calendar.decode()):
        assert "Canary" not in text
    assert "19:00" in mail.body_text


def test_an_address_that_became_a_secret_is_not_told_as_it_was(app, client, outbox):
    event = factories.event(venue="Canary mill", capacity=1)
    member(client, event.group)
    somebody(event, "Basma")
    somebody(event, "Amal", state="waiting")
    edit(client, event, venue="A barn", address_level="city", starts="19:00")
    write_mails(app)
    mail = next(each for each in outbox if each.recipient == "amal@example.org")
    assert "19:00" in mail.body_text
    assert "Canary" not in mail.body_text + mail.body_html + mail.calendar.decode()
    assert "You are still on the waiting list." in mail.body_text
    assert "somebody else gets your place" not in mail.body_text + mail.body_html


def test_cancelling_tells_everybody_and_their_calendars(
    app, desk_client, event, outbox
):
    somebody(event)
    move(desk_client, event, "cancel")
    write_mails(app, times=2)
    assert len(outbox) == 1
    assert outbox[0].subject == "Cancelled: Vigil for Aleppo"
    assert in_file(outbox[0])["STATUS"] == "CANCELLED"
    assert b"METHOD:PUBLISH" in outbox[0].calendar


def test_what_was_postponed_tells_its_new_date_when_it_takes_place(
    app, desk_client, event, outbox
):
    somebody(event)
    move(desk_client, event, "postpone")
    write_mails(app)
    edit(desk_client, event, first_day="2035-03-09")
    write_mails(app)
    assert [mail.subject for mail in outbox] == ["Postponed: Vigil for Aleppo"]
    move(desk_client, event, "publish")
    write_mails(app)
    assert outbox[1].subject == "It takes place: Vigil for Aleppo"
    assert "Friday 9 March 2035" in outbox[1].body_text
    assert in_file(outbox[1])["STATUS"] == "CONFIRMED"


def test_a_cancellation_that_is_taken_back_at_once_is_told_to_nobody(
    app, desk_client, event, outbox
):
    somebody(event)
    move(desk_client, event, "cancel")
    move(desk_client, event, "publish")
    write_mails(app)
    assert len(outbox) == 0


def test_a_change_that_is_overtaken_by_a_cancellation_is_not_told(
    app, desk_client, event, outbox
):
    somebody(event)
    edit(desk_client, event, starts="19:30", ends="21:00")
    move(desk_client, event, "cancel")
    write_mails(app, times=3)
    assert [mail.subject for mail in outbox] == ["Cancelled: Vigil for Aleppo"]


def test_two_changes_in_a_row_are_one_mail_that_tells_the_present(
    app, desk_client, event, outbox
):
    somebody(event)
    edit(desk_client, event, starts="19:00")
    edit(desk_client, event, starts="19:30")
    write_mails(app, times=3)
    assert len(outbox) == 1
    assert "Before: Friday 23 February 2035, 18:00" in outbox[0].body_text
    assert "Now: Friday 23 February 2035, 19:30" in outbox[0].body_text


def test_a_change_that_is_changed_back_is_no_mail(app, desk_client, event, outbox):
    somebody(event)
    edit(desk_client, event, starts="19:00")
    edit(desk_client, event, starts="18:00")
    write_mails(app, times=3)
    assert len(outbox) == 0


def test_who_signs_up_after_the_change_is_not_told_of_it(
    app, desk_client, event, outbox
):
    somebody(event, "Amal")
    edit(desk_client, event, starts="19:30", ends="21:00")
    somebody(event, "Basma")
    write_mails(app)
    assert told(outbox) == ["Amal"]


def test_each_reads_it_in_the_language_of_their_sign_up(
    app, desk_client, event, outbox
):
    somebody(event, "Amal", language="ar")
    somebody(event, "Basma")
    edit(desk_client, event, starts="19:30", ends="21:00")
    write_mails(app)
    arabic, english = outbox
    assert (arabic.language, english.language) == ("ar", "en")
    assert '<html lang="ar" dir="rtl">' in arabic.body_html
    assert "23 فبراير 2035" in arabic.body_text
    assert "23 فبراير 2035" not in english.body_text


def test_a_past_event_is_corrected_in_silence(app, client, outbox):
    event = factories.event(datetime(2024, 2, 23, 18), title="It was")
    member(client, event.group)
    somebody(event)
    assert edit(client, event, title="It has been").status_code == 303
    write_mails(app)
    assert len(outbox) == 0


@pytest.mark.parametrize("is_off", [True, False])
def test_a_kind_that_is_switched_off_is_not_told(
    app, desk_client, event, outbox, is_off
):
    somebody(event)
    with transaction() as session:
        for kind in ("changed", "cancelled"):
            session.add(MailSetting(event_id=event.id, kind=kind, is_off=is_off))
    edit(desk_client, event, starts="19:30", ends="21:00")
    write_mails(app)
    move(desk_client, event, "cancel")
    write_mails(app)
    told = [mail.subject.partition(":")[0] for mail in outbox]
    assert told == ([] if is_off else ["It has changed", "Cancelled"])


def test_two_workers_at_once_tell_everybody_once(app, desk_client, event, outbox):
    names = [f"P{number:03}" for number in range(MOST_AT_ONCE + 50)]
    crowd(event, names)
    move(desk_client, event, "cancel")
    work_at_once(app, "tell of events", 3)
    assert told(outbox) == names
    assert notices("cancelled") == len(names)


def test_the_log_says_that_people_were_told_and_how_many(desk_client, event):
    crowd(event, ["Amal", "Basma"])
    move(desk_client, event, "cancel")
    entry = db.session.query(LogEntry).one()
    assert (entry.action, entry.count) == ("change_told", 2)


def test_moving_all_dates_that_follow_tells_the_people_of_each(app, client, outbox):
    event = factories.event(title="Weekly vigil")
    member(client, event.group)
    path = desk("events", event, "repeat")
    answers = {"rhythm": "weekly", "ends": "times", "times": "3"}
    shown = send(client, path, **answers)
    assert shown.status_code == 200
    confirmed = shown.text.partition('name="confirmed" value="')[2].partition('"')[0]
    assert send(client, path, **answers, confirmed=confirmed).status_code == 303
    dates = db.session.query(Event).order_by(Event.starts_at).all()
    for date, name in zip(dates, ("Amal", "Basma", "Caleb"), strict=True):
        somebody(date, name)
    edit(client, dates[1], starts="19:30", ends="21:00", scope="following")
    write_mails(app)
    assert told(outbox) == ["Basma", "Caleb"]
    days = [dates[1].starts_local + timedelta(days=7 * n) for n in range(2)]
    for mail, day in zip(outbox, days, strict=True):
        assert f"{day.day} {day:%B} 2035, 18:00" in mail.body_text
