"""Every page in English and Arabic, light and dark, narrow and wide, as axe sees it."""

from collections.abc import Callable

import pytest
from audit.looking import DIRECTIONS, judged, look_at, look_widely
from audit.pages import ORGANISERS, PUBLIC, WIDE, status_of
from browser.conftest import sign_in
from browser.site import Site
from playwright.sync_api import Page

Visit = Callable[..., Page]


@pytest.fixture(params=DIRECTIONS)
def language(request: pytest.FixtureRequest) -> str:
    word: str = request.param
    return word


@pytest.fixture
def organiser(visit: Visit, site: Site) -> Page:
    return sign_in(visit(), site)


def test_axe_finds_what_is_wrong(visit: Visit, axe: str) -> None:
    page = visit()
    page.goto("/about")
    page.evaluate("document.querySelector('main p').style.color = '#ccc'")
    page.evaluate("document.querySelector('main').append(new Image())")

    found = judged(page, axe)
    assert {each.partition(":")[0] for each in found} == {"color-contrast", "image-alt"}


def test_every_page_of_a_reader_is_sound(
    visit: Visit, words: dict[str, str], language: str, axe: str
) -> None:
    page = visit(locale=language)
    look = faults_of(page, PUBLIC, words, language, axe)
    assert not look, "\n".join(look)
    assert page.context.cookies() == [], "a reader has a cookie"


def test_every_page_of_the_desk_is_sound(
    organiser: Page, words: dict[str, str], language: str, axe: str
) -> None:
    found = faults_of(organiser, ORGANISERS, words, language, axe)
    assert not found, "\n".join(found)


def test_what_has_two_columns_is_sound_in_a_wide_window(
    organiser: Page, language: str, axe: str
) -> None:
    found = [
        f"{path}: {fault}"
        for path in WIDE
        for fault in look_widely(organiser, in_language(path, language), axe)
    ]
    assert not found, "\n".join(found)


def faults_of(
    page: Page,
    paths: tuple[str, ...],
    words: dict[str, str],
    language: str,
    axe: str,
) -> list[str]:
    """Return what is wrong with pages, each fault with its page."""
    return [
        f"{path}: {fault}"
        for path in paths
        for fault in look_at(
            page,
            in_language(path, language).format(**words),
            status_of(path),
            language,
            axe,
        )
    ]


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
