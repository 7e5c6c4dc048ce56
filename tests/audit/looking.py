"""Looking at a page in a real browser: what is wrong with it, a sentence each."""

from collections.abc import Iterator
from typing import Any

import page_checks
from audit.pages import FRAMELESS
from browser.test_every_page import GROUND, IS_SKIPPING, TOO_WIDE
from playwright.sync_api import Page

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
#: The narrowest window that WCAG 2.2, 1.4.10, knows; and 1280 px at 200 %.
NARROW, ZOOMED = {"width": 320, "height": 640}, {"width": 640, "height": 450}
DIRECTIONS = {"en": "ltr", "ar": "rtl"}
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: What depends on the colours alone; all else is the same in light and in dark.
_OF_COLOUR = ("color-contrast", "link-in-text-block")
_RUN = """async ([kind, values]) => {
    const told = await axe.run(document, {
        runOnly: { type: kind, values },
        resultTypes: ["violations"],
        iframes: false,
    });
    return told.violations.flatMap(({ id, help, nodes }) =>
        nodes.slice(0, 3).map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}"""
#: Of forced colours grounds are gone: what is to be pressed needs a line round it.
_WITHOUT_LINE = """() => [...document.querySelectorAll("button, a.button, .button")]
    .filter((element) => element.checkVisibility())
    .filter((element) => getComputedStyle(element).borderTopStyle === "none")
    .map((element) => `no line in forced colours: ${element.outerHTML.slice(0, 120)}`)
"""
_MOVES = (
    "document.getAnimations().filter((each) => each.playState === 'running').length"
)


def look_at(
    page: Page, path: str, status: int, language: str, axe: str
) -> Iterator[str]:
    """Open a page on a phone, and yield all that is wrong with it."""
    page.set_viewport_size(PHONE)
    # Else axe would see colours that are on their way from light to dark.
    page.emulate_media(
        color_scheme="light", forced_colors="none", reduced_motion="reduce"
    )
    answer = page.goto(path, timeout=60_000)
    assert answer is not None
    if answer.status != status:
        yield f"{answer.status}"
    yield from page_checks.faults(answer.text())
    spoken = page.evaluate(
        "[document.documentElement.lang, getComputedStyle(document.body).direction]"
    )
    if spoken != [language, DIRECTIONS[language]]:
        yield f"speaks {spoken}"
    page.keyboard.press("Tab")
    if path.partition("?")[0] not in FRAMELESS and not page.evaluate(IS_SKIPPING):
        yield "the first Tab leads not to the skip link"
    yield from _in_both_schemes(page, axe)
    yield from _in_narrow_windows(page)
    yield from _in_forced_colours(page)


def look_widely(page: Page, path: str, axe: str) -> Iterator[str]:
    """Open a page on a laptop, and yield what axe says of it."""
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")
    page.goto(path, timeout=60_000)
    yield from judged(page, axe)
    yield from _too_wide(page, "1280 px")


def judged(page: Page, axe: str) -> list[str]:
    """Return what axe says of a page as it is now."""
    page.evaluate(axe)
    found: list[str] = page.evaluate(_RUN, ["tag", _RULES])
    return found


def _in_both_schemes(page: Page, axe: str) -> Iterator[str]:
    yield from judged(page, axe)
    yield from _too_wide(page, "light")
    ground = page.evaluate(GROUND)
    page.emulate_media(color_scheme="dark")
    if moves := page.evaluate(_MOVES):
        yield f"{moves} things move although less motion is wished for"
    yield from (f"dark: {fault}" for fault in page.evaluate(_RUN, ["rule", _OF_COLOUR]))
    yield from _too_wide(page, "dark")
    is_a_screen = page.url.partition("?")[0].endswith("/screen")  # always dark
    if not is_a_screen and page.evaluate(GROUND) == ground:
        yield f"looks the same in light and dark: {ground}"


def _in_narrow_windows(page: Page) -> Iterator[str]:
    for name, size in {"320 px": NARROW, "200 %": ZOOMED}.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        yield from _too_wide(page, name)


def _in_forced_colours(page: Page) -> Iterator[str]:
    page.emulate_media(forced_colors="active")
    yield from page.evaluate(_WITHOUT_LINE)


def _too_wide(page: Page, where: str) -> Iterator[Any]:
    if found := page.evaluate(TOO_WIDE):
        yield f"{where}: {found}"
