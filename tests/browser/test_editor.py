"""Writing an article: toolbar, keys, preview, and drafts that survive a closed tab."""

from browser.conftest import sign_in
from playwright.sync_api import Page, expect

EDIT = "/manage/articles/how-to-hold-a-safe-vigil/edit"


def text(page: Page):
    return page.get_by_label("Text", exact=True)


def test_tools_and_keys_write_markdown_and_the_preview_shows_it(organiser):
    page = organiser
    page.goto("/manage/articles/new")
    area, preview = text(page), page.get_by_role("region", name="Preview")
    expect(page.get_by_role("button", name="Show the preview")).to_be_hidden()
    area.fill("A claim")
    area.press("Control+A")
    area.press("Control+b")
    expect(area).to_have_value("**A claim**")
    area.press("Control+b")
    expect(area).to_have_value("A claim")
    area.press("Control+z")
    expect(area).to_have_value("**A claim**")
    area.press("Control+End")
    tools = page.get_by_role("toolbar", name="Formatting")
    tools.get_by_role("button", name="Footnote").click()
    page.keyboard.type("Its source")
    expect(area).to_have_value("**A claim**[^1]\n\n[^1]: Its source")
    expect(preview.locator("strong")).to_have_text("A claim")
    expect(preview.get_by_role("heading", name="Notes")).to_be_visible()
    expect(page.locator(".editor-count")).to_contain_text("4 words")
    # One stop for Tab, and arrows inside.
    tools.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    expect(tools.get_by_role("button", name="Italic")).to_be_focused()


def test_what_is_left_out_is_said_while_typing_and_nothing_of_it_is_loaded(organiser):
    page = organiser
    page.goto("/manage/articles/new")
    text(page).fill("![x](https://elsewhere.example/x.png)\n\n<img src=x onerror=x>")
    said = page.locator(".editor-dropped li")
    expect(said).to_have_count(2)
    expect(said.first).to_contain_text("Line 1: only pictures of this site")
    assert page.locator(".editor-preview img").count() == 0


def test_an_arabic_text_runs_right_to_left_in_the_english_editor(organiser):
    page = organiser
    page.goto("/manage/articles/new")
    page.get_by_label("Language of these texts").select_option("ar")
    text(page).fill("# حصار\n\nنص عربي.")
    prose = page.locator(".editor-preview .prose")
    expect(prose.locator("h2")).to_have_text("حصار")
    expect(prose).to_have_attribute("dir", "rtl")


def test_a_closed_tab_loses_nothing(organiser):
    page = organiser
    page.goto(EDIT)
    text(page).fill("Typed, and the tab is closed.")
    kept = page.locator(".editor-kept")
    expect(kept).to_contain_text("Your changes are kept")
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(EDIT)
    expect(page.get_by_text("You have changes that are not saved")).to_be_visible()
    page.get_by_role("link", name="Go on with them").click()
    expect(text(page)).to_have_value("Typed, and the tab is closed.")
    page.goto(EDIT)
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("status").first).to_contain_text("Discarded")
    expect(text(page)).not_to_have_value("Typed, and the tab is closed.")


def test_a_session_that_has_ended_loses_nothing(organiser, site):
    page = organiser
    page.goto("/manage/articles/new")
    text(page).fill("Typed while signed in.")
    kept = page.locator(".editor-kept")
    expect(kept).to_contain_text("Your changes are kept")
    other = page.context.new_page()
    other.goto("/manage/account")
    other.get_by_role("button", name="Sign out", exact=True).click()
    other.wait_for_load_state()
    text(page).fill("Typed after it had ended.")
    expect(kept).to_contain_text("you are signed out")
    # Who saves just then sends it again once there is a session: it has no title yet.
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("heading", name="Nothing is lost")).to_be_visible()
    sign_in(other, site)
    again = page.get_by_role("button", name="Send it once more")
    again.click()
    expect(page.get_by_text("You have signed in anew")).to_be_visible()
    again.click()
    expect(text(page)).to_have_value("Typed after it had ended.")
    text(page).press("Control+End")
    page.keyboard.type("And more.")
    expect(kept).to_contain_text("Your changes are kept")
    page.close()
    other.goto("/manage/articles/new")
    other.get_by_role("link", name="Go on with it").first.click()
    expect(text(other)).to_have_value("Typed after it had ended.And more.")
    other.goto("/manage/articles/new")
    other.get_by_role("button", name="Discard").first.click()


def test_what_is_pasted_from_a_word_processor_becomes_markdown(organiser):
    page = organiser
    page.goto("/manage/articles/new")
    area = text(page)
    area.focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/html", "<h2>Why</h2><p>A <b>claim</b><img src=x></p>");
            data.setData("text/plain", "Why A claim");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, cancelable: true}));
        }"""
    )
    expect(area).to_have_value("## Why\n\nA **claim**")
    expect(page.locator(".editor-kept")).to_contain_text("1 picture was left out")
