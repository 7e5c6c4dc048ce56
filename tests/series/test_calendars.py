"""What calendars make of a series that organisers have worked on."""

from datetime import UTC, datetime

import factories
import icalendar
import pytest
import recurring_ical_events
from feeds.samples import read_with_ical_js
from front_door import press
from series.steps import all_series, dates, edit, make, move, path
from sqlalchemy import select

from campaign.database import db, transaction
from campaign.events.models import Event

#: Zones whose clocks change at other times, or in the other half of the year.
ZONES = ("Europe/London", "America/New_York", "Australia/Sydney", "Africa/Cairo", "UTC")
#: A fortnight before clocks in New York go forward, five weeks before those in Sydney
#: go back.
FIRST = datetime(2035, 2, 27, 19)


def by_ical_js(body):
    return sorted(
        (
            datetime.fromisoformat(each["start"]),
            datetime.fromisoformat(each["end"]),
            each["summary"],
        )
        for each in read_with_ical_js(body)
    )


def by_recurring_ical_events(body):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(body))
    return sorted(
        (
            each["DTSTART"].dt.astimezone(UTC),
            each["DTEND"].dt.astimezone(UTC),
            str(each["SUMMARY"]),
        )
        for each in found.between((2035, 1, 1), (2036, 1, 1))
    )


def told():
    """What the rows of all public events say."""
    db.session.rollback()
    public = [each for each in db.session.scalars(select(Event)) if each.is_public]
    return sorted((each.starts_at, each.ends_at, summary(each)) for each in public)


def summary(event):
    marks = {"cancelled": "CANCELLED: ", "postponed": "POSTPONED: "}
    return marks.get(event.state.value, "") + event.title


# Which zone it is, no database knows: one of them is enough for the second one.
@pytest.mark.parametrize(
    ("app", "zone"),
    [*(("sqlite", zone) for zone in ZONES), ("postgresql", "America/New_York")],
    indirect=["app"],
)
def test_every_step_of_an_organiser_is_right_in_calendars(desk, client, group, zone):
    event = factories.event(FIRST, group=group, timezone=zone, title="Weekly vigil")

    def is_right():
        body = client.get("/calendar.ics").data
        assert by_ical_js(body) == told()
        assert by_recurring_ical_events(body) == told()

    make(desk, event, times="12")
    is_right()
    edit(desk, dates()[1], scope="this", first_day="2035-03-08", title="With music")
    is_right()
    move(desk, dates()[2], "cancel", scope="this")
    is_right()
    press(desk, path(dates()[3], "leave-series"))
    is_right()
    edit(desk, dates()[5], starts="17:15", ends="18:45", venue="New hall")
    assert len(all_series()) == 2
    is_right()
    # Who follows the series follows its dates at the new times too.
    assert len(by_ical_js(client.get("/series/weekly-vigil.ics").data)) == 11
    make(desk, dates()[-1], "more-dates", times="4", rhythm=None)
    is_right()
    move(desk, dates()[8], "postpone")
    is_right()
    assert len(told()) == 16


@pytest.mark.parametrize("name", ["series", "series_id"])
def test_a_series_is_told_of_a_date_that_leaves_it_unread(desk, client, six, name):
    """Nothing has read the row since it was loaded: so what it said must be asked."""
    assert len(by_ical_js(client.get("/series/weekly-vigil.ics").data)) == 6
    with transaction() as session:
        row = session.get_one(Event, dates()[2].id)
        session.expire(row)
        setattr(row, name, None)
    body = client.get("/series/weekly-vigil.ics").data
    assert body.count(b"EXDATE") == 1
    assert len(by_ical_js(body)) == 5
    assert by_ical_js(client.get("/calendar.ics").data) == told()


def test_a_regular_series_is_one_entry_for_calendars(desk, client, vigil):
    make(desk, vigil, times="50")
    body = client.get("/calendar.ics").data
    assert body.count(b"BEGIN:VEVENT") == 1
    assert len(by_ical_js(body)) == 50
