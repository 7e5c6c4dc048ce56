"""The finder: the public list of events. An event's own page is in `signups`."""

from typing import Any, TypeVar

from flask import (
    Blueprint,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from ..campaigns.queries import find_action_day, find_campaign
from ..headers import allow_position
from ..language import distance_words
from ..lib import clock
from ..places.countries import uses_miles
from ..places.sphere import distance_km
from ..publishing.models import Publishable
from .disclosure import EventView
from .finder import Search
from .forms import FilterForm, filter_form, tidy_question
from .queries import countries_and_languages

P = TypeVar("P", bound=Publishable)
blueprint = Blueprint("events", __name__)


@blueprint.get("/events")
def index() -> ResponseReturnValue:
    tidy: dict[str, Any] = tidy_question(request.args)
    if list(tidy.items()) != list(request.args.items(multi=True)):
        return redirect(url_for("events.index", **tidy), 302)
    wanted = FilterForm.from_args(request.args)
    search = Search(wanted, clock.now(), request.args.get("sort") == "date")
    form = filter_form(wanted, request.args, *_offered(search))
    page = render_template(
        "events/index.html",
        form=form,
        search=search,
        campaign=_if_public(wanted.campaign and find_campaign(wanted.campaign)),
        day=_if_public(wanted.day and find_action_day(wanted.day)),
    )
    return allow_position(make_response(page, 422 if form.errors else 200))


def _if_public(thing: P | str | None) -> P | None:
    """A title must not get out before its page does."""
    return thing if thing and not isinstance(thing, str) and thing.is_public else None


def _offered(search: Search) -> tuple[set[str], set[str]]:
    """The countries and languages to choose from: those there are, and the chosen."""
    countries, languages = countries_and_languages(search.now)
    wanted = search.wanted
    return (
        countries | ({wanted.country.upper()} - {""}),
        languages | ({wanted.language} - {""}),
    )


@blueprint.app_template_global()
def distance_between(event: EventView, other: EventView) -> str:
    """Return how far another event is, in words; of a hidden one its city."""
    if event.spot is None or other.spot is None:
        return ""
    kilometres = distance_km(event.spot.point, other.spot.point)
    return distance_words(kilometres, uses_miles(event.place.country))
