"""A supporter's whole way, on a phone, with and without JavaScript."""

import re
from datetime import UTC, date, datetime

import pytest
from browser.site import link_in
from icalendar import Calendar
from playwright.sync_api import Page, expect

from campaign.demo import story
from campaign.lib import clock

TITLE_IN_TAB = re.compile("^Error:")


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def javascript(request):
    return request.param


@pytest.fixture
def page(visit, javascript):
    return visit(java_script_enabled=javascript)


def test_a_supporter_finds_an_event_signs_up_confirms_and_leaves_again(
    page, site, javascript
):
    address = f"amal-{'with' if javascript else 'without'}-script@example.net"
    find_the_talk_in_wellington(page)
    event_page, places = page.url, places_left(page)

    sign_up_with_a_wrong_address(page)
    page.get_by_label("Your e-mail address").fill(address)
    page.locator("#sign-up").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")

    confirmation = site.outbox.next_to(address)
    page.goto(link_in(confirmation, "/sign-ups/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your place")
    page.get_by_role("button", name="Yes, I am coming").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re in")
    expect(page.get_by_text("2 places are yours, under the name")).to_be_visible()
    own_page = page.url

    the_mail_brings_the_event_into_the_calendar(site.outbox.next_to(address))
    the_page_offers_the_calendar_file(page)

    page.goto(event_page)
    assert places_left(page) == places - 2

    page.goto(own_page)
    page.get_by_role("button", name="Leave this event").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You have left this event"
    )
    page.goto(event_page)
    assert places_left(page) == places
    assert page.context.cookies() == []


def find_the_talk_in_wellington(page: Page) -> None:
    page.goto("/")
    page.locator("main").get_by_role("link", name="Find an action near you").click()
    page.get_by_label("City").fill("wellington")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", name="1 event", exact=True)).to_be_visible()
    page.locator(".rows h3 a").click()
    expect(page.locator(".facts")).to_contain_text("Wellington")


def places_left(page: Page) -> int:
    words = page.locator("#sign-up").get_by_text("places left").inner_text()
    return int(words.split()[0])


def sign_up_with_a_wrong_address(page: Page) -> None:
    """Send the form with a slip, and see that it says so and loses nothing."""
    page.get_by_label("Your name").fill("أمل & friends")
    page.get_by_label("Your e-mail address").fill("amal at example")
    page.get_by_label("How many of you are coming?").fill("2")
    page.locator("#sign-up").get_by_role("button", name="Sign up").click()
    expect(page).to_have_title(TITLE_IN_TAB)
    summary = page.get_by_role("alert")
    expect(summary).to_be_in_viewport()
    expect(summary).to_contain_text("There is a problem")
    expect(page.get_by_label("Your name")).to_have_value("أمل & friends")
    expect(page.get_by_label("Your e-mail address")).to_have_value("amal at example")
    expect(page.get_by_label("How many of you are coming?")).to_have_value("2")
    link = summary.get_by_role("link", name="Write one e-mail address")
    link.focus()
    expect(link).to_be_focused()
    link.press("Enter")
    expect(page.get_by_label("Your e-mail address")).to_be_focused()


def the_mail_brings_the_event_into_the_calendar(mail) -> None:
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename().endswith(".ics")
    assert attachment.get_content_type() == "text/calendar"
    calendar = Calendar.from_ical(attachment.get_payload(decode=True))
    assert calendar["METHOD"] == "PUBLISH"
    it_is_the_talk_in_wellington(calendar)


def the_page_offers_the_calendar_file(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Or take it as a file").click()
    it_is_the_talk_in_wellington(Calendar.from_ical(download.value.path().read_bytes()))


def it_is_the_talk_in_wellington(calendar: Calendar) -> None:
    (event,) = calendar.events
    # In the town's summer its clock is thirteen hours ahead.
    day: date = story.next_23_february(clock.now().date())
    assert event.start.astimezone(UTC) == datetime(day.year, 2, 23, 5, tzinfo=UTC)
    assert event.start.hour == 18
