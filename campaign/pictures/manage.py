"""The organisers' library of pictures."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from ..database import EditedMeanwhile, transaction
from ..language import language
from ..lib import clock
from ..lib.text import one_line
from ..organisers.access import (
    current_organiser,
    require_sign_in,
    signed_in_session,
)
from ..organisers.models import EDITING_ROLES, READING_ROLES, Group
from ..organisers.queries import groups_of
from ..paging import page_of
from ..publishing.forms.thing import differences
from . import operations, store
from .access import load_to_change, load_to_see
from .decoding import MOST_BYTES, NotTaken
from .figures import figure_line
from .forms import LibraryForm, ReplaceForm, UploadForm, WordsForm
from .models import Picture
from .queries import count_uses, library, uses_of
from .words import megabytes, why_not_taken

PER_PAGE = 24
#: What one form may send, in bytes: several pictures, and each is looked at alone.
_MOST_SENT = 120_000_000
blueprint = Blueprint("manage_pictures", __name__, url_prefix="/manage/pictures")


@blueprint.before_request
def take_large_files() -> None:
    """Let organisers send more than a form's usual megabyte; strangers not."""
    if signed_in_session() is not None:
        request.max_content_length = _MOST_SENT


blueprint.before_request(require_sign_in)


@blueprint.get("")
def index() -> ResponseReturnValue:
    groups = groups_of(current_organiser(), READING_ROLES)
    form = LibraryForm(request.args)
    asked = form.validate() and (form.q.data, form.which.data)
    page = page_of(library(groups, *(asked or ("", ""))), PER_PAGE)
    return render_template(
        "manage_pictures/index.html",
        form=form,
        page=page,
        uses=count_uses(page.items),
        is_narrowed=bool(asked and any(asked)),
        can_upload=bool(_own_groups()),
    ), 422 if form.errors else 200


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    groups = _own_groups()
    if not groups:
        return redirect(url_for("manage_groups.new", done="group-needed"))
    form = UploadForm(group=groups[0])
    form.group.offer(groups)
    if not form.validate_on_submit():
        return _upload_page(form)
    taken = _add_all(form)
    if form.errors:
        return _upload_page(form, taken)
    if len(taken) == 1:
        return _go_to("edit", taken[0], done="picture-added")
    address = url_for(
        "manage_pictures.index", which="undescribed", done="pictures-added"
    )
    return redirect(address, 303)


def _add_all(form: UploadForm) -> list[Picture]:
    """Add what can be read, and say of the other files why they cannot."""
    added = []
    for file in form.files.data:
        try:
            taken = operations.take_in(file.read())
        except NotTaken as refusal:
            form.refuse("files", why_not_taken(refusal, _name_of(file)))
            continue
        with transaction():
            told = (form.group.row, _stem_of(file), language(), clock.now())
            added.append(operations.add_picture(taken, *told))
    return added


def _upload_page(form: UploadForm, taken: Iterable[Picture] = ()) -> tuple[str, int]:
    page = render_template(
        "manage_pictures/new.html",
        form=form,
        taken=list(taken),
        most_bytes=MOST_BYTES,
        most_megabytes=megabytes(),
    )
    return page, 422 if form.errors else 200


@blueprint.errorhandler(RequestEntityTooLarge)
def answer_too_much(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return render_template("manage_pictures/too_much.html"), 413


@blueprint.get("/<slug:slug>")
def show(slug: str) -> ResponseReturnValue:
    return _overview(load_to_see(slug))


@blueprint.route("/<slug:slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    picture = load_to_change(slug)
    form = WordsForm(obj=picture)
    if not form.validate_on_submit():
        return _words_page(picture, form, 422 if form.errors else 200)
    try:
        with transaction():
            told = (form.opened_at, form.values(), clock.now())
            operations.describe_picture(picture, *told)
    except EditedMeanwhile as refusal:
        found = differences(form, WordsForm(obj=picture, formdata=None))
        if found:
            form.version.data = str(picture.version)
            return _words_page(picture, form, refusal.status, differences=found)
    return _go_to("show", picture, done="saved")


def _words_page(
    picture: Picture, form: WordsForm, status: int, **facts: Any
) -> ResponseReturnValue:
    page = render_template(
        "manage_pictures/edit.html", picture=picture, form=form, **facts
    )
    return page, status


@blueprint.route("/<slug:slug>/file", methods=["GET", "POST"])
def replace(slug: str) -> ResponseReturnValue:
    picture = load_to_change(slug)
    form = ReplaceForm(obj=picture)
    status = 200
    if form.validate_on_submit():
        try:
            taken = operations.take_in(form.file.data.read(), picture.slug)
            with transaction():
                now = clock.now()
                operations.replace_file(picture, form.opened_at, taken, now)
            store.forget(picture.slug, but=picture.file_name)
            return _go_to("show", picture, done="replaced")
        except NotTaken as refusal:
            form.refuse("file", why_not_taken(refusal, _name_of(form.file.data)))
        except EditedMeanwhile:
            return _go_to("show", picture, done="picture-changed")
    if form.errors:
        status = 422
    uses = len(uses_of(picture))
    page = render_template(
        "manage_pictures/replace.html", picture=picture, form=form, uses=uses
    )
    return page, status


@blueprint.route("/<slug:slug>/delete", methods=["GET", "POST"])
def delete(slug: str) -> ResponseReturnValue:
    """GET says what would have a hole; POST deletes what is used nowhere.

    With `everywhere` it is taken out of everything first.
    """
    picture = load_to_change(slug)
    if request.method != "POST":
        return _deletion_page(picture, 200)
    try:
        with transaction():
            if "everywhere" in request.form:
                own = _own_groups()
                operations.take_out_everywhere(picture, own, clock.now())
            else:
                operations.delete_picture(picture)
    except operations.StillUsed as refusal:
        return _deletion_page(picture, refusal.status)
    store.forget(slug)
    return redirect(url_for("manage_pictures.index", done="picture-deleted"), 303)


def _deletion_page(picture: Picture, status: int) -> ResponseReturnValue:
    page = render_template(
        "manage_pictures/delete.html",
        picture=picture,
        uses=uses_of(picture),
        own=groups_of(current_organiser(), READING_ROLES),
        is_refused=status != 200,
    )
    return page, status


def _overview(picture: Picture) -> str:
    own = groups_of(current_organiser(), READING_ROLES)
    return render_template(
        "manage_pictures/show.html",
        picture=picture,
        uses=uses_of(picture),
        own=own,
        can_change=picture.group in _own_groups(),
        figure_line=figure_line(picture.shown),
    )


def _own_groups() -> list[Group]:
    return groups_of(current_organiser(), EDITING_ROLES)


def _go_to(view: str, picture: Picture, done: str) -> ResponseReturnValue:
    address = url_for(f"manage_pictures.{view}", slug=picture.slug, done=done)
    return redirect(address, 303)


def _name_of(file: FileStorage) -> str:
    return one_line(file.filename or "")[:100] or "?"


def _stem_of(file: FileStorage) -> str:
    """What the file was called, for the group's own search; nobody else reads it."""
    return _name_of(file).rpartition(".")[0] or _name_of(file)
