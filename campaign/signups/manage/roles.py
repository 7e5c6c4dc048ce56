"""The roles at an event: which are wanted, who took which on, and who is missing."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...database import db, transaction
from ...events.models import Event, EventRole
from ...events.queries import roles_of
from ...lib import clock
from ...organisers.access import current_organiser, require_sign_in
from ...organisers.models import EDITING_ROLES
from ...publishing.access import load_for
from .. import log, messages
from ..log import Action
from ..models import SignUp
from ..operations import NoTimeForRoles, RoleFull
from ..operations import roles as operations
from ..operations.ordering import STEPS
from ..people import person_of
from ..queries import holders_of_roles, sign_up_numbered
from ..role_words import duty_words, hours_words, needed_words, role_name
from .role_forms import AssignForm, RoleForm

blueprint = Blueprint("manage_roles", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)
for words in (duty_words, hours_words, needed_words, role_name):
    blueprint.add_app_template_global(words)
_BOTH = ["GET", "POST"]
#: The last part of an address, and whether what it is about is retired by it.
_RETIRING = {"retire": True, "restore": False}
_SAID = {
    "added": _l("It stands on the event’s page now."),
    "changed": _l("It is changed. Whoever took it on is not told by itself."),
}


@blueprint.get("/<slug:slug>/roles")
def index(slug: str) -> str:
    event = _load(slug)
    roles = roles_of(event)
    return render_template(
        "manage_roles/index.html",
        event=event,
        wanted=[each for each in roles if not each.is_retired],
        retired=[each for each in roles if each.is_retired],
        holders=holders_of_roles(event),
        said=_SAID.get(request.args.get("said", "")),
    )


@blueprint.route("/<slug:slug>/roles/new", methods=_BOTH)
def new(slug: str) -> ResponseReturnValue:
    event = _load(slug)
    form = RoleForm.at(event, None)
    if not form.validate_on_submit():
        return _role_page(event, form, None), 422 if form.errors else 200
    with transaction():
        operations.add_role(event, form.values)
        _note(event, Action.ROLES_CHANGED)
    return _back(event, "added")


@blueprint.route("/<slug:slug>/roles/<int:number>", methods=_BOTH)
def edit(slug: str, number: int) -> ResponseReturnValue:
    event = _load(slug)
    role = _role(event, number)
    form = RoleForm.at(event, role)
    if not form.validate_on_submit():
        return _role_page(event, form, role), 422 if form.errors else 200
    values = form.values
    try:
        with transaction():
            operations.change_role(event, role, values)
            _note(event, Action.ROLES_CHANGED)
    except operations.TooManyInRole as refusal:
        words = _("%(n)d have taken it on already.", n=role.places_taken)
        form.refuse("places", words)
        return _role_page(event, form, role), refusal.status
    return _back(event, "changed")


@blueprint.post("/<slug:slug>/roles/<int:number>/<string:chosen>")
def move(slug: str, number: int, chosen: str) -> ResponseReturnValue:
    event = _load(slug)
    role = _role(event, number)
    if chosen not in (*STEPS, *_RETIRING):
        abort(404)
    with transaction():
        if chosen in STEPS:
            operations.move_role(event, role, STEPS[chosen])
        else:
            operations.retire_role(event, role, _RETIRING[chosen])
        _note(event, Action.ROLES_CHANGED)
    return _back(event)


@blueprint.route("/<slug:slug>/sign-ups/<int:number>/role", methods=_BOTH)
def assign(slug: str, number: int) -> ResponseReturnValue:
    """Write down what somebody takes on, or that they do not any more."""
    event = _load(slug)
    sign_up = sign_up_numbered(event, number)
    if sign_up is None:
        abort(404)
    form = AssignForm.of(sign_up)
    if not form.validate_on_submit():
        return _assign_page(sign_up, form), 422 if form.errors else 200
    try:
        with transaction():
            _assign(sign_up, form)
    except RoleFull as refusal:
        form.refuse("role", _("Somebody else was faster: look how it stands now."))
        return _assign_page(sign_up, form), refusal.status
    except NoTimeForRoles as refusal:
        form.refuse("role", _("Only who has a place can take something on."))
        return _assign_page(sign_up, form), refusal.status
    person = url_for("manage_sign_ups.show", slug=event.slug, number=number)
    return redirect(person, 303)


def _assign(sign_up: SignUp, form: AssignForm) -> None:
    if operations.assign_role(sign_up, form.chosen):
        _note(sign_up.event, Action.ROLE_GIVEN, sign_up)
        if form.sends_mail.data:
            messages.going(sign_up, clock.now())


def _assign_page(sign_up: SignUp, form: AssignForm) -> str:
    return render_template(
        "manage_roles/assign.html",
        event=sign_up.event,
        sign_up=sign_up,
        person=person_of(sign_up),
        form=form,
    )


def _role_page(event: Event, form: RoleForm, role: EventRole | None) -> str:
    return render_template("manage_roles/edit.html", event=event, form=form, role=role)


def _note(event: Event, action: Action, sign_up: SignUp | None = None) -> None:
    log.note(event, current_organiser(), action, clock.now(), sign_up)


def _load(slug: str) -> Event:
    return load_for(Event, slug, EDITING_ROLES)


def _role(event: Event, number: int) -> EventRole:
    found = db.session.get(EventRole, number)
    if found is None or found.event_id != event.id:
        abort(404)
    return found


def _back(event: Event, said: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("manage_roles.index", slug=event.slug, said=said), 303)
