"""Citations in articles: what leads to a source, and what stays as it was typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.markdown import article


def html(source, sources=3):
    return str(article.read(source, sources=sources, is_kept=False).html)


def test_a_number_in_brackets_leads_to_the_source_of_that_number():
    link = '<a href="#source-2" aria-label="Source 2" rel="noopener noreferrer">2</a>'
    assert f"It was so [{link}]." in html("It was so [2].")


def test_several_numbers_are_a_link_each():
    written = html("It was so [1, 3], and [1;2], and [3][1].")
    assert re.findall(r'href="#source-(\d)"', written) == [*"131231"]
    said = re.sub("<[^>]+>", "", written).strip()
    assert said == "It was so [1, 3], and [1;2], and [3][1]."


def test_a_colon_may_follow_a_citation():
    assert 'href="#source-1"' in html("It was said several times [1]: first, so.")


@pytest.mark.parametrize(
    "source",
    [
        "[0]",
        "[4]",
        "[1, 4]",
        "[1](https://example.org)",
        "[1]\n\n[1]: https://example.org",
        r"\[1]",
        "`[1]`",
        "    [1]",
        "[one]",
        "[1234]",
    ],
)
def test_what_is_no_citation_leads_to_no_source(source):
    assert "#source-" not in html(source)


def test_where_there_are_no_sources_nothing_is_cited():
    assert html("So [1].", sources=0) == "<p>So [1].</p>\n"


def test_a_citation_in_a_heading_is_no_part_of_its_name():
    read = article.read("# A siege [1]", sources=1)
    assert [heading.text for heading in read.headings] == ["A siege"]


@given(st.text(alphabet="[]0123, \\`*_\n(a", max_size=60))
def test_whatever_is_typed_only_sources_that_exist_are_cited(source):
    numbers = re.findall(r'href="#source-(\d+)"', html(source))
    assert all(1 <= int(number) <= 3 for number in numbers)
