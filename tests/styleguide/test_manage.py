"""The style guide: it shows what pages are made of, and all of it."""

import re
from pathlib import Path

import factories
import pytest
from counting import count_queries
from desks import member

from campaign.styleguide.tokens import read_tokens

CSS = Path(__file__).parents[2] / "static" / "css"
GUIDE = "/manage/styleguide/"
#: Classes that the guide does not show, each with the reason.
NOT_SHOWN = {
    **dict.fromkeys(
        ("reading", "article-head", "languages", "totals", "original", "side-by-side"),
        "how one page lays its parts out",
    ),
    **dict.fromkeys(
        ("more-filters", "roomy", "how-to", "row-title", "as-typed"),
        "a part of one page of the desk, or of the finder",
    ),
    **dict.fromkeys(("sheet", "tick"), "a list on paper"),
    **dict.fromkeys(("complete", "missing"), "tags like those of sign-ups"),
    **dict.fromkeys(("short", "removed"), "depends on what is filled in"),
}


@pytest.fixture
def guide(client):
    return member(client, factories.group()).get(GUIDE).text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_guide_shows_every_component_that_style_sheets_know(app, guide):
    shown = {
        each
        for words in re.findall(r'class="([^"]*)"', guide)
        for each in words.split()
    }
    styled = classes_of("components.css")
    assert len(styled) > 90
    assert styled - shown == set(NOT_SHOWN)


def classes_of(sheet):
    css = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.S)
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", css)))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["ar", "de", "es", "fr"])
def test_the_guide_speaks_every_language_and_asks_little(app, client, language):
    organiser = member(client, factories.group())
    address = f"{GUIDE}?lang={language}"
    assert f'<html lang="{language}"' in organiser.get(address).text
    assert count_queries(lambda: organiser.get(address)) <= 2  # who it is


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_wrong_fields_say_what_is_wrong_and_keep_what_was_typed(app, guide):
    assert 'value="31 February"' in guide
    assert "Enter a day that exists" in guide
    assert guide.count('aria-invalid="true"') > 5


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_accent_comes_with_the_ink_that_reads_on_it(app, client):
    sheet = member(client, factories.group()).get(f"{GUIDE}accents.css").text
    assert ".accent-ffd21f{--accent:#FFD21F;--accent-ink:#14121A}" in sheet
    assert ".accent-0b3d91{--accent:#0B3D91;--accent-ink:#FFFFFF}" in sheet


def test_every_colour_has_the_contrast_that_it_needs_in_light_and_dark():
    tokens = read_tokens((CSS / "tokens.css").read_text())
    background = tokens.by_name["background"]
    assert (background.light, background.dark) == ("#ffffff", "#131118")
    assert len(tokens.pairs) > 10
    assert [each for each in tokens.pairs if not each.is_enough] == []


@pytest.mark.parametrize(
    ("ink", "faint"), [("#14121a", "#cccccc"), ("#f5f3fa", "#333333")]
)
def test_a_colour_without_contrast_would_be_seen_in_either_look(ink, faint):
    sheet = (CSS / "tokens.css").read_text()
    assert f"--ink: {ink};" in sheet
    sheet = sheet.replace(f"--ink: {ink};", f"--ink: {faint};")
    wrong = [each for each in read_tokens(sheet).pairs if not each.is_enough]
    assert {(each.ink.name, each.ground.name) for each in wrong} == {
        ("ink", "background"),
        ("ink", "surface"),
    }


def test_a_style_sheet_without_a_dark_look_is_refused():
    sheet = (CSS / "tokens.css").read_text().partition("@media")[0]
    with pytest.raises(ValueError, match="prefers-color-scheme"):
        read_tokens(sheet)
