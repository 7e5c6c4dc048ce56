"""The short way of signing up ends where the long one does, and takes as much time."""

from datetime import UTC, datetime, timedelta

import factories
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select, update
from supporters import confirm, leave, own_page, places, rows, sign_up, states

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.feeds.models import FeedRevision
from campaign.lib import clock
from campaign.limits.operations import NoTurn
from campaign.mail.addresses import parse_address
from campaign.mail.models import OutgoingMail
from campaign.publishing.states import State
from campaign.signups import messages, operations
from campaign.signups.models import PersonalCalendar, SignUp, SignUpState
from campaign.signups.operations.newcomers import sign_up_all
from campaign.signups.views import signing_up

#: What no two sign-ups have in common.
_OWN = {"id", "event_id", "calendar_id", "token_hash", "token_nonce", "sealed"}
_OWN |= {"email_hash", "form_key_hash", "hold_ends_at"}
LATER = datetime(2036, 1, 1, tzinfo=UTC)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def event(app):
    return factories.event(capacity=10, max_party_size=4)


def change(event, **values):
    """Write past everything that watches."""
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event.id).values(**values))


def short_way(event, number=1, email="amal@example.org", version=None):
    """Try it; return whether it was gone to its end."""
    made = ready(event, number, email, version)
    db.session.rollback()
    return operations.sign_up_newcomer(made)


def ready(event, number=1, email="amal@example.org", version=None):
    """Return what is made before anybody is locked out."""
    now, address = clock.now(), parse_address(email)
    one = operations.newcomer(
        event.id, event.uid, "Amal", address, number, "en", now, "key"
    )
    seen = event.seen_by("stranger", now).without_counts
    nonce = one.sign_up["token_nonce"]
    mail = messages.values_of_confirmation(seen, nonce, address.mailbox, "en", now)
    if version is None:
        version = db.session.scalar(select(FeedRevision.number))
    return operations.NewSignUp(one, mail, version, now)


def at_once(*wanted):
    """Write for all of them as the one does who comes first; return the outcomes."""
    with transaction():
        outcomes = sign_up_all(wanted)
    return [each if isinstance(each, bool) else type(each) for each in outcomes]


def counted(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def told(row):
    names = [column.key for column in inspect(SignUp).column_attrs]
    return {name: getattr(row, name) for name in names if name not in _OWN}


def test_both_ways_write_the_same(client, event, outbox, monkeypatch):
    sign_up(client, event, party_size="3")
    with monkeypatch.context() as patch:
        patch.setattr(operations, "sign_up_newcomer", lambda *_all: False)
        sign_up(client, event, party_size="3", email="olga@example.org")
    short, long = rows()
    assert told(short) == told(long)
    assert abs(short.hold_ends_at - long.hold_ends_at) < timedelta(minutes=1)
    assert short.calendar_id != long.calendar_id
    assert places(event) == (6, 0)
    first, second = outbox
    token = [own_page(mail) for mail in (first, second)]
    assert first.body_text.replace(token[0], token[1]) == second.body_text
    assert first.body_html.replace(token[0], token[1]) == second.body_html
    mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert {mail.priority for mail in mails} == {0}
    assert [mail.sign_up_id for mail in mails] == [short.id, long.id]


def test_the_front_door_takes_the_short_way(client, event, monkeypatch):
    def refuse(*_all):
        raise AssertionError("it took the long way")

    monkeypatch.setattr(signing_up, "_write_down", refuse)
    sign_up(client, event)
    assert states() == ["pending"]


def test_who_is_on_the_list_changes_nothing_and_gets_no_mail(client, event, outbox):
    sign_up(client, event, party_size="2")
    before = told(rows()[0]), counted(PersonalCalendar)
    again = sign_up(client, event, party_size="4")
    assert again.status_code == 303
    assert (told(rows()[0]), counted(PersonalCalendar)) == before
    assert len(outbox) == 1
    assert places(event) == (2, 0)
    with pytest.raises(operations.OnList):
        short_way(event)


def test_who_left_comes_back_to_the_same_row_and_calendar(client, event, outbox):
    sign_up(client, event, party_size="2")
    page = own_page(outbox[0])
    confirm(client, page)
    leave(client, page)
    (gone,) = rows()
    steps, calendar = gone.calendar_steps, gone.calendar_id
    sign_up(client, event, party_size="3")
    (back,) = rows()
    assert back.state is SignUpState.PENDING
    assert (back.calendar_steps, back.calendar_id) == (steps + 1, calendar)
    assert counted(PersonalCalendar) == 1
    assert back.confirmed_on is None
    assert places(event) == (3, 0)
    assert own_page(outbox[-1]) != page
    assert client.get(page).status_code == 404
    confirm(client, own_page(outbox[-1]))
    assert places(event) == (3, 3)


@pytest.mark.parametrize(
    "values",
    [
        {"state": State.CANCELLED},
        {"starts_at": BEFORE, "ends_at": BEFORE},
        {"sign_ups_open_at": LATER},
        {"sign_ups_close_at": BEFORE},
        {"confirm_first_until": LATER},
        {"needs_approval": True},
        {"max_party_size": 1},
        {"capacity": 1},
    ],
    ids=lambda values: "-".join(values),
)
def test_it_writes_nothing_where_anything_is_the_matter(event, values):
    change(event, **values)
    db.session.expire_all()
    assert short_way(event, number=2) is False
    assert rows() == []
    assert (counted(PersonalCalendar), counted(OutgoingMail)) == (0, 0)
    assert places(event) == (0, 0)


@pytest.mark.parametrize("number", [0, -2])
def test_it_gives_no_places_to_nobody_or_fewer(event, number):
    assert short_way(event, number) is False
    made = ready(event, number), ready(event, 3, "olga@example.org")
    assert at_once(*made) == [False, True]
    assert places(event) == (3, 0)


def test_it_writes_nothing_where_the_event_changed_meanwhile(event):
    version = db.session.scalar(select(FeedRevision.number))
    with transaction() as session:
        session.get_one(Event, event.id).title = "Elsewhere"
    assert short_way(event, version=version) is False
    assert short_way(event) is True


@pytest.mark.parametrize("state", ["overdue", "waiting"])
def test_it_writes_nothing_while_somebody_is_owed_a_place(client, event, state):
    sign_up(client, event)
    owed = {
        "overdue": {"hold_ends_at": clock.now() - timedelta(seconds=1)},
        "waiting": {"state": SignUpState.WAITING, "places_held": 0, "queue_number": 1},
    }
    with transaction() as session:
        session.execute(update(SignUp).values(**owed[state]))
    assert short_way(event, email="olga@example.org") is False
    assert len(rows()) == 1


# Several at once


def test_those_who_come_at_once_get_what_each_would_get_alone(client, event, outbox):
    sign_up(client, event, email="olga@example.org", party_size="2")
    sign_up(client, event, email="gone@example.org")
    gone = own_page(outbox[-1])
    confirm(client, gone)
    leave(client, gone)
    calendars, mails = counted(PersonalCalendar), len(outbox)
    other = factories.event(campaign=event.campaign, group=event.group, capacity=1)
    outcomes = at_once(
        ready(event, 2, "new@example.org"),
        ready(other, 1, "new@example.org"),
        ready(event, 1, "olga@example.org"),
        ready(event, 3, "gone@example.org"),
        ready(event, 1, "new@example.org"),
        ready(event, 1, "newer@example.org"),
    )
    on_list = operations.OnList
    assert outcomes == [True, True, on_list, True, on_list, True]
    assert places(event) == (2 + 2 + 3 + 1, 0)
    assert places(other) == (1, 0)
    assert [(row.party_size, row.state.value) for row in rows()] == [
        (2, "pending"),
        (3, "pending"),
        (2, "pending"),
        (1, "pending"),
        (1, "pending"),
    ]
    assert len(outbox) == mails + 4
    # One for each new row: who came back has theirs, who is on the list needs none.
    assert counted(PersonalCalendar) == calendars + 3
    assert len({row.calendar_id for row in rows()}) == len(rows())


def test_the_mails_of_those_who_came_at_once_lead_to_their_own_pages(
    client, event, outbox
):
    names = [f"{name}@example.org" for name in ("amal", "olga", "maria")]
    assert at_once(*(ready(event, 1, name) for name in names)) == [True] * 3
    told = {mail.recipient: own_page(mail) for mail in outbox}
    assert set(told) == set(names)
    for page in told.values():
        assert "You’re in" in confirm(client, page).text
    assert places(event) == (3, 3)


def test_where_not_all_find_room_each_is_looked_at(event, outbox):
    change(event, capacity=4)
    db.session.expire_all()
    sizes = [3, 2, 1, 1]
    made = [ready(event, n, f"p{i}@example.org") for i, n in enumerate(sizes)]
    assert at_once(*made) == [True, False, True, False]
    assert places(event) == (4, 0)
    assert len(outbox) == len(rows()) == 2


def test_who_gets_no_turn_is_told_nothing_and_takes_no_place(app, event, outbox):
    events = [factories.event(campaign=event.campaign) for _ in range(5)]
    assert [short_way(each) for each in events] == [True] * 5
    answers = at_once(ready(event), ready(event, 1, "olga@example.org"))
    assert answers == [NoTurn, True]
    assert places(event) == (1, 0)
    assert len(outbox) == 6


def test_who_is_on_the_list_keeps_the_turn_for_the_mails_of_others(event):
    """A stranger who types an address again and again cannot hold its mails up."""
    later = factories.event(campaign=event.campaign)
    short_way(event)
    for _ in range(9):
        with pytest.raises(operations.OnList):
            short_way(event)
    assert short_way(later) is True
    due = db.session.scalars(select(OutgoingMail.due_at).order_by(OutgoingMail.id))
    first, second = due.all()
    assert second - first < timedelta(minutes=16)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    capacity=st.integers(0, 9) | st.none(),
    crowds=st.lists(
        st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3)), max_size=6),
        max_size=4,
    ),
)
def test_whoever_comes_in_whatever_crowds_the_count_is_right(app, capacity, crowds):
    event = factories.event(capacity=capacity, max_party_size=3)
    for crowd in crowds:
        made = [ready(event, n, f"p{who}-{event.id}@example.org") for who, n in crowd]
        outcomes = at_once(*made)
        assert len(outcomes) == len(crowd)
    held = [row.places_held for row in rows() if row.event_id == event.id]
    assert places(event) == (sum(held), 0)
    assert capacity is None or sum(held) <= capacity
    key = f"event:{event.uid}"
    told = select(func.count()).where(OutgoingMail.key_name == key)
    assert db.session.scalar(told) == len(held)
