"""The finder on a phone: towns while one types, "near me", and both left out."""

from playwright.sync_api import expect


def test_towns_are_suggested_and_the_address_that_is_sent_is_short(visit, site):
    page = visit()
    page.goto("/events")
    page.get_by_label("Town or city").press_sequentially("leed")
    expect(page.locator("#places option").first).to_have_attribute(
        "value", "Leeds, United Kingdom"
    )
    page.get_by_label("Town or city").fill("Leeds, United Kingdom")
    page.get_by_role("button", name="Find").first.click()
    page.wait_for_url("**/events?near=Leeds,+GB")
    expect(page.get_by_text("a light on every Friday").first).to_be_visible()


def test_near_me_asks_only_when_it_is_pressed_and_tells_a_rough_place(visit, site):
    position = {"latitude": 53.79648, "longitude": -1.54785}
    page = visit(permissions=["geolocation"], geolocation=position)
    page.goto("/events")
    page.get_by_role("button", name="Near me").click()
    page.wait_for_url("**/events?near=53.8*-1.5*")
    assert "53.79" not in page.url
    expect(page.get_by_text("a light on every Friday").first).to_be_visible()


def test_without_scripts_a_typed_town_is_enough(visit, site):
    page = visit(java_script_enabled=False)
    page.goto("/events")
    expect(page.get_by_role("button", name="Near me")).to_have_count(0)
    page.get_by_label("Town or city").fill("Springfield")
    page.get_by_role("button", name="Find").first.click()
    page.get_by_role("link", name="Springfield, Illinois, United States").click()
    expect(page.get_by_text("Nothing found")).to_be_visible()
    expect(page.get_by_role("heading", name="Nearest to you")).to_be_visible()
