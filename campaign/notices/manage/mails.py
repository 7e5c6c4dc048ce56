"""The organisers' pages of the mails of an event: which are sent, with which words."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...database import transaction
from ...events.models import Event
from ...lib import clock
from ...organisers.access import current_organiser, require_sign_in
from ...publishing.access import load_to_edit
from ..forms import MailForm
from ..kinds import ALWAYS_SENT, FIXED_WORDS, MailKind
from ..operations import set_mail
from ..queries.settings import mail_setting, mail_settings
from ..sample import sample_of
from ..words import KINDS

blueprint = Blueprint("manage_mails", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)


@blueprint.get("/<slug:slug>/mails")
def index(slug: str) -> str:
    event = load_to_edit(Event, slug)
    return render_template(
        "manage_mails/index.html",
        event=event,
        kinds=KINDS,
        settings=mail_settings(event),
        always_sent=ALWAYS_SENT,
    )


@blueprint.route("/<slug:slug>/mails/<string:name>", methods=["GET", "POST"])
def edit(slug: str, name: str) -> ResponseReturnValue:
    """One button shows how the mail would look, the other one saves."""
    event, kind = load_to_edit(Event, slug), _kind_or_404(name)
    setting = mail_setting(event, kind)
    form = MailForm.for_kind(
        kind,
        is_sent=not (setting and setting.is_off),
        words=setting.words if setting else "",
    )
    is_right = form.validate_on_submit()
    if is_right and "preview" not in request.form:
        with transaction():
            by, now = current_organiser(), clock.now()
            set_mail(event, kind, form.is_off, form.own_words, by, now)
        return redirect(url_for("manage_mails.index", slug=slug, done="saved"), 303)
    page = render_template(
        "manage_mails/edit.html",
        event=event,
        kind=kind,
        words=KINDS[kind],
        form=form,
        has_fixed_words=kind in FIXED_WORDS,
        sample=sample_of(event, kind, clock.now(), words=form.own_words),
    )
    return page, 422 if form.errors else 200


def _kind_or_404(name: str) -> MailKind:
    if name not in KINDS:
        abort(404)
    return MailKind(name)
