"""Names of places as they are compared: whatever accents, hyphens and articles."""

import re

from ..lib.folding import folded

#: Written or left out as people like: St. John's, Sana`a, Xi’an.
_SILENT = re.compile(r"[.'’‘`ʻʼʿʾ\"]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_ARTICLE = "ال"
#: What is left of a name without its article must still be one.
_SHORTEST = 3


def name_key(name: str) -> str:
    """Return what all ways to write a place's name have in common."""
    return _BETWEEN_WORDS.sub(" ", _SILENT.sub("", folded(name))).strip()


def name_keys(name: str) -> set[str]:
    """Return the keys under which a name is found: an Arabic one also bare."""
    key = name_key(name)
    bare = key.removeprefix(_ARTICLE)
    return {key, bare} if len(bare) >= _SHORTEST else {key}
