"""The checks of pages find what they are there for."""

import page_checks
import pytest

GOOD = """<!doctype html><html lang="en" dir="ltr"><head><title>Home</title></head>
<body><h1>Home</h1>{}</body></html>"""
_options = "".join(f'<option value="{n}">City {n}</option>' for n in range(20))
CHOICES = f'<select aria-label="Place">{_options}</select>'


def test_a_good_page_passes():
    assert list(page_checks.faults(GOOD.format("<p>Welcome</p>"))) == []


def test_many_choices_are_no_fault():
    assert list(page_checks.faults(GOOD.format(CHOICES))) == []


def test_a_page_may_hold_data_of_schema_org():
    data = '<script type="application/ld+json">{"@context":"https://schema.org"}'
    assert list(page_checks.faults(GOOD.format(f"{data}</script>"))) == []


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Again</h1>",
        "<h3>A level left out</h3>",
        "<p id=a></p><p id=a></p>",
        '<input name="q">',
        "<p style='color:red'>loud</p>",
        "<p onclick='x()'>press</p>",
        "<script>x()</script>",
        "<style>p{}</style>",
        '<script type="application/json">{}</script>',
        '<script type="application/ld+json">{"@context": </script>',
        '<script type="application/ld+json">{"@type": "Event"}</script>',
        '<script type="application/ld+json">["https://schema.org"]</script>',
        '<img src="/a.png">',
        '<img alt="" src="https://elsewhere.example/a.png">',
        '<script src="//elsewhere.example/a.js"></script>',
        '<link rel="stylesheet" href="https://elsewhere.example/a.css">',
        '<a href="#nowhere">There</a>',
        '<a href="/"></a>',
        '<label for="nothing">Name</label>',
        "<p><div>a block in a paragraph</div></p>",
        "<p>unclosed <b>bold</p>",
        "<p>salt &pepper</p>",
        """<p id=it's title='a="b"'>a mark in a bare value</p>""",
        "<p id=a id=b>twice</p>",
        "<p>&nothing;</p>",
        CHOICES.replace("City", "None"),
        CHOICES.replace("</select>", "<p>No choice</p></select>"),
        "<template><p id=a></p><p id=a></p></template>",
        "<p>{{ name }}</p>",
        "<p>None</p>",
    ],
)
def test_a_bad_page_is_found(body: str):
    with pytest.raises(page_checks.BadPage):
        page_checks.check(GOOD.format("{}").replace("{}", body, 1))


def test_a_page_without_language_title_or_heading_is_found():
    found = list(page_checks.faults("<!doctype html><title></title><p>Hello</p>"))
    assert len(found) == 3
