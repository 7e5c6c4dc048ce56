"""What a supporter's own page shows: where the sign-up stands, and what can be done."""

import json
from datetime import datetime
from typing import Any

from flask import Response, current_app, make_response, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from ...events.disclosure import Viewer
from ...events.operations import EventFull, EventNotOpen
from ...events.queries import purposes_of
from ...language import language
from ...lib.refusal import Refusal
from ...lib.walltime import wall_time
from ...limits.access import TooOften
from ...limits.words import wait_words
from ..agreements import agreements
from ..forms import AnswersForm, CalendarForm, PartyForm, RoleForm
from ..lifecycle import NoSuchMove
from ..models import HOLD, SignUp, SignUpState
from ..operations import (
    NoOffer,
    NotAskedFor,
    NoTimeForRoles,
    PartyTooLarge,
    RoleFull,
    SentJustNow,
)
from ..own_calendar import kept_events
from ..people import person_of
from ..queries import all_about, consents_of, is_asked, sign_ups_in

HOLD_MINUTES = int(HOLD.total_seconds() // 60)
#: Why something did not work, and what to do.
_WHY_NOT = {
    EventFull: _l("There is no room for so many."),
    EventNotOpen: _l("This event takes no sign-ups now."),
    NoOffer: _l("No place is kept for you now: you get a mail as soon as one is."),
    RoleFull: _l("Others were faster: there are enough people for that now."),
    NoTimeForRoles: _l("Roles are for those who have a place, until the event begins."),
    SentJustNow: _l(
        "We sent it a few minutes ago. Look among unwanted mail too, and try again in "
        "a quarter of an hour."
    ),
    NotAskedFor: _l("The organisers do not ask for that any more."),
    NoSuchMove: _l("Something has changed meanwhile: see below how it stands now."),
}


def own_page(
    sign_up: SignUp,
    token: str,
    now: datetime,
    *,
    status: int = 200,
    is_full: bool = False,
    problem: str = "",
    done: str = "",
    form: CalendarForm | None = None,
    party: PartyForm | None = None,
    role: RoleForm | None = None,
) -> Response:
    """Return the page, with what was typed into one of its forms."""
    calendar = sign_up.calendar
    together = sign_ups_in(calendar) if calendar else [sign_up]
    ends_at = sign_up.offer_ends_at
    page = render_template(
        "sign_ups/show.html",
        **_standing(sign_up, now),
        token=token,
        is_full=is_full,
        problem=problem,
        done=done,
        hold_minutes=HOLD_MINUTES,
        offer_until=ends_at and wall_time(ends_at, sign_up.event.timezone),
        calendar_token=_calendar_token(sign_up, token),
        is_together=len(together) > 1,
        kept=[kept.event for kept in kept_events(together, now)],
        form=form or CalendarForm(formdata=None),
        party=party or PartyForm.for_sign_up(sign_up, formdata=None),
        asks=sign_up.can_answer(now) and is_asked(sign_up.event),
        has_answered=bool(person_of(sign_up).answers),
        role=role or _role_form(sign_up, now),
        agreed=agreements(purposes_of(sign_up.event), consents_of(sign_up)),
    )
    return make_response(page, status)


def _standing(sign_up: SignUp, now: datetime) -> dict[str, Any]:
    """Return who it is, and where the sign-up and its event stand now."""
    event = sign_up.event
    return {
        "sign_up": sign_up,
        "name": person_of(sign_up).name,
        "state": _shown_state(sign_up, now),
        "event": event.seen_by(_viewer(sign_up), now, language()),
        "is_open": event.is_open(now),
        "is_begun": event.starts_at <= now,
        "is_over": event.is_over(now),
        "takes_sign_ups": event.takes_sign_ups(now),
    }


def _role_form(sign_up: SignUp, now: datetime) -> RoleForm | None:
    """Return the form of the roles, where there is anything to choose."""
    if not sign_up.can_choose_role(now):
        return None
    form = RoleForm.for_sign_up(sign_up, formdata=None)
    return form if form.roles else None


def answers_page(
    sign_up: SignUp, token: str, form: AnswersForm, now: datetime
) -> Response:
    """Return the page with the event's own questions, and what was answered."""
    page = render_template(
        "sign_ups/questions.html",
        event=sign_up.event.seen_by(_viewer(sign_up), now, language()),
        form=form,
        token=token,
    )
    return make_response(page, 422 if form.errors else 200)


def data_file(sign_up: SignUp) -> Response:
    """Return all that is stored about a sign-up, as a file."""
    body = json.dumps(all_about(sign_up), ensure_ascii=False, indent=2, default=_plain)
    response = Response(f"{body}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-sign-up.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def why_not(refusal: Refusal, sign_up: SignUp) -> str:
    """Say why something did not work, and what to do."""
    match refusal:
        case PartyTooLarge():
            most = sign_up.event.max_party_size
            return str(gettext("Write a number from 1 to %(n)d.", n=most))
        case TooOften():
            words = gettext(
                "Very many people ask for the same just now. Try again in %(time)s.",
                time=wait_words(refusal.seconds),
            )
            return str(words)
    for kind, words in _WHY_NOT.items():
        if isinstance(refusal, kind):
            return str(words)
    raise refusal


def _plain(value: Any) -> str:
    """Times and the like, which JSON does not know."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _calendar_token(sign_up: SignUp, token: str) -> str:
    """Until a sign-up of former days has a calendar, its page's address is good."""
    calendar = sign_up.calendar
    return calendar.token(current_app.config["SECRET_KEY"]) if calendar else token


def _shown_state(sign_up: SignUp, now: datetime) -> str:
    """A hold that has just ended is over, whether or not it is swept up yet."""
    state = SignUpState.EXPIRED if sign_up.is_overdue(now) else sign_up.state
    if sign_up.has_lapsed:
        return "lapsed"
    if sign_up.has_offer:
        return "offered"
    return state.value


def _viewer(sign_up: SignUp) -> Viewer:
    return Viewer.SUPPORTER if sign_up.is_confirmed else Viewer.STRANGER
