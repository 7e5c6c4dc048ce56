"""A mail as somebody would get it who does not exist: for organisers to look at."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from ..events.disclosure import EventView, Viewer
from ..events.models import Event
from ..language import language
from ..lib.walltime import wall_time
from ..mail.operations import link
from ..signups.models import HOLD, SignUp, SignUpState
from .kinds import ABOUT_ONESELF, STOPPABLE, MailKind
from .queries.recipients import next_events

_DAY: Final = timedelta(days=1)
#: Mails to those who have no place, or not yet, and see what strangers see.
_STRANGERS: Final = ABOUT_ONESELF - {MailKind.GOING} | {MailKind.CONFIRM}


@dataclass(frozen=True)
class Sample:
    """A mail to look at. Its HTML is without the styles, which no page may hold."""

    subject: str
    text: str
    html: Markup


def sample_of(event: Event, kind: MailKind, now: datetime, **facts: Any) -> Sample:
    """Return a mail of this kind in the reader's language."""
    viewer = Viewer.STRANGER if kind in _STRANGERS else Viewer.SUPPORTER
    coming = [
        each.seen_by(Viewer.STRANGER, now, language())
        for each in next_events(event, now)
    ]
    view = event.seen_by(viewer, now, language())
    return sample_about(view, kind, now, coming=coming, **facts)


def sample_about(
    event: EventView, kind: MailKind, now: datetime, **facts: Any
) -> Sample:
    """Return the same of an event as somebody sees it, be it in the database or not."""
    everything = {**_facts(event, now), "stop_url": _stop_url(kind), **facts}
    if kind in ABOUT_ONESELF:
        everything["own_words"] = everything["words"]
    text = render_template(f"email/{kind}/body.txt", **everything)
    html = render_template(f"email/{kind}/body.html", **everything, is_sample=True)
    return Sample(
        subject=render_template(f"email/{kind}/subject.txt", **everything).strip(),
        text=re.sub(r"\n\s*\n", "\n\n", text).strip(),
        html=Markup(html),  # noqa: S704 - the template has escaped it
    )


def _facts(event: EventView, now: datetime) -> dict[str, Any]:
    return {
        "event": event,
        "sign_up": _somebody(now),
        "name": _("Amal"),
        "token": "example",
        "holds_place": True,
        "awaits_approval": False,
        "hold_minutes": int(HOLD.total_seconds() // 60),
        "had_place": True,
        "offer_until": wall_time(now + _DAY, event.timezone),
        "words": "",
        "old": _earlier(event),
        "different": {"when"},
        "days_left": 1,
        "has_file": True,
        "coming": (),
        "link": lambda *_args, **_values: link("pages.home"),
    }


def _stop_url(kind: MailKind) -> str:
    return link("pages.home") if kind in STOPPABLE else ""


def _earlier(view: EventView) -> EventView:
    """The event as it might have been before it was moved by a day."""
    return replace(
        view,
        starts_local=view.starts_local - _DAY,
        ends_local=view.ends_local - _DAY,
        starts_at=view.starts_at - _DAY,
        ends_at=view.ends_at - _DAY,
    )


def _somebody(now: datetime) -> SignUp:
    return SignUp(
        party_size=1,
        state=SignUpState.GOING,
        language=language(),
        offer_ends_at=now + _DAY,
        created_on=now.date(),
    )
