"""A group's public page, and signing in with a link by mail."""

from contextlib import suppress
from datetime import datetime

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
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import Gone

from ..campaigns.queries import campaigns_of
from ..database import db, transaction
from ..events.disclosure import Viewer
from ..events.queries import PER_PAGE, EventFilter, public_events
from ..language import language
from ..lib import clock
from ..lib.refusal import Refusal
from ..lib.tokens import new_token
from ..limits.access import TooOften, count_attempt
from ..limits.words import wait_words
from ..paging import page_of
from . import messages, operations
from .access import begin_session, forget_session, signed_in_session
from .forms import SignInForm
from .operations import LinkNotUsable
from .queries import find_group, find_sign_in_link
from .return_path import own_path

groups = Blueprint("groups", __name__)
sign_in = Blueprint("sign_in", __name__)


@groups.get("/groups/<slug:slug>")
def show(slug: str) -> str:
    group = find_group(slug)
    if group is None:
        abort(404)
    now = clock.now()
    page = page_of(public_events(EventFilter(group=slug), since=now), PER_PAGE)
    return render_template(
        "groups/show.html",
        group=group,
        campaigns=campaigns_of(group),
        page=page,
        events=[event.seen_by(Viewer.STRANGER, now, language()) for event in page],
    )


@sign_in.route("/sign-in", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    if request.method != "POST" and signed_in_session() and not _asks_again():
        return redirect(_next())
    form = SignInForm()
    if not form.validate_on_submit():
        page = render_template("sign_in/ask.html", form=form, next=_next(""))
        return page, 422 if form.errors else 200
    try:
        count_attempt("sign_in")
    except TooOften as refusal:
        form.refuse("email", _too_often(refusal))
        page = render_template("sign_in/ask.html", form=form, next=_next(""))
        return page, refusal.status
    page = render_template("sign_in/ask.html", form=form, sent_to=form.email.data)
    return _and_then_send(make_response(page), form.email.data, _next(""))


def _and_then_send(response: Response, email: str, next_path: str) -> Response:
    """Look the address up once the answer is out.

    So neither the answer nor the time that it takes can tell whether somebody
    signs in with this address.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    spoken = language()

    @response.call_on_close
    def send() -> None:
        with app.app_context(), suppress(Refusal), transaction():
            _send_link(email, spoken, next_path, clock.now())

    return response


def _send_link(email: str, spoken: str, next_path: str, now: datetime) -> None:
    """Write the mail to an organiser; for all others write it too, and take it back.

    The server is as busy for a stranger, so that the next request cannot tell either.
    """
    try:
        organiser, token = operations.request_sign_in_link(email, now)
    except Refusal:
        messages.send_sign_in_link(email, spoken, new_token(), next_path, now)
        db.session.flush()
        raise
    messages.send_sign_in_link(organiser.email, spoken, token, next_path, now)


@sign_in.route("/sign-in/<string:token>", methods=["GET", "POST"])
def use(token: str) -> ResponseReturnValue:
    """A link in a mail: opening it changes nothing, the button signs in."""
    now = clock.now()
    if request.method != "POST":  # HEAD too: whoever looks changes nothing
        if find_sign_in_link(token, now) is None:
            return _too_late()
        return render_template("sign_in/use.html", next=_next(""))
    try:
        with transaction():
            old = signed_in_session()
            if old is not None:
                operations.end_session(old)
            session_token = operations.sign_in(token, now)
    except LinkNotUsable:
        return _too_late()
    begin_session(session_token)
    return redirect(_next(), 303)


@sign_in.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends the session, if there still is one: pressing twice does no harm."""
    session = signed_in_session()
    if session is not None:
        with transaction():
            operations.end_session(session)
    forget_session()
    return redirect(url_for("sign_in.ask", done="signed-out"), 303)


def _too_often(refusal: TooOften) -> str:
    words = gettext(
        "Many people ask for a link just now. Ask again in %(time)s.",
        time=wait_words(refusal.seconds),
    )
    return str(words)


def _asks_again() -> bool:
    """Whether a page wants to be sure that it is still the same person."""
    return "again" in request.args


def _too_late() -> tuple[str, int]:
    page = render_template(
        "sign_in/ask.html", form=SignInForm(formdata=None), next=_next(""), is_late=True
    )
    return page, Gone.code


def _next(otherwise: str | None = None) -> str:
    """Where to go after signing in, and to the desk where nothing else is asked."""
    path = own_path(request.args.get("next", ""))
    return path or (url_for("manage.home") if otherwise is None else otherwise)
