"""A real browser, as narrow as a phone, on a site that runs as people run it.

It is the Chromium of the system, without its windows where that is installed: it
starts in half the time. Without one these tests are skipped, or fail if
CAMPAIGN_TEST_OBLIGATORY is set.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.site import Site
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 10_000
_CALM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> Any:
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        missing = "Chromium is not installed here"
        if os.environ.get("CAMPAIGN_TEST_OBLIGATORY"):
            pytest.fail(missing)
        pytest.skip(missing)
    return {**browser_type_launch_args, "executable_path": chromium, "args": _CALM}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> Any:
    return {**browser_context_args, "viewport": PHONE}


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    """Where addresses without a host lead."""
    return site.url


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this run: one process for all tests."""
    folder: Path = tmp_path_factory.mktemp("site")
    with Site(folder).running() as site:
        yield site


class Watch:
    """What a browser did that no page of ours should make it do."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.faults: list[str] = []
        self._site = site
        self._refused: set[str] = set()
        context.on("request", self._see_request)
        context.on("response", self._see_response)
        context.on("console", self._see_console)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))

    def _see_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._site.url}/", "data:")):
            self.faults.append(f"asked another host: {request.url}")

    def _see_response(self, response: Response) -> None:
        asked = response.request
        # A script that sends something is told no as well, and says so on the page.
        is_told = asked.is_navigation_request() or asked.method == "POST"
        if 400 <= response.status < 500 and is_told:
            self._refused.add(response.url)

    def _see_console(self, message: ConsoleMessage) -> None:
        # The browser calls every page with a status like 422 an error: no news.
        is_page = message.location["url"].partition("#")[0] in self._refused
        if message.type == "error" and not is_page:
            self.faults.append(f"console: {message.text} ({message.location['url']})")


@pytest.fixture
def visit(new_context: Any, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a browser window of somebody new; it is watched until the test ends."""
    watches = []

    def open_window(**options: Any) -> Page:
        context = new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE_MS)
        watches.append(Watch(context, site))
        return context.new_page()

    yield open_window
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def organiser(visit: Callable[..., Page], site: Site) -> Page:
    """A window in which the owner of the demo's group has signed in."""
    return sign_in(visit(), site)


def sign_in(page: Page, site: Site) -> Page:
    page.goto(site.sign_in_link("owner@example.org"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/manage/")
    return page
