"""The demo's rows: counted right, and the same on every database.

It is filled once for all tests, which only read it; the last ones fill their own.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from conftest import (
    DATABASES,
    CheckingClient,
    close_connections,
    make_app,
    new_postgresql,
)
from flask import Flask
from sqlalchemy import func, select

from campaign.articles.models import Article
from campaign.campaigns.models import ActionDay, Campaign
from campaign.database import db, transaction
from campaign.demo import story
from campaign.demo.operations import fill_demo
from campaign.events.models import Event
from campaign.events.queries import roles_of
from campaign.mail.models import OutgoingMail
from campaign.organisers.models import Group, Membership, Organiser, Role
from campaign.publishing.states import State
from campaign.signups.models import Consent, SignUp, SignUpState
from campaign.signups.people import person_of
from campaign.signups.queries import find_sign_up

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module", params=DATABASES)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An app with a demo that was filled on 1 October 2026."""
    folder = tmp_path_factory.mktemp("demo")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), folder / "demo.sqlite3")
        url = f"sqlite:///{folder / 'demo.sqlite3'}"
    else:
        server = request.getfixturevalue("postgresql")
        empty = request.getfixturevalue("empty_postgresql")
        url = new_postgresql(server, "campaign_demo", empty)
    app = make_app(folder, url, KEYS_URL=f"sqlite:///{folder / 'keys.sqlite3'}")
    app.test_client_class = CheckingClient
    with app.app_context():
        with transaction():
            fill_demo(NOW)
        db.session.remove()
    yield app
    close_connections(app)


@pytest.fixture
def owner(filled: Flask) -> Iterator[Organiser]:
    """The owner of that demo, in a context of its app."""
    with filled.app_context():
        named = select(Organiser).where(Organiser.email == "owner@example.org")
        yield db.session.scalars(named).one()
        db.session.remove()


def events() -> dict[str, Event]:
    return {event.slug: event for event in db.session.scalars(select(Event))}


def of_the_day() -> dict[str, Event]:
    """The events of the day of action: all but those that repeat."""
    return {slug: e for slug, e in events().items() if e.series_id is None}


def weekly() -> list[Event]:
    """The dates of what repeats, in order."""
    dates = [event for event in events().values() if event.series_id is not None]
    return sorted(dates, key=lambda event: event.series_slot or event.starts_local)


def sign_ups(event: Event) -> list[SignUp]:
    return list(db.session.scalars(select(SignUp).where(SignUp.event == event)))


def how_many(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# --- who


def test_the_owner_owns_planet_syria_and_nothing_else(owner: Organiser) -> None:
    assert owner.email == "owner@example.org"
    roles = {membership.group.slug: membership.role for membership in owner.memberships}
    assert roles == {"planet-syria": Role.OWNER}


def test_a_second_organiser_belongs_to_another_group_with_its_own_event(
    owner: Organiser,
) -> None:
    second = db.session.scalars(
        select(Membership).join(Membership.organiser).where(Organiser.id != owner.id)
    ).one()
    assert second.organiser.email == "organiser@example.org"
    assert second.group.slug == "syria-solidarity-uk"
    theirs = [e.slug for e in events().values() if e.group_id == second.group_id]
    assert theirs == ["manchester-vigil"]


# --- what


def test_the_campaign_has_its_backers_its_reading_and_its_day(
    owner: Organiser,
) -> None:
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaign.title == "Planet Syria"
    assert {group.name for group in campaign.backers} == {"RS21", "Syria Solidarity UK"}
    told = story.articles()
    in_order = [each["slug"] for each in told if "translation_of" not in each]
    assert [article.slug for article in campaign.articles] == in_order
    [action_day] = campaign.action_days
    assert [article.slug for article in action_day.articles] == in_order
    assert action_day.starts_on == action_day.ends_on == date(2027, 2, 23)


def test_events_begin_on_the_day_by_their_own_clocks(owner: Organiser) -> None:
    action_day = db.session.scalars(select(ActionDay)).one()
    for event in of_the_day().values():
        assert event.starts_local.date() == action_day.starts_on
        assert event.action_day_id == action_day.id
    first = min(of_the_day().values(), key=lambda event: event.starts_at)
    assert first.slug == "kiritimati-vigil"
    assert first.starts_at == datetime(2027, 2, 22, 16, tzinfo=UTC)


def test_what_is_or_was_public_says_since_when(owner: Organiser) -> None:
    never_public = {State.DRAFT, State.PROPOSED}
    rows = [*events().values(), *db.session.scalars(select(Article))]
    for row in rows:
        assert (row.published_at is None) == (row.state in never_public)
        assert row.is_public == (row.state not in never_public)
        assert row.created_at <= row.modified_at <= NOW
    assert Counter(event.state for event in of_the_day().values()) == {
        State.PUBLISHED: len(of_the_day()) - 4,
        State.DRAFT: 1,
        State.PROPOSED: 1,
        State.POSTPONED: 1,
        State.CANCELLED: 1,
    }


def test_one_event_repeats_with_a_date_moved_and_a_date_cancelled(
    filled: Flask, owner: Organiser
) -> None:
    client = filled.test_client()
    dates, week = weekly(), timedelta(weeks=1)
    slots = [date.series_slot or NOW for date in dates]
    assert [after - before for before, after in pairwise(slots)] == [week] * 7
    assert min(slots) > NOW.replace(tzinfo=None)
    moved = [date for date in dates if date.starts_local != date.series_slot]
    assert [date.venue for date in moved] == ["Church hall"]
    states = Counter(date.state for date in dates)
    assert states == {State.PUBLISHED: 7, State.CANCELLED: 1}
    page = client.get("/series/leeds-a-light-on-every-friday").text
    assert "Every Friday at 17:30" in page
    body = client.get("/series/leeds-a-light-on-every-friday.ics").data
    # The whole series, and two components for what differs.
    assert body.count(b"BEGIN:VEVENT") == 3


def test_events_carry_their_articles_before_those_of_the_day(owner: Organiser) -> None:
    manchester = events()["manchester-vigil"]
    assert [article.slug for article in manchester.all_articles] == [
        "siege-as-a-weapon",
        "how-to-hold-a-safe-vigil",
        "aleppo-nearly-cut-off",
    ]


# --- who comes


def test_the_places_of_every_event_are_those_of_its_sign_ups(owner: Organiser) -> None:
    for event in events().values():
        rows = sign_ups(event)
        taken = sum(row.party_size for row in rows if row.holds_places(NOW))
        taken += sum(row.party_size for row in rows if row.has_offer)
        assert taken == sum(row.places_held for row in rows)
        going = [row for row in rows if row.state is SignUpState.GOING]
        assert event.places_taken == taken, event.slug
        assert event.places_confirmed == sum(row.party_size for row in going)
        assert event.places_left is None or event.places_left >= 0
        assert all(1 <= row.party_size <= event.max_party_size for row in rows)


def test_exactly_one_event_is_full_and_people_wait_for_it(owner: Organiser) -> None:
    full = [event for event in events().values() if event.places_left == 0]
    assert [event.slug for event in full] == ["berlin-film"]
    states = Counter(row.state for row in sign_ups(full[0]))
    assert states[SignUpState.WAITING] == 7
    offered = [row for row in sign_ups(full[0]) if row.has_offer]
    assert sorted(row.party_size for row in offered) == [1, 2]
    assert all(NOW < row.offer_ends_at <= NOW + timedelta(days=1) for row in offered)
    assert states[SignUpState.PENDING] == 0


def test_sign_ups_are_pending_going_waiting_and_cancelled(owner: Organiser) -> None:
    rows = list(db.session.scalars(select(SignUp)))
    assert {row.state for row in rows} == {
        SignUpState.PENDING,
        SignUpState.GOING,
        SignUpState.WAITING,
        SignUpState.CANCELLED,
    }
    assert len(rows) > 1000
    assert all(row.created_on <= NOW.date() for row in rows)


def test_answers_consents_and_roles_are_those_of_people(owner: Organiser) -> None:
    london = events()["london-march"]
    rows = sign_ups(london)
    answered = [row for row in rows if person_of(row).answers]
    assert 0 < len(answered) < len(rows)
    has = Counter(row.role_id for row in rows)
    for role in roles_of(london):
        assert role.places_taken == has[role.id]
    assert sum(role.missing for role in roles_of(london)) == 8
    consents = db.session.scalars(select(Consent)).all()
    assert len({consent.sign_up_id for consent in consents}) > 100
    assert any(consent.withdrawn_at for consent in consents)
    assert all(consent.given_at <= NOW for consent in consents)
    to_decide = sign_ups(events()["san-francisco-training"])
    assert sum(r.awaits_approval and r.state == "waiting" for r in to_decide) == 3
    # Each Friday looks for people of its own.
    later = roles_of(weekly()[1])
    assert [(role.places, role.places_taken) for role in later] == [(1, 0), (2, 0)]


def test_a_sign_up_is_confirmed_unless_it_is_pending(owner: Organiser) -> None:
    for row in db.session.scalars(select(SignUp)):
        is_pending = row.state is SignUpState.PENDING
        assert (row.confirmed_on is None) == is_pending
        assert (row.hold_ends_at is not None) == is_pending


def test_supporters_are_made_up_and_look_it(owner: Organiser) -> None:
    people = [person_of(row) for row in db.session.scalars(select(SignUp))]
    for person in people:
        assert person.name.startswith("Demo supporter ")
        assert person.email.startswith("supporter")
        assert person.email.endswith("@example.org")
    assert len({person.email for person in people}) == len(people)


def test_a_supporters_link_leads_to_the_sign_up(
    filled: Flask, owner: Organiser
) -> None:
    row = db.session.scalars(select(SignUp).limit(1)).one()
    assert find_sign_up(row.token(filled.config["SECRET_KEY"])) is row


def test_nobody_gets_mail_because_the_demo_was_filled(owner: Organiser) -> None:
    assert how_many(OutgoingMail) == 0


# --- how


def test_the_database_gives_back_every_word_of_the_story(owner: Organiser) -> None:
    db.session.expire_all()
    stored = events()
    assert len(of_the_day()) == len(story.actions())
    for action in story.actions():
        event = stored[action.fields["slug"]]
        for name, told in action.fields.items():
            assert getattr(event, name) == told, (event.slug, name)
        assert (event.starts_local, event.ends_local) == action.times_on(
            date(2027, 2, 23)
        )


def test_filling_leaves_the_commit_to_its_caller(app: Flask) -> None:
    fill_demo(NOW)
    assert how_many(SignUp) > 0
    db.session.rollback()
    assert how_many(SignUp) == how_many(Group) == 0


def test_the_same_moment_gives_the_same_demo(app: Flask) -> None:
    assert rows_of_a_demo() == rows_of_a_demo()


def rows_of_a_demo() -> list[tuple[Any, ...]]:
    """Fill the demo, undo it, and return its sign-ups as far as no secret is in."""
    fill_demo(NOW)
    rows = db.session.scalars(select(SignUp).join(Event)).all()
    found = [
        (r.event.slug, person_of(r).name, r.state, r.party_size, r.created_on)
        for r in rows
    ]
    db.session.rollback()
    return sorted(found)
