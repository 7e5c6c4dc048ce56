"""Links with which people without an account read a draft."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ...articles.models import Article
from ...database import db, transaction
from ...lib import clock
from ...mail.operations import link as whole_address
from ...organisers.access import current_organiser, require_sign_in
from ...publishing.access import load_to_edit
from ..forms import PreviewLinkForm
from ..models import PreviewLink
from ..operations import TooManyPreviewLinks, make_preview_link, revoke_preview_link
from ..queries import preview_links_of

blueprint = Blueprint("manage_preview_links", __name__, url_prefix="/manage/articles")
blueprint.before_request(require_sign_in)


@blueprint.route("/<slug:slug>/preview-links", methods=["GET", "POST"])
def index(slug: str) -> ResponseReturnValue:
    article = load_to_edit(Article, slug)
    form = PreviewLinkForm()
    if not form.validate_on_submit():
        return _page(article, form), 422 if form.errors else 200
    try:
        with transaction():
            token = make_preview_link(
                article,
                current_organiser(),
                form.label.data,
                form.lifetime,
                clock.now(),
            )
    except TooManyPreviewLinks as refusal:
        form.refuse("label", gettext("So many links are open: revoke some first."))
        return _page(article, form), refusal.status
    # Shown once: nobody can make it out of what is kept of it.
    address = whole_address("previews.show", token=token)
    return _page(article, PreviewLinkForm(formdata=None), address), 201


@blueprint.post("/<slug:slug>/preview-links/<int:number>/revoke")
def revoke(slug: str, number: int) -> ResponseReturnValue:
    article = load_to_edit(Article, slug)
    link = db.session.get(PreviewLink, number)
    if link is None or link.article_id != article.id:
        abort(404)
    with transaction():
        revoke_preview_link(link, clock.now())
    return redirect(url_for(".index", slug=slug, done="saved"), 303)


def _page(article: Article, form: PreviewLinkForm, address: str = "") -> str:
    return render_template(
        "manage_preview_links/index.html",
        article=article,
        form=form,
        links=preview_links_of(article),
        address=address,
        now=clock.now(),
    )
