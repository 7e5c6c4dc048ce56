"""The page that shows every component, drawn with what all pages are drawn with."""

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, current_app, make_response, render_template
from markupsafe import Markup

from ..lib import clock, colour
from ..lib.markdown.article import Figure, read
from ..notices.kinds import MailKind
from ..notices.sample import sample_about
from ..organisers.access import require_sign_in
from ..publishing.states import State
from ..sharing.shared import Shared
from ..signups.forms import SignUpForm
from ..signups.lifecycle import SignUpState
from ..signups.roll import counts, curve
from ..templating import static_file, style_sheet
from ..writing.differences import compare
from .forms import SampleForm
from .samples import boards, desk, events, things
from .tokens import read_tokens

blueprint = Blueprint("manage_styleguide", __name__, url_prefix="/manage/styleguide")
blueprint.before_request(require_sign_in)

#: Accents as campaigns choose them, light and deep: the ink on each is worked out.
ACCENTS: Final = ("#FFD21F", "#FF6B57", "#35D0A5", "#0B3D91", "#7A1FA2", "#8C1C13")
#: The size of the drawing of sign-ups over time, in its own units.
_CHART: Final = (600, 160)
#: As the list of an event does: after so many days it is erased.
_KEPT_DAYS: Final = 30


@blueprint.get("/")
def show() -> str:
    now = clock.now()
    return render_template(
        "manage_styleguide/show.html",
        now=now,
        accents=ACCENTS,
        tokens=read_tokens(style_sheet("tokens").decode()),
        states=list(State),
        sign_up_states=list(SignUpState),
        **_forms(),
        **_published(now),
        **_lists(now),
        mail=sample_about(events.events(now)["moved"], MailKind.CHANGED, now),
    )


@blueprint.get("/accents.css")
def accents() -> Response:
    """The accents of the samples: a page has one accent, this one has several."""
    rules = (
        f".accent-{each[1:].lower()}"
        f"{{--accent:{each};--accent-ink:{colour.ink_on(each)}}}"
        for each in ACCENTS
    )
    response = make_response("\n".join(rules))
    response.mimetype = "text/css"
    return response


def _forms() -> dict[str, Any]:
    sign_up, wrong = SignUpForm(formdata=None, prefix="sign-up-"), SampleForm.wrong()
    sign_up.kept_days = _KEPT_DAYS
    wrong.validate()
    return {
        "empty": SampleForm.empty(),
        "filled": SampleForm.filled(),
        "disabled": SampleForm.filled("disabled-"),
        "search": SampleForm(formdata=None, prefix="search-"),
        "wrong": wrong,
        "sign_up": sign_up,
    }


def _published(now: datetime) -> dict[str, Any]:
    articles = things.articles(now)
    return {
        "events": events.events(now),
        "series": things.series(now),
        "campaigns": things.campaigns(now),
        "days": things.action_days(now),
        "articles": articles,
        "text": read(
            things.ARTICLE, _no_picture, sources=len(articles[0].source_lines)
        ),
        "versions": compare(things.EARLIER, things.ARTICLE),
        "boards": boards.boards(now),
        "drawing": boards.map_of_cities(),
        "shared": _shared(),
    }


def _no_picture(_slug: str, words: str) -> Figure:
    """Stand in for a picture of the library, which may have none."""
    picture = Markup('<img src="{}" width="320" height="200" alt="{}">')
    return Figure(picture.format(static_file("img/icon.svg"), words))


def _shared() -> Shared:
    site = current_app.config["SITE_URL"]
    words = events.usual_event(clock.now())
    return Shared(
        title=words.title,
        description=words.summary,
        address=f"{site}/events/{words.slug}",
        kind="website",
        short=f"{site}/e/{words.slug}",
    )


def _lists(now: datetime) -> dict[str, Any]:
    people, growth = desk.people(now), desk.growth(now)
    return {
        "own_events": things.own_events(now),
        "page": desk.Middle(),
        "people": people,
        "counts": counts(people, [state.value for state in SignUpState]),
        "growth_days": growth,
        "curve": curve(growth, now.date(), *_CHART),
        "chart": _CHART,
        "differences": desk.differences(),
    }
