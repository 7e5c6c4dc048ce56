"""Following a feed by hand: the address, and the button that copies it."""

from playwright.sync_api import expect

FOLLOW = "/subscribe?feed=/events%3Fcountry%3DGB"
FEED = "/events.ics?country=GB"
READ = "navigator.clipboard.readText()"


def test_a_button_copies_the_address_and_says_so(visit, site):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(FOLLOW)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    expect(page.get_by_role("button", name="Copy")).to_be_focused()
    assert page.evaluate(READ) == page.locator("#feed-address").input_value()
    assert page.evaluate(READ).endswith(FEED)


def test_the_button_copies_where_the_browser_allows_no_clipboard_to_pages(visit, site):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject()")
    page.goto(FOLLOW)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate(READ).endswith(FEED)


def test_who_comes_to_the_address_has_all_of_it_selected(visit, site):
    page = visit()
    page.goto(FOLLOW)
    page.locator("#feed-address").focus()
    assert page.evaluate("getSelection().toString()").endswith(FEED)


def test_without_scripts_there_is_the_address_and_no_button_that_does_nothing(
    visit, site
):
    page = visit(java_script_enabled=False)
    page.goto(FOLLOW)
    expect(page.locator("#feed-address")).to_be_visible()
    assert page.locator("#feed-address").input_value().endswith(FEED)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_a_reader_goes_from_an_event_to_the_calendar_of_its_action_day(visit, site):
    page = visit()
    page.goto("/events/melbourne-film")
    page.get_by_role("link", name="Subscribe to all events of").click()
    expect(page.get_by_role("heading", name="Choose your calendar app")).to_be_visible()
    address = page.locator("#feed-address").input_value()
    assert address.endswith("/action-days/day-of-action-for-syria.ics")


def test_a_reader_makes_a_calendar_of_their_own(visit, site):
    page = visit(java_script_enabled=False)
    page.goto("/subscribe")
    page.get_by_label("Country").select_option("GB")
    page.get_by_role("button", name="Make this calendar").click()
    address = page.locator("#feed-address").input_value()
    assert address.endswith(FEED)
