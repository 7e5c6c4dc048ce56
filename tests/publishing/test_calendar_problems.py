"""What calendars leave out is said to those who can mend it."""

from datetime import datetime

import factories
import pytest
from counting import count_queries
from desks import DRAFT, desk, make, member
from front_door import fields

from campaign.database import transaction
from campaign.feeds.models import CalendarFragment
from campaign.publishing.states import State

#: The form lets none of these in; a file that is imported might.
BROKEN = "https://example.org/\r\nATTENDEE:x"


@pytest.fixture
def group(app):
    return factories.group()


def test_an_event_that_calendars_leave_out_says_so_until_it_is_mended(client, group):
    event = make("events", group, online_url=BROKEN, attendance="online")
    client = member(client, group)
    page = client.get(desk("events", event)).text
    assert "Calendars cannot show it: the address for taking part online" in page
    assert "What needs your attention" in client.get("/manage/").text
    form = fields(client.get(desk("events", event, "edit")))
    mended = {**form, "online_url": "https://example.org/room"}
    assert client.post(desk("events", event, "edit"), data=mended).status_code == 303
    assert "Calendars cannot show it" not in client.get(desk("events", event)).text
    assert "What needs your attention" not in client.get("/manage/").text


def test_what_calendars_show_needs_no_attention(client, group):
    for noun in ("campaigns", "action-days", "events", "articles"):
        thing = make(noun, group)
        page = member(client, group).get(desk(noun, thing)).text
        assert "Calendars cannot show it" not in page
    assert "What needs your attention" not in client.get("/manage/").text


def test_an_action_day_that_calendars_leave_out_says_so(client, group):
    day = make("action-days", group, title="Day of bells")
    with transaction() as session:
        for fragment in session.query(CalendarFragment).filter_by(uid=day.uid):
            fragment.problem = "SomethingNew"
    client = member(client, group)
    page = client.get(desk("action-days", day)).text
    assert "Calendars cannot show it: a text in it cannot be written" in page
    attention = client.get("/manage/").text.split("<h2>Campaigns</h2>")[0]
    assert "What needs your attention" in attention
    assert "Day of bells" in attention


@pytest.mark.parametrize(
    "values",
    [
        DRAFT,
        {"state": State.CANCELLED, "removed_at": factories.CREATED},
        {"starts_local": datetime(2020, 2, 23, 18)},
    ],
    ids=["draft", "off the site", "over"],
)
def test_what_calendars_would_not_show_anyway_is_no_trouble(client, group, values):
    make("events", group, online_url=BROKEN, **values)
    client = member(client, group)
    assert "What needs your attention" not in client.get("/manage/").text


def test_nobody_else_is_told(client, group):
    make("events", factories.group(), online_url=BROKEN, title="Theirs")
    client = member(client, group)
    page = client.get("/manage/").text
    assert "Theirs" not in page
    assert "What needs your attention" not in page


def test_the_desk_asks_the_same_however_much_is_left_out(client, group):
    client = member(client, group)
    first = make("events", group, online_url=BROKEN)

    def asked():
        for address in ("/manage/", desk("events", first)):
            client.get(address)  # so that the test's own session knows the rows
            yield count_queries(lambda a=address: client.get(a))

    few = list(asked())
    for _number in range(8):
        make("events", group, online_url=BROKEN)
    assert list(asked()) == few
