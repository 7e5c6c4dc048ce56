"""An event's own page with its sign-up form, and each supporter's own page.

The page of an event stands here and not in `events`, because its form is of this
feature, and a lower feature knows nothing of it.
"""

from datetime import datetime

import structlog
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as Answer

from ...database import db, transaction
from ...events.disclosure import Viewer
from ...events.models import Event
from ...events.operations import EventFull, EventNotOpen
from ...events.queries import events_near, find_event
from ...events.views import blueprint as events
from ...language import language
from ...lib import clock
from ...lib.refusal import Refusal
from ...publishing.access import public_or_abort
from ...series.queries import next_dates
from .. import messages, operations
from ..forms import CalendarForm, SignUpForm
from ..models import HOLD, SignUp, SignUpState
from ..own_calendar import kept_events
from ..people import Person, person_of, write_person
from ..queries import find_sign_up, sign_ups_in

log = structlog.get_logger()
blueprint = Blueprint("sign_ups", __name__)
_HOLD_MINUTES = int(HOLD.total_seconds() // 60)
#: What is wrong with the address of another calendar, and what to do.
_WHY_NOT = {
    operations.UnknownCalendar: _l(
        "No calendar has this address. Copy it whole, from the page of your other "
        "sign-up."
    ),
    operations.RevokedCalendar: _l(
        "This address was made invalid. Copy the present one, from the page of your "
        "other sign-up."
    ),
    operations.SameCalendar: _l(
        "That is the calendar which this event is in. Copy the address from the page "
        "of your other sign-up."
    ),
}


@events.get("/events/<slug:slug>", endpoint="show")
def show_event(slug: str) -> Response:
    event = _public_event(slug)
    return _event_page(event, SignUpForm.for_event(event), clock.now())


@blueprint.post("/events/<slug:slug>/sign-ups")
def sign_up(slug: str) -> Answer:
    event, now = _public_event(slug), clock.now()
    form = SignUpForm.for_event(event)
    if not form.validate_on_submit():
        return _event_page(event, form, now, 422)
    # A machine gets the same answer, and no place.
    failure = None if form.is_from_machine else _sign_up(event, form, now)
    if failure:
        return _event_page(event, form, now, failure)
    return redirect(url_for("sign_ups.check_your_mail", slug=slug), 303)


@blueprint.get("/events/<slug:slug>/check-your-mail")
def check_your_mail(slug: str) -> str:
    event = _public_event(slug).seen_by(Viewer.STRANGER, clock.now())
    return render_template(
        "sign_ups/check_your_mail.html", event=event, hold_minutes=_HOLD_MINUTES
    )


@blueprint.get("/sign-ups/<string:token>")
def show(token: str) -> Response:
    return _own_page(_sign_up_or_404(token), token, clock.now())


@blueprint.post("/sign-ups/<string:token>/confirm")
def confirm(token: str) -> Answer:
    sign_up, now = _sign_up_or_404(token), clock.now()
    try:
        with transaction():
            if operations.confirm_sign_up(sign_up, now):
                messages.standing(sign_up, now)
    except Refusal as refusal:
        is_full = isinstance(refusal, EventFull)
        return _own_page(sign_up, token, now, status=refusal.status, is_full=is_full)
    return redirect(url_for("sign_ups.show", token=token), 303)


@blueprint.post("/sign-ups/<string:token>/cancel")
def cancel(token: str) -> Answer:
    sign_up, now = _sign_up_or_404(token), clock.now()
    with transaction():
        if operations.cancel_sign_up(sign_up, now):
            messages.sign_up_cancelled(sign_up, now)
    return redirect(url_for("sign_ups.show", token=token), 303)


@blueprint.post("/sign-ups/<string:token>/calendar")
def keep_in_calendar(token: str) -> Answer:
    sign_up, now = _sign_up_or_404(token), clock.now()
    form = CalendarForm()
    if not form.validate_on_submit():
        return _own_page(sign_up, token, now, form=form, status=422)
    try:
        with transaction():
            operations.keep_in_calendar(sign_up, form.token, now)
    except tuple(_WHY_NOT) as refusal:
        form.refuse("address", str(_WHY_NOT[type(refusal)]))
        return _own_page(sign_up, token, now, form=form, status=refusal.status)
    return _back_to_calendar(token)


@blueprint.post("/sign-ups/<string:token>/calendar/leave")
def take_out_of_calendar(token: str) -> Answer:
    sign_up, now = _sign_up_or_404(token), clock.now()
    with transaction():
        operations.take_out_of_calendar(sign_up, now)
    return _back_to_calendar(token)


@blueprint.post("/sign-ups/<string:token>/calendar/revoke")
def revoke_calendar(token: str) -> Answer:
    sign_up, now = _sign_up_or_404(token), clock.now()
    with transaction():
        operations.revoke_calendar(sign_up, now)
    return _back_to_calendar(token)


@blueprint.after_request
def keep_to_the_supporter(response: Response) -> Response:
    """Whoever has the address of such a page can leave the event in their name."""
    if request.view_args and "token" in request.view_args:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _public_event(slug: str) -> Event:
    return public_or_abort(find_event(slug))


def _sign_up_or_404(token: str) -> SignUp:
    sign_up = find_sign_up(token)
    if sign_up is None:
        page = render_template("sign_ups/unknown.html")
        abort(make_response(page, 404))
    return sign_up


def _event_page(
    event: Event, form: SignUpForm, now: datetime, status: int = 200
) -> Response:
    page = render_template(
        "events/show.html",
        event=event.seen_by(Viewer.STRANGER, now),
        form=form if event.is_open(now) else None,
        is_open=event.is_open(now),
        is_over=event.is_over(now),
        nearby=[e.seen_by(Viewer.STRANGER, now) for e in events_near(event, now)],
        series=event.series,
        next_dates=[e.seen_by(Viewer.STRANGER, now) for e in next_dates(event, now)],
    )
    return make_response(page, status)


def _sign_up(event: Event, form: SignUpForm, now: datetime) -> int | None:
    """Sign up; where that fails, put the reason into the form and return a status."""
    try:
        with transaction():
            _write_down(event, form, now)
    except Refusal as refusal:
        form.refuse(*_reason(refusal))
        return refusal.status
    except OperationalError as error:
        # Readers are served on, and nothing that was typed is lost.
        log.error("database", error=type(error.orig).__name__)
        form.refuse(
            "name", gettext("We could not write this down. Please try again soon.")
        )
        return 503
    return None


def _write_down(event: Event, form: SignUpForm, now: datetime) -> None:
    signed_up = operations.sign_up(
        event,
        form.name.data,
        form.email.data,
        form.party_size.data,
        language(),
        now,
        form.form_key.data or "",
    )
    if signed_up is not None:
        messages.confirm_sign_up(signed_up, now)
    else:
        _be_as_busy(event, form.email.data, now)


def _be_as_busy(event: Event, email: str, now: datetime) -> None:
    """Make the mail and drop it: the time that an answer takes tells nothing."""
    nobody = SignUp(event=event, language=language(), token_nonce=b"")
    write_person(nobody, Person("", email), "")
    mail = messages.confirm_sign_up(nobody, now)
    if mail is not None:
        db.session.expunge(mail)


def _reason(refusal: Refusal) -> tuple[str, str]:
    """Return the field that a refusal is about, and what to do."""
    match refusal:
        case EventFull():
            return "party_size", gettext(
                "There are not so many places left. If you have signed up already, "
                "the link is in your mail."
            )
        case EventNotOpen():
            return "name", gettext("This event takes no sign-ups now.")
        case operations.PartyTooLarge():
            return "party_size", gettext("Write a smaller number.")
    raise refusal


def _own_page(
    sign_up: SignUp,
    token: str,
    now: datetime,
    *,
    status: int = 200,
    is_full: bool = False,
    form: CalendarForm | None = None,
) -> Response:
    event, calendar = sign_up.event, sign_up.calendar
    together = sign_ups_in(calendar) if calendar else [sign_up]
    page = render_template(
        "sign_ups/show.html",
        sign_up=sign_up,
        name=person_of(sign_up).name,
        token=token,
        state=_shown_state(sign_up, now),
        event=event.seen_by(_viewer(sign_up), now),
        is_open=event.is_open(now),
        is_over=event.is_over(now),
        is_full=is_full,
        hold_minutes=_HOLD_MINUTES,
        calendar_token=_calendar_token(sign_up, token),
        is_together=len(together) > 1,
        kept=[kept.event for kept in kept_events(together, now)],
        form=form or CalendarForm(formdata=None),
    )
    return make_response(page, status)


def _calendar_token(sign_up: SignUp, token: str) -> str:
    """Until a sign-up of former days has a calendar, its page's address is good."""
    calendar = sign_up.calendar
    return calendar.token(current_app.config["SECRET_KEY"]) if calendar else token


def _back_to_calendar(token: str) -> Answer:
    address = url_for("sign_ups.show", token=token, _anchor="calendar")
    return redirect(address, 303)


def _shown_state(sign_up: SignUp, now: datetime) -> str:
    """A hold that has just ended is over, whether or not it is swept up yet."""
    state = SignUpState.EXPIRED if sign_up.is_overdue(now) else sign_up.state
    return state.value


def _viewer(sign_up: SignUp) -> Viewer:
    return Viewer.SUPPORTER if sign_up.is_confirmed else Viewer.STRANGER
