"""Folding: the same bytes as the library's, whatever stands in a line."""

from hypothesis import example, given
from hypothesis import strategies as st
from icalendar.parser import Contentline

from campaign.feeds.content_lines import folded

#: What folds have to do with: octets of one to four, and what begins an escape.
pieces = st.sampled_from(["a", "\\", "^", "é", "\u2028", "🕊", "\\n", "^n", "x" * 70])
characters = st.characters(codec="utf-8")
lines = st.lists(pieces, max_size=90).map("".join) | st.text(characters, max_size=300)


@given(lines)
@example("x" * 74)
@example("x" * 75)
@example("x" * 73 + "\\" * 80)
@example("x" * 72 + "🕊" * 40)
def test_a_line_is_folded_as_the_library_folds_it(line: str) -> None:
    line = line.replace("\n", "")
    assert folded(line) == Contentline(line).to_ical()
    assert all(len(each) <= 74 for each in folded(line).split(b"\r\n "))
