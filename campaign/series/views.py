"""The public page of a series: all its dates, and what most of them say."""

from flask import Blueprint, abort, render_template

from ..events.consensus import typical_date
from ..events.disclosure import Viewer
from ..events.queries import find_series, is_series_gone
from ..language import language
from ..lib import clock
from .queries import public_dates

blueprint = Blueprint("series", __name__)


@blueprint.get("/series/<slug:slug>")
def show(slug: str) -> str:
    series, now = find_series(slug) or abort(404), clock.now()
    rows = public_dates(series)
    if not rows:
        abort(410 if is_series_gone(series) else 404)
    dates = [date.seen_by(Viewer.STRANGER, now, language()) for date in rows]
    return render_template(
        "series/show.html",
        series=series,
        # Where it was split, the rhythm of what comes next.
        part=next((row.series for row in rows if not row.is_over(now)), series),
        event=typical_date(dates),
        upcoming=[date for date in dates if date.ends_at > now],
        past=[date for date in dates if date.ends_at <= now],
    )
