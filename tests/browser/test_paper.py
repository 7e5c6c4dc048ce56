"""An article on paper: its text whole, black on white, and nothing to press."""

import pytest

ARTICLE = "/articles/how-to-hold-a-safe-vigil"
#: Light of a colour as the browser computes it, from 0 to 255.
_LIGHT = """selector => {
  const of = document.querySelector(selector);
  const wanted = selector === 'body' ? 'backgroundColor' : 'color';
  const drawn = document.createElement('canvas').getContext('2d');
  drawn.fillStyle = 'white';
  drawn.fillRect(0, 0, 1, 1);
  drawn.fillStyle = getComputedStyle(of)[wanted];
  drawn.fillRect(0, 0, 1, 1);
  const [red, green, blue] = drawn.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3;
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_article_is_printed_whole_and_black_on_white(visit, language):
    page = visit(locale=language, color_scheme="dark")
    page.goto(ARTICLE)
    screens = page.locator(".prose p").count()
    address = page.locator(".on-paper").filter(has_text=ARTICLE)
    assert not address.is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    assert address.is_visible()
    assert page.locator(".prose p").filter(visible=True).count() == screens > 3
    for furniture in (".site-nav", ".site-foot", ".share", ".languages", "form"):
        assert page.locator(furniture).filter(visible=True).count() == 0, furniture
    assert page.evaluate(_LIGHT, "body") > 250
    assert page.evaluate(_LIGHT, ".prose p") < 80
    link = page.locator('.reading a[href^="http"]').filter(visible=True).first
    behind = link.evaluate("e => getComputedStyle(e, '::after').content")
    assert link.get_attribute("href") in behind or "attr(href)" in behind
