"""The door, as stewards have it in their hands: bad networks, two doors, no scripts."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from browser.conftest import PATIENCE_MS, sign_in
from browser.site import Site
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import func, select, update

from campaign.database import db, transaction
from campaign.events.models import Event, LogEntry
from campaign.events.queries import find_event
from campaign.lib import clock
from campaign.lib.folding import folded
from campaign.organisers.models import OrganiserSession
from campaign.publishing.operations import create
from campaign.signups.operations.door import add_walk_in, undo_check_in

#: What a browser says of every answer that is none, or no good news: no fault of ours.
_NO_NEWS = "Failed to load resource"
PEOPLE = (
    ("Amal Haddad", 1),
    ("Björn Łukasiewicz", 1),
    ("Chloé Dubois", 4),
    ("Dana Novak", 1),
    ("أحمد يحيى", 2),
)


@pytest.fixture
def event(site: Site) -> str:
    """An event of this test alone, to which five parties come; return its slug."""
    slug = f"door-{uuid4().hex[:8]}"
    with site.app.app_context():
        model = find_event("melbourne-film")
        assert model is not None
        row = Event(
            slug=slug,
            title="Meeting in the rain",
            group=model.group,
            campaign=model.campaign,
            state=model.state,
            published_at=model.published_at,
            capacity=20,
        )
        start = datetime(2035, 3, 1, 18)
        row.set_times(start, start.replace(hour=20), "Europe/London")
        with transaction():
            create(row, clock.now())
            row.slug, row.state = slug, model.state
            row.published_at = model.published_at
        for name, people in PEOPLE:
            with transaction():
                sign_up, _is_new = add_walk_in(row, name, people, clock.now())
                undo_check_in(sign_up)
        db.engine.dispose()
    return slug


@pytest.fixture
def steward(new_context: Any, site: Site):
    """Return a function that opens the door on a phone of its own."""
    faults: list[str] = []

    def note(message: Any) -> None:
        if message.type == "error" and not message.text.startswith(_NO_NEWS):
            faults.append(message.text)

    def open_door(event: str, **options: Any) -> Page:
        context: BrowserContext = new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", note)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        page = sign_in(context.new_page(), site)
        page.goto(f"/manage/events/{event}/door")
        if options.get("java_script_enabled", True):
            page.wait_for_selector(".is-live")
        return page

    yield open_door
    assert faults == []


def party(page: Page, name: str):
    return page.locator(".party", has_text=name)


def check_in(page: Page, name: str) -> None:
    party(page, name).get_by_role("button", name="Check in").click()


def undo(page: Page, name: str) -> None:
    party(page, name).get_by_role("button", name="Undo").click()


def expect_inside(page: Page, name: str) -> None:
    expect(party(page, name)).to_have_class(re.compile("inside"))
    expect(party(page, name).get_by_text("not sent yet")).to_be_hidden()


def expect_all_sent(page: Page) -> None:
    expect(page.locator("#door-bar")).to_be_hidden(timeout=20_000)
    expect(page.locator(".party-unsent:visible")).to_have_count(0)
    kept = "sessionStorage.getItem(Object.keys(sessionStorage)[0] ?? '')"
    assert page.evaluate(kept) is None


def logged(site: Site, event: str, action: str) -> int:
    """Return how often this was done, as the log of the event has it."""
    query = (
        select(func.count(LogEntry.id))
        .join(Event, Event.id == LogEntry.event_id)
        .where(Event.slug == event, LogEntry.action == action)
    )
    return asked(site, lambda: db.session.scalar(query))


def asked(site: Site, question: Callable[[], Any]) -> Any:
    with site.app.app_context():
        try:
            return question()
        finally:
            db.session.remove()
            db.engine.dispose()


def give_up(route: Route) -> None:
    route.abort()


def test_what_is_tapped_without_a_network_outlives_a_reload_and_arrives_once(
    steward, site, event
):
    page = steward(event)
    page.context.set_offline(True)
    for name in ("Amal Haddad", "Björn", "Dana"):
        check_in(page, name)
        expect(party(page, name)).to_have_class(re.compile("inside"))
        expect(party(page, name).get_by_text("not sent yet")).to_be_visible()
    expect(page.locator("#inside")).to_have_text("3")
    expect(page.locator("#door-bar")).to_contain_text("Waiting to be sent: 3")
    assert logged(site, event, "checked_in") == 0

    # The phone has no page to show while it is offline: hold the answers back.
    page.route("**/door/*/check-in", give_up)
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector(".is-live")
    expect(page.locator("#inside")).to_have_text("3")
    expect(page.locator(".party-unsent:visible")).to_have_count(3)
    expect(page.locator("#door-bar")).to_contain_text("Waiting to be sent: 3")
    assert logged(site, event, "checked_in") == 0

    page.unroute("**/door/*/check-in", give_up)
    expect_all_sent(page)
    assert logged(site, event, "checked_in") == 3
    page.reload()
    page.wait_for_selector(".is-live")
    for name in ("Amal Haddad", "Björn", "Dana"):
        expect_inside(page, name)
    expect(page.locator("#inside")).to_have_text("3")


def test_a_tap_whose_answer_was_lost_counts_once(steward, site, event):
    page = steward(event)
    lost = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/door/*/check-in", lose)
    page.route("**/door/walk-ins", lose)
    check_in(page, "Amal Haddad")
    page.get_by_text("Without a sign-up").click()
    page.get_by_label("Name", exact=True).last.fill("Rosa")
    page.get_by_role("button", name="Let them in").click()
    expect_all_sent(page)
    assert lost == [200, 200]
    expect(page.locator("#inside")).to_have_text("2")
    expect(party(page, "Rosa")).to_have_count(1)
    assert logged(site, event, "checked_in") == 1
    # Those of the fixture are written down without a log.
    assert logged(site, event, "walk_in") == 1
    expect(page.locator("#door-problems li")).to_have_count(0)


def test_what_was_not_sent_yet_is_taken_back_without_the_site(steward, site, event):
    page = steward(event)
    page.context.set_offline(True)
    check_in(page, "Dana")  # on its way, and so perhaps there
    expect(page.locator("#door-bar")).to_be_visible()
    check_in(page, "Amal Haddad")
    undo(page, "Amal Haddad")
    undo(page, "Dana")
    expect(page.locator("#inside")).to_have_text("0")
    page.context.set_offline(False)
    expect_all_sent(page)
    expect(page.locator("#inside")).to_have_text("0")
    assert logged(site, event, "checked_in") == 1
    assert logged(site, event, "check_in_undone") == 1


def test_two_stewards_see_each_other_and_do_not_undo_each_other(steward, site, event):
    one, other = steward(event), steward(event)
    other.context.set_offline(True)
    check_in(one, "Chloé")
    expect_inside(one, "Chloé")
    check_in(other, "Chloé")
    undo(other, "Chloé")
    check_in(other, "Chloé")
    check_in(other, "Amal Haddad")
    other.context.set_offline(False)
    expect_all_problems = other.locator("#door-problems li")
    expect(expect_all_problems).to_have_count(1)
    expect(expect_all_problems).to_contain_text(
        "Chloé Dubois: Checked in by somebody else at the other door."
    )
    expect_inside(other, "Chloé")
    expect_inside(other, "Amal Haddad")
    expect(other.locator("#inside")).to_have_text("5")
    # The first one learns of it by asking.
    one.evaluate("dispatchEvent(new Event('online'))")
    expect_inside(one, "Amal Haddad")
    expect(one.locator("#inside")).to_have_text("5")
    assert logged(site, event, "checked_in") == 2
    assert logged(site, event, "check_in_undone") == 0
    # What was refused stays to be read until it was.
    other.reload()
    expect(expect_all_problems).to_have_count(1)
    other.get_by_role("button", name="OK").click()
    expect(expect_all_problems).to_have_count(0)


def test_of_a_party_some_come_and_the_number_inside_is_right(steward, event):
    page = steward(event)
    expect(page.locator("#expected")).to_have_text("9")
    party(page, "Chloé").get_by_role("combobox").select_option("3")
    check_in(page, "Chloé")
    expect_inside(page, "Chloé")
    expect(page.locator("#inside")).to_have_text("3")
    expect(page.locator("#expected")).to_have_text("8")
    expect(page.get_by_role("status").last).to_have_text("Chloé Dubois is inside now.")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lukas", ["Björn Łukasiewicz"]),
        ("CHLOE dub", ["Chloé Dubois"]),
        ("احمد يحيي", ["أحمد يحيى"]),
        ("nobody", []),
    ],
)
def test_a_name_is_found_while_it_is_typed(steward, event, typed, found):
    page = steward(event)
    page.get_by_role("searchbox").fill(typed)
    expect(page.locator(".party-name:visible")).to_have_text(found)


def test_a_phone_folds_names_as_the_site_does(steward, event):
    page = steward(event)
    names = [
        "Øystein Ærø",
        "Zoë",
        "İpek Işık",
        "Straße",
        "أإآٱىةؤئ",
        "کی",
        "ﷺ",
        "e\u0301",
    ]
    source = page.locator("script[src*=door]").get_attribute("src")
    folding = f"async (names) => names.map((await import('{source}')).folded)"
    assert page.evaluate(folding, names) == [folded(name) for name in names]


def test_a_full_event_says_so_and_loses_nothing(steward, event):
    page = steward(event)
    page.get_by_text("Without a sign-up").click()
    page.get_by_label("Name", exact=True).last.fill("Choir")
    page.get_by_label("How many people").fill("12")
    page.get_by_role("button", name="Let them in").click()
    problem = page.locator("#door-problems li")
    expect(problem).to_contain_text("Choir: All 20 places are taken")
    expect(party(page, "Choir")).to_have_count(0)
    expect(page.locator("#inside")).to_have_text("0")


def test_a_sign_in_that_ends_keeps_what_was_tapped(steward, site, event):
    page = steward(event)

    def end_sessions() -> None:
        with transaction() as session:
            session.execute(update(OrganiserSession).values(expires_at=clock.now()))

    asked(site, end_sessions)
    check_in(page, "Amal Haddad")
    bar = page.locator("#door-bar")
    expect(bar).to_contain_text("Your sign-in has ended. What you tapped is kept.")
    expect(bar).to_contain_text("Waiting to be sent: 1")
    expect(bar.get_by_role("link", name="Sign in again")).to_be_visible()
    other_tab = sign_in(page.context.new_page(), site)
    other_tab.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect_all_sent(page)
    expect_inside(page, "Amal Haddad")
    assert logged(site, event, "checked_in") == 1


def test_the_door_works_without_scripts(steward, event):
    page = steward(event, java_script_enabled=False)
    page.get_by_role("searchbox").fill("chloe")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".party-name")).to_have_text(["Chloé Dubois"])
    check_in(page, "Chloé")
    expect(page.get_by_text("Chloé Dubois is inside now.")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("chloe")
    expect(page.locator("#inside")).to_have_text("4")
    undo(page, "Chloé")
    expect(page.locator("#inside")).to_have_text("0")


def test_who_was_looked_for_in_vain_is_written_down_by_that_name(steward, event):
    page = steward(event)
    page.get_by_role("searchbox").fill("Rosa Park")
    expect(page.get_by_text("Nobody of this name has a place.")).to_be_visible()
    page.get_by_text("Without a sign-up").click()
    page.get_by_role("button", name="Let them in").click()
    expect_all_sent(page)
    expect_inside(page, "Rosa Park")
    expect(page.locator("#inside")).to_have_text("1")


#: Names of what can be pressed at the door and is too small for a wet thumb.
TOO_SMALL = """() =>
    [...document.querySelectorAll("#door :is(button, select, input, summary, .button)")]
        .filter((element) => element.checkVisibility() && element.type !== "hidden")
        .filter((element) => {
            const box = element.getBoundingClientRect();
            return box.height < 56 || box.width < 56;
        })
        .map((element) => element.outerHTML.slice(0, 100))
"""


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 390])
def test_everything_is_large_enough_and_nothing_is_too_wide(
    steward, event, language, width
):
    page = steward(event)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"/manage/events/{event}/door?lang={language}")
    page.wait_for_selector(".is-live")
    page.locator(".party-in").first.click()
    page.locator("summary").click()
    expect(page.locator(".party.inside")).to_have_count(1)
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
