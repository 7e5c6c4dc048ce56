"""Polls of public feeds and boards, answered in front of Flask.

Nearly all that a site is ever asked is whether a calendar has changed, and nearly
always it has not. Such a poll is worth one question to the database, for the version
of all feeds, and no more: where the document on this worker's shelf was made by the
same version, it is answered from there, with a 304 or with ready, compressed bytes.

A change anywhere makes another version, in the transaction of the change itself (see
feeds/operations). So no worker process needs to be told of it by another one, and
none can answer with what is no longer true. Whatever is not on the shelf, or not good
any more, goes to Flask like every other request. The view there writes the feed as if
there were no shelf, and hands it over with the request.

The version is asked for before the feed is written. If something changes in between,
the feed is newer than it is taken for, and the next poll has it written again.

The pages that the whole world opens on a day of action go the same way. They are the
same for everybody who reads the same language, and as good as their minute.
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import structlog
from flask import Flask

from .feeds.conditional_response import Answer, answer_to
from .feeds.shelf import Kept, Shelf, give_last_good, handed_over
from .feeds.version import VersionReader
from .headers import EMBEDDABLE, of_every_response
from .language import preferred_language
from .lib import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

#: Not `.json`: the data tell counts, which change without another version.
_POLLED: Final = (".ics", ".atom")
#: The addresses of pages that say nothing of who asks. A dot names a sibling.
_PAGES: Final = re.compile(rf"/|/action-days/[^/.]+(/board|/screen)?|{EMBEDDABLE}[^.]+")
#: Supporters' own calendars: nobody else's request may be answered with them.
_PRIVATE: Final = "/sign-ups/"
#: What the shelf of one worker process may hold.
MOST_BYTES: Final = 64_000_000
#: Who asks for more than every filter at once fills no memory with it.
_LONGEST: Final = 1_000
_UNKNOWN: Final = object()  # the version, while the database cannot be read
_GONE: Final = ("404", "410")
_STATUS: Final = {s: f"{s} {HTTPStatus(s).phrase}" for s in (200, 304)}


def init_app(app: Flask) -> None:
    """Put the fast path in front of the app."""
    reader = app.extensions["feed_version"]
    hosts = frozenset(app.config["TRUSTED_HOSTS"])
    path = FastPath(app.wsgi_app, reader, Shelf(MOST_BYTES), hosts)
    app.extensions["fast_path"] = path
    app.wsgi_app = path  # type: ignore[method-assign]


class FastPath:
    """A WSGI application around another one (PEP 3333)."""

    def __init__(
        self,
        app: "WSGIApplication",
        reader: VersionReader,
        shelf: Shelf,
        hosts: Collection[str],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._reader = reader
        self.shelf = shelf

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        asked = _asked(environ)
        if asked is None or _host(environ) not in self._hosts:
            return self._app(environ, start_response)
        now = clock.now()
        kept = self._find(asked, now)
        if kept is None:
            with self.shelf.making(asked):
                # Somebody who was here before may have made it.
                kept = self._find(asked, now)
                if kept is None:
                    return self._make(asked, environ, start_response)
        found = answer_to(environ, kept.document, now)
        return _send(found, environ, start_response)

    def _find(self, asked: str, now: datetime) -> Kept | None:
        """Return what is ready, and good at this moment."""
        kept = self.shelf.find(asked)
        if kept is None or not kept.is_good(self._version(), now):
            return None
        return kept

    def _make(
        self,
        asked: str,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        """Let Flask answer, and keep what it wrote."""
        kept, version = self.shelf.find(asked), self._version()
        if kept is not None:
            give_last_good(environ, kept.document)
        statuses: list[str] = []

        def start(status: str, *more: Any) -> Callable[[bytes], object]:
            statuses.append(status)
            return start_response(status, *more)

        result = self._app(environ, start)
        made = handed_over(environ)
        if made is not None and version is not _UNKNOWN:
            now_kept = Kept(made.document, version, made.good_until)
            self.shelf.keep(asked, made.address, now_kept)
        elif statuses[-1:] and statuses[-1].startswith(_GONE):
            # Taken off the site: not even trouble may bring it back.
            self.shelf.take_down(asked)
        return result

    def _version(self) -> object:
        try:
            return self._reader.read()
        except Exception as error:
            # Of whatever driver. Flask answers then: it knows what to say.
            log.error("no version", error=type(error).__name__)
            return _UNKNOWN


def _asked(environ: "WSGIEnvironment") -> str | None:
    """Return what a poll asks for, None for every other request."""
    path: str = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    asked = f"{path}?{environ.get('QUERY_STRING', '')}"
    if path.endswith(_POLLED):
        if path.startswith(_PRIVATE):
            return None
    elif _PAGES.fullmatch(path):
        accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        asked = f"{asked}#{preferred_language(accepted)}"
    else:
        return None
    return asked if len(asked) <= _LONGEST else None


def _host(environ: "WSGIEnvironment") -> str:
    """Return what the request calls the site, without a port.

    Flask says what is wrong with a name that is not ours.
    """
    name: str = environ.get("HTTP_HOST", "")
    return name if name.endswith("]") else name.rpartition(":")[0] or name


def _send(
    found: Answer, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    if found.status == HTTPStatus.NOT_MODIFIED:
        # No more than it needs (RFC 9110, 15.4.5): the client has the rest.
        start_response(_STATUS[found.status], found.headers)
        return []
    is_embedded = environ["PATH_INFO"].startswith(EMBEDDABLE)
    is_secure = environ.get("wsgi.url_scheme") == "https"
    more = of_every_response(is_secure, is_embedded)
    start_response(_STATUS[found.status], [*found.headers, *more])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]
