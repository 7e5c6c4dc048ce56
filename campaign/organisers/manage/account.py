"""An organiser's own account: where they are signed in."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...database import transaction
from ...language import moment_words
from ...lib import clock
from .. import operations
from ..access import (
    current_organiser,
    forget_session,
    require_sign_in,
    signed_in_session,
)
from ..queries import memberships_of, sessions_of

blueprint = Blueprint("manage_account", __name__)
blueprint.before_request(require_sign_in)


@blueprint.get("/manage/account")
def show() -> str:
    organiser = current_organiser()
    return render_template(
        "manage_account/show.html",
        organiser=organiser,
        memberships=memberships_of(organiser),
        sessions=sessions_of(organiser, clock.now()),
        this_session=signed_in_session(),
        moment_words=moment_words,
    )


@blueprint.post("/manage/account/sessions/<int:number>/end")
def end_session(number: int) -> ResponseReturnValue:
    sessions = sessions_of(current_organiser(), clock.now())
    wanted = next((each for each in sessions if each.id == number), None)
    if wanted is None:
        abort(404)
    is_this_one = wanted is signed_in_session()
    with transaction():
        operations.end_session(wanted)
    if is_this_one:
        return _goodbye()
    return redirect(url_for("manage_account.show", done="session-ended"), 303)


@blueprint.post("/manage/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    with transaction():
        operations.end_all_sessions(current_organiser())
    return _goodbye()


def _goodbye() -> ResponseReturnValue:
    forget_session()
    return redirect(url_for("sign_in.ask", done="signed-out"), 303)
