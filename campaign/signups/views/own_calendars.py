"""The calendar that a supporter's app follows, with or without an account there.

Its address is another one than that of the supporter's own page: the companies
behind calendar apps keep it, and with the page's one can leave in their name. The
page's address with `.ics` behind it is good too, for those who type it, until the
supporter makes it invalid.
"""

from collections.abc import Sequence

import structlog
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
)
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from ...database import db
from ...feeds.conditional_response import Document, answer
from ...feeds.site import Site
from ...lib import clock
from ..models import SignUp
from ..own_calendar import followed
from ..queries import find_calendar, find_sign_up, sign_ups_in

log = structlog.get_logger()
blueprint = Blueprint("own_calendars", __name__)
_RETRY_AFTER = 120  # seconds


@blueprint.get("/sign-ups/<string:token>.ics")
def show(token: str) -> Response:
    now = clock.now()
    followed_token, sign_ups = _found(token)
    site = Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])
    body = followed(sign_ups, followed_token, site, now)
    document = Document(body, "text/calendar", "events.ics", is_private=True)
    return current_app.make_response(answer(request, document, now))


def _found(token: str) -> tuple[str, Sequence[SignUp]]:
    """Return the token of the calendar's own address, and what is kept in it."""
    calendar = find_calendar(token)
    if calendar is not None and calendar.is_revoked:
        abort(_text("This calendar’s address was made invalid.", 410))
    if calendar is None:
        sign_up = find_sign_up(token)
        if sign_up is None:
            abort(make_response(render_template("sign_ups/unknown.html"), 404))
        calendar = sign_up.calendar
        if calendar is None:
            return token, [sign_up]
    return calendar.token(current_app.config["SECRET_KEY"]), sign_ups_in(calendar)


@blueprint.after_request
def keep_to_the_supporter(response: Response) -> Response:
    """Refusals too stand behind an address that is the supporter's alone."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(InterfaceError)
@blueprint.errorhandler(TimeoutError)
def answer_database_trouble(error: Exception) -> Response:
    """Never a 200 that is not whole: apps would empty their calendar."""
    db.session.rollback()
    log.error("own calendar without database", error=type(error).__name__)
    response = _text("Try again later.", 503)
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


def _text(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, mimetype="text/plain")
