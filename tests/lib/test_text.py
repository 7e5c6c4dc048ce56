"""Cleaning what people paste, and rendering what they write."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.colour import contrast, ink_on
from campaign.lib.markdown import to_html, to_text
from campaign.lib.slug import LONGEST, PATTERN, numbered, slug_of
from campaign.lib.text import clean, one_line
from campaign.lib.tokens import derived_token, new_token, token_hash

ANY_TEXT = st.text(st.characters(), max_size=200)


@given(ANY_TEXT)
def test_a_line_has_no_control_characters_and_no_second_line(text):
    line = one_line(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", line)
    assert one_line(line) == line


@given(ANY_TEXT)
def test_cleaned_text_can_be_encoded_and_stays_clean(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert "\r" not in cleaned


def test_arabic_and_its_marks_are_kept():
    assert one_line("مرحبا\u200f  بكم") == "مرحبا\u200f بكم"


@given(ANY_TEXT)
def test_every_title_has_a_slug_that_fits_an_address(title):
    slug = slug_of(title)
    assert re.fullmatch(PATTERN, slug)
    assert len(slug) <= LONGEST


def test_slugs_are_readable_and_numbered_from_the_second_on():
    assert slug_of("Vigil in São Paulo!") == "vigil-in-sao-paulo"
    assert [numbered("vigil", n) for n in (1, 2, 3)] == ["vigil", "vigil-2", "vigil-3"]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![tracker](https://elsewhere.example/pixel.png)",
        "[click](javascript:alert(1))",
        "[click](//elsewhere.example/)",
        "[click](/\\elsewhere.example/)",
        "[click](data:text/html;base64,AAAA)",
        "<a href='https://elsewhere.example' style='position:fixed'>all</a>",
        "<iframe src=https://elsewhere.example></iframe>",
    ],
)
def test_markdown_lets_nothing_through_that_acts_or_loads(source):
    html = str(to_html(source))
    assert not re.search(r"<(script|img|iframe|style)|<[^>]*\s(on\w+|style)=", html)
    assert not re.search(r'href="(javascript|data|/[/\\])', html)


@given(st.text(max_size=300))
def test_rendered_markdown_has_only_tags_of_the_list(source):
    allowed = (
        "p|[bh]r|strong|em|s|blockquote|code|pre|[uo]l|li|h[2-4]"
        "|a|t(able|head|body|[rhd])"
    )
    for tag in re.findall(r"</?([a-z0-9]+)", str(to_html(source))):
        assert re.fullmatch(allowed, tag)


def test_markdown_keeps_what_articles_need():
    html = str(to_html("# Title\n\nA *word*, [a link](https://example.org).\n\n- one"))
    assert "<h2>Title</h2>" in html
    assert "<em>word</em>" in html
    assert 'href="https://example.org"' in html
    assert "<li>one</li>" in html


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("## One\n\n## Two", ["h2", "h2"]),
        ("# One\n\n### Deep\n\n## Less", ["h2", "h3", "h3"]),
        ("### First\n\n# Second", ["h2", "h2"]),
        ("# 1\n\n## 2\n\n### 3\n\n#### 4", ["h2", "h3", "h4", "h4"]),
    ],
)
def test_headings_begin_at_the_second_level_and_leave_none_out(source, levels):
    assert re.findall(r"<(h\d)>", str(to_html(source))) == levels


def test_plain_text_has_the_words_and_no_signs():
    assert to_text("## Why\n\nA **bold** [link](https://e.org)\n\n- one\n- two") == (
        "Why\n\nA bold link\n\none\n\ntwo"
    )


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFD21F", "#14121A") == pytest.approx(12.8, abs=0.1)


@pytest.mark.parametrize(
    ("accent", "ink"), [("#FFD21F", "#14121A"), ("#4A1FD6", "#FFFFFF")]
)
def test_ink_is_the_one_that_reads_better(accent, ink):
    assert ink_on(accent) == ink


def test_tokens_are_long_different_and_not_what_is_kept():
    one, other = new_token(), new_token()
    assert one != other
    assert len(one) >= 43
    assert one not in token_hash(one)


def test_a_derived_token_depends_on_secret_purpose_and_nonce():
    tokens = {
        derived_token(secret, purpose, nonce)
        for secret in (b"a", b"b")
        for purpose in ("sign-up", "feed")
        for nonce in (b"1", b"2")
    }
    assert len(tokens) == 8
    assert derived_token(b"a", "feed", b"1") == derived_token(b"a", "feed", b"1")
