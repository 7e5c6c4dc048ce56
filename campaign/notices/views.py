"""The page on which a supporter stops the mails about an event, and gets them again.

Its address stands in mails as List-Unsubscribe, with one click (RFC 8058): the mail
reader's own program sends the form, without a cookie and without a page before. The
address can do nothing else, so whoever gets hold of it cannot leave in one's name.
"""

import hmac

from flask import Blueprint, Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue

from ..database import transaction
from ..events.disclosure import Viewer
from ..language import language
from ..lib import clock
from ..signups.models import SignUp
from .operations import start_mails, stop_mails
from .queries.recipients import find_sign_up_by_number, no_mails_notice, stop_token

blueprint = Blueprint("notices", __name__)


@blueprint.get("/no-mails/<int:number>/<string:token>")
def show(number: int, token: str) -> str:
    return _page(_sign_up_or_404(number, token), token)


@blueprint.post("/no-mails/<int:number>/<string:token>")
def stop(number: int, token: str) -> ResponseReturnValue:
    # RFC 8058, 3.1: answered at once, without a redirect.
    sign_up = _sign_up_or_404(number, token)
    with transaction():
        stop_mails(sign_up)
    return _page(sign_up, token)


@blueprint.post("/no-mails/<int:number>/<string:token>/undo")
def start(number: int, token: str) -> ResponseReturnValue:
    sign_up = _sign_up_or_404(number, token)
    with transaction():
        start_mails(sign_up)
    return _page(sign_up, token)


@blueprint.after_request
def keep_to_the_supporter(response: Response) -> Response:
    """Whoever has the address learns to what event somebody has signed up."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _sign_up_or_404(number: int, token: str) -> SignUp:
    sign_up = find_sign_up_by_number(number)
    good = stop_token(sign_up) if sign_up is not None else ""
    is_good = hmac.compare_digest(good.encode(), token.encode("utf-8", "replace"))
    if sign_up is None or not is_good:
        abort(make_response(render_template("sign_ups/unknown.html"), 404))
    return sign_up


def _page(sign_up: SignUp, token: str) -> str:
    return render_template(
        "notices/show.html",
        event=sign_up.event.seen_by(Viewer.STRANGER, clock.now(), language()),
        number=sign_up.id,
        token=token,
        is_stopped=no_mails_notice(sign_up) is not None,
    )
