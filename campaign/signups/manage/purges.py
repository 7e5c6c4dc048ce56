"""The organisers' page on which they clear away what came in a window of time."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...database import transaction
from ...events.models import Event
from ...language import moment_words
from ...lib import clock
from ...lib.walltime import wall_time
from ...organisers.access import current_organiser, require_sign_in
from ...organisers.models import EDITING_ROLES
from ...publishing.access import load_for
from ..operations.purging import (
    Found,
    ListHasChanged,
    NothingToUndo,
    found_in,
    purge,
    purges_to_undo,
    undo_purge,
)
from .forms import PurgeForm

blueprint = Blueprint("manage_purges", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)
_BOTH = ["GET", "POST"]


@blueprint.route("/<slug:slug>/sign-ups/purge", methods=_BOTH)
def index(slug: str) -> ResponseReturnValue:
    """The first press counts, the second one does it, as long as the count is right."""
    event, now = load_for(Event, slug, EDITING_ROLES), clock.now()
    # Who signed up in this very minute is meant too.
    times = {"since": now - timedelta(hours=1), "until": now + timedelta(minutes=1)}
    form = PurgeForm(data={k: wall_time(v, event.timezone) for k, v in times.items()})
    form.zone = event.timezone
    if not form.validate_on_submit():
        return _page(event, form), 422 if form.errors else 200
    if form.agreed.data is None:
        return _page(event, form, found_in(event, form.window))
    try:
        with transaction():
            purge(event, form.window, form.agreed.data, current_organiser(), now)
    except ListHasChanged as refusal:
        found = found_in(event, form.window)
        return _page(event, form, found, has_changed=True), refusal.status
    return redirect(url_for("manage_purges.index", slug=slug, done="purged"), 303)


@blueprint.post("/<slug:slug>/sign-ups/purge/<int:number>/undo")
def undo(slug: str, number: int) -> ResponseReturnValue:
    event, now = load_for(Event, slug, EDITING_ROLES), clock.now()
    try:
        with transaction():
            _back, left = undo_purge(event, number, current_organiser(), now)
    except NothingToUndo:
        return redirect(url_for("manage_purges.index", slug=slug), 303)
    done = "purge-undone-in-part" if left else "purge-undone"
    return redirect(url_for("manage_purges.index", slug=slug, done=done), 303)


def _page(
    event: Event, form: PurgeForm, found: Found | None = None, has_changed: bool = False
) -> str:
    return render_template(
        "manage_purges/index.html",
        event=event,
        form=form,
        found=found,
        has_changed=has_changed,
        purges=purges_to_undo(event, clock.now()),
        moment_words=moment_words,
        wall_time=wall_time,
    )
