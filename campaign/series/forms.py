"""The forms of events that repeat: how often, until when, and for which dates."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from ..events.models import Event, Rhythm
from ..events.recurrence import rhythms_of, slots
from ..forms import Form, PublicForm
from ..language import day_words
from ..lib.refusal import Refusal
from ..publishing.forms.fields import NOT_LISTED, DayField, WholeNumberField
from .planning import MOST_DATES, Room, TooFarAhead, TooFewDates, TooManyDates
from .words import rhythm_words


class EndsForm(Form):
    """Until when something repeats, and the dates that follow from it."""

    ends = RadioField(
        _l("It ends"),
        choices=[
            SelectChoice("times", _l("After a number of dates")),
            SelectChoice("until", _l("On a day")),
        ],
        default="times",
        invalid_choice_message=NOT_LISTED,
    )
    times = WholeNumberField(
        _l("How many dates"),
        [Optional(), NumberRange(1, 10_000, _l("Enter a number from 1."))],
        description=_l("If it ends after a number of dates."),
    )
    until = DayField(
        _l("Last day"), [Optional()], description=_l("If it ends on a day.")
    )

    #: Found by `check_dates`; empty while the form is not right.
    slots: list[datetime] = []

    def validate(self, extra_validators: Any = None) -> bool:
        is_right: bool = super().validate(extra_validators)
        asked = "until" if self.ends.data == "until" else "times"
        if is_right and self[asked].data is None:
            missing = {
                "until": _("Enter the last day."),
                "times": _("Enter how many dates there are."),
            }
            self.refuse(asked, missing[asked])
            return False
        return is_right

    def check_dates(
        self, rhythm: Rhythm, first: datetime, known: int, room: Room
    ) -> bool:
        """Return whether the answers give dates that can be; else say why not."""
        asked = "until" if self.ends.data == "until" else "times"
        end = self[asked].data
        try:
            self.slots = room.further_slots(rhythm, first, known, end)
        except Refusal as refusal:
            self.refuse(asked, _dates_problem(refusal))
        return not self[asked].errors

    @property
    def confirmation(self) -> str:
        """What the button of the second step sends: which dates were shown."""
        return " ".join(
            slot.isoformat(timespec="minutes") for slot in _ends(self.slots)
        )


class RepeatForm(EndsForm):
    """How an event repeats that did not so far."""

    rhythm = RadioField(
        _l("How often"),
        coerce=Rhythm,
        default=Rhythm.WEEKLY,
        invalid_value_message=NOT_LISTED,
        invalid_choice_message=NOT_LISTED,
    )

    def __init__(self, event: Event, **options: Any) -> None:
        super().__init__(**options)
        self.first = event.starts_local
        self.times.description = _l(
            "If it ends after a number of dates. This one is counted too."
        )
        self.rhythm.choices = [
            SelectChoice(rhythm, _rhythm_label(rhythm, self.first))
            for rhythm in rhythms_of(self.first)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        room = Room.after(self.first, least=2)
        return super().validate(extra_validators) and self.check_dates(
            self.rhythm.data, self.first, 0, room
        )

    @property
    def confirmation(self) -> str:
        return f"{self.rhythm.data} {super().confirmation}"


class MoreDatesForm(EndsForm):
    """Further dates of a series, in the same rhythm."""

    def __init__(
        self, event: Event, to_come: int, now: datetime, **options: Any
    ) -> None:
        super().__init__(**options)
        series = event.series
        assert series is not None
        self.series = series
        today = max(now.replace(tzinfo=None), series.first_slot)
        self.room = Room.after(today, least=1, most=max(MOST_DATES - to_come, 0))

    def validate(self, extra_validators: Any = None) -> bool:
        rhythm, first = self.series.rhythm, self.series.first_slot
        known = len(slots(rhythm, first, self.series.last_slot))
        return super().validate(extra_validators) and self.check_dates(
            rhythm, first, known, self.room
        )


class ScopeForm(PublicForm):
    """Which dates a change is for; the form around it brings the token."""

    scope = RadioField(
        _l("For which dates?"),
        choices=[],
        default="this",
        validate_choice=False,
    )

    def offer(self, number: int) -> None:
        """Set how many dates all that follow are, this one among them."""
        following = ngettext(
            "This and all that follow (%(num)d date)",
            "This and all that follow (%(num)d dates)",
            number,
        )
        self.scope.choices = [
            SelectChoice("this", _("Only this date")),
            SelectChoice("following", following),
        ]

    @property
    def means_following(self) -> bool:
        return bool(self.scope.data == "following")


def _rhythm_label(rhythm: Rhythm, first: datetime) -> str:
    words = rhythm_words(rhythm, first)
    if rhythm is Rhythm.MONTHLY_DATE and first.day > 28:
        return str(_("%(rhythm)s; months without that day are left out", rhythm=words))
    return words


def _dates_problem(refusal: Refusal) -> str:
    match refusal:
        case TooFewDates():
            return str(_("No further date would come of that: choose a later end."))
        case TooManyDates():
            return str(
                _(
                    "That would be too many dates at once. There is room for "
                    "%(number)d; more can be added later.",
                    number=refusal.room,
                )
            )
        case TooFarAhead():
            return str(
                _(
                    "That is too far ahead. The last date can be on %(day)s; more can "
                    "be added later.",
                    day=day_words(refusal.latest),
                )
            )
    raise refusal


def _ends(given: list[datetime]) -> list[datetime]:
    return [given[0], given[-1]] if given else []
