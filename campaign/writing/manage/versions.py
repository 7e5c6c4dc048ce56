"""The versions of an article: what was changed, by whom, and the way back."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ...articles.forms import ArticleForm
from ...articles.models import Article
from ...database import EditedMeanwhile, transaction
from ...lib import clock
from ...organisers.access import current_organiser, require_sign_in
from ...paging import page_of
from ...publishing.access import can_edit, load_to_edit, load_to_see
from ..differences import Paragraph, compare
from ..models import ArticleVersion
from ..operations import go_back
from ..queries import find_version, version_before, versions_of
from ..snapshot import KEPT, read_aloud

blueprint = Blueprint("manage_versions", __name__, url_prefix="/manage/articles")
blueprint.before_request(require_sign_in)
PER_PAGE = 25


@blueprint.get("/<slug:slug>/versions")
def index(slug: str) -> str:
    return _list(load_to_see(Article, slug))


@blueprint.get("/<slug:slug>/versions/<int:number>")
def show(slug: str, number: int) -> str:
    article = load_to_see(Article, slug)
    version = _load(article, number)
    against = request.args.get("against", type=int)
    other = _load(article, against) if against else version_before(article, number)
    return render_template(
        "manage_versions/show.html",
        article=article,
        version=version,
        other=other,
        differences=_differences(other, version),
        can_edit=can_edit(article) and not article.is_removed,
    )


@blueprint.post("/<slug:slug>/versions/<int:number>/restore")
def restore(slug: str, number: int) -> ResponseReturnValue:
    article = load_to_edit(Article, slug)
    version = _load(article, number)
    note = gettext("Back to version %(number)d", number=number)
    opened_at = request.form.get("version", 0, type=int)
    try:
        with transaction():
            go_back(article, version, opened_at, current_organiser(), note, clock.now())
    except EditedMeanwhile:
        problem = gettext(
            "Somebody saved a newer version meanwhile. Look at it first: it is the "
            "first of this list."
        )
        return _list(article, problem), EditedMeanwhile.status
    return redirect(url_for("manage_versions.index", slug=slug, done="saved"), 303)


def _list(article: Article, problem: str = "") -> str:
    return render_template(
        "manage_versions/index.html",
        article=article,
        page=page_of(versions_of(article), PER_PAGE),
        problem=problem,
    )


def _load(article: Article, number: int) -> ArticleVersion:
    return find_version(article, number) or abort(404)


def _differences(
    other: ArticleVersion | None, version: ArticleVersion
) -> list[tuple[str, list[Paragraph]]]:
    """What each of the texts became, under the name of its field."""
    before, after = (other.texts if other else {}), version.texts
    labels = {field.name: field.label.text for field in ArticleForm(formdata=None)}
    compared = (
        (
            str(labels[name]),
            compare(
                *(read_aloud(name, each.get(name, "")) for each in (before, after))
            ),
        )
        for name in KEPT
        if name in after
    )
    return [(label, paragraphs) for label, paragraphs in compared if paragraphs]
