"""The forms of the roles at an event."""

from datetime import datetime, timedelta
from typing import Any, Final, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from ...events.models import Event, EventRole, RoleKind
from ...events.queries import roles_of
from ...forms import Form, LineField, at_most
from ...publishing.forms.fields import (
    NOT_LISTED,
    Answered,
    ChoiceField,
    WholeNumberField,
)
from ..models import SignUp
from ..role_fields import role_choices
from ..role_words import kind_names

#: Setting up may begin some days before; what lies further away is a slip.
_FURTHEST: Final = timedelta(days=31)
_MINUTE: Final = timedelta(minutes=1)
_MOST: Final = 1000


def _moment_field(label: Any) -> DateTimeLocalField:
    return DateTimeLocalField(
        label,
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        invalid_value_message=_l("Enter a day and a time."),
    )


class RoleForm(Form):
    """One role: what it is, for how many, when, and what it takes."""

    kind = ChoiceField(_l("What you need"))
    name = LineField(
        _l("What your own role is called"),
        [at_most(80)],
        description=_l("Only for a role of your own, such as “Drummer”."),
    )
    places = WholeNumberField(
        _l("How many you need"),
        [
            Answered(_l("Write how many you need, at least 1.")),
            NumberRange(1, _MOST, _l("Write a number from 1 to %(max)d.")),
        ],
        default=1,
        render_kw={"inputmode": "numeric", "min": 1, "max": _MOST},
    )
    starts = _moment_field(_l("From"))
    ends = _moment_field(_l("To"))
    hint = LineField(
        _l("What it takes, in a line"),
        [at_most(200)],
        description=_l("Such as “First aid training. Bring your own kit.”"),
    )
    event: Event

    @classmethod
    def at(cls, event: Event, role: EventRole | None) -> Self:
        """Return the form of a role, or of a new one, which begins with the event."""
        if role is not None:
            given = {
                "kind": role.kind.value,
                "starts": role.starts_local,
                "ends": role.ends_local,
            }
        else:
            is_timed = not event.is_all_day
            given = {
                "kind": RoleKind.STEWARD.value,
                "starts": event.starts_local if is_timed else None,
                "ends": event.ends_local if is_timed else None,
            }
        form = cls(obj=role, data=given)
        form.event = event
        form.kind.choices = [SelectChoice(*each) for each in kind_names().items()]
        form.starts.description = _(
            "By the event’s own clock. Leave both empty for the whole event. When the "
            "event is moved, the hours move with it."
        )
        return form

    @property
    def values(self) -> dict[str, Any]:
        kind = RoleKind(self.kind.data)
        return {
            "kind": kind,
            "name": self.name.data if kind is RoleKind.OWN else "",
            "places": self.places.data,
            "hint": self.hint.data or "",
            "starts_after": self._minutes(self.starts.data),
            "ends_after": self._minutes(self.ends.data),
        }

    def validate_name(self, field: Any) -> None:
        is_own = self.kind.data == RoleKind.OWN
        if is_own and not field.data:
            raise ValidationError(_("Write what your role is called."))
        if field.data and not is_own:
            words = _("To name it yourself, choose “A role of your own” above.")
            raise ValidationError(words)

    def validate_starts(self, field: Any) -> None:
        self._check_distance(field)
        self._check_both(self.ends)

    def validate_ends(self, field: Any) -> None:
        self._check_distance(field)
        self._check_both(self.starts)
        starts = self.starts.data
        if starts is not None and field.data is not None and field.data <= starts:
            raise ValidationError(_("It must end after it begins."))

    def _check_both(self, other: Any) -> None:
        """An empty field is not asked itself: the other one asks for it."""
        if not "".join(other.raw_data or ()).strip():
            raise ValidationError(_("Enter both, or leave both empty."))

    def _check_distance(self, field: Any) -> None:
        if field.data is None:
            return
        event = self.event
        if (
            not event.starts_local - _FURTHEST
            <= field.data
            <= (event.ends_local + _FURTHEST)
        ):
            raise ValidationError(_("That is far from the event: check the date."))

    def _minutes(self, moment: datetime | None) -> int | None:
        return None if moment is None else (moment - self.event.starts_local) // _MINUTE


class AssignForm(Form):
    """What somebody who has a place takes on, as an organiser writes it down."""

    role = RadioField(_l("What they take on"), validate_choice=False, description="")
    sends_mail = BooleanField(_l("Tell them by mail"), default=True)
    roles: list[EventRole]

    @classmethod
    def of(cls, sign_up: SignUp) -> Self:
        """Return the form with the roles that have room, and the one they have."""
        form = cls(data={"role": str(sign_up.role_id or "")})
        form.roles = [
            role
            for role in roles_of(sign_up.event)
            if role.missing > 0 or role.id == sign_up.role_id
        ]
        form.role.choices = role_choices(form.roles, _("Nothing"))
        return form

    @property
    def chosen(self) -> EventRole | None:
        return next((r for r in self.roles if str(r.id) == self.role.data), None)

    def validate_role(self, field: Any) -> None:
        if field.data and self.chosen is None:
            raise ValidationError(NOT_LISTED)
