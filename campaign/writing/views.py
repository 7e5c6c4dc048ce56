"""A preview for somebody without an account, behind a link."""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from ..articles.views import article_page
from ..lib import clock
from .operations import PreviewLinkOver
from .queries import find_preview_link

blueprint = Blueprint("previews", __name__)


@blueprint.get("/previews/<string:token>")
def show(token: str) -> ResponseReturnValue:
    now = clock.now()
    link = find_preview_link(token)
    if link is None or not link.is_open(now) or link.article.is_removed:
        page, status = render_template("previews/over.html"), PreviewLinkOver.status
    else:
        page = article_page(link.article, is_preview=True, shared_until=link.expires_at)
        status = 200
    response = make_response(page, status)
    # A draft is for who has the link: neither found nor kept, and its address, which
    # opens it, is told to nobody.
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
