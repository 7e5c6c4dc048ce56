"""Pages that were seen open without a network; what is private is never kept."""

from pathlib import Path

from browser.site import Site
from playwright.sync_api import BrowserContext, Page, expect

EVENT = "/events/wellington-talk"
KEPT = """async () => {
  const names = await caches.keys();
  const open = names.map(async (name) => (await caches.open(name)).keys());
  const keys = await Promise.all(open);
  return keys.flat().map((key) => new URL(key.url).pathname);
}"""


def see(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")


def test_what_was_seen_opens_without_the_site_and_what_is_private_is_not_kept(
    context: BrowserContext, site: Site, tmp_path: Path
) -> None:
    with Site(tmp_path, like=site).running() as own:
        page = context.new_page()
        see(page, f"{own.url}/")
        # The second look goes through the service worker.
        for path in (
            "/",
            EVENT,
            f"{EVENT}?lang=ar",
            "/sign-in",
            "/sign-ups/x",
            "/manage/",
        ):
            page.goto(own.url + path)
        page.goto(own.url + EVENT)
        page.get_by_label("Your name").fill("Amal")
        page.get_by_label("Your e-mail address").fill("amal@example.org")
        kept = set(page.evaluate(KEPT))
        assert {"/", EVENT, "/offline"} <= kept
        assert not [p for p in kept if p.startswith(("/sign-", "/manage"))], kept
    # The site is gone: as good as no network, and surer than to imitate one.
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No network just now")
    expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    expect(page.locator("#kept-pages")).to_contain_text("What is a siege?")
    page.go_back()
    expect(page.get_by_label("Your name")).to_have_value("Amal")
    page.goto(own.url + EVENT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("What is a siege?")
    page.goto(f"{own.url}/articles?lang=ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_without_a_network_a_page_says_so(page: Page, site: Site) -> None:
    page.goto(site.url + EVENT)
    note = page.get_by_text(
        "No network just now: you see this page as you last saw it."
    )
    expect(note).to_be_hidden()
    page.context.set_offline(True)
    expect(note).to_be_visible()
    page.context.set_offline(False)
    expect(note).to_be_hidden()
