"""Slugs: the readable part of an address."""

import secrets

from slugify import slugify as transliterate

LONGEST = 80
#: What a slug looks like, for the URL map and for forms.
PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def slug_of(text: str) -> str:
    """Return a slug for a title in any script, at most `LONGEST` characters.

    A title of which nothing can be spelled in ASCII gets a random slug, since
    an address must never be empty.
    """
    slug: str = transliterate(text, max_length=LONGEST, word_boundary=True)
    return slug or secrets.token_hex(4)


def numbered(slug: str, number: int) -> str:
    """Return the slug to try at the given attempt: `name`, `name-2`, `name-3` …"""
    return slug if number < 2 else f"{slug}-{number}"
