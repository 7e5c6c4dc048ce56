"""The home page, the pages about the site, its style sheets and its health."""

import re

from flask import Blueprint, Response, abort, make_response, render_template

from ..campaigns.queries import public_campaigns, upcoming_action_days
from ..database import can_write, db
from ..events.disclosure import Viewer
from ..events.queries import EventFilter, public_events
from ..lib import clock, colour
from ..templating import style_sheet as joined_style_sheets

blueprint = Blueprint("pages", __name__)
_YEAR = "public, max-age=31536000, immutable"


@blueprint.get("/")
def home() -> str:
    now = clock.now()
    query = public_events(EventFilter(), since=now).limit(8)
    return render_template(
        "pages/home.html",
        events=[e.seen_by(Viewer.STRANGER, now) for e in db.session.scalars(query)],
        campaigns=public_campaigns(),
        action_days=upcoming_action_days(now),
    )


@blueprint.get("/about")
def about() -> str:
    return render_template("pages/about.html")


@blueprint.get("/privacy")
def privacy() -> str:
    return render_template("pages/privacy.html")


@blueprint.get("/subscribe")
def subscribe() -> str:
    return render_template(
        "pages/subscribe.html",
        campaigns=public_campaigns(),
        action_days=upcoming_action_days(clock.now()),
    )


@blueprint.get("/healthz")
def healthz() -> Response:
    can_write()
    return _plain("ok", "text/plain")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Feeds are for programs: nothing of the public side is closed to robots."""
    rules = "User-agent: *\nDisallow: /manage/\nDisallow: /sign-ups/\n"
    return _plain(rules, "text/plain")


@blueprint.get("/style.css")
def style_sheet() -> Response:
    response = make_response(joined_style_sheets())
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = _YEAR
    return response


@blueprint.get("/accents/<string:colour>.css")
def accent(colour: str) -> Response:
    """The colour of one campaign, as a style sheet: pages have no inline style."""
    if not re.fullmatch(r"[0-9a-f]{6}", colour):
        abort(404)
    return _accent_sheet(f"#{colour}")


def _accent_sheet(accent: str) -> Response:
    rule = f":root{{--accent:{accent};--accent-ink:{colour.ink_on(accent)}}}"
    response = _plain(rule, "text/css")
    response.headers["Cache-Control"] = _YEAR
    return response


def _plain(text: str, mimetype: str) -> Response:
    response = make_response(text)
    response.mimetype = mimetype
    return response
