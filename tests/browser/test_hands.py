"""What fingers, and keys alone, can do on an event's page."""

import pytest
from playwright.sync_api import Page, expect

EVENT = "/events/melbourne-film"
#: Names and heights of what can be pressed and is lower than it should be.
TOO_LOW = """([selector, least]) =>
    [...document.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility() && !element.closest(".honeypot"))
        .map((element) => [element, element.getBoundingClientRect().height])
        .filter(([_, height]) => height < least)
        .map(([element, height]) => `${height} px: ${element.outerHTML.slice(0, 100)}`)
"""
#: What has the focus, whether that can be seen, and whether a bar lies over it.
FOCUS = """() => {
    const reached = document.activeElement;
    const box = reached.getBoundingClientRect();
    const bar = document.querySelector(".sign-up-bar");
    const edge = bar.contains(reached) ? innerHeight : bar.getBoundingClientRect().top;
    const style = getComputedStyle(reached);
    return {
        is: reached.id || reached.tagName.toLowerCase(),
        name: reached.textContent.trim().slice(0, 60),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isInSight: box.top < edge && box.bottom > 0,
    };
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_on_the_page_of_an_event_is_large_enough_for_a_finger(
    visit, language
):
    page = visit(locale=language)
    page.goto(EVENT)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    expect(page.locator("a.button").first).to_be_visible()
    low = page.evaluate(TOO_LOW, ["a.button, button, input, select, summary", 24])
    assert low == []
    low = page.evaluate(TOO_LOW, ["a.button, button, .button", 44])
    assert low == []
    assert page.evaluate(TOO_LOW, ["button", 400]) != [], "nothing was measured"


def test_the_keyboard_alone_signs_up(visit, site):
    page = visit()
    page.goto(EVENT)
    assert "Skip to the content" in step(page)["name"]
    page.keyboard.press("Enter")
    walk_to(page, "name")
    page.keyboard.type("Keys")
    assert step(page)["is"] == "email"
    page.keyboard.type("keys@example.net")
    assert step(page)["is"] == "party_size"
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("How many of you are coming?")).to_have_value("2")
    assert step(page)["is"] == "button"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    assert (
        "Melbourne" in site.outbox.next_to("keys@example.net").get_body().get_content()
    )


def walk_to(page: Page, name: str) -> None:
    for _ in range(40):
        if step(page)["is"] == name:
            return
    raise AssertionError(f"forty steps do not lead to {name}")


def step(page: Page) -> dict:
    """Press Tab; return what has the focus now, which has to be in sight."""
    page.keyboard.press("Tab")
    focus = page.evaluate(FOCUS)
    assert focus["isMarked"], f"the focus cannot be seen: {focus}"
    assert focus["isInSight"], f"the focus is out of sight: {focus}"
    return focus
