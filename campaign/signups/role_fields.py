"""The choice of a role at an event, on the page of a supporter or of an organiser."""

from collections.abc import Iterable

from flask_babel import gettext, ngettext
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice

from ..events.models import EventRole
from .role_words import hours_words, role_name


def role_choices(roles: Iterable[EventRole], none: str) -> list[SelectChoice]:
    """Return a choice for each role, and last one for none of them."""
    found = [SelectChoice(str(role.id), _choice_words(role)) for role in roles]
    return [*found, SelectChoice("", none)]


def _choice_words(role: EventRole) -> Markup:
    line = Markup("<bdi>{}</bdi>").format(role_name(role.duty))
    hours = hours_words(role.duty)
    if hours:
        line += gettext(", ") + Markup("<bdi>{}</bdi>").format(hours)
    notes = [Markup("<bdi>{}</bdi>").format(role.hint)] if role.hint else []
    if role.missing > 0:
        left = ngettext("%(num)d still needed", "%(num)d still needed", role.missing)
        notes.append(Markup("{}").format(left))
    return line + Markup('<span class="hint">{}</span>').format(
        Markup(" · ").join(notes)
    )
