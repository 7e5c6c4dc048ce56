"""CSV files that a spreadsheet opens without running anything."""

import csv
from io import StringIO

import pytest

from campaign.lib.spreadsheet import csv_file


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "  =1"],
)
def test_what_a_spreadsheet_would_run_is_defused(text):
    assert read(csv_file([[text, "after"]])) == [[f"'{text}", "after"]]


@pytest.mark.parametrize("text", ["Amal", 'Said "Bo", 3', "a\nb", "أحمد", "3-4", ""])
def test_everything_else_comes_back_as_it_was(text):
    assert read(csv_file([["before", text]])) == [["before", text]]


def test_the_file_says_that_it_is_utf_8():
    assert csv_file([["é"]]) == b"\xef\xbb\xbf\xc3\xa9\r\n"
