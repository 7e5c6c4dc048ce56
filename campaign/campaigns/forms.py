"""The shapes of what comes in about campaigns and action days."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.validators import NumberRange, Optional

from ..forms import LineField, at_most
from ..lib.colour import LEAST_CONTRAST, contrast, ink_on
from ..publishing.forms.fields import (
    LONG_MARKDOWN,
    Answered,
    DayField,
    RowField,
    RowsField,
    WholeNumberField,
    prose_field,
)
from ..publishing.forms.thing import ThingForm

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class CampaignForm(ThingForm):
    """What it is all for."""

    demand = LineField(
        _l("Demand"),
        description=_l("What you want, in one sentence. It stands on the poster."),
        validators=[at_most(500)],
    )
    story = prose_field(
        _l("What it is about"), longest=50_000, rows=16, hint=LONG_MARKDOWN
    )
    accent = LineField(
        _l("Colour of the campaign"),
        description=_l("Its posters have this ground, with black or white letters."),
        default="#FFD21F",
        render_kw={"type": "color"},
    )
    list_kept_days = WholeNumberField(
        _l("Days after which lists of sign-ups are erased"),
        [
            Answered(_l("Enter for how many days lists are kept.")),
            NumberRange(1, 365, _l("Enter a number from 1 to 365.")),
        ],
        default=30,
        description=_l(
            "Counted from the end of each event. The sign-up form says so, and "
            "nothing brings a list back."
        ),
    )
    backers = RowsField(
        _l("Groups that back it"),
        description=_l("Their organisers can add events to the campaign."),
    )

    def validate_accent(self, field: Any) -> None:
        """A poster must be readable for everybody (WCAG 2.2, 1.4.3)."""
        if not _COLOUR.fullmatch(field.data):
            raise ValidationError(_("Enter the colour as # and six digits: #ffd21f."))
        if contrast(ink_on(field.data), field.data) < LEAST_CONTRAST:
            raise ValidationError(
                _(
                    "Neither black nor white letters are easy to read on this colour. "
                    "Choose a lighter or a darker one."
                )
            )

    def values(self) -> dict[str, Any]:
        values = super().values()
        # Who runs a campaign need not back it too.
        others = [group for group in values["backers"] if group is not values["group"]]
        return {**values, "backers": others}


class ActionDayForm(ThingForm):
    """A date of a campaign, or a few in a row."""

    campaign = RowField(_l("Campaign"))
    description = prose_field(
        _l("What happens"), longest=50_000, rows=12, hint=LONG_MARKDOWN
    )
    starts_on = DayField(_l("Day"), [Answered(_l("Enter the day."))])
    ends_on = DayField(
        _l("Last day"),
        [Optional()],
        description=_l("Only if it lasts several days."),
    )

    def validate_ends_on(self, field: Any) -> None:
        first = self.starts_on.data
        if first is not None and field.data is not None and field.data < first:
            raise ValidationError(
                _("The last day comes before the first. Leave it empty for one day.")
            )

    def values(self) -> dict[str, Any]:
        values = super().values()
        return {**values, "ends_on": values["ends_on"] or values["starts_on"]}
