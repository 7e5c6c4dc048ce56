"""Which calendar a sign-up is kept in, and what becomes of its address."""

from datetime import timedelta

import factories
import pytest
from sqlalchemy import delete, select, update
from supporters import (
    calendar_of,
    confirm,
    keep_together,
    leave,
    let_holds_end,
    own_page,
    places,
    revoke,
    rows,
    sign_up,
    take_out,
)

from campaign.database import Model, db, transaction
from campaign.lib import clock
from campaign.signups.models import (
    KEPT_UNCONFIRMED,
    PersonalCalendar,
    SignUp,
)
from campaign.signups.operations import (
    expire_overdue,
    forget_past,
    forget_unconfirmed,
)

SITE = "http://localhost"
#: As long as a campaign keeps its lists, if it says nothing else.
KEPT_AFTER_EVENT = timedelta(days=30)


@pytest.fixture
def pages(client, outbox):
    """The own pages of a supporter who comes to a vigil and to a march."""
    return [
        coming(client, outbox, factories.event(title=title, slug=title.lower()))
        for title in ("Vigil", "March")
    ]


def coming(client, outbox, event, email="amal@example.org"):
    sign_up(client, event, email=email)
    page = own_page(outbox[-1])
    confirm(client, page)
    return page


def titles(client, address):
    """Return the events of a calendar."""
    lines = client.get(address).get_data(as_text=True).splitlines()
    found = [line.removeprefix("SUMMARY:") for line in lines if "SUMMARY:" in line]
    return sorted(found)


def test_a_calendar_has_another_address_than_the_page_with_which_one_can_leave(
    client, pages
):
    for page in pages:
        address = calendar_of(client, page)
        assert not address.startswith(page)
        assert client.get(address).data == client.get(f"{page}.ics").data


def test_nothing_but_reading_can_be_done_with_a_calendars_address(client, pages):
    token = calendar_of(client, pages[0]).removesuffix(".ics")
    assert client.get(token).status_code == 404
    for verb in ("confirm", "cancel", "calendar", "calendar/leave", "calendar/revoke"):
        assert client.post(f"{token}/{verb}").status_code == 404
    assert [row.state.value for row in rows()] == ["going", "going"]


def test_no_address_stands_in_the_database(client, pages):
    tokens = [calendar_of(client, page)[10:53] for page in pages]
    stored = [
        str(row) for row in db.session.execute(select(PersonalCalendar.__table__))
    ]
    assert len(set(tokens)) == len(stored) == 2
    assert not any(token in row for token in tokens for row in stored)


#: What people paste, and means a calendar.
PASTED = (
    "{site}{calendar}",
    "webcal://localhost{calendar}",
    "{calendar}",
    "{token}",
    "{token}.ics",
    "  {site}{calendar}\n",
    "{site}{broken}",
    "<{site}{calendar}>",
    "{site}{page}",
    "{page}.ics",
    "{site}{page}?lang=ar#calendar",
)


def test_two_sign_ups_can_be_kept_in_one_calendar(client, pages):
    vigil, march = pages
    shared = calendar_of(client, vigil)
    for pasted in PASTED:
        old = calendar_of(client, march)
        address = pasted.format(
            site=SITE,
            calendar=shared,
            token=shared[10:53],
            broken=f"{shared[:30]}\n {shared[30:]}",
            page=vigil,
        )
        answer = keep_together(client, march, address)
        assert answer.status_code == 200, pasted
        assert "This event is in one calendar with others" in answer.text, pasted
        for page in pages:
            assert calendar_of(client, page) == shared
            assert titles(client, f"{page}.ics") == ["March", "Vigil"]
        assert titles(client, shared) == ["March", "Vigil"]
        assert client.get(old).status_code == 410
        take_out(client, march)


def test_the_page_tells_what_else_is_in_the_calendar_and_no_more(client, pages):
    vigil, march = pages
    assert "Vigil" not in client.get(march).text
    answer = keep_together(client, march, vigil)
    assert ">Vigil</strong>" in answer.text
    assert ">March</strong>" in answer.text
    assert vigil not in answer.text


#: What is pasted and means no other calendar, the status of the answer, its words.
REFUSED = (
    ("", 422, "Paste an address."),
    ("https://example.org/", 422, "This is no address of a calendar."),
    ("x" * 2001, 422, "Shorten this to 2000 characters or fewer."),
    ("/sign-ups/" + "x" * 43 + ".ics", 409, "No calendar has this address."),
    ("{own}", 409, "That is the calendar which this event is in."),
    ("{page}", 409, "That is the calendar which this event is in."),
    ("{revoked}", 409, "This address was made invalid."),
)


def test_an_address_that_cannot_be_is_said_and_stays_to_be_mended(client, pages):
    revoked = calendar_of(client, pages[1])
    revoke(client, pages[1])
    own = calendar_of(client, pages[0])
    for pasted, status, words in REFUSED:
        typed = pasted.format(own=own, page=pages[0], revoked=revoked)
        answer = keep_together(client, pages[0], typed)
        assert answer.status_code == status, pasted
        assert answer.text.count(words) == 2, pasted  # in the summary, at the field
        assert "<title>Error: " in answer.text
        assert f'value="{typed}"' in answer.text
        assert calendar_of(client, pages[0]) == own
        assert titles(client, own) == ["Vigil"]


def test_a_form_without_its_field_is_answered_with_what_to_fill_in(client, pages):
    answer = client.post(f"{pages[0]}/calendar", data={})
    assert answer.status_code == 422
    assert "Paste an address." in answer.text


def test_who_takes_an_event_out_again_has_two_calendars(client, pages):
    vigil, march = pages
    keep_together(client, march, vigil)
    shared = calendar_of(client, vigil)
    answer = take_out(client, march)
    assert "This event is in one calendar with others" not in answer.text
    assert calendar_of(client, march) != shared
    assert titles(client, calendar_of(client, march)) == ["March"]
    assert titles(client, shared) == ["Vigil"]


def test_taking_out_twice_or_what_is_alone_changes_nothing(client, pages):
    vigil, march = pages
    keep_together(client, march, vigil)
    take_out(client, march)
    before = [calendar_of(client, page) for page in pages]
    for page in pages:
        take_out(client, page)
    assert [calendar_of(client, page) for page in pages] == before


def test_a_calendar_that_was_made_invalid_is_gone_for_ever(client, pages):
    page = pages[0]
    old = calendar_of(client, page)
    answer = revoke(client, page)
    assert answer.status_code == 200
    new = calendar_of(client, page)
    assert titles(client, new) == ["Vigil"]
    for address in (old, f"{page}.ics"):
        gone = client.get(address)
        assert gone.status_code == 410
        assert gone.mimetype == "text/plain"
        assert len(gone.text.splitlines()) == 1
        assert gone.headers["Referrer-Policy"] == "no-referrer"
        assert gone.headers["Cache-Control"] == "no-store"
    assert "You’re in" in client.get(page).text
    with transaction():
        forget_past(rows()[0].event.ends_at + KEPT_AFTER_EVENT)
    assert rows() == []
    assert client.get(page).status_code == 404
    for address in (old, f"{page}.ics"):
        assert client.get(address).status_code == 410


def test_an_address_can_be_made_invalid_again_and_again(client, pages):
    seen = []
    for _ in range(3):
        seen.append(calendar_of(client, pages[0]))
        revoke(client, pages[0])
    assert len({*seen, calendar_of(client, pages[0])}) == 4
    assert {client.get(address).status_code for address in seen} == {410}


def test_who_had_got_hold_of_an_address_does_not_learn_the_new_one(
    client, pages, outbox
):
    """Not even by putting a sign-up of their own into the calendar."""
    spy = coming(client, outbox, factories.event(title="Trap"), "spy@example.org")
    keep_together(client, spy, calendar_of(client, pages[0]))
    assert "Vigil" in client.get(spy).text
    revoke(client, pages[0])
    assert titles(client, f"{spy}.ics") == ["Trap"]
    assert titles(client, calendar_of(client, spy)) == ["Trap"]
    assert "Vigil" not in client.get(spy).text
    assert titles(client, calendar_of(client, pages[0])) == ["Vigil"]


def test_the_page_of_another_sign_up_is_good_although_its_address_was_revoked(
    client, pages
):
    vigil, march = pages
    revoke(client, vigil)
    keep_together(client, march, vigil)
    assert titles(client, calendar_of(client, vigil)) == ["March", "Vigil"]
    assert client.get(f"{vigil}.ics").status_code == 410
    assert titles(client, f"{march}.ics") == ["March", "Vigil"]


def test_who_left_and_comes_back_is_in_the_same_calendar(client, pages, outbox):
    vigil, march = pages
    keep_together(client, march, vigil)
    shared = calendar_of(client, vigil)
    leave(client, march)
    assert titles(client, shared) == ["Vigil"]
    (event,) = (row.event for row in rows() if row.event.title == "March")
    sign_up(client, event)
    assert titles(client, shared) == ["March", "Vigil"]


# Rows of before there were calendars


def forget_calendars():
    with transaction() as session:
        session.execute(update(SignUp).values(calendar_id=None))
        session.execute(delete(PersonalCalendar))


def test_a_sign_up_without_a_calendar_is_followed_at_its_page(client, pages):
    forget_calendars()
    page = pages[0]
    assert calendar_of(client, page) == f"{page}.ics"
    assert titles(client, f"{page}.ics") == ["Vigil"]
    assert rows()[0].calendar_id is None


def test_it_gets_a_calendar_when_it_is_confirmed(client, outbox):
    sign_up(client, factories.event(title="Vigil"))
    forget_calendars()
    page = own_page(outbox[0])
    confirm(client, page)
    assert calendar_of(client, page) != f"{page}.ics"
    assert titles(client, calendar_of(client, page)) == ["Vigil"]


@pytest.mark.parametrize("act", [take_out, revoke])
def test_it_gets_a_calendar_when_its_calendar_is_changed(client, pages, act):
    forget_calendars()
    act(client, pages[0])
    address = calendar_of(client, pages[0])
    assert address != f"{pages[0]}.ics"
    assert titles(client, address) == ["Vigil"]


def test_two_of_them_get_one_together(client, pages):
    forget_calendars()
    vigil, march = pages
    keep_together(client, march, vigil)
    assert calendar_of(client, vigil) == calendar_of(client, march)
    assert titles(client, calendar_of(client, vigil)) == ["March", "Vigil"]


# What is erased


def test_a_calendar_outlives_the_lists_of_its_events(client, pages, outbox):
    vigil, march = pages
    keep_together(client, march, vigil)
    shared = calendar_of(client, vigil)
    with transaction():
        forget_past(rows()[0].event.ends_at + KEPT_AFTER_EVENT)
    empty = client.get(shared)
    assert empty.status_code == 200
    assert empty.data.count(b"BEGIN:VTIMEZONE") == 1
    assert titles(client, shared) == []
    talk = coming(client, outbox, factories.event(title="Talk"))
    keep_together(client, talk, f"webcal://localhost{shared}")
    assert titles(client, shared) == ["Talk"]


def test_who_never_confirmed_leaves_no_calendar_behind(client, pages, outbox):
    """But what is kept together with something else stays as it is."""
    event = factories.event(title="Talk")
    for name in ("one", "two"):
        sign_up(client, event, email=f"{name}@example.org")
    keep_together(client, own_page(outbox[-1]), pages[0])
    let_holds_end()
    with transaction():
        expire_overdue(clock.now())
        forget_unconfirmed(clock.now() + KEPT_UNCONFIRMED)
    assert len(rows()) == 2
    good = select(PersonalCalendar.id).where(PersonalCalendar.revoked_on.is_(None))
    assert set(db.session.scalars(good)) == {row.calendar_id for row in rows()}
    assert titles(client, calendar_of(client, pages[0])) == ["Vigil"]


def test_an_erased_list_frees_the_places_for_a_new_date(client, outbox):
    event = factories.event(capacity=1)
    coming(client, outbox, event)
    with transaction():
        forget_past(event.ends_at + KEPT_AFTER_EVENT)
    assert places(event) == (0, 0)
    later = event.starts_local + timedelta(days=60)
    with transaction():
        event.set_times(later, later + timedelta(hours=2), event.timezone)
    assert sign_up(client, event, email="basma@example.org").status_code == 303
    assert places(event) == (1, 0)


def test_places_of_a_list_that_was_erased_before_are_freed_too(client):
    event = factories.event(places_taken=3, places_confirmed=2)
    to_come = factories.event(
        starts_local=event.starts_local + timedelta(days=1), places_taken=3
    )
    with transaction():
        forget_past(event.ends_at + KEPT_AFTER_EVENT)
    assert places(event) == (0, 0)
    assert places(to_come) == (3, 0)


# Requests that must not change anything


def test_addresses_are_changed_by_buttons_alone(client, pages):
    before = dump()
    for page in pages:
        for verb in ("calendar", "calendar/leave", "calendar/revoke"):
            assert client.get(f"{page}/{verb}").status_code == 405
        for address in (page, f"{page}.ics", calendar_of(client, page)):
            assert client.get(address).status_code == 200
            assert client.head(address).status_code == 200
    assert dump() == before


def dump():
    db.session.rollback()
    return {
        name: sorted(map(str, db.session.execute(select(table)).all()))
        for name, table in Model.metadata.tables.items()
    }


def test_another_site_cannot_change_an_address(client, pages):
    before = [calendar_of(client, page) for page in pages]
    for verb in ("calendar", "calendar/leave", "calendar/revoke"):
        answer = client.post(
            f"{pages[0]}/{verb}",
            data={"address": pages[1]},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 403
    assert [calendar_of(client, page) for page in pages] == before
