"""What holds on every page, for eyes, ears and hands; in two languages.

One test for a reader's pages and one for the desk of each language: a page is
loaded once and looked at in light and in dark.
"""

from collections.abc import Iterator

import page_checks
import pytest
from playwright.sync_api import Page

DIRECTIONS = {"en": "ltr", "ar": "rtl"}
READERS = (
    "/",
    "/campaigns/planet-syria",
    "/action-days/day-of-action-for-syria",
    "/events",
    "/events/wellington-talk",
    "/events/amman-film",
    "/events/berlin-film",
    "/events/wellington-talk/check-your-mail",
    "/events/wellington-talk/poster",
    "/events/leeds-light-on-friday",
    "/series/leeds-a-light-on-every-friday",
    "/articles",
    "/articles/how-to-hold-a-safe-vigil",
    "/groups/planet-syria",
    "/subscribe",
    "/subscribe?feed=/events%3Fcountry%3DGB",
    "/subscribe?feed=/series/leeds-a-light-on-every-friday",
    "/about",
    "/privacy",
    "/sign-in",
)
#: Pages that say no, each with its status.
REFUSALS = {
    "/events?city=Nowhere&from=yesterday": 422,
    "/sign-in/no-such-link": 410,
    "/sign-ups/no-such-token": 404,
    "/subscribe?feed=//elsewhere.example": 404,
    "/subscribe?country=ZZ": 422,
    "/no-such-page": 404,
}
DESK = (
    "/manage/",
    "/manage/account",
    "/manage/groups/new",
    "/manage/groups/planet-syria/edit",
    *(f"/manage/{noun}" for noun in ("campaigns", "action-days", "events", "articles")),
    *(
        f"/manage/{noun}/new"
        for noun in ("campaigns", "action-days", "events", "articles")
    ),
    *(
        f"/manage/{thing}{view}"
        for thing in (
            "campaigns/planet-syria",
            "action-days/day-of-action-for-syria",
            "events/wellington-talk",
            "articles/how-to-hold-a-safe-vigil",
        )
        for view in ("", "/edit", "/preview", "/cancel")
    ),
    "/manage/pictures",
    "/manage/pictures/new",
    "/manage/events/wellington-talk/picture",
    "/manage/events/wellington-talk/articles",
    "/manage/events/wellington-talk/door",
    "/manage/events/wellington-talk/questions",
    "/manage/events/wellington-talk/questions/new",
    "/manage/events/wellington-talk/repeat",
    "/manage/events/wellington-talk/mails",
    "/manage/events/wellington-talk/mails/changed",
    "/manage/events/wellington-talk/messages",
    "/manage/events/wellington-talk/messages/new",
    "/manage/events/wellington-talk/log",
    *(
        f"/manage/events/wellington-talk/sign-ups{view}"
        for view in ("", "/new", "/export", "/sheet")
    ),
    *(
        f"/manage/events/leeds-light-on-friday{view}"
        for view in ("", "/edit", "/cancel", "/more-dates", "/leave-series")
    ),
)
#: Two pixels of the ground say whether a page follows the wish for dark.
GROUND = "getComputedStyle(document.body).backgroundColor"
#: How many pixels a page is wider than the window, and what sticks out.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth - window.innerWidth;
    if (over <= 0) return "";
    const out = [...document.body.querySelectorAll("*")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width && (box.right > width + 1 || box.left < -1);
    });
    return `${over} px too wide: ` +
        out.slice(-3).map((element) => element.outerHTML.slice(0, 120)).join(" | ");
}"""

IS_SKIPPING = """() => {
    const reached = document.activeElement;
    return reached.matches(".skip-link") && reached.getBoundingClientRect().top >= 0;
}"""


@pytest.fixture(params=DIRECTIONS)
def language(request):
    return request.param


def test_every_page_of_a_reader_is_sound_in_light_and_dark(visit, language):
    page = visit(locale=language)
    paths = (*READERS, *REFUSALS)
    faults = [fault for path in paths for fault in look_at(page, path, language)]
    assert not faults, "\n".join(faults)
    assert page.context.cookies() == [], "a reader has a cookie"


def test_every_page_of_the_desk_is_sound_in_light_and_dark(organiser, language):
    faults = [
        fault
        for path in DESK
        for fault in look_at(organiser, f"{path}?lang={language}", language)
    ]
    assert not faults, "\n".join(faults)


def test_a_page_that_is_too_wide_is_found(visit):
    page = visit()
    page.goto("/about")
    page.evaluate("document.querySelector('main p').textContent = 'x'.repeat(400)")
    assert page.evaluate(TOO_WIDE) == "", "a long word is broken"
    page.evaluate("document.querySelector('main p').style.width = '400px'")
    assert "<p style" in page.evaluate(TOO_WIDE)


def look_at(page: Page, path: str, language: str) -> Iterator[str]:
    """Yield what is wrong with a page."""
    page.emulate_media(color_scheme="light")
    answer = page.goto(path)
    if answer.status != REFUSALS.get(path, 200):
        yield f"{path}: {answer.status}"
    try:
        page_checks.check(answer.text())
    except page_checks.BadPage as bad:
        yield f"{path}: {bad}"
    spoken = page.evaluate(
        "[document.documentElement.lang, getComputedStyle(document.body).direction]"
    )
    if spoken != [language, DIRECTIONS[language]]:
        yield f"{path}: speaks {spoken}"
    page.keyboard.press("Tab")
    if not page.evaluate(IS_SKIPPING):
        yield f"{path}: the first Tab leads not to the skip link"
    grounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds.add(page.evaluate(GROUND))
        if too_wide := page.evaluate(TOO_WIDE):
            yield f"{path} in {scheme}: {too_wide}"
    if len(grounds) != 2:
        yield f"{path}: looks the same in light and dark: {grounds}"
