"""The words of feeds in the languages of the site."""

from functools import cache

from flask_babel import force_locale, gettext

from ..events.words import KINDS
from .wording import ENGLISH, Wording


@cache
def wording_in(language: str) -> Wording:
    """Return the words in a language, the same object at each call."""
    if language == ENGLISH.language:
        return ENGLISH
    with force_locale(language):
        return Wording(
            language=language,
            cancelled=gettext("CANCELLED:"),
            postponed=gettext("POSTPONED:"),
            is_cancelled=gettext("This has been cancelled."),
            is_postponed=gettext(
                "This has been postponed. A new date will be announced here."
            ),
            by=gettext("Organised by:"),
            sign_up=gettext("Sign up:"),
            more=gettext("More:"),
            join=gettext("Join online:"),
            online=gettext("Online"),
            withheld=gettext("Address after sign-up"),
            reading=gettext("Background reading"),
            articles=gettext("Articles"),
            too_many=gettext(
                "There is more than one calendar can hold. Narrower ones:"
            ),
            kinds={kind: str(word) for kind, word in KINDS.items()},
        )
