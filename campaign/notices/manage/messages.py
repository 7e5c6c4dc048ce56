"""The organisers' pages of messages to those who come, or wait for a place.

They go through the site, so that nobody needs to see an address to write to many.
"""

from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...database import transaction
from ...events.models import Event
from ...keys.store import KeyDestroyed
from ...lib import clock
from ...organisers.access import current_organiser, require_sign_in
from ...publishing.access import load_to_edit
from ..announcement import Announcement
from ..forms import Audience, MessageForm, audiences_at
from ..kinds import MailKind
from ..operations import send_message
from ..queries.announcements import (
    announcements_of,
    find_log_entry,
    messages_of,
    opened,
    progress_of,
)
from ..queries.recipients import count_who_take_messages
from ..sample import sample_of

blueprint = Blueprint("manage_messages", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)


@blueprint.get("/<slug:slug>/messages")
def index(slug: str) -> str:
    event = load_to_edit(Event, slug)
    sent = [each for each in _opened(event) if each.kind is MailKind.MESSAGE]
    return render_template("manage_messages/index.html", event=event, sent=sent)


@blueprint.route("/<slug:slug>/messages/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """The first POST shows the message, the second one sends what was shown."""
    event = load_to_edit(Event, slug)
    audiences, asked = audiences_at(event), request.args.get("to", "")
    audience = asked if asked in audiences else "going"
    form = MessageForm(key=uuid4().hex, audience=audience)
    counts = {
        name: count_who_take_messages(event, each.states, each.role)
        for name, each in audiences.items()
    }
    form.offer(audiences, counts)
    is_right = form.validate_on_submit()
    if is_right and request.form.get("seen") == form.fingerprint:
        return redirect(_sent(event, form, audiences[form.audience.data]), 303)
    page = render_template(
        "manage_messages/new.html",
        event=event,
        form=form,
        count=counts[form.audience.data] if is_right else None,
        sample=_sample(event, form) if is_right else None,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/<slug:slug>/messages/<int:number>")
def show(slug: str, number: int) -> str:
    event = load_to_edit(Event, slug)
    entry = find_log_entry(event, number)
    found = [each for each in _opened(event) if each.entry == number]
    if entry is None or not found:
        abort(404)
    still = {opened(event, setting).entry for setting in announcements_of(event)}
    progress = progress_of(entry, is_told=number not in still)
    return render_template(
        "manage_messages/show.html",
        event=event,
        message=found[0],
        entry=entry,
        progress=progress,
        is_done=progress.is_told and not progress.waiting,
    )


def _sent(event: Event, form: MessageForm, audience: Audience) -> str:
    """Send it, and return the address of the page that tells how far it has come."""
    with transaction():
        number = send_message(
            event,
            current_organiser(),
            audience.states,
            form.subject.data or "",
            form.text.data or "",
            form.key.data or "",
            clock.now(),
            audience.role,
        )
    return url_for("manage_messages.show", slug=event.slug, number=number)


def _sample(event: Event, form: MessageForm) -> object:
    words = {"subject": form.subject.data, "text": form.text.data}
    return sample_of(event, MailKind.MESSAGE, clock.now(), **words)


def _opened(event: Event) -> list[Announcement]:
    """What organisers wrote is gone with the key of the list that it was for."""
    try:
        return [opened(event, setting) for setting in messages_of(event)]
    except KeyDestroyed:
        return []
