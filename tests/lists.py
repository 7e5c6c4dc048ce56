"""Lists of events: filled at once, and looked at as organisers do."""

import re
import secrets
from datetime import date, timedelta
from html import unescape

from sqlalchemy import update

from campaign.database import transaction
from campaign.events.models import Event
from campaign.lib import clock
from campaign.lib.tokens import new_token, token_hash
from campaign.organisers.models import OrganiserSession
from campaign.signups.models import CONFIRMED_STATES, SignUp, SignUpState
from campaign.signups.people import Person, write_person

DAY = date(2026, 3, 2)
_WITH_PLACES = (*CONFIRMED_STATES, SignUpState.PENDING)


def enlist(
    event, name="Amal", email="", state="going", party_size=1, answers=None, **values
):
    """Put somebody on the list as if they had come there in the usual way."""
    one = {"name": name, "email": email, "state": state, "party_size": party_size}
    return enlist_all(event, [{**one, "answers": answers, **values}])[0]


def enlist_all(event, people):
    """Put many on the list at once, each as `enlist` is told of one."""
    with transaction() as session:
        row = session.get(Event, event.id)
        return [_enlist(session, row, **person) for person in people]


def _enlist(
    session,
    event,
    name="Amal",
    email="",
    state="going",
    party_size=1,
    answers=None,
    **values,
):
    state = SignUpState(state)
    held = party_size if state in _WITH_PLACES else 0
    confirmed = party_size if state in CONFIRMED_STATES else 0
    sign_up = SignUp(
        event_id=event.id,
        state=state,
        party_size=party_size,
        token_nonce=secrets.token_bytes(16),
        token_hash=token_hash(new_token()),
        **{
            "places_held": held,
            "created_on": DAY,
            "confirmed_on": DAY if confirmed else None,
            **values,
        },
    )
    sign_up.event = event
    write_person(sign_up, Person(name, email, answers or {}), email or new_token())
    session.add(sign_up)
    session.execute(
        update(Event)
        .where(Event.id == event.id)
        .values(
            places_taken=Event.places_taken + held,
            places_confirmed=Event.places_confirmed + confirmed,
        )
    )
    return sign_up


def path(event, view=""):
    return f"/manage/events/{event.slug}/sign-ups{view}"


def names(answer):
    """Return the names that a page of the list shows, in order."""
    people = answer.text.partition('<table class="people"')[2].partition("</table>")[0]
    found = re.findall(r'scope="row"><a [^>]*><bdi>(.*?)</bdi>', people)
    return [unescape(name) for name in found]


def make_sessions_older(by=timedelta(minutes=16)):
    """Let every organiser have signed in that long ago."""
    with transaction() as session:
        session.execute(update(OrganiserSession).values(created_at=clock.now() - by))
