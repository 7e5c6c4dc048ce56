"""The log of an event: what was done about its sign-ups, by whom and when."""

from flask import Blueprint, render_template

from ...events.models import Event
from ...language import moment_words
from ...lib.walltime import wall_time
from ...organisers.access import require_sign_in
from ...organisers.models import EDITING_ROLES
from ...paging import page_of
from ...publishing.access import load_for
from ..queries import known_numbers, log_of
from .words import action_words

blueprint = Blueprint("manage_event_log", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)
PER_PAGE = 50


@blueprint.get("/<slug:slug>/log")
def index(slug: str) -> str:
    event = load_for(Event, slug, EDITING_ROLES)
    page = page_of(log_of(event), PER_PAGE)
    return render_template(
        "manage_event_log/index.html",
        event=event,
        page=page,
        known=known_numbers(event, [each.sign_up_number for each in page]),
        action_words=action_words,
        moment_words=moment_words,
        wall_time=wall_time,
    )
