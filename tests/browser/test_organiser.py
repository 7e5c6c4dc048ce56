"""An organiser's whole way, from the mail that signs in to signing out."""

from datetime import UTC, datetime

from browser.site import Site, link_in
from icalendar import Calendar
from playwright.sync_api import Page, expect

EVENT = "Bells for the ceasefire"
CAMPAIGN = "Bells for peace"
DAY = "Day of the bells"
ARTICLE = "Why bells?"
#: Clocks in London go forward on that day, from one to two.
DATE = "2035-03-25"
STARTS_AT = datetime(2035, 3, 25, 11, 30, tzinfo=UTC)


def test_an_organiser_signs_in_makes_everything_calls_it_off_and_signs_out(visit, site):
    page = visit()
    # Not the owner: a link that another test made would hold up the mail.
    sign_in_by_mail(page, site, "organiser@example.org")
    make_a_campaign(page)
    make_an_action_day(page)
    make_an_article(page)
    overview = make_an_event(page)
    link_the_article(page)
    look_at_the_preview(page)

    page.goto(overview)
    assert in_calendar(site, "/calendar.ics") is None
    publish(page)
    for calendar in ("/calendar.ics", "/campaigns/bells-for-peace.ics"):
        event = in_calendar(site, calendar)
        assert event is not None, calendar
        assert event.start.astimezone(UTC) == STARTS_AT, calendar
    read_as_a_stranger(visit(), "Bells for the ceasefire")

    page.goto(overview)
    move(page, "Postpone", "It is shown as postponed now.")
    read_as_a_stranger(visit(), "This event is postponed")
    move(page, "Cancel it", "It is shown as cancelled now.")
    assert in_calendar(site, "/calendar.ics")["STATUS"] == "CANCELLED"
    assert in_calendar(site, "/campaigns/bells-for-peace.ics")["STATUS"] == "CANCELLED"
    read_as_a_stranger(visit(), "This event is cancelled")
    move(page, "Take it off the site", "It is off the site now. You can put it back.")
    assert in_calendar(site, "/calendar.ics") is None
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("status")).to_have_text("It is back, and as it was before.")
    assert in_calendar(site, "/calendar.ics")["STATUS"] == "CANCELLED"

    sign_out(page)


def sign_in_by_mail(page: Page, site: Site, address: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="For organisers").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    link = link_in(site.outbox.next_to(address), "/sign-in/")
    for _ in range(2):  # opening it, as mail scanners do, uses nothing up
        page.goto(link)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        assert page.context.cookies() == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Desk")


def make_a_campaign(page: Page) -> None:
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Title").fill(CAMPAIGN)
    page.get_by_label("Demand").fill("A bell for every town.")
    save(page)
    publish(page)


def make_an_action_day(page: Page) -> None:
    page.get_by_role("link", name="New action day").click()
    expect(page.get_by_label("Campaign").locator("option:checked")).to_have_text(
        CAMPAIGN
    )
    page.get_by_label("Title").fill(DAY)
    page.get_by_label("Day", exact=True).fill(DATE)
    save(page)
    publish(page)


def make_an_article(page: Page) -> None:
    page.goto("/manage/")
    page.get_by_role("link", name="New article").click()
    page.get_by_label("Title", exact=True).fill(ARTICLE)
    page.get_by_label("Text", exact=True).fill("# Because\n\nThey carry far.")
    save(page)
    publish(page)


def make_an_event(page: Page) -> str:
    """Fill in the form, once with a time that does not exist; return its overview."""
    page.goto("/manage/action-days/day-of-the-bells")
    page.get_by_role("link", name="New event on this day").click()
    page.get_by_label("Title").fill(EVENT)
    page.get_by_label("Starts at").fill("01:30")
    page.get_by_label("Ends at").fill("03:30")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("City", exact=True).fill("London")
    page.get_by_label("Country", exact=True).select_option("GB")
    page.get_by_label("Places", exact=True).fill("40")
    save_button(page).click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("01:30 does not exist")
    summary.get_by_role("link").click()
    expect(page.get_by_label("Starts at")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value(EVENT)
    expect(page.get_by_label("Places", exact=True)).to_have_value("40")
    page.get_by_label("Starts at").fill("12:30")
    page.get_by_label("Ends at").fill("14:00")
    save(page)
    return page.url


def link_the_article(page: Page) -> None:
    page.get_by_role("link", name="Background reading").click()
    page.get_by_label(ARTICLE).fill("1")
    page.get_by_role("button", name="Save the order").click()
    expect(page.get_by_role("status")).to_contain_text("background reading is saved")


def look_at_the_preview(page: Page) -> None:
    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_role("status")).to_contain_text("only your group sees this")
    expect(page.get_by_role("heading", level=1)).to_have_text(EVENT)
    expect(page.get_by_role("link", name=ARTICLE)).to_be_visible()


def read_as_a_stranger(page: Page, words: str) -> None:
    """The public page says it, and has the article as background reading."""
    page.goto("/events/bells-for-the-ceasefire")
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    reading = page.locator("section", has_text="Background reading")
    reading.get_by_role("link", name=ARTICLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ARTICLE)
    page.context.close()


def in_calendar(site: Site, path: str):
    """Return the event in a calendar, or None."""
    events = Calendar.from_ical(site.fetch(path)).events
    found = [event for event in events if EVENT in event["SUMMARY"]]
    assert len(found) <= 1, f"{path} has the event {len(found)} times"
    return found[0] if found else None


def save_button(page: Page):
    return page.get_by_role("button", name="Save the draft")


def save(page: Page) -> None:
    save_button(page).click()
    expect(page.get_by_role("status")).to_contain_text("Your draft is saved")


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("It is public now")


def move(page: Page, name: str, done: str) -> None:
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.get_by_role("status")).to_have_text(done)


def sign_out(page: Page) -> None:
    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out")
    assert page.context.cookies() == []
    page.goto("/manage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
