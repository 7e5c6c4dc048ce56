"""The form with which a reader makes a feed of their own."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from ..campaigns.models import ActionDay, Campaign
from ..events.words import KINDS
from ..forms import LineField, PublicForm
from ..language import language, language_name
from ..places.countries import countries_by_name
from ..publishing.forms.fields import ChoiceField


class NarrowForm(PublicForm):
    """Which events somebody wants to follow; every blank means all of them."""

    kind = ChoiceField(
        _l("Kind"),
        default="",
        choices=[
            SelectChoice(value, word)
            for value, word in {"": _l("Anything"), **KINDS}.items()
        ],
    )
    city = LineField(_l("City"))
    country = ChoiceField(_l("Country"), default="")
    online = ChoiceField(
        _l("In person or online"),
        default="",
        choices=[
            SelectChoice("", _l("Both")),
            SelectChoice("false", _l("In person")),
            SelectChoice("true", _l("Online")),
        ],
    )
    language = ChoiceField(_l("Language"), default="")
    campaign = ChoiceField(_l("Campaign"), default="")
    day = ChoiceField(_l("Day of action"), default="")

    @classmethod
    def is_asked(cls, args: Mapping[str, str]) -> bool:
        """Return whether an address brings answers to the form."""
        return any(name in args for name in NAMES)

    def offer(
        self,
        campaigns: Sequence[Campaign],
        days: Sequence[ActionDay],
        languages: Sequence[str],
    ) -> None:
        """Set what can be chosen."""
        spoken = sorted((language_name(code), code) for code in languages)
        self.country.choices = _choices(_l("Everywhere"), countries_by_name(language()))
        self.language.choices = _choices(
            _l("Any language"), [(code, name) for name, code in spoken]
        )
        self.campaign.choices = _choices(
            _l("All campaigns"), [(each.slug, each.title) for each in campaigns]
        )
        self.day.choices = _choices(
            _l("All days"), [(each.slug, each.title) for each in days]
        )


NAMES = ("kind", "city", "country", "online", "language", "campaign", "day")


def _choices(
    all_of_them: str, choices: Sequence[tuple[str, str]]
) -> list[SelectChoice]:
    return [SelectChoice(value, word) for value, word in [("", all_of_them), *choices]]
