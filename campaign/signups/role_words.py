"""The words for roles at an event: what they are, when, and who is still missing."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from markupsafe import Markup, escape

from ..events.duty import Duty
from ..events.models import EventRole, RoleKind
from ..language import clock_words, short_day_words


def role_name(duty: Duty) -> str:
    """Return what a role is called: by its kind, or as the organisers named it."""
    return duty.name or kind_names()[duty.kind]


def kind_names() -> dict[str, str]:
    """Return the words for the usual roles, by kind, in the order of the form."""
    names = {
        RoleKind.STEWARD: pgettext("role", "Steward"),
        RoleKind.MEDIC: pgettext("role", "Medic"),
        RoleKind.SPEAKER: pgettext("role", "Speaker"),
        RoleKind.HELPER: pgettext("role", "Helper for setting up and clearing up"),
        RoleKind.WELCOME: pgettext("role", "Welcome at the door"),
        RoleKind.INTERPRETER: pgettext("role", "Interpreter"),
        RoleKind.LEGAL_OBSERVER: pgettext("role", "Legal observer"),
        RoleKind.PHOTOGRAPHER: pgettext("role", "Photographer"),
        RoleKind.DRIVER: pgettext("role", "Driver"),
        RoleKind.CHILDCARE: pgettext("role", "Childcare"),
        RoleKind.OWN: pgettext("role", "A role of your own"),
    }
    return {kind.value: str(words) for kind, words in names.items()}


def hours_words(duty: Duty) -> str:
    """Return from when to when it is, "16:30–19:00"; empty for the whole event.

    The day is said where it is not the first day of the event.
    """
    first, last = duty.starts_local, duty.ends_local
    if first is None or last is None:
        return ""
    if first.date() == last.date() == duty.day:
        return f"{clock_words(first)}–{clock_words(last)}"
    if first.date() == last.date():
        return f"{_moment(first)}–{clock_words(last)}"
    return str(_("%(start)s to %(end)s", start=_moment(first), end=_moment(last)))


def duty_words(duty: Duty) -> str:
    """Return a role with its hours: "Steward, 16:30–19:00"."""
    return str(_(", ").join(filter(None, (role_name(duty), hours_words(duty)))))


def needed_words(roles: Iterable[EventRole], shows_counts: bool) -> Markup:
    """Return who is still missing: "4 stewards, 1 medic"."""
    words = (_needed(role, shows_counts) for role in roles if role.missing > 0)
    return escape(_(", ")).join(words)


def _needed(role: EventRole, shows_counts: bool) -> Markup:
    if not shows_counts:
        return Markup("<bdi>{}</bdi>").format(role_name(role.duty))
    if role.kind is RoleKind.OWN:
        # In the organisers' own words, which nobody can put into the plural.
        return Markup("<bdi>{}</bdi> ({})").format(role.name, role.missing)
    return escape(_number_words(role.kind, role.missing))


def _number_words(kind: RoleKind, number: int) -> str:
    match kind:
        case RoleKind.STEWARD:
            return str(ngettext("%(num)d steward", "%(num)d stewards", number))
        case RoleKind.MEDIC:
            return str(ngettext("%(num)d medic", "%(num)d medics", number))
        case RoleKind.SPEAKER:
            return str(ngettext("%(num)d speaker", "%(num)d speakers", number))
        case RoleKind.HELPER:
            return str(ngettext("%(num)d helper", "%(num)d helpers", number))
        case RoleKind.INTERPRETER:
            return str(ngettext("%(num)d interpreter", "%(num)d interpreters", number))
        case RoleKind.LEGAL_OBSERVER:
            return str(
                ngettext("%(num)d legal observer", "%(num)d legal observers", number)
            )
        case RoleKind.PHOTOGRAPHER:
            return str(
                ngettext("%(num)d photographer", "%(num)d photographers", number)
            )
        case RoleKind.DRIVER:
            return str(ngettext("%(num)d driver", "%(num)d drivers", number))
        case RoleKind.WELCOME:
            return str(
                ngettext(
                    "%(num)d person at the door", "%(num)d people at the door", number
                )
            )
    return str(
        ngettext("%(num)d person for childcare", "%(num)d people for childcare", number)
    )


def _moment(wall: datetime) -> str:
    return str(
        _("%(day)s, %(time)s", day=short_day_words(wall.date()), time=clock_words(wall))
    )
