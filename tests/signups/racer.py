"""One process of the races; `test_races.py` starts several. Prints what it saw."""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import cycle, islice

from flask import current_app
from sqlalchemy import func, select, update

from campaign import create_app
from campaign.database import db, transaction
from campaign.events.models import EventRole
from campaign.events.operations import EventFull
from campaign.events.queries import find_event, roles_of
from campaign.feeds.models import FeedRevision
from campaign.lib import clock
from campaign.lib.refusal import Refusal
from campaign.mail.addresses import parse_address
from campaign.signups import messages
from campaign.signups.models import SignUp
from campaign.signups.operations import (
    NewSignUp,
    NothingToConfirm,
    OnList,
    RevokedCalendar,
    SameCalendar,
    cancel_sign_up,
    change_party,
    claim_place,
    confirm_sign_up,
    expire_overdue,
    keep_in_calendar,
    newcomer,
    revoke_calendar,
    sign_up,
    sign_up_newcomer,
    take_out_of_calendar,
)
from campaign.signups.operations.door import (
    ChangedAtTheDoor,
    add_walk_in,
    check_in,
    undo_check_in,
)
from campaign.signups.operations.roles import RoleFull, choose_role
from campaign.signups.people import email_hash

#: How long a process waits for its turn, in milliseconds; a request waits less.
PATIENCE = 120_000
#: How many want something at once in each process, where there are several.
THREADS = 4


def main():
    """Run one race after the other, each told in a line of standard input."""
    for line in sys.stdin:
        told = json.loads(line)
        with app_on(told["database"], told["instance"]).app_context():
            find_event(told["slug"])
            db.session.rollback()
            print("ready", flush=True)
            sys.stdin.readline()
            seen = Counter(globals()[told["how"]](told))
        print(json.dumps(seen), flush=True)


@cache
def app_on(database, instance):
    """Return the app on a database, patient: on a busy machine a turn takes long."""
    patient = {"connect_args": {"options": f"-c lock_timeout={PATIENCE}"}}
    own = {"SQLALCHEMY_ENGINE_OPTIONS": patient} if "postgresql" in database else {}
    return create_app(
        {
            **own,
            "SQLALCHEMY_DATABASE_URI": database,
            "INSTANCE_PATH": instance,
            "SECRET_KEY": "not a secret: this is a test",
        }
    )


def attempts(told):
    """Yield an address and a party size for each attempt."""
    sizes = cycle(told.get("sizes", [1]))
    for number, size in enumerate(islice(sizes, told["attempts"])):
        own = f"supporter{told['number']}-{number}@example.org"
        yield told.get("email", own), size


def enter(event, email, size):
    """Sign up as the view does: the place and the mail in one transaction."""
    with transaction():
        row = sign_up(event.id, "Racer", email, size, "en", clock.now())
        if row is not None:
            messages.standing(row, clock.now())
    return row


def sign_up_once(event, email, size):
    try:
        return "same" if enter(event, email, size) is None else "in"
    except EventFull:
        return "full"


def sign_up_many(told):
    event = find_event(told["slug"])
    for email, size in attempts(told):
        yield sign_up_once(event, email, size)


def newcomers_many(told):
    """Threads that want places at once, of which one writes for all that wait."""
    event = find_event(told["slug"])
    seen = event.seen_by("stranger", clock.now()).without_counts
    version = db.session.scalar(select(FeedRevision.number))
    at_hand = event.id, event.uid, seen, version
    db.session.rollback()
    app = current_app._get_current_object()
    with ThreadPoolExecutor(THREADS) as threads:
        yield from threads.map(partial(come_once, app, at_hand), attempts(told))


def come_once(app, at_hand, attempt):
    (number, uid, seen, version), (email, size) = at_hand, attempt
    now, address = clock.now(), parse_address(email)
    with app.app_context():
        one = newcomer(number, uid, "Racer", address, size, "en", now, "")
        nonce = one.sign_up["token_nonce"]
        mail = messages.values_of_confirmation(seen, nonce, email, "en", now)
        try:
            new = NewSignUp(one, mail, version, now)
            return "in" if sign_up_newcomer(new) else "full"
        except OnList:
            return "same"


def come_and_go(told):
    """All processes sign up, confirm and cancel the same few people."""
    event = find_event(told["slug"])
    for number in range(told["attempts"]):
        email = f"supporter{number % 5}@example.org"
        enter(event, email, 1 + number % 5)
        row = db.session.scalar(
            select(SignUp).where(SignUp.email_hash == email_hash(event, email))
        )
        yield confirm_once(row)
        if (number + told["number"]) % 3 == 0:
            with transaction():
                cancel_sign_up(row, clock.now())


def confirm_once(row):
    try:
        with transaction():
            return "changed" if confirm_sign_up(row, clock.now()) else "same"
    except NothingToConfirm:
        return "left"


def take_turns(told):
    """All processes sign up, wait, claim, leave and change the same few people."""
    event = find_event(told["slug"])
    for number in range(told["attempts"]):
        step = number + told["number"]
        yield turn_once(event, f"supporter{step * 5 % 12}@example.org", step)


def turn_once(event, email, step):
    now, verbs = clock.now(), (confirm_sign_up, claim_place, cancel_sign_up)
    try:
        with transaction():
            sign_up(event.id, "Racer", email, 1 + step % 3, "en", now, may_wait=True)
        row = db.session.scalar(
            select(SignUp).where(SignUp.email_hash == email_hash(event, email))
        )
        with transaction():
            confirm_sign_up(row, now)
        with transaction():
            if step % 4 == 3:
                change_party(row, 1 + step % 2, now)
            else:
                verbs[step % 4](row, now)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def claim_all(told):
    """All processes take what is free, each for the same people in another order."""
    ids = told["ids"]
    start = told["number"] * len(ids) // 4
    for number in (*ids[start:], *ids[:start]):
        try:
            with transaction() as session:
                row = session.get(SignUp, number)
                seen = "in" if claim_place(row, clock.now()) else "same"
        except EventFull:
            seen = "full"
        yield seen


def mix_calendars(told):
    """All processes put the same few sign-ups together, and take them apart."""
    ids = db.session.scalars(select(SignUp.id).order_by(SignUp.id)).all()
    for number in range(told["attempts"]):
        step = number + told["number"]
        one, other = ids[step % len(ids)], ids[(step * 3 + 1) % len(ids)]
        yield change_calendar(db.session.get(SignUp, one), other, step % 5)


def change_calendar(row, other, turn):
    now = clock.now()
    token = db.session.get(SignUp, other).token(current_app.config["SECRET_KEY"])
    try:
        with transaction():
            if turn < 3:
                keep_in_calendar(row, token, now)
            elif turn == 3:
                take_out_of_calendar(row, now)
            else:
                revoke_calendar(row, now)
                expire_overdue(now)
    except (RevokedCalendar, SameCalendar) as refusal:
        return type(refusal).__name__
    return "done"


def check_in_all(told):
    """Stewards at all doors check the same people in, on lists of the same moment."""
    for number in stand_at_the_doors(told):
        yield tap_once(
            number, told, lambda row, tap: check_in(row, clock.now(), tap=tap, seen=0)
        )


def stand_at_the_doors(told):
    db.session.rollback()
    return db.session.scalars(select(SignUp.id).order_by(SignUp.id)).all()


def tap_once(number, told, act):
    try:
        with transaction():
            is_new = act(db.session.get(SignUp, number), f"{told['number']}-{number}")
        return "done" if is_new else "same"
    except ChangedAtTheDoor:
        return "newer"
    except EventFull:
        return "full"


def come_in_and_out(told):
    """All stewards tap in and out, in turns, and let people in without a sign-up."""
    event, ids = find_event(told["slug"]), stand_at_the_doors(told)
    for number in range(told["attempts"]):
        step = number + told["number"]
        chosen = ids[step % len(ids)]
        if step % 3 == 0:
            yield tap_once(chosen, told, lambda row, _tap: undo_check_in(row))
        elif step % 3 == 1:
            yield tap_once(chosen, told, partial(come_as_many, 1 + step % 4))
        else:
            yield walk_in_once(event, f"tap-{number // 3}")


def come_as_many(size, row, _tap):
    return check_in(row, clock.now(), size)


def walk_in_once(event, tap):
    """Each process sends the same taps, as phones do whose answers are lost."""
    try:
        with transaction():
            return "in" if add_walk_in(event, "", 1, clock.now(), tap)[1] else "again"
    except EventFull:
        return "full"


def meet_after_looking(turn):
    """Go on when all processes have looked: so the obvious code is sure to lose.

    They meet but once; afterwards each goes on as fast as it can.
    """
    db.session.rollback()
    if turn == 0:
        print("looked", flush=True)
        sys.stdin.readline()


def look_then_check_in(told):
    """What one would write first: look at the version, then write the next one."""
    for turn, number in enumerate(stand_at_the_doors(told)):
        db.session.rollback()
        row = db.session.get(SignUp, number)
        if row.door_version != 0:
            yield "newer"
            continue
        meet_after_looking(turn)
        with transaction() as session:
            session.execute(
                update(SignUp).where(SignUp.id == number).values(door_version=1)
            )
        yield "done"


def take_roles(told):
    """All processes take on, change and give back the same few roles."""
    event, ids = find_event(told["slug"]), stand_at_the_doors(told)
    numbers = [role.id for role in roles_of(event)]
    for number in range(told["attempts"]):
        step = number + told["number"] * 7
        chosen = [*numbers, None][step % (len(numbers) + 1)]
        yield choose_once(ids[step * 5 % len(ids)], chosen, choose_role)


def choose_once(number, chosen, verb):
    try:
        with transaction() as session:
            role = session.get(EventRole, chosen) if chosen else None
            done = verb(session.get(SignUp, number), role, clock.now())
        return "done" if done else "same"
    except RoleFull:
        return "full"


def take_one_role(told):
    """Each of many people takes the same role on, in all processes at once."""
    event, ids = find_event(told["slug"]), stand_at_the_doors(told)
    role = roles_of(event)[0].id
    for number in ids[told["number"] :: 4]:
        yield choose_once(number, role, choose_role)


def look_then_take_role(told):
    """What one would write first: count who has it, then write it down."""
    event, ids = find_event(told["slug"]), stand_at_the_doors(told)
    role, places = roles_of(event)[0].id, roles_of(event)[0].places
    for turn, number in enumerate(ids[told["number"] :: 4]):
        db.session.rollback()
        has_it = select(func.count(SignUp.id)).where(SignUp.role_id == role)
        if db.session.scalar(has_it) >= places:
            yield "full"
            continue
        meet_after_looking(turn)
        with transaction() as session:
            session.execute(
                update(SignUp).where(SignUp.id == number).values(role_id=role)
            )
        yield "done"


def count_then_insert(told):
    """What one would write first: look whether there is room, then take it."""
    event = find_event(told["slug"])
    event_id, capacity = event.id, event.capacity
    now = clock.now()
    for turn, (email, size) in enumerate(attempts(told)):
        db.session.rollback()
        taken = select(func.count(SignUp.id)).where(SignUp.event_id == event_id)
        if db.session.scalar(taken) >= capacity:
            yield "full"
            continue
        meet_after_looking(turn)
        with transaction() as session:
            session.add(
                SignUp(
                    event_id=event_id,
                    token_hash=email,
                    token_nonce=b"",
                    sealed=b"",
                    email_hash=email,
                    places_held=size,
                    party_size=size,
                    created_on=now.date(),
                )
            )
        yield "in"


if __name__ == "__main__":
    main()
