"""The groups that an organiser owns."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...database import transaction
from ...lib import clock
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
        with transaction():
            operations.edit_group(group, form.values())
        return redirect(url_for("manage.home", done="saved"), 303)
    return _page("edit", form, group)


def _owned_group(slug: str) -> Group:
    """Load a group for its owner: 404 for strangers, 403 for its other members."""
    group = find_group(slug)
    role = role_in(current_organiser(), group.id) if group is not None else None
    if group is None or role is None:
        abort(404)
    if role is not Role.OWNER:
        abort(403)
    return group


def _page(name: str, form: GroupForm, group: Group | None = None) -> tuple[str, int]:
    page = render_template(f"manage_groups/{name}.html", form=form, group=group)
    return page, 422 if form.errors else 200
