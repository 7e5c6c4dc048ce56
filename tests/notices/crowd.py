"""People at an event, and the background work that writes to them."""

import secrets
from datetime import date
from threading import Thread

from flask import current_app
from sqlalchemy import func, select

from campaign.background import jobs, run_job
from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.lib.tokens import token_hash
from campaign.signups.models import Notice, SignUp, SignUpState
from campaign.signups.people import Person, write_person

WRITING = ("tell of events", "remind", "thank")


def somebody(event, name="Amal", *, state=SignUpState.GOING, **values):
    """Put somebody on the list as signing up and confirming would leave them."""
    return crowd(event, [name], state=state, **values)[0]


def crowd(event, names, *, state=SignUpState.GOING, **values):
    """Put many on the list at once; each has an address of their name."""
    is_confirmed = state in ("going", "attended", "no_show")
    people = []
    with transaction() as session:
        row = session.get(Event, event.id)
        for name in names:
            sign_up = SignUp(
                event=row,
                **{
                    "state": state,
                    "places_held": int(is_confirmed),
                    "token_nonce": secrets.token_bytes(16),
                    "created_on": date(2026, 1, 6),
                    "confirmed_on": date(2026, 1, 6) if is_confirmed else None,
                    **values,
                },
            )
            token = sign_up.token(current_app.config["SECRET_KEY"])
            sign_up.token_hash = token_hash(token)
            address = f"{name.lower()}@example.org"
            write_person(sign_up, Person(name, address), address)
            session.add(sign_up)
            people.append(sign_up)
        count = len(people) if is_confirmed else 0
        row.places_taken += count
        row.places_confirmed += count
    return people


def write_mails(app, monkeypatch=None, now=None, times=1):
    """Do the background work that writes to many, as if it were `now`."""
    if now is not None:
        monkeypatch.setattr("campaign.lib.clock.now", lambda: now)
    wanted = [job for job in jobs() if job.name in WRITING]
    assert len(wanted) == len(WRITING)
    for _turn in range(times):
        for job in wanted:
            run_job(app, job)
    db.session.rollback()


def notices(kind=None):
    """Return how many notices there are, of one kind or of all."""
    db.session.rollback()
    query = select(func.count(Notice.id))
    return db.session.scalar(query.where(Notice.kind == kind) if kind else query)


def told(outbox):
    """Return to whom the mails go that wait in the outbox, by name."""
    return sorted(mail.recipient.partition("@")[0].capitalize() for mail in outbox)


def work_at_once(app, name, turns):
    """Let two workers do the same background job at the same time."""
    job = next(each for each in jobs() if each.name == name)

    def work():
        for _turn in range(turns):
            run_job(app, job)

    workers = [Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
