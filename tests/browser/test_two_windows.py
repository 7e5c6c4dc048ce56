"""Two windows in which the same event is edited."""

from playwright.sync_api import Page, expect

EDIT = "/manage/events/adelaide-training/edit"
ROWS = "Theirs, saved"


def test_who_saves_second_sees_both_versions_loses_nothing_and_decides(organiser):
    first, second = organiser, organiser.context.new_page()
    for window in (first, second):
        window.goto(EDIT)
    first.get_by_label("Title").fill("Training in the park")
    save(first)
    expect(first.get_by_role("status")).to_have_text("Saved.")

    second.get_by_label("Title").fill("Training in the library")
    second.get_by_label("What to expect").fill("Bring *paper*,\n\nand <b>pencils</b>.")
    save(second)
    expect(second.get_by_role("alert")).to_contain_text(
        "Somebody saved a newer version while you were writing"
    )
    row = second.get_by_role("row", name="Title")
    expect(row.get_by_role("cell")).to_have_text(
        ["Training in the park", "Training in the library"]
    )
    it_is_the_seconds(second)

    save(second)
    expect(second.get_by_role("status")).to_have_text("Saved.")
    first.goto(EDIT)
    it_is_the_seconds(first)


def it_is_the_seconds(page: Page) -> None:
    expect(page.get_by_label("Title")).to_have_value("Training in the library")
    expect(page.get_by_label("What to expect")).to_have_value(
        "Bring *paper*,\n\nand <b>pencils</b>."
    )


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
