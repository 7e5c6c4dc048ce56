"""The board in a browser: kept up to date with its scripts, and whole without them.

Time is the browser's own and is wound forward; all else is as it is in the world.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from browser.site import Site
from playwright.sync_api import Page, expect

from campaign.database import db, transaction
from campaign.events.queries import find_event

DAY = "/action-days/day-of-action-for-syria"
NEWS = "We have moved to the harbour"
#: Longer than a board waits before it asks again, in milliseconds.
A_WHILE = 80_000

Visit = Callable[..., Page]


@pytest.fixture
def watch(visit: Visit) -> Callable[..., Page]:
    """Open a board in a window whose time is the test's."""

    def open_board(address: str = DAY, **options: object) -> Page:
        return with_own_time(visit(**options), address)

    return open_board


def with_own_time(page: Page, address: str = DAY) -> Page:
    page.clock.install()
    # Routes switch off the browser's cache, which knows nothing of that time.
    page.route("**/*", lambda route: route.continue_())
    page.goto(address)
    return page


@contextmanager
def renamed(site: Site, slug: str) -> Iterator[None]:
    """Let an event have another title for a while."""
    with site.app.app_context():
        title = find_event(slug).title
        _name(slug, NEWS)
        try:
            yield
        finally:
            _name(slug, title)
            db.session.remove()


def _name(slug: str, title: str) -> None:
    with transaction():
        find_event(slug).title = title


def first_of(page: Page) -> str:
    """Return the slug of the event that the board lists first."""
    address = page.locator(".departures a").first.get_attribute("href")
    return re.match(r"/events/([\w-]+)", address)[1]


def test_a_board_that_stays_open_shows_what_has_changed(watch, site: Site):
    page = watch()
    link = page.locator("#board-lists .departures a").first
    title = link.text_content()
    with renamed(site, first_of(page)):
        expect(link).to_have_text(title)
        page.clock.fast_forward(A_WHILE)
        expect(link).to_have_text(NEWS)
    page.clock.fast_forward(A_WHILE)
    expect(link).to_have_text(title)


def test_nobody_loses_the_link_that_they_are_on(watch, site: Site):
    page = watch()
    link = page.locator("#board-lists .departures a").first
    title = link.text_content()
    link.focus()
    with renamed(site, first_of(page)):
        with page.expect_response(lambda each: "/board" in each.url):
            page.clock.fast_forward(A_WHILE)
        expect(link).to_be_focused()
        expect(link).to_have_text(title)
        link.blur()
        page.clock.fast_forward(A_WHILE)
        expect(link).to_have_text(NEWS)


def test_without_a_network_the_board_stays_and_goes_on_afterwards(page, site: Site):
    with_own_time(page)  # not watched: a request that fails is an error there
    link = page.locator("#board-lists .departures a").first
    with renamed(site, first_of(page)):
        page.unroute_all()
        page.route("**/board*", lambda route: route.abort())
        page.clock.fast_forward(A_WHILE)
        expect(link).to_be_visible()
        page.unroute_all()
        page.route("**/*", lambda route: route.continue_())
        page.clock.fast_forward(A_WHILE)
        expect(link).to_have_text(NEWS)


def test_without_scripts_the_board_is_whole_and_a_link_looks_again(visit, site: Site):
    page = visit(java_script_enabled=False)
    page.goto(DAY)
    expect(page.locator("#board-status")).to_contain_text("Begins in")
    expect(page.locator("#board-lists .departures > li")).to_have_count(12)
    assert page.locator("#map-sky circle").count() > 20
    expect(page.locator("#board-totals")).to_contain_text("cities")
    with renamed(site, first_of(page)):
        page.get_by_role("link", name="Look again").click()
        expect(page.locator("#board-lists .departures a").first).to_have_text(NEWS)


def test_a_projector_turns_its_pages_and_shows_what_has_changed(watch, site: Site):
    page = watch(f"{DAY}/screen")
    turns = page.locator(".turn")
    shown = page.locator(".turn.shown")
    assert turns.count() > 1
    expect(shown).to_have_count(1)
    expect(turns.nth(0)).to_be_visible()
    page.clock.run_for(15_000)
    expect(turns.nth(1)).to_be_visible()
    expect(shown).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    expect(turns.nth(0)).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    with renamed(site, first_of(page)):
        page.clock.run_for(60_000)
        expect(page.get_by_text(NEWS)).to_be_visible()
    expect(turns.nth(1)).to_be_visible()


def test_a_projector_whose_viewers_wish_for_calm_turns_by_the_keys_alone(watch):
    page = watch(f"{DAY}/screen?lang=ar", reduced_motion="reduce")
    turns = page.locator(".turn")
    page.clock.run_for(30_000)
    expect(turns.nth(0)).to_be_visible()
    page.keyboard.press("ArrowLeft")  # onwards, where one reads from the right
    expect(turns.nth(1)).to_be_visible()


def test_without_scripts_a_projector_shows_all_of_it_and_loads_itself_anew(visit):
    page = visit(java_script_enabled=False)
    page.goto(f"{DAY}/screen")
    expect(page.locator(".world")).to_be_visible()
    expect(page.locator("#clock-words")).to_have_text("UTC")
    turns = page.locator(".turn")
    assert turns.count() > 1
    assert all(turns.nth(i).is_visible() for i in range(turns.count()))
    expect(page.locator('meta[http-equiv="refresh"]')).to_have_attribute(
        "content", "60"
    )
