"""The demo's supporters: who comes, waits or is to be decided on, and what they said.

Everything about them follows from their number, so that the same moment gives the
same people.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from flask import current_app

from ...database import db
from ...events.models import (
    ConsentPurpose,
    Event,
    EventRole,
    Question,
    QuestionKind,
    RoleKind,
)
from ...lib.tokens import token_hash
from ...signups.models import HOLD, Consent, SignUp, SignUpState
from ...signups.people import Person, write_person
from ..story import Action, Crowd

#: In what sizes people come, over and over.
_PARTY_SIZES = (1, 2, 1, 1, 3, 2, 1, 1, 4, 2)
#: States of those who were asked something after they had confirmed.
_ASKED = (SignUpState.GOING, SignUpState.WAITING)
#: Who has no answer, agrees to nothing, and took a consent back: every so many.
_SILENT, _AGREEING, _WITHDRAWN = 5, 3, 24


def add_crowd(
    event: Event, action: Action, numbers: Iterator[int], now: datetime
) -> None:
    """Add what an event asks for, and all who signed up, by running numbers."""
    questions = [
        Question(
            event_id=event.id,
            position=position,
            **{**told, "kind": QuestionKind(told["kind"])},
        )
        for position, told in enumerate(action.questions)
    ]
    purposes = [
        ConsentPurpose(event_id=event.id, position=position, wording=wording)
        for position, wording in enumerate(action.consents)
    ]
    db.session.add_all([*questions, *purposes])
    db.session.flush()
    on_list = []
    for state, sizes, values in _parties(event, action.crowd, now):
        for size in sizes:
            number = next(numbers)
            answers = _answers(questions, number) if state in _ASKED else {}
            sign_up = _sign_up(event, number, size, state, now, answers, values)
            db.session.add(sign_up)
            on_list.append((number, sign_up))
    db.session.flush()
    _agree(on_list, purposes, now)
    going = [each for _number, each in on_list if each.state is SignUpState.GOING]
    _add_roles(event, action, going)


def _parties(
    event: Event, crowd: Crowd, now: datetime
) -> list[tuple[SignUpState, Iterable[int], Mapping[str, Any]]]:
    """Return the sizes of the parties, who came first standing before the others."""
    until = (now + timedelta(hours=event.offer_hours)).replace(second=0, microsecond=0)
    return [
        (
            SignUpState.GOING,
            _divided(crowd.going),
            {"is_approved": event.needs_approval},
        ),
        (SignUpState.CANCELLED, crowd.cancelled, {}),
        (SignUpState.WAITING, crowd.offered, {"offer_ends_at": until}),
        (SignUpState.WAITING, crowd.waiting, {"is_approved": event.needs_approval}),
        (SignUpState.WAITING, crowd.to_decide, {}),
        (SignUpState.PENDING, crowd.pending, {"hold_ends_at": now + HOLD}),
    ]


def _divided(people: int) -> Iterator[int]:
    """Divide people into parties."""
    for size in cycle(_PARTY_SIZES):
        if people <= 0:
            return
        yield min(size, people)
        people -= size


def _sign_up(
    event: Event,
    number: int,
    size: int,
    state: SignUpState,
    now: datetime,
    answers: Mapping[str, Any],
    values: Mapping[str, Any],
) -> SignUp:
    is_pending = state is SignUpState.PENDING
    has_places = state in (SignUpState.GOING, SignUpState.PENDING)
    day = now.date() if is_pending else now.date() - timedelta(days=30 - number % 28)
    sign_up = SignUp(
        event=event,
        token_nonce=secrets.token_bytes(16),
        language=event.language,
        party_size=size,
        places_held=size if has_places or "offer_ends_at" in values else 0,
        state=state,
        queue_number=number if state is SignUpState.WAITING else None,
        created_on=day,
        confirmed_on=None if is_pending else day,
        **values,
    )
    email = f"supporter{number}@example.org"
    write_person(sign_up, Person(f"Demo supporter {number}", email, answers), email)
    token = sign_up.token(current_app.config["SECRET_KEY"])
    sign_up.token_hash = token_hash(token)
    return sign_up


def _answers(questions: Sequence[Question], number: int) -> dict[str, Any]:
    """Choose by the number; some have not answered what nobody must."""
    found: dict[str, Any] = {}
    for position, question in enumerate(questions):
        turn = number * (2 * position + 5) + position
        if number % _SILENT == 0 and not question.is_required:
            continue
        keys = [option["key"] for option in question.options]
        match question.kind:
            case QuestionKind.YES_NO:
                found[str(question.uid)] = turn % 7 == 0
            case QuestionKind.CHOICE:
                found[str(question.uid)] = [keys[turn % len(keys)]]
            case QuestionKind.CHOICES:
                found[str(question.uid)] = sorted({keys[turn % len(keys)], keys[0]})
    return found


def _agree(
    on_list: Sequence[tuple[int, SignUp]],
    purposes: Sequence[ConsentPurpose],
    now: datetime,
) -> None:
    for position, purpose in enumerate(purposes):
        for number, sign_up in on_list:
            if (number + position) % _AGREEING:
                continue
            given_at = now - (now.date() - sign_up.created_on)
            is_withdrawn = number % _WITHDRAWN == 0
            db.session.add(
                Consent(
                    sign_up_id=sign_up.id,
                    purpose_id=purpose.id,
                    wording=purpose.wording,
                    given_at=given_at,
                    withdrawn_at=now if is_withdrawn else None,
                )
            )


def _add_roles(event: Event, action: Action, going: list[SignUp]) -> None:
    """Add the roles, and let some of those who come take them on."""
    takers = iter(going)
    for position, told in enumerate(action.roles):
        kind = RoleKind(told["kind"])
        role = EventRole(event=event, position=position, **{**told, "kind": kind})
        db.session.add(role)
        for _place in range(role.places_taken):
            next(takers).role = role
