"""Tables as CSV files (RFC 4180) that are safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

#: What a spreadsheet takes for the beginning of a formula. The wide forms too: an
#: input method writes them, and some programs read them alike.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_file(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as a CSV file in UTF-8.

    It begins with a byte order mark: without one Excel reads another alphabet.
    """
    text = StringIO(newline="")
    csv.writer(text).writerows([_defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _defused(cell: object) -> str:
    """Put an apostrophe before what would be run as a formula.

    Somebody may have signed up under that name to make an organiser's spreadsheet
    send the list away.
    """
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
