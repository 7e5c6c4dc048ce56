"""Who has signed up: what lies sealed in a sign-up, opened and closed.

Everything about a person is under the key of their event, so that it can be read as
long as the event needs it and by nobody afterwards. A person at two events has
nothing in common in the database: each event's key makes another hash of the address.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from ..events.models import Event
from ..keys.store import keys
from ..lib.seal import keyed_hash, seal, unseal, unsealer
from .models import SignUp

#: What the name of the key of an event's list begins with.
EVENT: Final = "event:"
_PURPOSE: Final = "sign-up"


@dataclass(frozen=True)
class Person:
    """A supporter, as they wrote themselves down."""

    name: str
    email: str
    #: By the uid of the question: a text, a list of options' keys, or yes or no.
    answers: Mapping[str, Any] = field(default_factory=dict)


def key_name(event: Event) -> str:
    """Return the name of the key of an event's list."""
    return key_name_of(event.uid)


def key_name_of(event_uid: UUID) -> str:
    """Return the name of the key of the list of the event with this uid."""
    return f"{EVENT}{event_uid}"


def person_of(sign_up: SignUp) -> Person:
    """Return who signed up; raises KeyDestroyed when the list's time is up."""
    return _opened(keys().key(key_name(sign_up.event)), sign_up)


def people_of(event: Event, sign_ups: Iterable[Any]) -> dict[int, Person]:
    """Return who signed up to an event, by the ids of the sign-ups.

    Of each of them `id` and `sealed` are enough. Raises KeyDestroyed.
    """
    opened = unsealer(keys().key(key_name(event)), _PURPOSE)
    return {each.id: _read(opened(each.sealed)) for each in sign_ups}


def write_person(sign_up: SignUp, person: Person, email_key: str) -> None:
    """Write down who signed up, under the event's key, which is made if need be."""
    key = keys().find_or_make(key_name(sign_up.event))
    for name, value in values_of_person(key, person, email_key).items():
        setattr(sign_up, name, value)


def values_of_person(key: bytes, person: Person, email_key: str) -> dict[str, Any]:
    """Return what a sign-up holds of somebody, under the key of the event."""
    return {"sealed": _sealed(key, person), "email_hash": keyed_hash(key, email_key)}


def write_answers(sign_up: SignUp, answers: Mapping[str, Any]) -> None:
    """Write down what somebody answered; who they are stays. Raises KeyDestroyed."""
    key = keys().key(key_name(sign_up.event))
    person = replace(_opened(key, sign_up), answers=answers)
    sign_up.sealed = _sealed(key, person)


def email_hash(event: Event, email_key: str) -> str:
    """Return what the sign-up of this address to this event is found by."""
    return keyed_hash(keys().find_or_make(key_name(event)), email_key)


def _sealed(key: bytes, person: Person) -> bytes:
    return seal(key, json.dumps(asdict(person)).encode(), _PURPOSE)


def _opened(key: bytes, sign_up: SignUp) -> Person:
    return _read(unseal(key, sign_up.sealed, _PURPOSE))


def _read(written: bytes) -> Person:
    return Person(**json.loads(written))
