"""An event's own page with its sign-up form, and each supporter's own page.

The page of an event stands here and not in `events`, because its form is of this
feature, and a lower feature knows nothing of it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer

from ...database import transaction
from ...events.disclosure import Viewer
from ...events.models import Event
from ...events.operations import EventFull
from ...events.queries import find_event
from ...events.views import blueprint as events
from ...language import language
from ...lib import clock
from ...lib.refusal import Refusal
from ...limits.access import count_attempt
from ...publishing.access import public_or_abort
from .. import messages, operations
from ..forms import AnswersForm, CalendarForm, PartyForm, RoleForm, SignUpForm
from ..models import SignUp
from ..queries import find_sign_up
from ..terms import terms_of
from .own_page import HOLD_MINUTES, answers_page, data_file, own_page, why_not
from .signing_up import event_page, sign_up_from

blueprint = Blueprint("sign_ups", __name__)
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
    event, form = _public_event(slug), SignUpForm.under(terms_of(slug))
    if event.places_left == 0:
        form.offer_to_wait(event)
    return event_page(event, form, clock.now())


@blueprint.post("/events/<slug:slug>/sign-ups")
def sign_up(slug: str) -> Answer:
    terms, now = terms_of(slug), clock.now()
    form = SignUpForm.under(terms)
    if not form.validate_on_submit():
        return event_page(_public_event(slug), form, now, 422)
    # A machine gets the same answer, and no place.
    failure = None if form.is_from_machine else sign_up_from(terms, form, now)
    if failure:
        return event_page(_public_event(slug), form, now, failure)
    # Of what the visitor was told, and nothing of what the list says about them.
    waits = "1" if form.waits or terms.needs_approval else None
    return redirect(url_for("sign_ups.check_your_mail", slug=slug, waits=waits), 303)


@blueprint.get("/events/<slug:slug>/check-your-mail")
def check_your_mail(slug: str) -> str:
    event, now = _public_event(slug), clock.now()
    return render_template(
        "sign_ups/check_your_mail.html",
        event=event.seen_by(Viewer.STRANGER, now, language()),
        is_confirm_first=event.is_confirm_first(now),
        needs_approval=event.needs_approval,
        waits="waits" in request.args,
        hold_minutes=HOLD_MINUTES,
    )


@blueprint.get("/sign-ups/erased")
def erased() -> str:
    return render_template("sign_ups/erased.html")


@blueprint.get("/sign-ups/<string:token>")
def show(token: str) -> Response:
    done = request.args.get("done", "")
    return own_page(sign_up_or_404(token), token, clock.now(), done=done)


@blueprint.post("/sign-ups/<string:token>/confirm")
def confirm(token: str) -> Answer:
    return _done(token, operations.confirm_sign_up, messages.standing)


@blueprint.post("/sign-ups/<string:token>/cancel")
def cancel(token: str) -> Answer:
    verb, tell = operations.cancel_sign_up, messages.sign_up_cancelled
    return _done(token, verb, tell, done="left")


@blueprint.post("/sign-ups/<string:token>/claim")
def claim(token: str) -> Answer:
    return _done(token, operations.claim_place, messages.going)


@blueprint.post("/sign-ups/<string:token>/rejoin")
def rejoin(token: str) -> Answer:
    return _done(token, operations.rejoin, messages.standing)


@blueprint.post("/sign-ups/<string:token>/party")
def change_party(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
    party = PartyForm.for_sign_up(sign_up)
    if not party.validate_on_submit():
        return own_page(sign_up, token, now, party=party, status=422)
    try:
        with transaction():
            operations.change_party(sign_up, party.party_size.data, now)
    except (EventFull, operations.PartyTooLarge) as refusal:
        party.refuse("party_size", why_not(refusal, sign_up))
        return own_page(sign_up, token, now, party=party, status=refusal.status)
    except Refusal as refusal:
        problem = why_not(refusal, sign_up)
        return own_page(sign_up, token, now, problem=problem, status=refusal.status)
    return _back_to_page(token, done="party", _anchor="party")


@blueprint.post("/sign-ups/<string:token>/role")
def choose_role(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
    role = RoleForm.for_sign_up(sign_up)
    if not role.validate_on_submit():
        return own_page(sign_up, token, now, role=role, status=422)
    try:
        with transaction():
            operations.choose_role(sign_up, role.chosen, now)
    except Refusal as refusal:
        problem = why_not(refusal, sign_up)
        return own_page(sign_up, token, now, problem=problem, status=refusal.status)
    return _back_to_page(token, done="role", _anchor="role")


@blueprint.route("/sign-ups/<string:token>/questions", methods=["GET", "POST"])
def questions(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
    form = AnswersForm.for_sign_up(sign_up)
    if not sign_up.can_answer(now) or not form.questions:
        return _back_to_page(token)
    if not form.validate_on_submit():
        return answers_page(sign_up, token, form, now)
    try:
        with transaction():
            operations.change_answers(sign_up, form.questions, form.answers, now)
    except operations.TooLateToAnswer as refusal:
        return own_page(sign_up, token, now, status=refusal.status)
    return _back_to_page(token, done="questions", _anchor="questions")


@blueprint.post("/sign-ups/<string:token>/mail")
def send_again(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
    try:
        count_attempt("send_again", sign_up.event_id)
        with transaction():
            operations.send_again(sign_up, now)
    except Refusal as refusal:
        problem = why_not(refusal, sign_up)
        return own_page(sign_up, token, now, problem=problem, status=refusal.status)
    return _back_to_page(token, done="sent")


@blueprint.get("/sign-ups/<string:token>/data.json")
def data(token: str) -> Response:
    return data_file(sign_up_or_404(token))


@blueprint.get("/sign-ups/<string:token>/erase")
def ask_to_erase(token: str) -> str:
    event = sign_up_or_404(token).event.seen_by(
        Viewer.STRANGER, clock.now(), language()
    )
    return render_template("sign_ups/erase.html", event=event, token=token)


@blueprint.post("/sign-ups/<string:token>/erase")
def erase(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
    with transaction():
        operations.erase_sign_up(sign_up, now)
    return redirect(url_for("sign_ups.erased"), 303)


@blueprint.post("/sign-ups/<string:token>/calendar")
def keep_in_calendar(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
    form = CalendarForm()
    if not form.validate_on_submit():
        return own_page(sign_up, token, now, form=form, status=422)
    try:
        with transaction():
            operations.keep_in_calendar(sign_up, form.token, now)
    except tuple(_WHY_NOT) as refusal:
        form.refuse("address", str(_WHY_NOT[type(refusal)]))
        return own_page(sign_up, token, now, form=form, status=refusal.status)
    return _back_to_calendar(token)


@blueprint.post("/sign-ups/<string:token>/calendar/leave")
def take_out_of_calendar(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
    with transaction():
        operations.take_out_of_calendar(sign_up, now)
    return _back_to_calendar(token)


@blueprint.post("/sign-ups/<string:token>/calendar/revoke")
def revoke_calendar(token: str) -> Answer:
    sign_up, now = sign_up_or_404(token), clock.now()
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


def _done(
    token: str,
    verb: Callable[[SignUp, datetime], bool],
    tell: Callable[[SignUp, datetime], Any],
    **values: str,
) -> Answer:
    """Do what a button of an own page says, and write about it if it changed much."""
    sign_up, now = sign_up_or_404(token), clock.now()
    try:
        with transaction():
            if verb(sign_up, now):
                tell(sign_up, now)
    except EventFull as refusal:
        return own_page(sign_up, token, now, status=refusal.status, is_full=True)
    except operations.NothingToConfirm as refusal:
        return own_page(sign_up, token, now, status=refusal.status)
    except Refusal as refusal:
        problem = why_not(refusal, sign_up)
        return own_page(sign_up, token, now, problem=problem, status=refusal.status)
    return _back_to_page(token, **values)


def _public_event(slug: str) -> Event:
    return public_or_abort(find_event(slug))


def sign_up_or_404(token: str) -> SignUp:
    sign_up = find_sign_up(token)
    if sign_up is None:
        page = render_template("sign_ups/unknown.html")
        abort(make_response(page, 404))
    return sign_up


def _back_to_calendar(token: str) -> Answer:
    return _back_to_page(token, _anchor="calendar")


def _back_to_page(token: str, **values: Any) -> Answer:
    return redirect(url_for("sign_ups.show", token=token, **values), 303)
