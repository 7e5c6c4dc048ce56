"""The calendar file of one supporter."""

from datetime import UTC, datetime

import factories
import pytest
import vobject
from icalendar import Calendar
from supporters import confirm, leave, let_holds_end, own_page, sign_up

from campaign.database import transaction
from campaign.events.disclosure import AddressLevel
from campaign.publishing.states import State


@pytest.fixture
def event(app):
    return factories.event(title='Vigil "for" Aleppo; END:VEVENT', venue="Hall 1")


def only_event(data):
    """Read a calendar with two parsers, and return its VEVENT."""
    (event,) = Calendar.from_ical(data).events
    assert vobject.readOne(data.decode()).vevent.uid.value == event["UID"]
    return event


def public_event(client, event):
    return only_event(client.get(f"/events/{event.slug}.ics").data)


def test_the_mail_that_says_you_are_in_brings_the_event(client, event, outbox):
    sign_up(client, event)
    assert outbox[0].calendar is None
    confirm(client, own_page(outbox[0]))
    data = outbox[1].calendar
    assert Calendar.from_ical(data)["METHOD"] == "PUBLISH"
    entry = only_event(data)
    assert entry["ORGANIZER"] == "mailto:no-reply@127.0.0.1"
    assert entry["ORGANIZER"].params["CN"] == event.group.name
    assert "ATTENDEE" not in entry
    assert entry["SUMMARY"] == event.title
    assert entry["LOCATION"].startswith("Hall 1, ")


def test_it_is_the_same_event_as_in_the_feeds(client, event, outbox):
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    own, public = only_event(outbox[1].calendar), public_event(client, event)
    for name in ("UID", "CREATED", "DTSTART", "DTEND", "SUMMARY", "URL"):
        assert own[name].to_ical() == public[name].to_ical()


def test_a_group_name_cannot_break_out_of_its_parameter(client, outbox):
    group = factories.group(
        name='A "b"\r\nATTENDEE:mailto:x@example.org ; , :' + "ع" * 90
    )
    event = factories.event(group=group)
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    entry = only_event(outbox[1].calendar)
    assert "ATTENDEE" not in entry
    assert entry["ORGANIZER"].params["CN"].startswith("A 'b' ATTENDEE:mailto:")
    assert max(map(len, outbox[1].calendar.splitlines())) <= 75


def test_a_phone_can_follow_it(client, event, outbox):
    sign_up(client, event)
    address = own_page(outbox[0]) + ".ics"
    pending = client.get(address)
    assert only_event(pending.data)["STATUS"] == "TENTATIVE"
    confirm(client, own_page(outbox[0]))
    going = client.get(address)
    entry = only_event(going.data)
    assert (entry["STATUS"], entry["CLASS"], entry["TRANSP"]) == (
        "CONFIRMED",
        "PRIVATE",
        "OPAQUE",
    )
    assert b"METHOD" not in going.data
    assert going.mimetype == "text/calendar"
    leave(client, own_page(outbox[0]))
    assert Calendar.from_ical(client.get(address).data).events == []


def test_a_hold_that_ended_is_not_followed(client, event, outbox):
    sign_up(client, event)
    let_holds_end()
    sign_up(client, event, email="basma@example.org")
    data = client.get(own_page(outbox[0]) + ".ics").data
    assert Calendar.from_ical(data).events == []


def test_a_cancelled_event_stays_and_says_so(client, event, outbox):
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    with transaction():
        event.state = State.CANCELLED
    entry = only_event(client.get(own_page(outbox[0]) + ".ics").data)
    assert entry["STATUS"] == "CANCELLED"


def test_it_is_private_and_answers_a_condition(client, event, outbox):
    sign_up(client, event)
    address = own_page(outbox[0]) + ".ics"
    first = client.get(address)
    assert first.headers["Cache-Control"].startswith("private")
    assert first.headers["X-Robots-Tag"] == "noindex"
    assert "Access-Control-Allow-Origin" not in first.headers
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")


@pytest.mark.parametrize(
    ("level", "in_mail", "in_calendar"),
    [
        (AddressLevel.PUBLIC, True, True),
        (AddressLevel.CITY, True, True),
        (AddressLevel.CONFIRMED, True, False),
    ],
)
def test_each_output_shows_as_much_of_the_address_as_it_may(
    client, outbox, level, in_mail, in_calendar
):
    event = factories.event(address_level=level, venue="The Hidden Hall")
    sign_up(client, event)
    page = own_page(outbox[0])
    before = client.get(f"{page}.ics").text + outbox[0].body_text + outbox[0].body_html
    assert ("The Hidden Hall" in before) is (level is AddressLevel.PUBLIC)
    confirm(client, page)
    mail = outbox[1]
    assert ("The Hidden Hall" in mail.body_text) is in_mail
    assert ("The Hidden Hall" in mail.body_html) is in_mail
    assert (b"The Hidden Hall" in mail.calendar) is in_calendar
    assert (b"The Hidden Hall" in client.get(f"{page}.ics").data) is in_calendar


def test_an_address_is_held_back_until_its_time(client, outbox):
    event = factories.event(
        address_level=AddressLevel.CITY,
        address_released_at=datetime(2035, 2, 22, tzinfo=UTC),
        venue="The Hidden Hall",
    )
    sign_up(client, event)
    confirm(client, own_page(outbox[0]))
    mail = outbox[1]
    assert "The exact place will stand on your own page." in mail.body_text
    assert "The Hidden Hall" not in mail.body_text + mail.body_html
    assert b"The Hidden Hall" not in mail.calendar
