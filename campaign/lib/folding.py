"""Names as people look for them: whatever keyboard, accents and letter forms.

`static/js/door.js` folds in the same way, so that a phone finds the same people with
and without the network. A browser test holds the two together.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

#: Letters that are written one for the other, and do not decompose into it.
_SAME: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ı": "i",
        "ٱ": "ا",  # alef wasla
        "ى": "ي",  # alef maksura
        "ی": "ي",  # Farsi yeh
        "ة": "ه",  # teh marbuta
        "ک": "ك",  # keheh
        "\N{ARABIC TATWEEL}": "",
    }
)
#: Marks above and below letters, and what steers the direction of a text.
_SILENT: Final = ("Mn", "Cf")


def folded(text: str) -> str:
    """Return what two ways to write a name have in common."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower())
    heard = "".join(c for c in parts if unicodedata.category(c) not in _SILENT)
    return heard.translate(_SAME)


def words_in(asked: str) -> list[str]:
    """Return the words that are asked for, folded."""
    return folded(asked).split()


def has_words(text: str, words: Iterable[str]) -> bool:
    """Whether each of the folded words stands somewhere in a folded text."""
    return all(word in text for word in words)
