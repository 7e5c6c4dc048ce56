"""What the editor asks for while somebody writes: a preview, and a draft that stays."""

from uuid import UUID

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ...articles.forms import ArticleForm
from ...articles.models import Article
from ...articles.queries import text_of
from ...database import transaction
from ...language import direction_of, language
from ...lib import clock
from ...lib.text import clean
from ...organisers.access import current_organiser, require_sign_in
from ...places.languages import language_codes
from ...publishing.access import load_to_edit
from ...publishing.queries import find_made
from ..operations import KeptElsewhere, forget_draft, keep_draft
from ..reading import length_words
from ..words import dropped_words

blueprint = Blueprint("manage_drafts", __name__, url_prefix="/manage/writing")
blueprint.before_request(require_sign_in)


@blueprint.post("/preview")
def preview() -> ResponseReturnValue:
    """Return the text of a form as it would look, by the renderer of the page."""
    spoken = request.form.get("language", "")
    spoken = spoken if spoken in language_codes() else language()
    text = text_of(clean(request.form.get("body", "")), spoken, False, is_preview=True)
    return jsonify(
        html=str(text.html),
        count=length_words(text),
        direction=direction_of(spoken),
        said=gettext("This is left out:"),
        dropped=[dropped_words(each) for each in text.dropped],
    )


@blueprint.post("/drafts/<string:key>")
def keep(key: str) -> ResponseReturnValue:
    """Keep what is in a form, without saving it."""
    uid = _uid_to_write(key)
    names = tuple(field.name for field in ArticleForm(formdata=None))
    answers = {
        name: value
        for name, value in request.form.items()
        if name != "csrf_token" and name.startswith(names)
    }
    seen = request.form.get("draft_revision", 0, type=int)
    try:
        with transaction():
            revision = keep_draft(current_organiser(), uid, seen, answers, clock.now())
    except KeptElsewhere as refusal:
        problem = gettext(
            "Not kept: other changes of yours to this article are kept already, from "
            "another window or from before. Save here, and you can compare."
        )
        return jsonify(problem=problem), refusal.status
    return jsonify(revision=revision)


@blueprint.post("/drafts/<string:key>/discard")
def discard(key: str) -> ResponseReturnValue:
    """Forget what was kept, and go back to what is saved."""
    uid = _uid_to_write(key)
    with transaction():
        forget_draft(current_organiser(), uid)
    article = find_made(Article, uid)
    if article is None:
        return redirect(url_for("manage_articles.index", done="discarded"), 303)
    return redirect(
        url_for("manage_articles.edit", slug=article.slug, done="discarded"), 303
    )


def _uid_to_write(key: str) -> UUID:
    """The identity of an article that may be edited, or of none that there is yet."""
    try:
        uid = UUID(key)
    except ValueError:
        abort(404)
    article = find_made(Article, uid)
    if article is not None:
        load_to_edit(Article, article.slug)
    return uid
