"""The organisers' pages of what repeats; the desk of events has the rest."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..database import EditedMeanwhile, transaction
from ..events.models import Event
from ..lib import clock
from ..organisers.access import require_sign_in
from ..publishing.access import load_to_edit
from .forms import EndsForm, MoreDatesForm, RepeatForm
from .operations.making import (
    AlreadyRepeats,
    NotRepeatable,
    can_repeat,
    extend_series,
    leave_series,
    repeat_event,
)
from .planning import PlannedDate, planned_dates
from .queries import count_to_come, date_to_copy

blueprint = Blueprint("manage_series", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)
_BOTH = ["GET", "POST"]


@blueprint.route("/<slug:slug>/repeat", methods=_BOTH)
def repeat(slug: str) -> ResponseReturnValue:
    """The first POST shows the dates, the second one makes them."""
    event, now = load_to_edit(Event, slug), clock.now()
    if event.series_id is not None:  # the button was pressed twice
        return _overview(event, "repeated")
    if not can_repeat(event, now):
        raise NotRepeatable
    form = RepeatForm(event)
    if form.validate_on_submit() and _is_confirmed(form):
        try:
            with transaction():
                repeat_event(event, form.rhythm.data, form.slots, now)
            return _overview(event, "repeated")
        except AlreadyRepeats:
            return _overview(event, "repeated")
        except EditedMeanwhile:
            form = RepeatForm(event)
            form.validate()
    return _form_page("manage_series/repeat.html", form, event, event)


@blueprint.route("/<slug:slug>/more-dates", methods=_BOTH)
def more_dates(slug: str) -> ResponseReturnValue:
    event, now = load_to_edit(Event, slug), clock.now()
    source = date_to_copy(event)
    if event.series is None or source is None:
        raise NotRepeatable
    form = MoreDatesForm(event, count_to_come(event, now), now)
    if form.validate_on_submit() and _is_confirmed(form):
        try:
            with transaction():
                extend_series(event, form.slots, now)
        except EditedMeanwhile:  # the button was pressed twice
            pass
        return _overview(event, "more-dates")
    return _form_page("manage_series/more_dates.html", form, event, source)


@blueprint.route("/<slug:slug>/leave-series", methods=_BOTH)
def leave(slug: str) -> ResponseReturnValue:
    """GET asks whether it is meant; POST does it."""
    event = load_to_edit(Event, slug)
    if event.series_id is None:  # the button was pressed twice
        return _overview(event, "left-series")
    if request.method != "POST":
        return render_template("manage_series/leave.html", event=event)
    with transaction():
        leave_series(event, clock.now())
    return _overview(event, "left-series")


def _is_confirmed(form: EndsForm) -> bool:
    """Whether the dates that come of the form are those that its sender was shown."""
    return request.form.get("confirmed") == form.confirmation


def _form_page(
    name: str, form: EndsForm, event: Event, source: Event
) -> ResponseReturnValue:
    page = render_template(
        name, form=form, event=event, source=source, planned=_planned(form, source)
    )
    return page, 422 if form.errors else 200


def _planned(form: EndsForm, source: Event) -> list[PlannedDate]:
    length = source.ends_local - source.starts_local
    return planned_dates(form.slots, length, source.timezone, source.is_all_day)


def _overview(event: Event, done: str) -> ResponseReturnValue:
    return redirect(url_for("manage_events.show", slug=event.slug, done=done), 303)
