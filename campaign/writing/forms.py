"""The shape of what comes in about the writing of articles."""

from datetime import timedelta
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from ..forms import Form, LineField, at_most
from ..publishing.forms.fields import ChoiceField

#: How long a link to a preview can be open, in days.
_LIFETIMES: Final = {
    "1": _l("One day"),
    "7": _l("One week"),
    "30": _l("30 days"),
}


class PreviewLinkForm(Form):
    """A new link to a preview."""

    label = LineField(
        _l("For whom"),
        description=_l("So that you know later whose link it is."),
        validators=[at_most()],
    )
    days = ChoiceField(
        _l("How long it is open"),
        choices=lambda: [SelectChoice(*each) for each in _LIFETIMES.items()],
        default="7",
    )

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=int(self.days.data))
