"""Short addresses, for paper and for those who type: `/e/k3m9x2pq`.

The first 40 bits of a thing's identity, which is random and for ever, in the digits
of Crockford's base 32: no letter in it is taken for another one. Nothing is stored,
and who counts through them finds nothing.
"""

from typing import Final
from uuid import UUID

_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH: Final = 8
_REST: Final = 128 - 5 * _LENGTH
#: What people read instead of a digit.
_TAKEN_FOR: Final = str.maketrans("ilou", "110v")


def code_of(uid: UUID) -> str:
    """Return the short code of an identity."""
    number = uid.int >> _REST
    return "".join(_DIGITS[number >> 5 * at & 31] for at in reversed(range(_LENGTH)))


def uids_of(code: str) -> tuple[UUID, UUID] | None:
    """Return the first and the last identity with a code, None where it is none.

    Capitals, and letters that look like a digit, are understood; so are hyphens.
    """
    read = code.lower().replace("-", "").translate(_TAKEN_FOR)
    if len(read) != _LENGTH or not set(read) <= set(_DIGITS):
        return None
    number = 0
    for digit in read:
        number = number << 5 | _DIGITS.index(digit)
    first = number << _REST
    return UUID(int=first), UUID(int=first | (1 << _REST) - 1)
