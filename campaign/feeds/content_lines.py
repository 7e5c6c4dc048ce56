"""Content lines: a component as bytes, its long lines folded (RFC 5545, 3.1).

icalendar folds a line one character after the other, which takes as long as all else
that an entry costs, in each language again. These are the same bytes.
"""

from typing import Final

from icalendar import Component

#: The most octets of a line, without its end.
_MOST: Final = 74
#: What begins an escape, in values and in parameters: no fold comes behind it.
_ESCAPES: Final = b"\\^"


def to_bytes(component: Component) -> bytes:
    """Return a component, each of its lines ended with CRLF."""
    lines = (folded(line) for line in component.content_lines() if line)
    return b"".join(b"%b\r\n" % line for line in lines)


def folded(line: str) -> bytes:
    """Return a line without its end, folded between two characters where it is long.

    Raises UnicodeEncodeError for what UTF-8 cannot write.
    """
    written = line.encode()
    pieces, start = [], 0
    while len(written) - start > _MOST:
        end = start + _MOST
        while written[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        if written[end - 1] in _ESCAPES:
            end -= 1
        pieces.append(written[start:end])
        start = end
    return b"\r\n ".join((*pieces, written[start:]))
