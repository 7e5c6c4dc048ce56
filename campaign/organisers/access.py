"""Who is signed in: sessions that live in the database, and the doors they open.

Flask's session is a view of one row, read at the first question about it. A page
that does not ask knows no cookie and sets none, so readers never get one and
caches may share what they see.
"""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from flask import (
    Flask,
    Request,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized

from ..lib import clock
from .models import Organiser, OrganiserSession
from .operations import SESSION_LIFETIME
from .queries import find_session
from .words import DONE, ROLES

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Keep sessions in the database, and give templates their words."""
    app.session_interface = StoredSessions()
    # `require_sign_in` checks the token: forms of readers have none, because a
    # token needs a cookie. headers.refuse_cross_site_writes protects those.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    app.register_error_handler(CSRFError, lambda _error: _ask_to_send_again(400))
    app.jinja_env.globals.update(done_words=done_words, ROLES=ROLES)


def require_sign_in() -> ResponseReturnValue | None:
    """Let organisers in, with forms of their own session only.

    The one `before_request` of every blueprint of the organisers' side.
    """
    if signed_in_session() is not None:
        csrf.protect()
        return None
    if request.method in ("GET", "HEAD"):
        here = request.full_path.removesuffix("?")
        return redirect(url_for("sign_in.ask", next=here))
    return _ask_to_send_again(401)


#: What leaves the site for good asks for a sign-in that is no older than that.
FRESH = timedelta(minutes=15)


def ask_for_fresh_sign_in(path: str, now: datetime) -> ResponseReturnValue | None:
    """Lead to the sign-in, and from there to this path, if the last one was long ago.

    Who finds an open computer, or steals a cookie, gets no file of names with it.
    """
    found = signed_in_session()
    if found is not None and now - found.created_at <= FRESH:
        return None
    return redirect(url_for("sign_in.ask", next=path, again=1), 303)


def _ask_to_send_again(status: int) -> Response:
    """Keep what was typed on a page that can send it once more.

    The session ended while somebody wrote, or is another one since.
    """
    page = render_template(
        "sign_in/again.html",
        is_signed_in=signed_in_session() is not None,
        kept=[pair for pair in request.form.items(multi=True) if pair[0] != _TOKEN],
    )
    return make_response(page, status)


_TOKEN = "csrf_token"  # noqa: S105 - the name of a field


def current_organiser() -> Organiser:
    """Return who is signed in; for views behind `require_sign_in`."""
    found = signed_in_session()
    if found is None:
        raise Unauthorized
    return found.organiser


def signed_in_session() -> OrganiserSession | None:
    """Return the session of this browser, or None for a reader."""
    return _session().row


def begin_session(token: str) -> None:
    """Give this browser the cookie of a new session."""
    _session().new_token = token


def forget_session() -> None:
    """Take the cookie from this browser."""
    _session().is_over = True


def _session() -> "StoredSession":
    found = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(found, StoredSession)
    return found


def done_words() -> str:
    """Return the sentence that the address asks for, such as `?done=saved`."""
    return str(DONE.get(request.args.get("done", ""), ""))


class StoredSession(SessionMixin):
    """The row behind a cookie, with the one value that Flask-WTF asks it for.

    Nothing can be written to it: who sets a key gets a TypeError.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        #: What the response tells the browser about its cookie.
        self.new_token: str | None = None
        self.is_over = False

    @cached_property
    def row(self) -> OrganiserSession | None:
        self.accessed = True
        return find_session(self._token, clock.now()) if self._token else None

    @property
    def _values(self) -> dict[str, str]:
        return {_TOKEN: self.row.csrf_token} if self.row is not None else {}

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("a session holds nothing but what its row does")

    def __delitem__(self, key: str) -> None:
        raise TypeError("a session holds nothing but what its row does")


class StoredSessions(SessionInterface):
    """Finds the session of a request, and writes its cookie at sign-in and -out."""

    def open_session(self, app: Flask, request: Request) -> StoredSession:
        return StoredSession(request.cookies.get(self.get_cookie_name(app)))

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        assert isinstance(session, StoredSession)
        if session.accessed:
            response.vary.add("Cookie")
            # What one organiser saw must not come back from a cache.
            response.headers.setdefault("Cache-Control", "no-store")
        if session.new_token is not None:
            self._set_cookie(app, response, session.new_token, SESSION_LIFETIME)
        elif session.is_over:
            self._set_cookie(app, response, "", timedelta())

    def _set_cookie(
        self, app: Flask, response: Response, token: str, lifetime: timedelta
    ) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            token,
            max_age=lifetime,
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            samesite=self.get_cookie_samesite(app),
            httponly=True,
        )
