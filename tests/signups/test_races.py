"""Many processes want the same places at the same moment.

Each test lets four processes loose on one database. The negative controls let them
meet once between looking and writing: the obvious code, count and then insert, gives
places twice there, so the counts that the tests compare would show a race lost.
"""

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE

import factories
import pytest
from sqlalchemy import select, update
from supporters import places, rows, sign_up

from campaign.database import db, transaction
from campaign.events.queries import roles_of
from campaign.lib import clock
from campaign.lib.walltime import wall_time
from campaign.signups.models import PersonalCalendar, SignUp
from campaign.signups.operations import cancel_sign_up, confirm_sign_up
from campaign.signups.operations import sign_up as sign_up_row
from campaign.signups.operations.door import add_walk_in, undo_check_in

PROCESSES = 4
RACER = Path(__file__).with_name("racer.py")


@pytest.fixture(scope="module")
def racers():
    """The processes, started once: loading the app takes longer than a race."""
    with ExitStack() as stack:
        yield [stack.enter_context(_racer()) for _ in range(PROCESSES)]


@contextmanager
def _racer():
    with subprocess.Popen(
        [sys.executable, RACER], stdin=PIPE, stdout=PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def race(app, racers, instance):
    """Return a function that lets the processes race and returns what each saw."""

    def run(how, event, attempts, meets=False, **options):
        told = {
            "database": app.config["SQLALCHEMY_DATABASE_URI"],
            "instance": str(instance),
            "how": how,
            "slug": event.slug,
            "attempts": attempts // PROCESSES,
            **options,
        }
        db.session.rollback()
        for number, racer in enumerate(racers):
            _tell(racer, json.dumps({**told, "number": number}))
        for step in ("ready", "looked") if meets else ("ready",):
            for racer in racers:
                assert racer.stdout.readline() == f"{step}\n"
            for racer in racers:
                _tell(racer, "go")
        return [json.loads(racer.stdout.readline()) for racer in racers]

    return run


def _tell(racer, line):
    racer.stdin.write(line + "\n")
    racer.stdin.flush()


def total(results, answer):
    return sum(result.get(answer, 0) for result in results)


def test_fifty_places_are_given_fifty_times(race):
    event = factories.event(capacity=50)
    results = race("sign_up_many", event, 160)
    assert (total(results, "in"), total(results, "full")) == (50, 110)
    assert places(event) == (50, 0)
    assert len(rows()) == 50


#: The long way, one after the other, and the short one, several threads at once.
both_ways = pytest.mark.parametrize("way", ["sign_up_many", "newcomers_many"])


@both_ways
def test_parties_of_all_sizes_fill_the_places_and_no_more(race, outbox, way):
    event = factories.event(capacity=50)
    results = race(way, event, 120, sizes=[1, 5, 2, 4, 3])
    sizes = [row.party_size for row in rows()]
    # The smallest party fills the last gap.
    assert sum(sizes) == 50
    assert places(event) == (50, 0)
    assert total(results, "in") == len(sizes) == len(list(outbox))
    assert total(results, "in") + total(results, "full") == 120


@both_ways
def test_one_address_has_one_place_however_often_it_is_typed(race, outbox, way):
    event = factories.event(capacity=50)
    results = race(way, event, 60, email="amal@example.org")
    assert (total(results, "in"), total(results, "same")) == (1, 59)
    assert places(event) == (1, 0)
    assert len(rows()) == 1
    assert len(list(outbox)) == 1


def test_confirming_and_leaving_at_once_keeps_the_count(race):
    event = factories.event(capacity=50)
    race("come_and_go", event, 60)
    going = sum(row.party_size for row in rows() if row.is_confirmed)
    assert {row.state.value for row in rows()} <= {"pending", "going", "cancelled"}
    assert places(event) == (going + pending_places(), going)


def pending_places():
    return sum(row.party_size for row in rows() if row.state == "pending")


def test_turns_that_are_taken_at_once_give_no_place_twice(race):
    event = factories.event(capacity=9, max_party_size=3)
    results = race("take_turns", event, 80)
    assert total(results, "done") > 12
    held = [row.places_held for row in rows()]
    sure = [row.places_held for row in rows() if row.is_confirmed]
    assert places(event) == (sum(held), sum(sure))
    assert sum(held) <= 9
    left = 9 - sum(held)
    waiting = [r for r in rows() if r.state == "waiting" and not r.has_offer]
    assert all(row.party_size > left for row in waiting)


def test_what_is_free_when_the_event_has_begun_is_taken_once(race):
    event, now = factories.event(capacity=5), clock.now()
    for number in range(17):
        email = f"supporter{number}@example.org"
        with transaction():
            row = sign_up_row(event.id, "S", email, 1, "en", now, may_wait=True)
            confirm_sign_up(row, now)
    soon = wall_time(now, event.timezone).replace(tzinfo=None)
    with transaction():
        event.set_times(
            soon - timedelta(minutes=9), soon + timedelta(hours=9), "Europe/London"
        )
    going = [row for row in rows() if row.state == "going"]
    waiting = [row.id for row in rows() if row.state == "waiting"]
    for row in going:
        with transaction():
            cancel_sign_up(row, now)
    results = race("claim_all", event, 48, ids=waiting)
    assert total(results, "in") == 5
    assert total(results, "same") + total(results, "full") == 43
    assert places(event) == (5, 5)


def test_calendars_that_are_mixed_at_once_stay_good(race, client):
    events = [factories.event() for _ in range(3)]
    for number in range(6):
        sign_up(client, events[number % 3], email=f"supporter{number}@example.org")
    results = race("mix_calendars", events[0], 80)
    assert sum(sum(result.values()) for result in results) == 80
    assert total(results, "done") > 20
    kept = [row.calendar for row in rows()]
    assert len(kept) == 6
    assert not any(calendar.is_revoked for calendar in kept)
    in_use = {calendar.id for calendar in kept}
    open_ones = select(PersonalCalendar.id).where(PersonalCalendar.revoked_on.is_(None))
    assert set(db.session.scalars(open_ones)) == in_use


def expect_at_the_door(event, number):
    """Write people down who are expected, and not inside yet."""
    for _ in range(number):
        with transaction():
            sign_up, _is_new = add_walk_in(event, "", 1, clock.now())
            undo_check_in(sign_up)
    with transaction() as session:
        session.execute(update(SignUp).values(door_version=0))


def test_of_stewards_who_tap_on_the_same_person_one_is_first(race):
    event = factories.event(capacity=50)
    expect_at_the_door(event, 15)
    results = race("check_in_all", event, 60)
    assert (total(results, "done"), total(results, "newer")) == (15, 45)
    assert {(row.state.value, row.door_version) for row in rows()} == {("attended", 1)}
    assert places(event) == (15, 15)


def test_coming_in_and_out_at_all_doors_keeps_the_count(race):
    event = factories.event(capacity=45)
    expect_at_the_door(event, 10)
    results = race("come_in_and_out", event, 120)
    assert sum(sum(result.values()) for result in results) == 120
    held = sum(row.places_held for row in rows())
    assert held == sum(row.party_size for row in rows()) <= 45
    assert places(event) == (held, held)
    # Each tap of a walk-in was sent by several, and counts once.
    assert total(results, "in") == len(rows()) - 10 > 0
    assert total(results, "again") > 0


def test_places_of_a_role_are_given_once_however_many_want_them(race):
    event = factories.event(capacity=50)
    expect_at_the_door(event, 40)
    factories.role(event, places=7)
    results = race("take_one_role", event, 40)
    assert (total(results, "done"), total(results, "full")) == (7, 33)
    assert roles(event) == [(7, 7)]


def test_roles_that_are_taken_and_given_back_at_once_are_counted(race):
    event = factories.event(capacity=50)
    expect_at_the_door(event, 10)
    factories.role(event, places=2)
    factories.role(event, "medic", places=1)
    results = race("take_roles", event, 120)
    assert sum(sum(result.values()) for result in results) == 120
    assert total(results, "done") > 20
    assert all(counted == had <= 2 for counted, had in roles(event))


def test_the_obvious_code_gives_a_role_twice(race):
    event = factories.event(capacity=50)
    expect_at_the_door(event, 40)
    factories.role(event, places=2)
    race("look_then_take_role", event, 40, meets=True)
    assert roles(event)[0][1] > 2


def roles(event):
    """Return of each role how many places are taken, and how many people have it."""
    db.session.rollback()
    has = Counter(row.role_id for row in rows())
    return [(each.places_taken, has[each.id]) for each in roles_of(event)]


def test_the_obvious_code_lets_stewards_overrule_each_other(race):
    event = factories.event(capacity=50)
    expect_at_the_door(event, 15)
    results = race("look_then_check_in", event, 60, meets=True)
    assert total(results, "done") > 15


def test_the_obvious_code_gives_places_twice(race):
    event = factories.event(capacity=2)
    race("count_then_insert", event, 40, meets=True)
    assert len(rows()) > 2
