"""The few words that feeds add of their own, in one language.

Feeds are read by machines without a language, so they are in English unless
their address asks for another one. The view translates; the rest is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from babel import Locale


# Compared by identity, so that what was rendered with it can be kept by it.
@dataclass(frozen=True, eq=False)
class Wording:
    """What calendars and news say beside the organisers' own texts."""

    language: str = "en"
    cancelled: str = "CANCELLED:"
    postponed: str = "POSTPONED:"
    is_cancelled: str = "This has been cancelled."
    is_postponed: str = "This has been postponed. A new date will be announced here."
    by: str = "Organised by:"
    sign_up: str = "Sign up:"
    more: str = "More:"
    join: str = "Join online:"
    online: str = "Online"
    withheld: str = "Address after sign-up"
    reading: str = "Background reading"
    articles: str = "Articles"
    too_many: str = "There is more than one calendar can hold. Narrower ones:"
    kinds: Mapping[str, str] = field(default_factory=lambda: {"other": "Action"})

    def kind(self, kind: str) -> str:
        return self.kinds.get(kind) or kind.replace("_", " ").capitalize()

    def country(self, code: str) -> str:
        """Return the name of an ISO 3166-1 code, or the code where it has none."""
        return str(Locale.parse(self.language).territories.get(code, code))


ENGLISH = Wording()
