"""The answer to a poll: nothing new, or the whole document (RFC 9110, 13).

The tags are strong and made from the bytes, one for each encoding. A tag of either
encoding is good for a 304, since both say the same.

If-Modified-Since is only answered with a 304 where the caller knows when the document
changed last, leaving events included. It has whole seconds, so a time is only given
away when its second is over: nothing can then still change within it unnoticed.
"""

import gzip
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from werkzeug.wrappers import Request, Response

_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300, must-revalidate",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
#: gzip's own default of 9 takes twice as long for one byte in a hundred.
_LEVEL: Final = 6


@dataclass(frozen=True)
class Document:
    """A feed that is wholly written."""

    body: bytes
    mimetype: str
    filename: str
    is_attachment: bool = False
    changed_at: datetime | None = None


def answer(request: Request, document: Document, now: datetime) -> Response:
    """Return the 304 or the 200 that a GET or HEAD is answered with."""
    plain = hashlib.sha256(document.body).hexdigest()[:32]
    tags = {"identity": plain, "gzip": f"{plain}-gzip"}
    encoding = "gzip" if request.accept_encodings.quality("gzip") > 0 else "identity"
    known = _known_encoding(request, tags, encoding)
    changed_at = document.changed_at
    if changed_at is not None and changed_at >= now:
        changed_at = None
    if known is None and not _is_unchanged(request, changed_at):
        response = _whole(document, encoding)
    else:
        response = Response(status=304)
        del response.headers["Content-Type"]  # there is no content to be of a type
    response.headers.update(_HEADERS)
    response.set_etag(tags[known or encoding])
    if changed_at is not None:  # werkzeug takes None for now
        response.last_modified = changed_at
    return response


def _known_encoding(
    request: Request, tags: dict[str, str], preferred: str
) -> str | None:
    """The encoding of which the client holds these very bytes."""
    for encoding in (preferred, *tags):
        if request.if_none_match.contains_weak(tags[encoding]):
            return encoding
    return None


def _is_unchanged(request: Request, changed_at: datetime | None) -> bool:
    """Whether If-Modified-Since holds: heeded only without an If-None-Match."""
    if "If-None-Match" in request.headers or changed_at is None:
        return False
    since = request.if_modified_since
    return since is not None and changed_at <= since


def _whole(document: Document, encoding: str) -> Response:
    body = document.body
    if encoding == "gzip":
        # No time in it: the same document must be the same bytes.
        body = gzip.compress(body, _LEVEL, mtime=0)
    response = Response(body, mimetype=document.mimetype)
    if encoding == "gzip":
        response.content_encoding = "gzip"
    kind = "attachment" if document.is_attachment else "inline"
    response.headers.set("Content-Disposition", kind, filename=document.filename)
    return response
