"""An organiser and a list: finding somebody, writing somebody down, taking them off."""

from playwright.sync_api import Page, expect

LIST = "/manage/events/amman-film/sign-ups"
NAME = "Søren of the Sæther"


def test_an_organiser_adds_finds_and_takes_off_somebody(organiser):
    page: Page = organiser
    page.goto("/manage/events/amman-film")
    page.get_by_role("link", name="See who comes").click()
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("E-mail address").fill("soren@example.org")
    page.get_by_label("How many are coming?").fill("2")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_text("They are on the list.")).to_be_visible()

    find(page, "soren saether")
    expect(page.get_by_role("status")).to_have_text("1 sign-up")
    # On a phone a row is a block, and still a row of a table for those who listen.
    row = page.get_by_role("row", name=NAME)
    expect(row.get_by_role("cell", name="soren@example.org")).to_be_visible()
    row.get_by_text("soren@example.org").click()
    assert page.evaluate("getSelection().toString()") == "soren@example.org"

    row.get_by_role("link", name=NAME).click()
    expect(page.get_by_label("E-mail address")).to_have_value("soren@example.org")
    page.get_by_role("link", name="Take off the list").click()
    page.get_by_label("Tell them by mail").uncheck()
    page.get_by_role("button", name="Take off the list").click()
    expect(page.get_by_text("They are off the list")).to_be_visible()
    find(page, "soren saether", state="Going")
    expect(page.get_by_text("Nobody like that is on the list")).to_be_visible()

    page.goto("/manage/events/amman-film/log")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Taken off the list")
    expect(page.get_by_role("row").nth(2)).to_contain_text("Added by hand")


def test_the_sheet_for_the_door_puts_the_table_alone_on_paper(organiser):
    organiser.goto("/manage/events/wellington-talk/sign-ups/sheet")
    organiser.emulate_media(media="print")
    expect(organiser.get_by_role("table")).to_be_visible()
    expect(organiser.get_by_role("heading", level=1)).to_be_visible()
    for hidden in ("Print this page", "Campaigns", "About this site"):
        expect(organiser.get_by_text(hidden).first).to_be_hidden()


def test_the_list_is_taken_out_as_a_file(organiser):
    organiser.goto("/manage/events/wellington-talk/sign-ups")
    organiser.get_by_role("link", name="Take it out as a file").click()
    with organiser.expect_download() as started:
        organiser.get_by_role("button", name="Download the file").click()
    assert started.value.suggested_filename == "wellington-talk-sign-ups.csv"


def find(page: Page, words: str, state: str = "All") -> None:
    page.get_by_label("Name or address").fill(words)
    page.get_by_label("Which").select_option(state)
    page.get_by_role("button", name="Find").click()
