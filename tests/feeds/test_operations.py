"""The stamps of calendar entries move with what is seen of them, and only then."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier

import factories
import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from campaign.articles.models import Article
from campaign.campaigns.models import ActionDay, ActionDayArticle, Campaign
from campaign.database import db, transaction
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Event, EventArticle, Visibility
from campaign.feeds.models import CalendarFragment, FeedRevision
from campaign.lib import clock
from campaign.organisers.models import Group
from campaign.publishing.states import State
from campaign.schema import bring_up_to_date

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until a test moves it."""
    stopped = Clock()
    monkeypatch.setattr(clock, "now", stopped.now)
    return stopped


@dataclass
class Stage:
    """An event, what its entry is made from, and things that stand apart."""

    event: Event
    day: ActionDay
    campaign: Campaign
    group: Group
    article: Article  # of the event
    days_article: Article
    loose_article: Article
    apart: Event


@pytest.fixture
def stage(app: Flask, time: Clock) -> Stage:
    group = factories.group()
    campaign = factories.campaign(group=group)
    day = factories.action_day(campaign=campaign)
    event = factories.event(campaign=campaign, action_day=day)
    article, days_article, loose = (factories.article(group=group) for _ in range(3))
    apart = factories.event()
    with transaction():
        event.articles.append(article)
        day.articles.append(days_article)
    return Stage(event, day, campaign, group, article, days_article, loose, apart)


Stamps = tuple[int, datetime | None]


def stamps(row: Event | ActionDay) -> Stamps:
    db.session.rollback()  # so that what others committed is seen
    db.session.refresh(row)
    return row.calendar_sequence, row.calendar_changed_at


def revision() -> tuple[int, datetime]:
    db.session.rollback()
    row = db.session.get_one(FeedRevision, 1)
    return row.number, row.changed_at


def test_a_new_entry_starts_at_sequence_0(app: Flask, time: Clock) -> None:
    assert stamps(factories.event()) == (0, START)
    assert stamps(factories.action_day()) == (0, START)


def test_a_draft_has_no_stamps_until_it_is_public(app: Flask, time: Clock) -> None:
    event = factories.event(state=State.DRAFT, published_at=None)
    with transaction():
        event.title = "Another draft"
    assert stamps(event) == (0, None)
    time.time += HOUR
    with transaction():
        event.state, event.published_at = State.PUBLISHED, time.time
    assert stamps(event) == (0, START + HOUR)


def unlink_by_its_row(s: Stage) -> None:
    key = (s.event.id, s.article.id)
    db.session.delete(db.session.get_one(EventArticle, key))


def link_by_its_row(s: Stage) -> None:
    ids = {"action_day_id": s.day.id, "article_id": s.loose_article.id}
    db.session.add(ActionDayArticle(**ids, position=1))


#: What a person may change, and whether the event's and the day's entry show it.
CHANGES: dict[str, tuple[Callable[[Stage], object], bool, bool]] = {
    "title": (lambda s: setattr(s.event, "title", "New"), True, False),
    "venue": (lambda s: setattr(s.event, "venue", "New"), True, False),
    "state": (lambda s: setattr(s.event, "state", State.CANCELLED), True, False),
    "address level": (
        lambda s: setattr(s.event, "address_level", AddressLevel.CITY), True, False,
    ),
    "group's name": (lambda s: setattr(s.group, "name", "New"), True, False),
    "campaign's title": (lambda s: setattr(s.campaign, "title", "New"), True, True),
    "article's title": (lambda s: setattr(s.article, "title", "New"), True, False),
    "article withdrawn": (
        lambda s: setattr(s.article, "state", State.DRAFT), True, False,
    ),
    "day's article's title": (
        lambda s: setattr(s.days_article, "title", "New"), True, True,
    ),
    "article linked": (lambda s: s.event.articles.append(s.loose_article), True, False),
    "article unlinked": (lambda s: s.event.articles.clear(), True, False),
    "article unlinked by its row": (unlink_by_its_row, True, False),
    "day's article unlinked": (lambda s: s.day.articles.clear(), True, True),
    "day's article linked by its row": (link_by_its_row, True, True),
    "day's title": (lambda s: setattr(s.day, "title", "New"), False, True),
    "day withdrawn": (lambda s: setattr(s.day, "state", State.DRAFT), True, False),
    "contact": (lambda s: setattr(s.event, "contact", "New"), False, False),
    "instructions": (lambda s: setattr(s.event, "instructions", "New"), False, False),
    "capacity": (lambda s: setattr(s.event, "capacity", 40), False, False),
    "campaign's story": (lambda s: setattr(s.campaign, "story", "New"), False, False),
    "article's body": (lambda s: setattr(s.article, "body", "New"), False, False),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_the_stamps_move_where_the_entry_shows_the_change(
    stage: Stage, time: Clock, name: str
) -> None:
    change, event_moves, day_moves = CHANGES[name]
    time.time += HOUR
    event_before, day_before = stamps(stage.event), stamps(stage.day)
    apart_before, revision_before = stamps(stage.apart), revision()
    with transaction():
        change(stage)
    assert stamps(stage.event) == expected(event_before, event_moves, time.time)
    assert stamps(stage.day) == expected(day_before, day_moves, time.time)
    assert stamps(stage.apart) == apart_before
    assert revision() == (revision_before[0] + 1, time.time)


def expected(before: Stamps, has_moved: bool, now: datetime) -> Stamps:
    return (before[0] + 1, now) if has_moved else before


def test_writing_what_stands_there_already_moves_nothing(
    stage: Stage, time: Clock
) -> None:
    before = stamps(stage.event)
    time.time += HOUR
    with transaction():
        stage.event.title = f"{stage.event.title} "
    assert stamps(stage.event) == before


def test_two_changes_in_one_second_are_two(stage: Stage, time: Clock) -> None:
    sequence, changed_at = stamps(stage.event)
    assert changed_at is not None
    for title in ("One", "Two"):
        with transaction():
            stage.event.title = title
    assert stamps(stage.event) == (sequence + 2, changed_at + 2 * SECOND)


def test_many_flushes_in_one_transaction_are_one_change(
    stage: Stage, time: Clock
) -> None:
    sequence, _changed_at = stamps(stage.event)
    time.time += HOUR
    with transaction() as session:
        for title in ("One", "Two"):
            stage.event.title = title
            session.flush()
        with session.begin_nested():
            stage.event.title = "Three"
        stage.event.title = "Four"
    assert stamps(stage.event) == (sequence + 1, time.time)


def test_what_is_rolled_back_was_no_change(stage: Stage, time: Clock) -> None:
    before, revision_before = stamps(stage.event), revision()
    stage.event.title = "Never"
    db.session.flush()
    db.session.rollback()
    with transaction():
        db.session.scalars(select(Event)).all()
    assert (stamps(stage.event), revision()) == (before, revision_before)


def test_a_savepoint_that_fails_does_not_forget_what_was_before_it(
    stage: Stage, time: Clock
) -> None:
    sequence, _changed_at = stamps(stage.event)
    time.time += HOUR
    with transaction() as session:
        stage.event.title = "Kept"
        session.flush()
        savepoint = session.begin_nested()
        stage.apart.title = "Lost"
        session.flush()
        savepoint.rollback()
    assert stamps(stage.event) == (sequence + 1, time.time)


def test_a_count_of_places_is_no_change(stage: Stage, time: Clock) -> None:
    before, revision_before = stamps(stage.event), revision()
    with transaction() as session:
        session.execute(update(Event).values(places_taken=3))
    assert (stamps(stage.event), revision()) == (before, revision_before)


def test_leaving_the_lists_moves_the_revision(stage: Stage, time: Clock) -> None:
    number, _changed_at = revision()
    time.time += HOUR
    with transaction():
        stage.event.visibility = Visibility.UNLISTED
    assert revision() == (number + 1, time.time)


def test_a_start_tells_calendars_what_changed_without_a_write(
    stage: Stage, time: Clock, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {row: stamps(row) for row in (stage.event, stage.apart, stage.day)}
    time.time += HOUR
    bring_up_to_date(app, tells_calendars=True)
    assert {row: stamps(row) for row in before} == before
    monkeypatch.setitem(app.config, "SITE_URL", "https://moved.example.org")
    bring_up_to_date(app, tells_calendars=True)
    for row, (sequence, _changed_at) in before.items():
        assert stamps(row) == (sequence + 1, time.time)


def test_a_second_start_of_the_same_release_writes_nothing(
    stage: Stage, app: Flask
) -> None:
    bring_up_to_date(app, tells_calendars=True)
    before = revision()
    bring_up_to_date(app, tells_calendars=True)
    assert revision() == before


def test_a_start_writes_what_is_not_written_yet(stage: Stage, app: Flask) -> None:
    before = app.test_client().get("/events.ics").data
    assert before.count(b"BEGIN:VEVENT") == 2
    with db.engine.begin() as connection:  # as an older release leaves it
        connection.execute(delete(CalendarFragment))
    bring_up_to_date(app, tells_calendars=True)
    assert app.test_client().get("/events.ics").data == before


def test_of_writers_at_the_same_time_each_moves_the_stamps_once(app: Flask) -> None:
    campaign = factories.campaign()
    event = factories.event(campaign=campaign)
    ids, (before, _changed_at) = (campaign.id, event.id), stamps(event)
    number, _changed_at = revision()
    start = Barrier(4)

    def write(writer: int) -> None:
        with app.app_context():
            start.wait(timeout=30)
            for turn in range(5):
                with transaction() as session:
                    table = (Campaign, Event)[writer % 2]
                    row = session.get_one(table, ids[writer % 2])
                    row.title = f"Title {writer} {turn}"

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    assert stamps(event)[0] == before + 20
    assert revision()[0] == number + 20
    # All was written by the last of them: a start has nothing to add.
    told = stamps(event)
    bring_up_to_date(app, tells_calendars=True)
    assert stamps(event) == told
