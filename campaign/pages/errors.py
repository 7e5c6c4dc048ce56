"""Answers to what went wrong: pages that say what to do next."""

from http import HTTPStatus
from traceback import extract_tb
from typing import Any

import structlog
from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from ..database import db
from ..lib.refusal import Refusal

log = structlog.get_logger()
#: How the addresses of feeds end.
_FEEDS = (".ics", ".json", ".atom")
#: Statuses with a page of their own; others get the page of their class.
_PAGES = {400, 403, 404, 405, 409, 410, 413, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Register the pages of errors."""
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(OperationalError, answer_database_trouble)
    app.log_exception = log_fault  # type: ignore[method-assign]


def log_fault(exc_info: Any) -> None:
    """Log a mistake of ours: where it happened and what kind it is, and no more.

    The path may hold a token, and a message or a local variable what a supporter
    typed. So neither is written.
    """
    kind, _error, trace = exc_info
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in extract_tb(trace)]
    log.error(
        "fault", route=str(request.url_rule), error=kind.__name__, frames=frames[-12:]
    )


def answer_http_error(error: HTTPException) -> Response:
    """Keep redirects and headers as they are, and say the rest in our words."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        # A wrong Host header: there is no address that a page could link to.
        return Response("This site has another address.", 400, mimetype="text/plain")
    response = _page(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def answer_refusal(error: Refusal) -> Response:
    """A rule said no, and no view had words of its own for it."""
    log.info("refused", rule=type(error).__name__)
    return _page(error.status)


def answer_database_trouble(error: OperationalError) -> Response:
    """A full disk, a locked or an absent database: come back in a moment."""
    db.session.rollback()
    log.error("database", error=type(error.orig).__name__, reason=str(error.orig)[:200])
    response = _page(503)
    response.headers["Retry-After"] = "30"
    return response


def _page(status: int) -> Response:
    if request.path.endswith(_FEEDS):
        response = _line(status)
    else:
        known = status if status in _PAGES else (500 if status >= 500 else 400)
        response = make_response(render_template(f"errors/{known}.html"), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _line(status: int) -> Response:
    """Who asks for a feed is a program, and its owner reads a log at best."""
    known = HTTPStatus(status)
    return Response(f"{known.value} {known.phrase}\n", status, mimetype="text/plain")
