"""What boards tell of people, looked at as somebody who wants to learn of one."""

import factories
import pytest
from sqlalchemy import select, update

from campaign.boards.models import ToldCount
from campaign.boards.operations import tell_counts
from campaign.boards.queries import board_of
from campaign.campaigns.models import ActionDay
from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.lib import clock


def confirmed(event: Event, people: int, pending: int = 0) -> None:
    """Let so many have confirmed, and the background work look at it."""
    with transaction() as session:
        session.execute(
            update(Event)
            .where(Event.id == event.id)
            .values(places_confirmed=people, places_taken=people + pending)
        )
    with transaction():
        tell_counts(clock.now())


def told(day: ActionDay) -> int:
    return board_of(day, clock.now(), "en").people


@pytest.fixture
def day(app) -> ActionDay:
    return factories.action_day()


def test_fewer_than_ten_are_not_told_of(day):
    event = factories.event(action_day=day)
    for people in range(10):
        confirmed(event, people, pending=30)
        assert told(day) == 0
    confirmed(event, 10)
    assert told(day) == 10


@pytest.mark.parametrize("others", range(10, 31, 4))
def test_one_person_more_or_less_is_never_seen(day, others):
    """Whatever the count was, after however many looks at it."""
    event = factories.event(action_day=day)
    confirmed(event, others)
    before = told(day)
    for people in (others + 1, others, others - 1, others):
        confirmed(event, people)
        assert told(day) == before


def test_between_two_answers_that_differ_ten_people_came_or_left(day):
    event = factories.event(action_day=day)
    last, since = told(day), 0
    counts = [*range(0, 45, 3), *range(45, 5, -4), 30, 31, 29, 41, 19, 20, 9, 8]
    for people in counts:
        confirmed(event, people)
        now = told(day)
        if now != last:
            assert abs(people - since) >= 10
            last, since = now, people
        assert now % 10 == 0


def test_the_total_tells_no_more_than_its_parts(day):
    """So that a small event is not what remains when the others are subtracted."""
    for people in (57, 23, 8, 9):
        confirmed(factories.event(action_day=day), people)
    parts = db.session.scalars(select(ToldCount.people)).all()
    assert sorted(parts) == [20, 50]
    assert told(day) == 70


def test_what_hides_its_counts_or_is_not_to_be_seen_is_left_out(day):
    for values in (
        {"shows_counts": False},
        {"state": "cancelled"},
        {"visibility": "unlisted"},
        {"state": "draft", "published_at": None},
    ):
        confirmed(factories.event(action_day=day, **values), 80)
    assert told(day) == 0


def test_who_came_is_still_told_when_the_list_is_erased(day):
    event = factories.event(action_day=day)
    confirmed(event, 44)
    with transaction() as session:
        session.execute(update(Event).values(people_came=44))
    confirmed(event, 0)
    assert told(day) == 40


def test_nothing_is_written_where_nothing_has_changed_enough(day):
    event = factories.event(action_day=day)
    confirmed(event, 30)
    row = db.session.get(ToldCount, event.id)
    assert (row.people, row.counted) == (30, 30)
    confirmed(event, 39)
    db.session.refresh(row)
    assert (row.people, row.counted) == (30, 30)
