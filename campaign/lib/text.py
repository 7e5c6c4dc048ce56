"""Text as people paste it: cleaned of what no output can carry."""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")


def one_line(text: str) -> str:
    """Return `text` on a single line, without control characters."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Return `text` in NFC, with `\\n` ends of line, no other control characters.

    Tabs stay, and so do the marks that steer right-to-left text (category Cf).
    """
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return "".join(c for c in text if c in "\n\t" or _is_printable(c)).strip()


def _is_printable(character: str) -> bool:
    # Cc: control characters; Cs: lone surrogates, which no UTF-8 file can hold;
    # U+FFFE and U+FFFF: refused by XML 1.0, so an Atom feed would break; U+FEFF: a
    # mark of the order of bytes, which readers take away where a text begins with it.
    category = unicodedata.category(character)
    return category not in ("Cc", "Cs") and character not in "\ufeff\ufffe\uffff"
