"""Short addresses, their QR codes, the cards of pages, and posters of events."""

import io
from pathlib import Path
from typing import Final

import segno
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from PIL import Image
from werkzeug.wrappers import Response as Answer

from ..events.disclosure import EventView, Viewer
from ..events.queries import find_event
from ..language import direction_of
from ..lib import clock
from ..pictures.store import path_of
from ..publishing.access import public_or_abort
from ..publishing.models import Publishable
from . import store
from .card import Card, draw_card
from .lettering import Lettering
from .queries import KINDS, card_of, find_by_code

blueprint = Blueprint("sharing", __name__)
_BY_NOUN: Final = {kind.noun: kind for kind in KINDS.values()}
_YEAR: Final = "public, max-age=31536000, immutable"
_SHORTLY: Final = "public, max-age=600"
_SIZES: Final = ("a4", "a3")
#: Of titles of posters, in thousandths of the width of the paper.
_TITLE_SIZES: Final = (300, 260, 220, 190, 160, 140, 120, 100, 80, 60, 50)


@blueprint.get("/<any(e, d, c, a):letter>/<string:code>")
def short(letter: str, code: str) -> Answer:
    """Lead from a short address to the page, for ever."""
    thing = public_or_abort(find_by_code(letter, code))
    return redirect(_page_of(letter, thing), 308)


@blueprint.get("/<any(e, d, c, a):letter>/<string:code>.svg")
def qr(letter: str, code: str) -> Response:
    """The QR code of a short address: the address itself, for a camera."""
    public_or_abort(find_by_code(letter, code))
    address = url_for("sharing.short", letter=letter, code=code, lang=None)
    made = segno.make(current_app.config["SITE_URL"] + address, micro=False, error="m")
    written = io.BytesIO()
    made.save(written, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    answer = Response(written.getvalue(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = _SHORTLY
    return answer


def _page_of(letter: str, thing: Publishable) -> str:
    endpoint = KINDS[letter].noun.replace("-", "_")
    return url_for(f"{endpoint}.show", slug=thing.slug)


@blueprint.get(
    "/cards/<any('events', 'action-days', 'campaigns', 'articles'):noun>"
    "/<slug:slug>.<any(png, jpg):extension>"
)
def card(noun: str, slug: str, extension: str) -> Response:
    """The picture that stands for a page where its link is shared."""
    thing = public_or_abort(_BY_NOUN[noun].find(slug))
    made = card_of(thing, clock.now())
    if extension != made.extension:
        abort(404)
    file = f"{made.name}.{extension}"
    data = store.find(file)
    if data is None:
        data = draw_card(made, _fonts(), _picture_on(made))
        store.keep(file, data)
    is_this_one = request.args.get("v") == made.name
    answer = Response(data, content_type=made.mimetype)
    answer.headers["Cache-Control"] = _YEAR if is_this_one else _SHORTLY
    answer.set_etag(made.name)
    answer.make_conditional(request)
    return answer


def _fonts() -> Lettering:
    return Lettering(Path(current_app.static_folder or "") / "fonts")


def _picture_on(card: Card) -> Image.Image | None:
    if not card.picture:
        return None
    slug, _slash, file = card.picture.partition("/")
    with Image.open(path_of(slug, file)) as image:
        image.load()
        return image


@blueprint.get("/events/<slug:slug>/poster")
def poster(slug: str) -> str | Answer:
    """A poster to print, as large as is asked, with strips to tear off or without."""
    event, now = public_or_abort(find_event(slug)), clock.now()
    view = event.seen_by(Viewer.STRANGER, now)
    if view.state != "published" or event.is_over(now):
        return redirect(url_for("events.show", slug=slug))
    size, has_strips = request.args.get("size", ""), "strips" in request.args
    return render_template(
        "sharing/poster.html",
        event=view,
        size=size if size in _SIZES else _SIZES[0],
        sizes=_SIZES,
        has_strips=has_strips,
        title_size=_title_size(view, has_strips),
    )


def _title_size(event: EventView, has_strips: bool) -> int:
    """How large the title can be, in hundredths of the paper's width.

    The style sheet gives it that much room; letters that our fonts do not have are
    guessed to be as wide as they are high.
    """
    box = (880, 330 if has_strips else 640)
    direction = direction_of(event.language)
    if not _fonts().can_set(event.title):
        fitting = (s for s in _TITLE_SIZES if len(event.title) * s * s < 880 * box[1])
        return next(fitting, _TITLE_SIZES[-1]) // 10
    return _fonts().fitting(event.title, _TITLE_SIZES, box, direction)[0] // 10
