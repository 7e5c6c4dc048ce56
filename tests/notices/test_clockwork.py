"""Reminders and thanks: at 11:00 by the event's own clock, and each of them once."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import factories
import pytest
from desks import desk, member
from front_door import press, send
from notices.crowd import crowd, notices, somebody, told, write_mails
from sqlalchemy import delete, update
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from campaign.database import db, transaction
from campaign.events.models import MailSetting
from campaign.notices.operations.telling import MOST_AT_ONCE
from campaign.signups.models import Notice, SignUp

SECOND = timedelta(seconds=1)
ZONES = (
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Europe/London",
    "Asia/Kathmandu",
    "America/St_Johns",
)


def at_eleven(day, zone):
    """11:00 on this day of February 2035, by the clock of the zone."""
    return datetime(2035, 2, day, 11, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_the_reminder_goes_out_at_eleven_on_the_day_before(
    app, outbox, monkeypatch, zone
):
    # Half past midnight: the day before is the day before everywhere in that town.
    somebody(factories.event(datetime(2035, 2, 23, 0, 30), timezone=zone))
    due = at_eleven(22, zone)
    write_mails(app, monkeypatch, due - SECOND)
    assert len(outbox) == 0
    write_mails(app, monkeypatch, due, times=3)
    assert len(outbox) == 1
    assert outbox[0].subject.startswith("Tomorrow: ")


@pytest.mark.parametrize("zone", ZONES)
def test_thanks_go_out_at_eleven_on_the_day_after(app, outbox, monkeypatch, zone):
    event = factories.event(datetime(2035, 2, 23, 18), timezone=zone)
    somebody(event, state="attended")
    due = at_eleven(24, zone)
    write_mails(app, monkeypatch, due - SECOND)
    assert len(outbox) == 0
    write_mails(app, monkeypatch, due, times=3)
    assert [mail.subject.partition(":")[0] for mail in outbox] == ["Thank you"]


def test_what_ends_at_midnight_is_thanked_for_in_the_morning(app, outbox, monkeypatch):
    start, end = datetime(2035, 2, 23, 20), datetime(2035, 2, 24)
    somebody(factories.event(start, end))
    write_mails(app, monkeypatch, at_eleven(24, "Europe/London"))
    assert len(outbox) == 1


def test_an_event_of_a_whole_day_has_both(app, outbox, monkeypatch):
    start, end = datetime(2035, 2, 23), datetime(2035, 2, 24)
    somebody(factories.event(start, end, is_all_day=True))
    for day in (22, 24):
        write_mails(app, monkeypatch, at_eleven(day, "Europe/London"))
    subjects = [mail.subject.partition(":")[0] for mail in outbox]
    assert subjects == ["Tomorrow", "Thank you"]


def test_a_reminder_says_all_that_one_needs_on_the_way(app, outbox, monkeypatch):
    event = factories.event(
        title="Vigil for Aleppo",
        instructions="Bring a **candle**.",
        accessibility_notes="No steps.",
        contact="ask@example.org",
    )
    somebody(event, party_size=1)
    write_mails(app, monkeypatch, at_eleven(22, "Europe/London"))
    mail = outbox[0]
    for words in (
        "Friday 23 February 2035, 18:00",
        "1 Albert Square",
        "Bring a candle.",
        "No steps.",
        "You cannot come? Leave the event",
        "/sign-ups/",
        "ask@example.org",
    ):
        assert words in mail.body_text
    assert "Bring a <strong>candle</strong>." in mail.body_html
    assert "None" not in mail.body_text


def test_a_reminder_tells_no_address_before_its_time(app, outbox, monkeypatch):
    due = at_eleven(22, "Europe/London")
    for name, released in (("Later", due + timedelta(hours=1)), ("Earlier", due)):
        event = factories.event(
            title=name,
            venue=f"Canary {name}",
            address_level="confirmed",
            address_released_at=released,
        )
        somebody(event)
    write_mails(app, monkeypatch, due)
    texts = {m.subject: m.body_text + m.body_html for m in outbox}
    assert "Canary Earlier" in texts["Tomorrow: Earlier"]
    assert "Canary" not in texts["Tomorrow: Later"]
    assert "The exact place will stand on your own page." in texts["Tomorrow: Later"]


def test_a_moved_event_is_reminded_of_again_at_its_new_time(
    app, client, outbox, monkeypatch
):
    event = factories.event()
    member(client, event.group)
    somebody(event)
    write_mails(app, monkeypatch, at_eleven(22, "Europe/London"))
    monkeypatch.undo()
    send(client, desk("events", event, "edit"), first_day="2035-02-27")
    write_mails(app)
    monkeypatch.setattr("campaign.lib.clock.now", lambda: at_eleven(25, "UTC"))
    write_mails(app)
    assert len(outbox) == 2  # the reminder, and the change
    write_mails(app, monkeypatch, at_eleven(26, "Europe/London"), times=2)
    assert len(outbox) == 3
    assert "Tuesday 27 February 2035" in outbox[2].body_text


def test_what_is_called_off_is_neither_reminded_of_nor_thanked_for(
    app, client, outbox, monkeypatch
):
    event = factories.event()
    member(client, event.group)
    somebody(event)
    press(client, desk("events", event, "cancel"))
    write_mails(app)
    for day in (22, 24):
        write_mails(app, monkeypatch, at_eleven(day, "Europe/London"))
    assert [mail.subject.partition(":")[0] for mail in outbox] == ["Cancelled"]


def test_only_those_with_a_place_are_reminded(app, outbox, monkeypatch):
    event = factories.event(capacity=1)
    somebody(event, "Amal")
    for state in ("waiting", "pending", "cancelled", "expired"):
        somebody(event, state.capitalize(), state=state)
    write_mails(app, monkeypatch, at_eleven(22, "Europe/London"))
    assert told(outbox) == ["Amal"]


def test_who_signs_up_on_the_very_day_of_the_reminder_needs_none(
    app, outbox, monkeypatch
):
    event = factories.event()
    due = at_eleven(22, "Europe/London")
    somebody(event, "Amal", confirmed_on=due.date() - timedelta(days=1))
    somebody(event, "Basma", confirmed_on=due.date())
    write_mails(app, monkeypatch, due + timedelta(hours=2))
    assert told(outbox) == ["Amal"]


def test_where_somebody_checked_in_only_those_who_came_are_thanked(
    app, outbox, monkeypatch
):
    event = factories.event()
    for name, state in (("Amal", "attended"), ("Basma", "going"), ("Cy", "no_show")):
        somebody(event, name, state=state)
    write_mails(app, monkeypatch, at_eleven(24, "Europe/London"))
    assert told(outbox) == ["Amal"]


def test_thanks_name_what_is_next_and_no_counts(app, outbox, monkeypatch):
    event = factories.event()
    for number in range(4):
        day = datetime(2035, 3, 1 + number, 18)
        factories.event(
            day, campaign=event.campaign, title=f"Next {number}", places_confirmed=0
        )
    for hidden in (
        {"state": "draft"},
        {"visibility": "unlisted"},
        {"state": "cancelled"},
    ):
        day = datetime(2035, 2, 28, 18)
        factories.event(day, campaign=event.campaign, title="Canary", **hidden)
    factories.event(datetime(2035, 2, 28, 18), title="Canary of another campaign")
    somebody(event)
    write_mails(app, monkeypatch, at_eleven(24, "Europe/London"))
    text = outbox[0].body_text
    assert [f"Next {n}" in text for n in range(4)] == [True, True, True, False]
    assert "Canary" not in text + outbox[0].body_html
    assert "people" not in text.replace("people like you", "")


def test_thanks_name_what_is_near_first_and_one_date_of_what_repeats(
    app, outbox, monkeypatch
):
    event = factories.event()
    of_it = {"campaign": event.campaign}
    far = {**of_it, "locality": "Wellington", "country": "NZ"}
    dates = [datetime(2035, 3, 1 + 7 * number, 18) for number in range(3)]
    series = factories.weekly(*dates)
    for day in dates:
        named = {"title": f"Far {day.day}", "series": series, "series_slot": day}
        factories.event(day, **far, **named)
    factories.event(datetime(2035, 4, 1, 18), title="Near", **of_it)
    somebody(event)
    write_mails(app, monkeypatch, at_eleven(24, "Europe/London"))
    text = outbox[0].body_text
    assert re.findall(r"Far \d+|Near", text) == ["Near", "Far 1"]


def test_thanks_that_would_come_days_late_are_left_out(app, outbox, monkeypatch):
    somebody(factories.event())
    write_mails(app, monkeypatch, at_eleven(26, "Europe/London"))
    assert len(outbox) == 0


def test_what_is_switched_off_is_not_sent(app, outbox, monkeypatch):
    event = factories.event()
    somebody(event)
    with transaction() as session:
        for kind in ("reminder", "thank_you"):
            session.add(MailSetting(event_id=event.id, kind=kind, is_off=True))
    for day in (22, 24):
        write_mails(app, monkeypatch, at_eleven(day, "Europe/London"))
    assert len(outbox) == 0


class Killed(BaseException):
    """The process died here."""


def killed_before_commit(act):
    """Run something in a process that dies when it has written and not committed."""

    def die(_session):
        raise Killed

    db.session.rollback()
    sqlalchemy_event.listen(Session, "before_commit", die)
    try:
        with pytest.raises(Killed):
            act()
    finally:
        sqlalchemy_event.remove(Session, "before_commit", die)


def test_a_worker_that_dies_between_two_steps_tells_everybody_once(
    app, outbox, monkeypatch
):
    event = factories.event()
    names = [f"P{number:03}" for number in range(MOST_AT_ONCE + 20)]
    crowd(event, names)
    due = at_eleven(22, "Europe/London")
    killed_before_commit(lambda: write_mails(app, monkeypatch, due))
    assert (len(outbox), notices()) == (0, 0)
    write_mails(app, monkeypatch, due)
    assert (len(outbox), notices()) == (MOST_AT_ONCE, MOST_AT_ONCE)
    killed_before_commit(lambda: write_mails(app, monkeypatch, due))
    write_mails(app, monkeypatch, due, times=3)
    assert told(outbox) == names
    assert notices() == len(names)


def test_without_the_notices_they_would_be_told_twice(app, outbox, monkeypatch):
    """The negative control: what is counted above can go wrong."""
    event = factories.event()
    crowd(event, ["Amal", "Basma"])
    due = at_eleven(22, "Europe/London")
    write_mails(app, monkeypatch, due)
    with transaction() as session:
        session.execute(delete(Notice))
    write_mails(app, monkeypatch, due)
    assert told(outbox) == ["Amal", "Amal", "Basma", "Basma"]


def test_a_broken_list_stands_in_nobody_elses_way(app, outbox, monkeypatch, capsys):
    broken, whole = factories.event(), factories.event()
    somebody(broken, "Amal")
    somebody(whole, "Basma")
    with transaction() as session:
        session.execute(
            update(SignUp).where(SignUp.event_id == broken.id).values(sealed=b"\1?")
        )
    write_mails(app, monkeypatch, at_eleven(22, "Europe/London"))
    assert told(outbox) == ["Basma"]
    assert "part of job failed" in "".join(capsys.readouterr())
