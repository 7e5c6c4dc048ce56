"""The groups that an organiser owns."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...database import EditedMeanwhile, transaction
from ...lib import clock
from ...publishing.forms.thing import differences
from .. import operations
from ..access import current_organiser, require_sign_in
from ..forms import GroupForm
from ..models import Group, Role
from ..queries import find_group, role_in

blueprint = Blueprint("manage_groups", __name__, url_prefix="/manage/groups")
blueprint.before_request(require_sign_in)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = GroupForm()
    if form.validate_on_submit():
        with transaction():
            operations.create_group(current_organiser(), form.values(), clock.now())
        return redirect(url_for("manage.home", done="group-created"), 303)
    return _page("new", form)


@blueprint.route("/<slug:slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    group = _owned_group(slug)
    form = GroupForm(obj=group)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit_group(group, form.opened_at, form.values())
            return _saved()
        except EditedMeanwhile:
            return _compare(group, form)
    return _page("edit", form, group=group)


def _compare(group: Group, form: GroupForm) -> ResponseReturnValue:
    """Show what the other one saved beside what this one wrote, as every desk does."""
    found = differences(form, GroupForm(obj=group, formdata=None))
    if not found:  # the button was pressed twice
        return _saved()
    form.version.data = group.version
    page, _status = _page("edit", form, group=group, differences=found)
    return page, EditedMeanwhile.status


def _saved() -> ResponseReturnValue:
    return redirect(url_for("manage.home", done="saved"), 303)


def _owned_group(slug: str) -> Group:
    """Load a group for its owner: 404 for strangers, 403 for its other members."""
    group = find_group(slug)
    role = role_in(current_organiser(), group.id) if group is not None else None
    if group is None or role is None:
        abort(404)
    if role is not Role.OWNER:
        abort(403)
    return group


def _page(name: str, form: GroupForm, **facts: Any) -> tuple[str, int]:
    page = render_template(f"manage_groups/{name}.html", form=form, **facts)
    return page, 422 if form.errors else 200
