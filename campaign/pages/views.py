"""The home page, the pages about the site, its style sheets and its health."""

import re
from collections.abc import Iterable
from datetime import timedelta
from operator import itemgetter

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
from werkzeug.wrappers import Response as Answer

from ..campaigns.queries import public_campaigns, upcoming_action_days
from ..database import can_write
from ..events.forms import FilterForm
from ..language import country_name, language
from ..lib import clock, colour
from ..shared_page import shared_page
from ..templating import style_sheet as joined_style_sheets
from .access import Followed, finder_address, followed_page
from .forms import NarrowForm
from .queries import (
    coming_up,
    count_upcoming,
    featured,
    groups_with,
    newest_articles,
    regular_events,
    upcoming,
)

blueprint = Blueprint("pages", __name__)
_YEAR = "public, max-age=31536000, immutable"
#: How long the home page stays as it is, if nothing is written meanwhile.
_GOOD_FOR = timedelta(seconds=30)


@blueprint.get("/")
def home() -> Response:
    now = clock.now()
    days = upcoming_action_days(now)
    top = featured(days, now, language())
    page = render_template(
        "pages/home.html",
        top=top,
        coming=coming_up(now, top.day if top else None, language()),
        campaigns=public_campaigns(),
        action_days=[day for day in days if top is None or day is not top.day],
    )
    return shared_page(page, now, now + _GOOD_FOR)


@blueprint.get("/host")
def host() -> str:
    groups = dict.fromkeys(campaign.group for campaign in public_campaigns())
    return render_template("pages/host.html", groups=list(groups))


@blueprint.get("/about")
def about() -> str:
    return render_template("pages/about.html")


@blueprint.get("/privacy")
def privacy() -> str:
    return render_template("pages/privacy.html")


@blueprint.get("/subscribe")
def subscribe() -> tuple[str, int] | Answer:
    """The ways to follow one page, or all that can be followed."""
    address = request.args.get("feed", "")
    followed = followed_page(address) if address else None
    if followed is not None:
        return _ways_to_follow(followed), 200
    campaigns, days = public_campaigns(), upcoming_action_days(clock.now())
    counts = upcoming(clock.now())
    form = NarrowForm(request.args)
    form.offer(campaigns, days, [*counts.by_language])
    if NarrowForm.is_asked(request.args) and form.validate():
        narrowed = finder_address(FilterForm.from_args(request.args))
        return redirect(url_for("pages.subscribe", feed=narrowed), 303)
    page = render_template(
        "pages/subscribe.html",
        form=form,
        is_unknown=bool(address),
        campaigns=campaigns,
        action_days=days,
        groups=groups_with({*counts.by_group, *(each.group_id for each in campaigns)}),
        series=regular_events(clock.now()),
        countries=_by_name(counts.by_country),
        articles=newest_articles(),
        counts=counts,
    )
    return page, 404 if address else 422 if form.errors else 200


def _by_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    return sorted(((code, country_name(code)) for code in codes), key=itemgetter(1))


def _ways_to_follow(followed: Followed) -> str:
    wanted = followed.wanted
    count = None if wanted is None else count_upcoming(wanted, clock.now())
    return render_template("pages/follow.html", followed=followed, count=count)


@blueprint.get("/healthz")
def healthz() -> Response:
    can_write()
    return _plain("ok", "text/plain")


@blueprint.get("/offline")
def offline() -> str:
    """What the service worker shows in place of a page that it does not keep."""
    return render_template("pages/offline.html")


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """The script that keeps seen pages; at the root, so that it sees all of them."""
    response = current_app.send_static_file("js/service-worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Feeds are for programs: nothing of the public side is closed to robots."""
    rules = "User-agent: *\nDisallow: /manage/\nDisallow: /sign-ups/\n"
    return _plain(rules, "text/plain")


@blueprint.get("/style.css")
def style_sheet() -> Response:
    return _style_sheet(joined_style_sheets())


@blueprint.get("/style/<any(board, screen):name>.css")
def own_style_sheet(name: str) -> Response:
    """Of pages of which there are few: the others do not load it."""
    return _style_sheet(joined_style_sheets(name))


def _style_sheet(text: bytes) -> Response:
    response = make_response(text)
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
