"""The whole life of sign-ups in any order, against what must always be true."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import factories
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select
from thorough import THOROUGH, examples

from campaign.database import db, transaction
from campaign.events.models import Event, EventRole
from campaign.events.operations import CapacityTooLow, set_capacity
from campaign.events.queries import roles_of
from campaign.lib.refusal import Refusal
from campaign.mail.models import OutgoingMail
from campaign.publishing.operations import move
from campaign.publishing.states import Move
from campaign.signups import messages
from campaign.signups.lifecycle import NoSuchMove, SignUpMove, SignUpState, after, can
from campaign.signups.models import SignUp
from campaign.signups.operations import (
    cancel_sign_up,
    change_party,
    claim_place,
    confirm_sign_up,
    erase_sign_up,
    expire_overdue,
    expire_overdue_of,
    fill_places,
    let_in,
    rejoin,
    send_again,
    sign_up,
    thaw_offers,
    turn_away,
)
from campaign.signups.operations.roles import (
    TooManyInRole,
    assign_role,
    change_role,
    choose_role,
    retire_role,
)
from campaign.signups.people import person_of

BEGIN = datetime(2035, 2, 13, 12, tzinfo=UTC)
PEOPLE = [f"p{number}@example.org" for number in range(7)]
people, sizes = st.sampled_from(PEOPLE), st.integers(1, 4)
#: Which of the sign-ups that can make the move.
picks = st.integers(0, 6)


def assign(sign_up, role, _now):
    return assign_role(sign_up, role)


#: What was done, and which states were reached, in all of the lives together.
REACHED = set()
VERBS = (
    *(confirm_sign_up, cancel_sign_up, claim_place, rejoin, change_party),
    *(send_again, erase_sign_up, let_in, turn_away),
    *(choose_role, assign),
)
LIVED = (
    *(SignUpState.PENDING, SignUpState.GOING, SignUpState.WAITING),
    *(SignUpState.CANCELLED, SignUpState.EXPIRED, "offered"),
)

#: What each mail says of the sign-up at the moment when it is sent.
TRUE_OF = {
    "Confirm your place": lambda row: row.state == "pending" and row.places_held,
    "Confirm your sign-up": lambda row: row.state == "pending" and not row.places_held,
    "You’re in": lambda row: row.state == "going" and row.places_held,
    "You are on the waiting list": lambda row: (
        row.state == "waiting" and not row.places_held and not row.awaits_approval
    ),
    "We have your sign-up": lambda row: row.state == "waiting" and row.awaits_approval,
    "A place is kept for you": lambda row: row.has_offer,
    "The place is no longer kept for you": lambda row: row.has_lapsed,
    "You have left": lambda row: row.state == "cancelled",
    "You have no place at this event": lambda row: row.state == "cancelled",
}


class Lives(RuleBasedStateMachine):
    """Every verb of sign-ups at one event, by seven people, in any order."""

    @initialize(
        capacity=st.integers(2, 6),
        has_waiting_list=st.sampled_from([True, True, False]),
        needs_approval=st.sampled_from([False, False, True]),
    )
    def begin(self, capacity, has_waiting_list, needs_approval):
        db.session.rollback()
        self.event = factories.event(
            capacity=capacity,
            has_waiting_list=has_waiting_list,
            needs_approval=needs_approval,
            max_party_size=4,
        )
        factories.role(self.event, places=2)
        factories.role(self.event)
        self.now = BEGIN
        # So that each life begins with people who are in, and with some who wait.
        for number, email in enumerate(PEOPLE[:5]):
            self.signs_up_and_confirms(email, 1 + number % 2)

    def teardown(self):
        db.session.rollback()
        with transaction() as session:
            session.execute(delete(OutgoingMail))
            session.execute(delete(SignUp))
            session.execute(delete(EventRole))
        db.session.expunge_all()

    def rows(self):
        query = select(SignUp).where(SignUp.event_id == self.event.id)
        return db.session.scalars(query.order_by(SignUp.id)).all()

    def do(self, verb, chosen, pick, *values, tell=None):
        """Do it as a view does, and then read the mails that went out."""
        rows = self.rows()
        able = [row for row in rows if can(row.state, chosen)] or rows
        if not able:
            return
        row = able[pick % len(able)]
        before = row.state
        try:
            with transaction():
                if verb(row, *values, self.now) and tell is not None:
                    tell(row, self.now)
        except NoSuchMove:
            assert row.state == before
        except Refusal:
            pass
        else:
            REACHED.add(verb)
        self.read_mails()

    def read_mails(self):
        """Each mail is true of who gets it, and nobody gets two of a kind at once."""
        mails = db.session.scalars(select(OutgoingMail)).all()
        if not mails:
            return
        told = Counter()
        by_email = {person_of(row).email: row for row in self.rows()}
        for mail in mails:
            kind = mail.content.subject.partition(":")[0]
            row = by_email[mail.content.recipient]
            assert TRUE_OF[kind](row), (kind, row.state, row.places_held)
            told[mail.content.recipient, kind] += 1
        assert all(number == 1 for number in told.values()), told
        with transaction() as session:
            session.execute(delete(OutgoingMail))

    @rule(email=people, size=sizes, may_wait=st.booleans())
    def signs_up(self, email, size, may_wait):
        try:
            with transaction():
                row = sign_up(
                    self.event.id, "P", email, size, "en", self.now, may_wait=may_wait
                )
                if row is not None:
                    messages.standing(row, self.now)
        except Refusal:
            pass
        self.read_mails()

    @rule(email=people, size=sizes)
    def signs_up_and_confirms(self, email, size):
        self.signs_up(email, size, True)
        self.do(confirm_sign_up, SignUpMove.CONFIRM, 0, tell=messages.standing)

    @rule(pick=picks, size=sizes)
    def changes_party(self, pick, size):
        self.do(change_party, SignUpMove.LEAVE, pick, size)

    @rule(pick=picks)
    def confirms(self, pick):
        self.do(confirm_sign_up, SignUpMove.CONFIRM, pick, tell=messages.standing)

    @rule(pick=picks)
    def leaves(self, pick):
        self.do(cancel_sign_up, SignUpMove.LEAVE, pick, tell=messages.sign_up_cancelled)

    @rule(pick=picks)
    def claims(self, pick):
        self.do(claim_place, SignUpMove.CLAIM, pick, tell=messages.going)

    @rule(pick=picks)
    def rejoins(self, pick):
        self.do(rejoin, SignUpMove.REJOIN, pick, tell=messages.standing)

    @rule(pick=picks)
    def asks_for_the_mail(self, pick):
        self.do(send_again, SignUpMove.LEAVE, pick)

    @rule(pick=picks)
    def is_erased(self, pick):
        self.do(erase_sign_up, SignUpMove.LEAVE, pick)

    @rule(pick=picks)
    def is_let_in(self, pick):
        self.do(let_in, SignUpMove.LET_IN, pick)

    @rule(pick=picks)
    def is_turned_away(self, pick):
        self.do(turn_away, SignUpMove.TURN_AWAY, pick)

    @rule(pick=picks, number=st.integers(0, 2))
    def takes_a_role(self, pick, number):
        role = [*roles_of(self.event), None][number]
        self.do(choose_role, SignUpMove.CHECK_IN, pick, role)

    @rule(pick=picks, number=st.integers(0, 2))
    def is_given_a_role(self, pick, number):
        role = [*roles_of(self.event), None][number]
        self.do(assign, SignUpMove.CHECK_IN, pick, role)

    @rule(number=st.integers(0, 1), places=st.integers(1, 3), is_retired=st.booleans())
    def a_role_is_changed(self, number, places, is_retired):
        role = roles_of(self.event)[number]
        with transaction():
            retire_role(self.event, role, is_retired)
        try:
            with transaction():
                change_role(self.event, role, {"places": places})
        except TooManyInRole:
            assert role.places_taken > places

    @rule(capacity=st.none() | st.integers(1, 10))
    def gets_another_capacity(self, capacity):
        try:
            with transaction():
                expire_overdue_of(self.event, self.now)
                set_capacity(self.event, capacity)
                fill_places(self.event, self.now)
        except CapacityTooLow:
            assert self.event.places_taken > capacity
        self.read_mails()

    @rule(needs_approval=st.booleans(), has_waiting_list=st.booleans())
    def gets_other_rules(self, needs_approval, has_waiting_list):
        with transaction():
            self.event.needs_approval = needs_approval
            self.event.has_waiting_list = has_waiting_list
            fill_places(self.event, self.now)
        self.read_mails()

    @rule(chosen=st.sampled_from([Move.POSTPONE, Move.CANCEL]), is_long=st.booleans())
    def is_off_and_on_again(self, chosen, is_long):
        self.move_event(chosen)
        if is_long:
            self.time_goes_by(1500)
        self.move_event(Move.PUBLISH)

    @rule(chosen=st.sampled_from([Move.POSTPONE, Move.CANCEL]), pick=picks)
    def is_off_while_somebody_acts(self, chosen, pick):
        self.move_event(chosen)
        self.claims(pick)
        self.changes_party(pick, 1)
        self.leaves(pick)
        self.move_event(Move.PUBLISH)

    def move_event(self, chosen):
        with transaction():
            move(self.event, chosen, self.now)
            thaw_offers(self.event, self.now)
            fill_places(self.event, self.now)
        self.read_mails()

    @rule(minutes=st.sampled_from([1, 16, 31, 300]))
    def time_goes_by(self, minutes):
        self.now += timedelta(minutes=minutes)
        with transaction():
            expire_overdue(self.now)
        self.read_mails()

    @rule()
    def half_an_hour_goes_by_unseen(self):
        self.now += timedelta(minutes=31)

    @invariant()
    def all_is_as_it_must_be(self):
        """Read once for all: each statement is a journey to the database and back."""
        db.session.rollback()
        event, rows = db.session.get_one(Event, self.event.id), self.rows()
        REACHED.update(row.state for row in rows)
        REACHED.update("offered" for row in rows if row.has_offer)
        counts_are_what_the_rows_say(event, rows)
        places_are_held_by_those_who_may(rows)
        roles_are_had_by_those_who_are_counted(roles_of(event), rows)
        if event.is_open(self.now) and self.now < event.starts_at:
            nobody_who_fits_is_passed_over(event, rows)


def counts_are_what_the_rows_say(event, rows):
    assert event.places_taken == sum(row.places_held for row in rows)
    confirmed = [row.places_held for row in rows if row.is_confirmed]
    assert event.places_confirmed == sum(confirmed)
    assert event.capacity is None or event.places_taken <= event.capacity


def places_are_held_by_those_who_may(rows):
    for row in rows:
        if row.is_confirmed:
            assert row.places_held == row.party_size
        if row.state in ("cancelled", "expired"):
            assert row.places_held == 0
        assert (row.offer_ends_at is not None) == row.has_offer
        assert row.queue_number is not None or row.state != "waiting"


def roles_are_had_by_those_who_are_counted(roles, rows):
    has = Counter(row.role_id for row in rows if row.role_id is not None)
    for role in roles:
        assert role.places_taken == has.pop(role.id, 0) <= role.places
    assert not has
    assert all(row.is_confirmed for row in rows if row.role_id is not None)


def nobody_who_fits_is_passed_over(event, rows):
    for row in rows:
        waits = row.state == "waiting" and not row.has_offer
        if waits and not row.awaits_approval:
            left = event.places_left
            assert left is not None
            assert row.party_size > left


def all_was_reached():
    """Else the states would prove little, however often they were looked at."""
    assert {*VERBS, *LIVED} <= REACHED


def test_everything_can_happen_in_a_life(app):
    """The verbs in an order in which each of them has something to do."""
    REACHED.clear()
    life = Lives()
    life.begin(6, has_waiting_list=True, needs_approval=False)
    for step, *values in (
        # Four are in, with six places, and the fifth waits.
        (life.takes_a_role, 0, 0),
        (life.is_given_a_role, 1, 1),
        (life.leaves, 2),
        # The place that is kept for the fifth lapses, once.
        (life.time_goes_by, 1500),
        (life.rejoins, 0),
        (life.claims, 0),
        (life.changes_party, 1, 1),
        (life.signs_up, PEOPLE[5], 1, True),
        (life.asks_for_the_mail, 4),
        (life.time_goes_by, 31),
        (life.gets_other_rules, True, True),
        (life.signs_up_and_confirms, PEOPLE[6], 2),
        (life.signs_up_and_confirms, PEOPLE[2], 2),
        (life.gets_another_capacity, 10),
        (life.is_let_in, 0),
        (life.is_turned_away, 0),
        (life.is_erased, 0),
    ):
        step(*values)
        life.all_is_as_it_must_be()
    all_was_reached()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_lives_in_any_order_on_sqlite(app):
    run(examples(36), steps=40)
    if THOROUGH:
        all_was_reached()


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_lives_in_any_order_on_postgresql(app):
    run(examples(20), steps=30)


def run(number, steps):
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=number,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("state", SignUpState)
def test_what_has_ended_does_not_come_back_but_by_signing_up_or_by_hand(state):
    ways = {each for each in SignUpMove if leads(state, each)}
    if state is SignUpState.CANCELLED:
        assert ways == {SignUpMove.SIGN_UP_AGAIN, SignUpMove.ADD}
    assert ways
    for each in ways:
        assert after(state, each) in SignUpState


def leads(state, chosen):
    try:
        after(state, chosen)
    except NoSuchMove:
        return False
    return True
