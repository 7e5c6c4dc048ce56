"""How long a text is, in words for who writes it."""

from flask_babel import ngettext

from ..lib.markdown.article import Article


def length_words(text: Article) -> str:
    """Return "1200 words · 6 minutes to read" in the reader's language."""
    words = ngettext("%(num)d word", "%(num)d words", text.words)
    minutes = ngettext(
        "%(num)d minute to read", "%(num)d minutes to read", text.minutes
    )
    return f"{words} · {minutes}"
