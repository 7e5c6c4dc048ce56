"""Tables as Markdown has them: every row as long as the longest, nothing merged.

What stands in a row beyond the length of the first one would be lost there.
"""

from collections import Counter
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from .found import LeftOut, TooMuch

_CELLS: Final = ["td", "th"]
_BLOCKS: Final = ["p", "div", *(f"h{level}" for level in range(1, 7))]
#: So many cells are added to one text: a span can claim thousands.
_MOST_ADDED: Final = 5_000


def mend_tables(soup: BeautifulSoup, left_out: Counter[LeftOut]) -> None:
    """Take merged cells apart, and blocks out of cells; raises TooMuch."""
    left = _MOST_ADDED
    for cell in soup.find_all(_CELLS):
        _flatten(cell)
    for table in soup.find_all("table"):
        rows = [
            row for row in table.find_all("tr") if row.find_parent("table") is table
        ]
        for at in range(len(rows)):
            left = _take_apart(soup, rows[at:], left, left_out)
        left = _fill_up(soup, rows, left)


def _take_apart(
    soup: BeautifulSoup, rows: list[Tag], left: int, left_out: Counter[LeftOut]
) -> int:
    """Take the merged cells of the first row apart, with what they cover of the rows
    below; return how many cells may still come.
    """
    first, *others = rows
    column = 0
    for cell in _cells(first):
        across, down = (_span(cell, k) for k in ("colspan", "rowspan"))
        if across > 1 or down > 1:
            left_out[LeftOut.MERGED_CELLS] += 1
        left -= (across - 1) + (min(down, len(rows)) - 1) * across
        if left < 0:
            raise TooMuch
        for _ in range(across - 1):
            cell.insert_after(soup.new_tag(cell.name))
        for below in others[: down - 1]:
            _make_room(soup, below, column, across)
        column += across
    return left


def _flatten(cell: Tag) -> None:
    for block in cell.find_all(_BLOCKS):
        block.insert_after(NavigableString(" "))
        block.unwrap()
    for end in cell.find_all("br"):
        end.replace_with(NavigableString(" "))


def _cells(row: Tag) -> list[Tag]:
    return list(row.find_all(_CELLS, recursive=False))


def _span(cell: Tag, name: str) -> int:
    """How many cells it covers; one where that is no number."""
    told = str(cell.attrs.pop(name, "1")).strip()
    return (
        max(1, int(told)) if told.isascii() and told.isdigit() and len(told) < 6 else 1
    )


def _make_room(soup: BeautifulSoup, row: Tag, column: int, across: int) -> None:
    """Put empty cells where one from above reaches into this row."""
    cells = _cells(row)
    for _ in range(across):
        made = soup.new_tag("td")
        if column < len(cells):
            cells[column].insert_before(made)
        else:
            row.append(made)


def _fill_up(soup: BeautifulSoup, rows: list[Tag], left: int) -> int:
    """Make all rows as long as the longest; return how many cells may still come."""
    lengths = [len(_cells(row)) for row in rows]
    longest = max(lengths, default=0)
    for row, length in zip(rows, lengths, strict=True):
        left -= longest - length
        if left < 0:
            raise TooMuch
        for _ in range(longest - length):
            row.append(soup.new_tag("td"))
    return left
