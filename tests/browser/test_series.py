"""An organiser repeats an event, and changes some of its dates; a supporter looks."""

import re
from datetime import UTC

import recurring_ical_events
from browser.site import Site
from icalendar import Calendar
from playwright.sync_api import Page, expect

TITLE = "Candles at the bridge"
OVERVIEW = "/manage/events/candles-at-the-bridge"


def test_an_organiser_repeats_an_event_moves_a_date_and_cancels_the_rest(
    organiser, visit, site
):
    page = organiser
    make_an_event(page)
    repeat_it(page)

    move_one_date(page)
    change_the_time_of_all_that_follow(page)
    cancel_all_that_follow(page)

    read_as_a_stranger(visit())
    assert in_calendar(site) == [
        # Clocks in London go forward on 25 March: 19:00 is an hour earlier then.
        ("2035-03-13T19:00", "CONFIRMED"),
        ("2035-03-21T19:00", "CONFIRMED"),
        ("2035-03-27T17:30", "CONFIRMED"),
        ("2035-04-03T17:30", "CANCELLED"),
        ("2035-04-10T17:30", "CANCELLED"),
    ]


def make_an_event(page: Page) -> None:
    page.goto("/manage/events/new")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Campaign and action day").select_option("planet-syria")
    page.get_by_label("Day", exact=True).fill("2035-03-13")
    page.get_by_label("Starts at").fill("19:00")
    page.get_by_label("Ends at").fill("20:00")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("It is public now")


def repeat_it(page: Page) -> None:
    page.get_by_role("link", name="Repeat it").click()
    page.get_by_label("Every Tuesday").check()
    page.get_by_role("button", name="Show the dates").click()
    summary = page.get_by_role("alert")
    summary.get_by_role("link", name="Enter how many dates there are.").click()
    expect(page.get_by_label("How many dates")).to_be_focused()
    page.get_by_label("How many dates").fill("5")
    page.get_by_role("button", name="Show the dates").click()
    third = page.locator("ol > li").nth(2)
    expect(third).to_contain_text("Tuesday 27 March 2035, 19:00")
    expect(third).to_contain_text("Clocks have gone forward")
    page.get_by_role("button", name="Make these 5 dates").click()
    expect(page.get_by_role("status")).to_contain_text("All dates are made")
    expect(dates(page)).to_have_count(5)


def move_one_date(page: Page) -> None:
    open_date(page, "Tuesday 20 March 2035")
    page.get_by_label("Day", exact=True).fill("2035-03-21")
    expect(page.get_by_label("Only this date")).to_be_checked()
    save(page)
    expect(dates(page).nth(1)).to_contain_text("Moved from the rhythm")


def change_the_time_of_all_that_follow(page: Page) -> None:
    open_date(page, "Tuesday 27 March 2035")
    page.get_by_label("Starts at").fill("18:30")
    page.get_by_label("This and all that follow (3 dates)").check()
    save(page)
    expect(dates(page)).to_contain_text(
        [
            "Tuesday 27 March 2035, 18:30",
            "Tuesday 3 April 2035, 18:30",
            "Tuesday 10 April 2035, 18:30",
        ]
    )


def cancel_all_that_follow(page: Page) -> None:
    dates(page).nth(1).get_by_role("link").click()
    page.get_by_role("link", name="Cancel it").click()
    page.get_by_label("This and all that follow (2 dates)").check()
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.get_by_role("status")).to_contain_text("cancelled")


def read_as_a_stranger(page: Page) -> None:
    page.goto("/events/candles-at-the-bridge")
    page.get_by_role("link", name="All dates").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text("Every Tuesday at 19:00")).to_be_visible()
    page.get_by_role("link", name=re.compile("Sign up ?: Wednesday 21 March")).click()
    page.wait_for_url("**/events/candles-at-the-bridge-2035-03-20#sign-up")
    expect(page.get_by_role("button", name="Sign up")).to_be_visible()


def open_date(page: Page, day: str) -> None:
    page.goto(OVERVIEW)
    page.get_by_role("link", name=day).click()
    page.get_by_role("link", name="Edit").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def dates(page: Page):
    return page.locator("ul.rows > li")


def in_calendar(site: Site) -> list[tuple[str, str]]:
    """Each date that the calendar of the campaign has of it, in UTC, and its state."""
    calendar = Calendar.from_ical(site.fetch("/campaigns/planet-syria.ics"))
    found = recurring_ical_events.of(calendar).between((2035, 1, 1), (2036, 1, 1))
    return sorted(
        (f"{date.start.astimezone(UTC):%Y-%m-%dT%H:%M}", str(date["STATUS"]))
        for date in found
        if TITLE in date["SUMMARY"]
    )
