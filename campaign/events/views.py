"""The finder: the public list of events. An event's own page is in `signups`."""

from datetime import datetime
from typing import TypeVar

from flask import Blueprint, render_template, request

from ..campaigns.queries import find_action_day, find_campaign
from ..language import country_name, language
from ..lib import clock
from ..paging import page_of
from ..publishing.models import Publishable
from .disclosure import Viewer
from .forms import FilterForm, filter_form
from .queries import PER_PAGE, countries_with_events, public_events

P = TypeVar("P", bound=Publishable)
blueprint = Blueprint("events", __name__)


@blueprint.get("/events")
def index() -> tuple[str, int]:
    now = clock.now()
    wanted = FilterForm.from_args(request.args)
    form = filter_form(request.args, _country_choices(wanted.country, now))
    # Without dates it is about what is to come; with dates about those dates.
    since = None if wanted.from_ or wanted.to else now
    page = page_of(public_events(wanted, since=since), PER_PAGE)
    return render_template(
        "events/index.html",
        form=form,
        wanted=wanted,
        page=page,
        events=[event.seen_by(Viewer.STRANGER, now, language()) for event in page],
        campaign=_if_public(wanted.campaign and find_campaign(wanted.campaign)),
        day=_if_public(wanted.day and find_action_day(wanted.day)),
    ), 422 if form.errors else 200


def _if_public(thing: P | str | None) -> P | None:
    """A title must not get out before its page does."""
    return thing if thing and not isinstance(thing, str) and thing.is_public else None


def _country_choices(chosen: str, now: datetime) -> list[tuple[str, str]]:
    codes = {*countries_with_events(now), *([chosen.upper()] if chosen else [])}
    return sorted(((code, country_name(code)) for code in codes), key=lambda c: c[1])
