"""Pages that are the same for everybody, so that one drawing answers many."""

from datetime import datetime

from flask import Response, current_app, request

from .feeds.conditional_response import Document, answer
from .feeds.shelf import HandedOver, hand_over
from .language import LANGUAGES, language

#: Questions that such a page understands; with others it is drawn for this reader.
_UNDERSTOOD = {"lang"}


def shared_page(
    html: str, now: datetime, good_until: datetime | None, fresh_for: int = 0
) -> Response:
    """Answer with a page, and leave it for others who ask for the same.

    `good_until` is when time alone makes it untrue. For `fresh_for` seconds a browser
    need not ask again whether it has changed.
    """
    document = Document(html.encode(), "text/html", "", fresh_for=fresh_for)
    # A page repeats what it was asked in its links to other languages.
    lang = request.args.get("lang", "")
    if set(request.args) <= _UNDERSTOOD and lang in ("", *LANGUAGES):
        address = f"{request.path}?lang={lang}#{language()}"
        hand_over(request.environ, HandedOver(address, document, good_until))
    return current_app.make_response(answer(request, document, now))
