"""The poster of an event as a browser prints it: one sheet, in both directions."""

import re

import pytest

#: Millimetres in points, as PDF counts.
_SIZES = {"a4": (595, 842), "a3": (842, 1191)}


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_poster_is_one_sheet_of_its_paper(visit, size, language):
    page = visit(locale=language)
    page.goto(f"/events/wellington-talk/poster?size={size}&strips=1")
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", printed)
    assert [abs(float(box[n]) - _SIZES[size][n - 1]) < 2 for n in (1, 2)] == [True] * 2


def test_the_share_button_is_there_only_where_it_works(visit):
    page = visit()
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto("/events/wellington-talk")
    page.get_by_role("button", name="Share with an app").click()
    assert "/e/" in page.evaluate("window.shared.url")
    other = visit()
    other.add_init_script("navigator.share = undefined")
    other.goto("/events/wellington-talk")
    assert other.get_by_role("button", name="Share with an app").count() == 0
