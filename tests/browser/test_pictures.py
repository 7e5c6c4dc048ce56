"""Pictures by hand: dropped onto the form, described, and their point chosen."""

import base64

from pictures.hostile import photo, saved

#: A file from somewhere else falls onto the form.
DROP = """([target, name, kind, data]) => {
    const bytes = typeof data === "number" ? new Uint8Array(data)
        : Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const dropped = new DataTransfer();
    dropped.items.add(new File([bytes], name, { type: kind }));
    const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true });
    document.querySelector(target).dispatchEvent(event);
}"""


def drop(page, name: str, data: bytes | int) -> None:
    """Drop a file with these bytes, or with so many that are zero."""
    what = data if isinstance(data, int) else base64.b64encode(data).decode()
    page.evaluate(DROP, [".drop-here", name, "image/jpeg", what])


def test_a_picture_is_dropped_described_and_its_point_chosen_by_a_click(organiser):
    page = organiser
    page.goto("/manage/pictures/new")
    drop(page, "heavy.jpg", 20_000_001)
    assert "heavy.jpg is larger than 20 MB" in page.locator("[data-said]").inner_text()
    page.goto("/manage/pictures/new")
    drop(page, "vigil.jpg", saved(photo(), "JPEG"))
    page.get_by_role("button", name="Add to the library").click()
    page.wait_for_url("**/edit?done=picture-added")
    box = page.locator(".focus-ground img").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.1)
    assert page.locator("#focus_x").input_value() == "90"
    assert page.locator("#focus_y").input_value() == "10"
    mark = page.locator(".focus-mark").bounding_box()
    assert abs(mark["x"] + mark["width"] / 2 - box["x"] - box["width"] * 0.9) < 3
    page.get_by_label("Description for those who cannot see it").fill("A red corner")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**?done=saved")
    shown = page.locator(".figure img")
    assert shown.get_attribute("class") == "focus-x-90 focus-y-10"
    assert page.evaluate("document.querySelector('.figure img').naturalWidth") > 0
