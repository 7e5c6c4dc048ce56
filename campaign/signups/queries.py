"""Sign-ups to read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from ..database import db
from ..events.models import Event, LogEntry, Question
from ..events.queries import all_that_is_seen
from ..lib.tokens import token_hash
from ..lib.walltime import wall_time
from ..publishing.states import State
from .models import Consent, Notice, PersonalCalendar, SignUp, SignUpState
from .people import Person, people_of, person_of
from .role_words import duty_words
from .roll import Entry, Wanted, chosen

#: What stands in the row of a sign-up as it is.
_STORED: Final = (
    *("state", "party_size", "places_held", "language", "queue_number"),
    *("hold_ends_at", "offer_ends_at", "is_approved", "is_added_by_hand"),
    *("created_on", "confirmed_on", "calendar_steps", "door_version"),
)


def find_sign_up(token: str) -> SignUp | None:
    """Return the sign-up whose own page has this token in its address."""
    return db.session.scalar(
        select(SignUp)
        .where(SignUp.token_hash == token_hash(token))
        .options(joinedload(SignUp.event), joinedload(SignUp.calendar))
    )


def all_about(sign_up: SignUp) -> dict[str, Any]:
    """Return all that is stored about a sign-up, in the words of its supporter."""
    person, event = person_of(sign_up), sign_up.event
    query = select(Question).where(Question.event_id == event.id)
    asked = {str(question.uid): question for question in db.session.scalars(query)}
    stored = {name: getattr(sign_up, name) for name in _STORED}
    notices = select(Notice).where(Notice.sign_up_id == sign_up.id)
    return {
        "event": {"title": event.title, "uid": event.uid, "starts_at": event.starts_at},
        "name": person.name,
        "email": person.email,
        "answers": [
            _answer(asked.get(uid), answer) for uid, answer in person.answers.items()
        ],
        **stored,
        "role": sign_up.role and duty_words(sign_up.role.duty),
        "consents": [
            {
                "wording": consent.wording,
                "given_at": consent.given_at,
                "withdrawn_at": consent.withdrawn_at,
            }
            for consent in consents_of(sign_up)
        ],
        "mails": [
            {"kind": notice.kind, "about": notice.about}
            for notice in db.session.scalars(notices)
        ],
        "is_in_a_calendar": sign_up.calendar_id is not None,
    }


def _answer(question: Question | None, answer: Any) -> dict[str, Any]:
    """Options by their words: their keys tell nobody anything."""
    if question is None:
        return {"question": None, "answer": answer}
    words = {option["key"]: option["label"] for option in question.options}
    if isinstance(answer, list):
        answer = [words.get(key, key) for key in answer]
    elif isinstance(answer, str):
        answer = words.get(answer, answer)
    return {"question": question.label, "answer": answer}


def is_asked(event: Event) -> bool:
    """Return whether the event has questions of its own."""
    query = select(Question.id).where(Question.event_id == event.id)
    found = db.session.scalar(query.where(~Question.is_retired).limit(1))
    return found is not None


def consents_of(sign_up: SignUp) -> Sequence[Consent]:
    """Return what somebody agreed to, withdrawn or not."""
    query = select(Consent).where(Consent.sign_up_id == sign_up.id)
    return db.session.scalars(query.order_by(Consent.id)).all()


def find_calendar(token: str) -> PersonalCalendar | None:
    """Return the calendar with this token in its address, revoked or not."""
    return db.session.scalar(
        select(PersonalCalendar).where(PersonalCalendar.token_hash == token_hash(token))
    )


def sign_ups_in(calendar: PersonalCalendar) -> Sequence[SignUp]:
    """Return the sign-ups that are kept in a calendar, in whatever state they are.

    What `Event.seen_by` reads is loaded with them, in a number of statements that
    does not grow with them.
    """
    of_event: Any = all_that_is_seen()
    query = (
        select(SignUp)
        .where(SignUp.calendar_id == calendar.id)
        .options(joinedload(SignUp.event).options(*of_event), joinedload(SignUp.role))
        .order_by(SignUp.id)
    )
    return db.session.scalars(query).all()


def sign_up_of(event: Event, email_hash: str) -> SignUp | None:
    """Return the sign-up of an address to an event, in whatever state it is.

    It is locked, so that it is not forgotten while it is taken up again.
    """
    return db.session.scalar(
        select(SignUp)
        .where(SignUp.event_id == event.id, SignUp.email_hash == email_hash)
        .with_for_update()
    )


def sign_up_of_form(event: Event, form_key_hash: str) -> SignUp | None:
    """Return the sign-up that a form which was sent before has made."""
    return db.session.scalar(
        select(SignUp).where(
            SignUp.event_id == event.id, SignUp.form_key_hash == form_key_hash
        )
    )


def sign_up_numbered(event: Event, number: int) -> SignUp | None:
    """Return the sign-up to an event that organisers know by this number."""
    return db.session.scalar(
        select(SignUp)
        .where(SignUp.event_id == event.id, SignUp.id == number)
        .options(joinedload(SignUp.event))
    )


def entries_of(event: Event) -> list[Entry]:
    """Return the list of an event, opened; in one statement, however long it is."""
    return _entries(event)


def _entries(event: Event, *conditions: ColumnElement[bool]) -> list[Entry]:
    # Columns: to make an object of each row takes longer than all the rest.
    query = select(*_LISTED).where(SignUp.event_id == event.id, *conditions)
    found = db.session.execute(query).all()
    people = people_of(event, found) if found else {}
    return [_entry(each, people[each.id], event) for each in found]


_LISTED: Final = (
    *(SignUp.id, SignUp.sealed, SignUp.party_size, SignUp.state, SignUp.is_approved),
    *(SignUp.created_on, SignUp.confirmed_on, SignUp.is_added_by_hand),
    *(SignUp.role_id, SignUp.offer_ends_at),
)


def _entry(sign_up: Any, person: Person, event: Event) -> Entry:
    is_waiting = sign_up.state is SignUpState.WAITING
    ends_at = sign_up.offer_ends_at
    return Entry(
        number=sign_up.id,
        name=person.name,
        email=person.email,
        party_size=sign_up.party_size,
        state=sign_up.state.value,
        created_on=sign_up.created_on,
        confirmed_on=sign_up.confirmed_on,
        is_added_by_hand=sign_up.is_added_by_hand,
        is_for_decision=is_waiting and event.needs_approval and not sign_up.is_approved,
        offered_until=ends_at and wall_time(ends_at, event.timezone),
        role=sign_up.role_id,
        answers=person.answers,
    )


def holders_of_roles(event: Event) -> dict[int, list[Entry]]:
    """Return who has which role at an event, by name and by the id of the role."""
    entries = _entries(event, SignUp.role_id.is_not(None))
    holders: dict[int, list[Entry]] = {}
    for entry in chosen(entries, Wanted(order="name")):
        holders.setdefault(entry.role or 0, []).append(entry)
    return holders


def agreements_at(event: Event) -> dict[tuple[int, int], str]:
    """Return who may be written to: days, by the ids of sign-up and purpose.

    Not where it is withdrawn, nor where somebody else may have typed the address.
    """
    query = (
        select(Consent.sign_up_id, Consent.purpose_id, Consent.given_at)
        .join(SignUp, SignUp.id == Consent.sign_up_id)
        .where(SignUp.event_id == event.id, SignUp.confirmed_on.is_not(None))
        .where(Consent.withdrawn_at.is_(None))
    )
    return {
        (sign_up, purpose): given_at.date().isoformat()
        for sign_up, purpose, given_at in db.session.execute(query)
    }


def consents_at(event: Event) -> dict[int, list[Consent]]:
    """Return what was agreed to at an event, withdrawn or not, by the sign-up's id."""
    query = select(Consent).join(SignUp, SignUp.id == Consent.sign_up_id)
    found: dict[int, list[Consent]] = {}
    of_event = query.where(SignUp.event_id == event.id).order_by(Consent.id)
    for consent in db.session.scalars(of_event):
        found.setdefault(consent.sign_up_id, []).append(consent)
    return found


def answer_counts(event: Event) -> Counter[str]:
    """Return how many have answered each question of an event, by its uid."""
    return Counter(uid for entry in entries_of(event) for uid in entry.answers)


def known_numbers(event: Event, numbers: Iterable[int | None]) -> set[int]:
    """Return those of the numbers whose sign-ups to an event are still there."""
    query = select(SignUp.id).where(SignUp.event_id == event.id)
    asked = [number for number in numbers if number is not None]
    return set(db.session.scalars(query.where(SignUp.id.in_(asked))))


def log_of(event: Event) -> Select[LogEntry]:
    """Return the query of what was done about an event, newest first."""
    return (
        select(LogEntry)
        .where(LogEntry.event_id == event.id)
        .options(joinedload(LogEntry.organiser))
        .order_by(LogEntry.id.desc())
    )


def events_to_move_to(event: Event, now: datetime) -> Sequence[Event]:
    """Return the other events of a group that people can be moved to, soonest first."""
    query = (
        select(Event)
        .where(Event.group_id == event.group_id, Event.id != event.id)
        .where(Event.state == State.PUBLISHED, Event.removed_at.is_(None))
        .where(Event.ends_at > now)
        .order_by(Event.starts_at, Event.id)
    )
    return db.session.scalars(query).all()
