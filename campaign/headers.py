"""Security headers of every response, and the refusal of cross-site writes."""

from collections.abc import Sequence
from functools import cache

from flask import Flask, Response, abort, request

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "manifest-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # Not no-referrer: Chromium would send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
#: What other sites may show in a frame: it has no form, and no cookie is read for it.
_EMBEDDED = {
    **_HEADERS,
    "Content-Security-Policy": _POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    ).replace("form-action 'self'", "form-action 'none'"),
    # Pages that are isolated may frame only what says that it may be (HTML, 7.1.4).
    "Cross-Origin-Resource-Policy": "cross-origin",
}
#: Where all lies that may be framed, and nothing else.
EMBEDDABLE = "/embed/"
_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Add the headers to all that the app answers, and refuse foreign forms."""
    app.before_request(refuse_cross_site_writes)
    app.after_request(add_security_headers)


def refuse_cross_site_writes() -> None:
    """Answer 403 to a form that another site sends in a visitor's name.

    Supporters' forms carry no CSRF token, because a token needs a cookie. The
    browser itself says where a request comes from (Fetch Metadata; the Origin
    header of RFC 6454 in older ones), and a program that is no browser has no
    visitor whose rights it could abuse.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        abort(403)


def add_security_headers(response: Response) -> Response:
    """Set what browsers should hold against every page of the site."""
    is_embedded = request.path.startswith(EMBEDDABLE)
    for name, value in of_every_response(request.is_secure, is_embedded):
        response.headers.setdefault(name, value)
    return response


def allow_position(response: Response) -> Response:
    """Let the page of a response ask where its reader is, if the reader wants."""
    policy = _HEADERS["Permissions-Policy"]
    allowed = policy.replace("geolocation=()", "geolocation=(self)")
    response.headers["Permissions-Policy"] = allowed
    return response


@cache
def of_every_response(
    is_secure: bool, is_embedded: bool = False
) -> Sequence[tuple[str, str]]:
    """Return the headers of whatever is answered, unless it has its own."""
    lines = list((_EMBEDDED if is_embedded else _HEADERS).items())
    if is_secure:
        lines.append(("Strict-Transport-Security", f"max-age={_YEAR}"))
    return lines
