"""The answer to a poll: nothing new, or the whole document (RFC 9110, 13).

A document is made ready once and then answers many polls: its compressed form, its
tags and its headers are kept with it. The tags are strong and made from the bytes,
one for each encoding. A tag of either encoding is good for a 304, since both say the
same.

If-Modified-Since is only answered with a 304 where the caller knows when the document
changed last, leaving events included. It has whole seconds, so a time is only given
away when its second is over: nothing can then still change within it unnoticed.

Pages come in Brotli too, which is an eighth smaller and which browsers take over HTTPS;
feeds do not, because the apps that poll them hardly ever ask for it.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import brotli
from werkzeug.datastructures import Headers
from werkzeug.http import (
    http_date,
    parse_accept_header,
    parse_date,
    parse_etags,
)
from werkzeug.wrappers import Request, Response

Lines = list[tuple[str, str]]

_PUBLIC: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300, must-revalidate",
}
#: For what belongs to one person: kept by no proxy, found by no search engine.
_PRIVATE: Final = {
    "Cache-Control": "private, max-age=300, must-revalidate",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
_ALWAYS: Final = {"Vary": "Accept-Encoding"}
#: What proxies may do with a page that is the same for everybody, in seconds.
_SHARED: Final = 30
#: gzip's own default of 9 takes twice as long for one byte in a hundred.
_LEVEL: Final = 6
#: From here on Brotli takes longer, and hardly makes anything smaller, up to 11.
_BROTLI_QUALITY: Final = 5


@dataclass(frozen=True)
class Document:
    """A feed that is wholly written."""

    body: bytes
    mimetype: str
    filename: str
    is_attachment: bool = False
    changed_at: datetime | None = None
    is_private: bool = False
    #: Of a page, not a feed: for how many seconds a browser need not ask again.
    fresh_for: int | None = None

    @cached_property
    def plain(self) -> "Form":
        """The document as it is."""
        return self._form(self.body, "")

    @cached_property
    def gzipped(self) -> "Form":
        """The document compressed."""
        # No time in it: the same document must be the same bytes.
        return self._form(gzip.compress(self.body, _LEVEL, mtime=0), "gzip")

    @cached_property
    def in_brotli(self) -> "Form":
        """The document compressed further (RFC 7932); of pages only."""
        return self._form(brotli.compress(self.body, quality=_BROTLI_QUALITY), "br")

    @cached_property
    def tags(self) -> dict[str, str]:
        """The entity tag of each encoding, without its quotes."""
        told = hashlib.sha256(self.body).hexdigest()[:32]
        tags = {"": told, "gzip": f"{told}-gzip"}
        return {**tags, "br": f"{told}-br"} if self.is_page else tags

    @property
    def is_page(self) -> bool:
        return self.fresh_for is not None

    def form(self, encoding: str) -> "Form":
        """Return the document in one of the encodings of `tags`."""
        if encoding == "br":
            return self.in_brotli
        return self.gzipped if encoding else self.plain

    def _form(self, body: bytes, encoding: str) -> "Form":
        common = {"ETag": f'"{self.tags[encoding]}"', **self._policy()}
        if self.changed_at is not None:
            common["Last-Modified"] = http_date(self.changed_at)
        whole = Headers(common)
        whole["Content-Length"] = str(len(body))
        kind = "text/" in self.mimetype or "+xml" in self.mimetype
        whole["Content-Type"] = self.mimetype + ("; charset=utf-8" if kind else "")
        if not self.is_page:
            shown = "attachment" if self.is_attachment else "inline"
            whole.set("Content-Disposition", shown, filename=self.filename)
        if encoding:
            whole["Content-Encoding"] = encoding
        return Form(body, common["ETag"], list(whole), list(common.items()))

    def _policy(self) -> dict[str, str]:
        """Who may keep it, and for how long."""
        if self.fresh_for is None:
            return {**(_PRIVATE if self.is_private else _PUBLIC), **_ALWAYS}
        ages = f"max-age={self.fresh_for}, s-maxage={_SHARED}"
        return {
            "Cache-Control": f"public, {ages}, must-revalidate",
            "Vary": "Accept-Encoding, Accept-Language",
        }


class Form(NamedTuple):
    """A document in one encoding, with the headers of its two answers."""

    body: bytes
    tag: str  # with its quotes
    whole: Lines  # of a 200
    unchanged: Lines  # of a 304


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    headers: Lines
    body: bytes


def answer(request: Request, document: Document, now: datetime) -> Response:
    """Return the 304 or the 200 that a GET or HEAD is answered with."""
    found = answer_to(request.environ, document, now)
    response = Response(found.body, found.status, Headers(found.headers))
    if found.status == HTTPStatus.NOT_MODIFIED:
        del response.headers["Content-Type"]  # there is no content to be of a type
    return response


def answer_to(environ: Mapping[str, Any], document: Document, now: datetime) -> Answer:
    """Return the same for a request that is not more than its environ (PEP 3333)."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    form = document.form(_encoding(accepted, document.is_page))
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags == form.tag:  # as nearly every poll that finds nothing new
        found = Answer(304, form.unchanged, b"")
    elif tags is not None:
        found = _by_tags(tags, document, form)
    elif _is_unchanged(environ, document, now):
        found = Answer(304, form.unchanged, b"")
    else:
        found = Answer(200, form.whole, form.body)
    if document.changed_at is not None and document.changed_at >= now:
        return found._replace(headers=_without_time(found.headers))
    return found


def _by_tags(tags: str, document: Document, form: Form) -> Answer:
    """A 304 in the encoding of which the client holds these very bytes, or all."""
    known = parse_etags(tags)
    if known.contains_weak(form.tag.strip('"')):
        return Answer(304, form.unchanged, b"")
    for encoding, other in document.tags.items():
        if known.contains_weak(other):
            return Answer(304, document.form(encoding).unchanged, b"")
    return Answer(200, form.whole, form.body)


def _is_unchanged(
    environ: Mapping[str, Any], document: Document, now: datetime
) -> bool:
    """Whether If-Modified-Since holds: heeded only without an If-None-Match."""
    asked, changed_at = environ.get("HTTP_IF_MODIFIED_SINCE"), document.changed_at
    if asked is None or changed_at is None or changed_at >= now:
        return False
    since = parse_date(asked)
    return since is not None and changed_at <= since


def _without_time(headers: Lines) -> Lines:
    return [line for line in headers if line[0] != "Last-Modified"]


@lru_cache(maxsize=256)
def _encoding(accept_encoding: str, is_page: bool) -> str:
    accepted = parse_accept_header(accept_encoding)
    for encoding in ("br", "gzip") if is_page else ("gzip",):
        if accepted.quality(encoding) > 0:
            return encoding
    return ""
