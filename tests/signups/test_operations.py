"""Sign-ups and time: holds that end, lists that are forgotten."""

from datetime import UTC, datetime, timedelta

import factories
import pytest
from sqlalchemy import select
from supporters import places, rows, states

from campaign.database import db, transaction
from campaign.events.operations import EventFull, EventNotOpen
from campaign.lib.tokens import token_hash
from campaign.mail.addresses import NotAnAddress
from campaign.publishing.states import State
from campaign.signups.models import (
    HOLD,
    KEPT_UNCONFIRMED,
    SignUp,
    SignUpState,
)
from campaign.signups.operations import (
    PartyTooLarge,
    cancel_sign_up,
    confirm_sign_up,
    expire_overdue,
    forget_past,
    forget_unconfirmed,
    sign_up,
)
from campaign.signups.people import person_of
from campaign.signups.queries import find_sign_up

NOW = datetime(2035, 2, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
#: As long as a campaign keeps its lists, if it says nothing else.
KEPT_AFTER_EVENT = timedelta(days=30)


def signed_up(event, email="amal@example.org", size=1, now=NOW):
    with transaction():
        return sign_up(event.id, "Amal", email, size, "en", now)


def confirmed(row, now=NOW):
    with transaction():
        return confirm_sign_up(row, now)


def test_a_hold_ends_to_the_second(app):
    event = factories.event(capacity=1)
    row = signed_up(event)
    assert row.holds_places(NOW + HOLD - SECOND)
    assert not row.holds_places(NOW + HOLD)
    with pytest.raises(EventFull):
        signed_up(event, "basma@example.org", now=NOW + HOLD - SECOND)
    assert signed_up(event, "basma@example.org", now=NOW + HOLD) is not None


def test_overdue_holds_of_all_events_end_together(app):
    early, late = factories.event(), factories.event()
    signed_up(early, size=2)
    signed_up(late, size=3)
    signed_up(late, "basma@example.org", now=NOW + SECOND)
    with transaction():
        expire_overdue(NOW + HOLD)
    assert states() == ["expired", "expired", "pending"]
    assert (places(early), places(late)) == ((0, 0), (1, 0))


def test_who_confirmed_does_not_expire(app):
    event = factories.event()
    confirmed(signed_up(event, size=2))
    with transaction():
        expire_overdue(NOW + timedelta(days=1))
    assert states() == ["going"]
    assert places(event) == (2, 2)


def test_a_hold_that_ended_and_was_not_swept_up_yet_is_simply_confirmed(app):
    event = factories.event(capacity=1)
    assert confirmed(signed_up(event), NOW + HOLD + SECOND)
    assert places(event) == (1, 1)


def test_confirming_says_whether_anything_changed(app):
    row = signed_up(factories.event())
    assert confirmed(row) is True
    assert confirmed(row) is False


@pytest.mark.parametrize("state", [SignUpState.ATTENDED, SignUpState.NO_SHOW])
def test_nobody_leaves_after_the_day(app, state):
    event = factories.event()
    row = signed_up(event)
    confirmed(row)
    with transaction():
        row.state = state
    with transaction():
        assert cancel_sign_up(row, NOW) is False
    assert places(event) == (1, 1)


def test_who_waits_leaves_without_giving_back_a_place(app):
    event = factories.event()
    row = signed_up(event)
    with transaction():
        cancel_sign_up(row, NOW)
    with transaction():
        row.state = SignUpState.WAITING
    with transaction():
        assert cancel_sign_up(row, NOW) is True
    assert places(event) == (0, 0)


@pytest.mark.parametrize("size", [-1, 0, 4])
def test_a_party_is_from_one_to_what_the_event_allows(app, size):
    event = factories.event(max_party_size=3)
    with pytest.raises(PartyTooLarge):
        signed_up(event, size=size)
    assert places(event) == (0, 0)


def test_a_refused_sign_up_leaves_no_trace(app):
    event = factories.event(capacity=2)
    signed_up(event)
    with pytest.raises(EventFull):
        signed_up(event, "basma@example.org", size=2)
    assert places(event) == (1, 0)
    assert len(rows()) == 1


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "a@b.org, c@d.org", "a@b.org\n"[:-1] + "\n c"]
)
def test_what_is_not_one_address_is_refused(app, email):
    event = factories.event()
    with pytest.raises(NotAnAddress):
        signed_up(event, email)
    assert places(event) == (0, 0)


def test_signing_up_ends_when_the_event_ends(app):
    event = factories.event()
    assert signed_up(event, now=event.ends_at - SECOND) is not None
    with pytest.raises(EventNotOpen):
        signed_up(event, "basma@example.org", now=event.ends_at)


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.PROPOSED, State.POSTPONED, State.CANCELLED]
)
def test_only_a_published_event_takes_people(app, state):
    event = factories.event(state=state)
    with pytest.raises(EventNotOpen):
        signed_up(event)


def test_an_event_without_a_limit_is_never_full(app):
    event = factories.event(capacity=None)
    for number in range(30):
        signed_up(event, f"supporter{number}@example.org", size=5)
    assert places(event) == (150, 0)


def test_the_token_of_a_link_is_not_in_the_database(app):
    row = signed_up(factories.event())
    token = row.token(app.config["SECRET_KEY"])
    assert row.token_hash == token_hash(token)
    assert row.token("another secret") != token
    stored = db.session.execute(select(SignUp.__table__)).one()
    assert token not in map(str, stored)
    assert find_sign_up(token).id == row.id


def test_every_link_is_another_one(app):
    event = factories.event()
    tokens = {
        signed_up(event, f"s{n}@example.org").token(app.config["SECRET_KEY"])
        for n in range(5)
    }
    assert len(tokens) == 5


def test_an_address_that_nobody_confirmed_is_forgotten(app):
    event = factories.event()
    signed_up(event)
    confirmed(signed_up(event, "basma@example.org"))
    with transaction():
        expire_overdue(NOW + HOLD)
        forget_unconfirmed(NOW + HOLD + KEPT_UNCONFIRMED - SECOND)
    assert states() == ["expired", "going"]
    with transaction():
        forget_unconfirmed(NOW + HOLD + KEPT_UNCONFIRMED)
    assert [person_of(row).email for row in rows()] == ["basma@example.org"]


def test_a_list_is_forgotten_some_time_after_its_event(app):
    event, other = factories.event(), factories.event(starts_local=datetime(2036, 1, 1))
    confirmed(signed_up(event))
    confirmed(signed_up(other))
    with transaction():
        forget_past(event.ends_at + KEPT_AFTER_EVENT - SECOND)
    assert len(rows()) == 2
    with transaction():
        forget_past(event.ends_at + KEPT_AFTER_EVENT)
    assert [row.event_id for row in rows()] == [other.id]
    assert (places(event), places(other)) == ((0, 0), (1, 1))
