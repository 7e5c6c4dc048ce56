"""What a reader's first page weighs, over the wire, and whom it asks."""

from collections.abc import Callable

import pytest
from browser.site import Site
from playwright.sync_api import Page, Response

#: In bytes, compressed, with style, fonts and pictures. Headers are not counted: a
#: server in front that speaks HTTP/2 sends those that are alike once.
MOST, MOST_SCRIPT = 50_000, 5_000
FIRST_PAGES = (
    "/",
    "/events",
    "/events/wellington-talk",
    "/action-days/day-of-action-for-syria",
    "/articles/how-to-hold-a-safe-vigil",
)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", FIRST_PAGES)
def test_a_first_page_is_light_and_asks_nobody_else(
    visit: Callable[..., Page], site: Site, path: str, language: str
) -> None:
    page, answers = visit(locale=language), list[Response]()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle", timeout=60_000)
    weights = {each.url: _weight(each) for each in answers}
    scripts = [
        weight
        for each, weight in zip(answers, weights.values(), strict=True)
        if each.request.resource_type == "script"
    ]
    assert [url for url in weights if not url.startswith((site.url, "data:"))] == []
    assert any(each.request.resource_type == "stylesheet" for each in answers)
    told = "\n".join(f"{weight} {url}" for url, weight in weights.items())
    assert sum(weights.values()) < MOST, told
    assert sum(scripts) < MOST_SCRIPT, told


def _weight(answer: Response) -> int:
    return answer.request.sizes()["responseBodySize"]
