"""Texts that were written elsewhere: a file, a web page, what is pasted."""

from typing import Final
from uuid import uuid4

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ...articles.forms import LONGEST_ARTICLE
from ...database import transaction
from ...language import language
from ...lib import clock
from ...lib.importing.files import ACCEPTED, LARGEST, from_html, read_file
from ...lib.importing.found import Imported, NotReadable, TooMuch
from ...lib.refusal import Refusal
from ...organisers.access import (
    current_organiser,
    require_sign_in,
    signed_in_session,
)
from ..operations import keep_draft
from ..words import left_out_words

blueprint = Blueprint("manage_imports", __name__, url_prefix="/manage/writing")
#: What word processors put on the clipboard is mostly styles, and large.
_LARGEST_PASTE: Final = 5_000_000
_LONGEST_TITLE: Final = 255


def make_room() -> None:
    """Let organisers, and nobody else, send more than forms hold."""
    if signed_in_session() is not None:
        request.max_content_length = LARGEST + _LARGEST_PASTE
        request.max_form_memory_size = _LARGEST_PASTE


blueprint.before_request(make_room)
blueprint.before_request(require_sign_in)


@blueprint.route("/import", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make a draft of a file: it is looked at, mended and then saved by a person."""
    if request.method != "POST":
        return _page()
    try:
        imported = _read()
    except Refusal as refusal:
        return _page(_problem(refusal)), refusal.status
    if imported is None:
        return _page(gettext("Choose a file, or paste the HTML of a page.")), 422
    uid = uuid4()
    answers = {
        "title": imported.title[:_LONGEST_TITLE],
        "body": imported.markdown,
        "language": "ar" if _is_arabic(imported.markdown) else language(),
        "authors-0-name": "",
    }
    report = "\n".join(left_out_words(imported.left_out))
    with transaction():
        keep_draft(current_organiser(), uid, 0, answers, clock.now(), report)
    return redirect(url_for("manage_articles.new", draft=uid), 303)


@blueprint.post("/paste")
def paste() -> ResponseReturnValue:
    """Return what was pasted into the editor as Markdown."""
    try:
        imported = _require_fitting(from_html(request.form.get("html", "")))
    except Refusal as refusal:
        return jsonify(problem=_problem(refusal)), refusal.status
    text = imported.markdown
    if imported.title:
        text = f"# {imported.title}\n\n{text}".rstrip()
    return jsonify(markdown=text, left_out=left_out_words(imported.left_out))


def _read() -> Imported | None:
    """What was sent; None where nothing was. Raises NotReadable or TooMuch."""
    file = request.files.get("file")
    if file is not None and file.filename:
        data = file.stream.read(LARGEST + 1)
        return _require_fitting(read_file(file.filename, data))
    html = request.form.get("html", "")
    return _require_fitting(from_html(html)) if html.strip() else None


def _is_arabic(text: str) -> bool:
    """Whether most of its letters are: no file says it of itself so surely."""
    letters = [character for character in text[:5000] if character.isalpha()]
    arabic = sum("\u0600" <= character <= "\u06ff" for character in letters)
    return 2 * arabic > len(letters)


def _require_fitting(imported: Imported) -> Imported:
    if len(imported.markdown) > LONGEST_ARTICLE:
        raise TooMuch
    return imported


def _problem(refusal: Refusal) -> str:
    if isinstance(refusal, TooMuch):
        return str(gettext("This is more than an article can hold. Take a part of it."))
    if isinstance(refusal, NotReadable):
        return str(
            gettext(
                "This cannot be read. It should be a document of a word processor "
                "(.docx), Markdown (.md) or a web page (.html)."
            )
        )
    raise refusal


def _page(problem: str = "") -> str:
    return render_template(
        "manage_imports/new.html",
        problem=problem,
        accepted=ACCEPTED,
        most_megabytes=LARGEST // 1_000_000,
        html=request.form.get("html", "") if problem else "",
    )
