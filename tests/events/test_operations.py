"""Writes about events, at times and in races that the tests choose."""

import threading
from datetime import UTC, datetime

import factories
import pytest
from sqlalchemy import update

from campaign.campaigns.operations import move_in_campaign
from campaign.database import EditedMeanwhile, db, transaction
from campaign.events.models import Event
from campaign.events.operations import (
    CapacityTooLow,
    EventFull,
    create_event,
    edit_event,
    set_capacity,
    take_places,
)
from campaign.lib.refusal import Refusal
from campaign.publishing.states import Move, MoveNotPossible, NotYetPublic, State

NOW = datetime(2035, 1, 1, tzinfo=UTC)
TIMES = {
    "starts_local": datetime(2035, 6, 1, 18),
    "ends_local": datetime(2035, 6, 1, 20),
    "timezone": "America/New_York",
    "start_fold": 0,
    "end_fold": 0,
    "is_all_day": False,
}


def values(campaign, **others):
    """What the form says about an event."""
    return {
        "title": "Vigil",
        "group": campaign.group,
        "campaign": campaign,
        "capacity": None,
        **TIMES,
        **others,
    }


def move_event(event, chosen, now):
    move_in_campaign(event, event.campaign, chosen, now)


def test_a_new_event_is_a_draft_with_the_instants_of_its_clock(app):
    campaign = factories.campaign()
    with transaction():
        event = create_event(values(campaign, capacity=5), NOW)
    assert (event.state, event.slug, event.capacity) == (State.DRAFT, "vigil", 5)
    assert event.starts_at == datetime(2035, 6, 1, 22, tzinfo=UTC)
    assert event.created_at == event.modified_at == NOW


def test_instants_follow_when_the_zone_is_changed(app):
    event = factories.event()
    with transaction():
        edit_event(event, 1, values(event.campaign, timezone="Asia/Tokyo"), NOW)
    assert event.starts_at == datetime(2035, 6, 1, 9, tzinfo=UTC)
    assert (event.version, event.modified_at) == (2, NOW)


def test_what_somebody_saved_meanwhile_is_not_overwritten(app):
    event = factories.event(title="Theirs")
    with pytest.raises(EditedMeanwhile), transaction():
        edit_event(event, 0, values(event.campaign, title="Mine"), NOW)
    assert event.title == "Theirs"


def test_capacity_follows_what_is_taken_and_not_less(app):
    event = factories.event(capacity=10, places_taken=7)
    with pytest.raises(CapacityTooLow) as refused, transaction():
        set_capacity(event, 6)
    assert refused.value.places_taken == 7
    with transaction():
        set_capacity(event, 7)
    with pytest.raises(EventFull), transaction():
        take_places(event, 1, NOW)
    with transaction():
        set_capacity(event, None)
        take_places(event, 1, NOW)
    assert (event.capacity, event.places_taken) == (None, 8)


def test_a_draft_of_a_draft_campaign_stays_one(app):
    hidden = factories.campaign(state=State.DRAFT, published_at=None)
    event = factories.event(campaign=hidden, state=State.DRAFT, published_at=None)
    with pytest.raises(NotYetPublic), transaction():
        move_event(event, Move.PUBLISH, NOW)
    with transaction():
        move_event(event, Move.CANCEL, NOW)
    assert (event.state, event.published_at) == (State.CANCELLED, None)


def test_the_first_publication_is_remembered(app):
    event = factories.event(state=State.DRAFT, published_at=None)
    for move in (Move.PUBLISH, Move.POSTPONE, Move.PUBLISH):
        with transaction():
            move_event(event, move, NOW)
    assert (event.state, event.published_at) == (State.PUBLISHED, NOW)
    later = NOW.replace(day=2)
    for move in (Move.CANCEL, Move.PUBLISH):
        with transaction():
            move_event(event, move, later)
    assert (event.published_at, event.modified_at) == (NOW, later)


def race(app, *acts):
    """Run the acts at once, each in a transaction of its own; return the refusals."""
    refusals, start = [], threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    act()
            except Refusal as refusal:
                refusals.append(type(refusal))

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return refusals


def same(event_id):
    """The event, as the session of this thread knows it."""
    return db.session.get(Event, event_id)


@pytest.mark.parametrize("_time", range(5))
def test_of_two_moves_at_once_one_is_refused(app, _time):
    event = factories.event(state=State.POSTPONED)
    number = event.id
    db.session.rollback()
    refusals = race(
        app,
        lambda: move_event(same(number), Move.PUBLISH, NOW),
        lambda: move_event(same(number), Move.PUBLISH, NOW),
    )
    assert refusals == [MoveNotPossible]
    assert event.state is State.PUBLISHED


@pytest.mark.parametrize("_time", range(5))
def test_capacity_is_never_lowered_under_places_taken_at_the_same_moment(app, _time):
    event = factories.event(capacity=10)
    number = event.id
    db.session.rollback()
    refusals = race(
        app,
        lambda: take_places(same(number), 8, NOW),
        lambda: set_capacity(same(number), 5),
    )
    assert refusals in ([CapacityTooLow], [EventFull])
    taken_first = refusals == [CapacityTooLow]
    found = (event.capacity, event.places_taken)
    assert found == ((10, 8) if taken_first else (5, 0))


@pytest.mark.parametrize("_time", range(5))
def test_of_two_who_save_the_same_version_at_once_one_is_told(app, _time):
    event = factories.event()
    number = event.id
    db.session.rollback()

    def save(title):
        mine = same(number)
        edit_event(mine, 1, values(mine.campaign, title=title), NOW)

    refusals = race(app, lambda: save("Mine"), lambda: save("Yours"))
    assert refusals == [EditedMeanwhile]
    assert event.version == 2
    assert event.title in ("Mine", "Yours")


def test_the_database_itself_refuses_a_capacity_under_what_is_taken(app):
    event = factories.event(capacity=10, places_taken=7)
    lowered = update(Event).where(Event.id == event.id).values(capacity=6)
    with pytest.raises(Exception, match="not_over_capacity"), transaction() as session:
        session.execute(lowered)
