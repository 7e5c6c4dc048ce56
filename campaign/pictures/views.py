"""The files of pictures, for whoever may see what shows them."""

import re
from typing import Final

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as Answer

from . import store
from .access import load_file_owner
from .models import Picture
from .sizes import KINDS

blueprint = Blueprint("pictures", __name__)
_FILE: Final = re.compile(r"([0-9a-f]{16})-([0-9]{1,4})\.(avif|webp|jpg)", re.ASCII)
#: The bytes at an address never change: a picture that does gets new addresses.
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_FOR_NOW: Final = "private, max-age=86400"


@blueprint.get("/pictures/<slug:slug>")
def show(slug: str) -> Answer:
    """Lead to a file of the picture: this is its name in texts."""
    picture, _is_public = load_file_owner(slug, request.args.get("key", ""))
    return _lead_to(picture, picture.widths[-1], "jpg")


@blueprint.get("/pictures/<slug:slug>/<string:name>")
def file(slug: str, name: str) -> Answer:
    """A file of the picture, in one width and of one kind."""
    asked = _FILE.fullmatch(name)
    if asked is None:
        abort(404)
    picture, is_public = load_file_owner(slug, request.args.get("key", ""))
    width, kind = int(asked[2]), asked[3]
    if asked[1] != picture.file_name:
        # The page was loaded before the picture was replaced.
        return _lead_to(picture, width, kind)
    if width not in picture.widths:
        abort(404)
    return _sent(picture, width, kind, is_public)


def _lead_to(picture: Picture, width: int, kind: str) -> Answer:
    nearest = min(picture.widths, key=lambda each: abs(each - width))
    shown = picture.shown.with_key(request.args.get("key", ""))
    answer = redirect(shown.address(nearest, kind))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sent(picture: Picture, width: int, kind: str, is_public: bool) -> Response:
    name = f"{picture.file_name}-{width}.{kind}"
    try:
        data = store.path_of(picture.slug, name).read_bytes()
    except OSError:  # lost: the background work makes it anew
        abort(404)
    answer = Response(data, mimetype=KINDS[kind])
    answer.set_etag(name)
    answer.headers["Cache-Control"] = _FOR_EVER if is_public else _FOR_NOW
    answer.headers["Content-Disposition"] = f'inline; filename="{picture.slug}.{kind}"'
    answer.make_conditional(request)
    return answer
