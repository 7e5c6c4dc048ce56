"""What a supporter agrees to and takes back, on their own page."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Answer

from ...database import transaction
from ...lib import clock
from ...lib.refusal import Refusal
from ...limits.access import count_attempt
from .. import operations
from .own_page import own_page, why_not
from .sign_ups import keep_to_the_supporter, sign_up_or_404

blueprint = Blueprint("consents", __name__)
blueprint.after_request(keep_to_the_supporter)


@blueprint.post("/sign-ups/<string:token>/consents/<int:number>/give")
def give(token: str, number: int) -> ResponseReturnValue:
    sign_up, now = sign_up_or_404(token), clock.now()
    try:
        count_attempt("consent")
        with transaction():
            operations.give_consent(sign_up, number, now)
    except Refusal as refusal:
        problem = why_not(refusal, sign_up)
        return own_page(sign_up, token, now, problem=problem, status=refusal.status)
    return _back(token)


@blueprint.post("/sign-ups/<string:token>/consents/<int:number>/withdraw")
def withdraw(token: str, number: int) -> ResponseReturnValue:
    sign_up, now = sign_up_or_404(token), clock.now()
    with transaction():
        operations.withdraw_consent(sign_up, number, now)
    return _back(token)


def _back(token: str) -> Answer:
    return redirect(url_for("sign_ups.show", token=token, _anchor="consents"), 303)
