"""What a site that is lived in has: people in every state, a question, a message.

It is written by the operations that the views call too, into the site's own database.
"""

from datetime import datetime
from typing import Any

from browser.site import Site

from campaign.database import db, transaction
from campaign.events.models import Event, QuestionKind
from campaign.events.queries import find_event
from campaign.lib import clock
from campaign.notices.operations import send_message
from campaign.notices.queries.recipients import stop_token
from campaign.organisers.operations import find_or_make_organiser, make_sign_in_link
from campaign.signups import messages
from campaign.signups.models import SignUp, SignUpState
from campaign.signups.operations import (
    asking,
    cancel_sign_up,
    confirm_sign_up,
    sign_up,
)

#: Who is asked, and where there is no place left.
ASKING, FULL = "wellington-talk", "melbourne-film"
OWNER = "owner@example.org"


def fill_with_life(site: Site) -> dict[str, str]:
    """Return what stands for the words in the addresses of `pages.py`."""
    with site.app.test_request_context(base_url=site.url):
        now = clock.now()
        question, purpose = _ask(now)
        row = {
            "pending": _enter(ASKING, "pending", now),
            "going": _enter(ASKING, "going", now, is_coming=True),
            "left": _enter(ASKING, "left", now, is_coming=True, leaves=True),
            "waiting": _enter(_full_event(), "waiting", now, is_coming=True),
        }
        secret = site.app.config["SECRET_KEY"]
        going = row["going"]
        words = {name: each.token(secret) for name, each in row.items()}
        words |= {
            "number": str(going.id),
            "no_mails": f"{going.id}/{stop_token(going)}",
            "question": str(question),
            "purpose": str(purpose),
            "message": str(_write_to_all(now)),
            "sign_in": _sign_in_token(now),
        }
        db.session.remove()
    return words


def _ask(now: datetime) -> tuple[int, int]:
    event = _event(ASKING)
    for kind in QuestionKind:
        values: dict[str, Any] = {"label": f"What of {kind.value}?", "kind": kind}
        values["is_asked_later"] = kind is QuestionKind.TEXT
        with transaction():
            question = asking.add_question(event, values, ["Tea", "Coffee"])
            db.session.flush()
            number = question.id
    with transaction():
        purpose = asking.add_purpose(event, "Write to me about what comes next.")
        db.session.flush()
        return number, purpose.id


def _full_event() -> str:
    event = _event(FULL)
    with transaction():
        event.has_waiting_list = True
        event.capacity = max(event.places_taken, 1)
        event.places_taken = event.capacity
    return FULL


def _enter(
    slug: str,
    name: str,
    now: datetime,
    is_coming: bool = False,
    leaves: bool = False,
) -> SignUp:
    with transaction():
        email = f"{name}@example.net"
        row = sign_up(_event(slug), name, email, 1, "en", now, may_wait=True)
        assert row is not None
        messages.confirm_sign_up(row, now)
    if is_coming:
        with transaction():
            confirm_sign_up(row, now)
            messages.standing(row, now)
    if leaves:
        with transaction():
            cancel_sign_up(row, now)
            messages.sign_up_cancelled(row, now)
    return row


def _write_to_all(now: datetime) -> int:
    event, owner = _event(ASKING), find_or_make_organiser(OWNER, now)
    states = [SignUpState.GOING]
    with transaction():
        told = "The door is on the left.", "See you there."
        return send_message(event, owner, states, *told, "the-key", now)


def _sign_in_token(now: datetime) -> str:
    with transaction():
        return make_sign_in_link(find_or_make_organiser(OWNER, now), now)


def _event(slug: str) -> Event:
    event = find_event(slug)
    assert event is not None
    return event
