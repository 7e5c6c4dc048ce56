"""The Markdown of articles: what it can say, and that nothing hostile comes through.

What is rendered is read by a parser of the HTML standard, as a browser would.
"""

import re
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from thorough import examples

from campaign.lib.markdown.article import Figure, pictures_in, read
from campaign.lib.markdown.dropped import Kind

ALLOWED = {
    "p": set(),
    "br": set(),
    "hr": set(),
    **{name: set() for name in ("strong", "em", "s", "code", "pre", "ul", "sup")},
    **{name: set() for name in ("table", "thead", "tbody", "tr", "figcaption")},
    **{name: {"id"} for name in ("h2", "h3", "h4", "li")},
    **{name: {"class"} for name in ("blockquote", "figure", "td", "small")},
    "ol": {"start"},
    "th": {"class", "scope"},
    "a": {"href", "id", "role", "aria-label", "rel"},
    "section": {"class", "role", "aria-labelledby"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "img": {"src", "alt"},
}
CLASSES = {"pull-quote", "scroller", "figure", "notes", "credit", "centre", "end"}


def shown(slug, alt):
    """What a library of pictures might give back."""
    picture = Markup('<img src="/pictures/{}" alt="{}">')
    return Figure(picture.format(slug, alt)) if slug != "gone" else None


def dom_of(html):
    """Every element of a piece of HTML, as a browser would make them."""
    body = html5lib.parseFragment(str(html), namespaceHTMLElements=False)
    return [e for e in body.iter() if e is not body and isinstance(e.tag, str)]


def faults_of(source):
    """Yield what an article shows that it should not."""
    article = read(source, shown)
    ids = []
    for element in dom_of(article.html):
        if not set(element.attrib) <= ALLOWED.get(element.tag, {None}):
            yield f"<{element.tag} {element.attrib}>"
        if not set(element.get("class", "").split()) <= CLASSES:
            yield f"class {element.get('class')}"
        ids.append(element.get("id"))
        if element.tag == "a":
            yield from _link_faults(element)
        if element.tag == "img":
            if not re.fullmatch(r"/pictures/[\w-]+", element.get("src", "")):
                yield f"picture {element.get('src')}"
            if not element.get("alt", "").strip():
                yield "a picture without words"
    named = [each for each in ids if each is not None]
    if len(named) != len(set(named)):
        yield "an id is there twice"
    if set("\u202d\u202e") & set(article.html):
        yield "text is turned around"


def _link_faults(link):
    address = link.get("href", "")
    parts = urlsplit(address)
    if not re.match(r"https?://[^/\\]|mailto:|tel:|#|/(?![/\\])", address, re.I):
        yield f"link {address!r}"
    if parts.scheme.lower() in ("javascript", "data", "vbscript", "file"):
        yield f"link {address!r}"
    if not "".join(link.itertext()).strip() and link.find("img") is None:
        yield f"nothing to read on the link {address!r}"


HOSTILE = (
    "<script>alert(1)</script>",
    "<SCRIPT\nSRC=//elsewhere.example/x.js></SCRIPT >",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)' style='position:fixed;inset:0'>all</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<base href=https://elsewhere.example/><meta http-equiv=refresh content=0>",
    "<form action=//elsewhere.example><input name=password></form>",
    "<div\n\nid=content>\n\n</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java&#10;script:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](//elsewhere.example)",
    "[x](/\\elsewhere.example)",
    "[x](\\\\elsewhere.example)",
    "[x](/%5Celsewhere.example)",
    "[x](https:///elsewhere.example)",
    "[x](http:elsewhere.example)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "[x](https://e.org \"' onmouseover='alert(1)\")",
    '[x](https://e.org" onmouseover="alert(1))',
    "![x](https://elsewhere.example/pixel.png)",
    "![x](//elsewhere.example/pixel.png)",
    "![x](/pictures/../sign-out)",
    "![x](/pictures/pond?track=1)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '![" onerror="alert(1)](/pictures/pond "\\" onload=\\"alert(1) | <b>me</b>")',
    "![](/pictures/pond)",
    "![ \u200f ](/pictures/pond)\n\n# ![x](/pictures/pond)",
    "> ![x](/pictures/pond)\n\n- ![x](/pictures/gone)\n\n[![x](/pictures/pond)](//e)",
    "# <i></i>\n\n# content\n\n# notes\n\n# content\n\n# content--2\n\n## \u0301",
    "[^1][^1][^<b>]\n\n[^1]: ![x](https://e.org/x.png)\n\n    # In a note\n\n[^<b>]: x",
    '[^"onclick=alert(1)//]\n\n[^"onclick=alert(1)//]: x',
    "::: pull-quote\n::: pull-quote\n<script>\n:::",
    '::: pull-quote" onclick="alert(1)\nx\n:::',
    '```js" onclick="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "|<b>|x|\n|-|:-:|\n|<script>alert(1)</script>|![x](/pictures/pond)|\n|a",
    "[pay here](https://e.org/\u202egro.live)\u202e and all that follows",
    "</div></main></body></html><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    '<img src="/pictures/pond" alt="typed"><figure class="figure">',
    "\x00<script\x00>alert(1)</script>",
    "*" * 500 + "_" * 500 + "[" * 500 + "](" * 500,
    "> " * 500 + "- " * 500 + "deep",
)


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_hostile_comes_through(source):
    assert list(faults_of(source)) == []
    assert list(faults_of(f"# Before\n\n> {source}\n\n1. {source}\n\nafter")) == []


def test_the_search_for_what_is_hostile_finds_it(monkeypatch):
    """The negative control: an article that is not cleaned has faults."""
    bad = Markup('<img src="//e.org/x"><a href="javascript:x" onclick="x"></a><b id=x>')
    monkeypatch.setattr(f"{__name__}.read", lambda *_a: type("A", (), {"html": bad}))
    assert len(list(faults_of(""))) >= 5


#: Pieces that mean something to one of the parsers on the way.
PIECES = st.sampled_from(
    [
        *HOSTILE[:50],
        *("[", "](", ")", "![", "<", ">", "`", "|", "\n", "\n\n", "    ", "# ", "> "),
        *("[^1]", "[^1]: ", ":::", " pull-quote\n", "<!--", "-->", "&#x", ";", "\\"),
        *("/pictures/pond", "javascript:", "//", "|-|-|\n", "\u202e", "\u2067", "حصار"),
        *("<script>", "</script>", "<br>", "<b ", "</title", "<?", "~~", "**", '"'),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join)


@settings(max_examples=examples(100), deadline=None)
@given(TEXTS)
@example("<title>\n\n<!-- [x](//e) </title")
def test_no_mixture_of_pieces_comes_through(source):
    assert list(faults_of(source)) == []


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "![", "[^", "<", "<script>", "<!-- ", "*a ", "> ", "- ", "`", "&", "\\"),
        *("[a](", "<b ", "[^a]: ", "::: pull-quote\n", "# a\n", "<br>", "\u202e", "|a"),
    ],
)
def test_what_is_repeated_without_end_comes_to_an_end(piece):
    source = piece * (20_000 // len(piece))
    assert list(faults_of(source)) == []


def test_a_line_of_a_megabyte_is_a_paragraph():
    assert read("word " * 200_000, is_kept=False).words == 200_000


def test_an_article_says_all_that_it_should():
    html = read(
        "# Why\n\nA claim.[^a] Again.[^a]\n\n::: pull-quote\nA *loud* one\n:::\n\n"
        "| City | |\n|:--|--:|\n| Leeds | 3 |\n\n"
        '![Lamps](/pictures/lamps "At dusk | Mona")\n\n'
        "a<br>b and 1 < 2 and <three>\n\n[^a]: From [here](/events).",
        shown,
    ).html
    for part in (
        '<h2 id="section-why">Why</h2>',
        '<a href="#note-1" id="to-note-1" role="doc-noteref" aria-label="Note 1"',
        'id="to-note-1-2"',
        '<li id="note-1"><p>From <a href="/events"',
        'href="#to-note-1-2" role="doc-backlink"',
        '<blockquote class="pull-quote">\n<p>A <em>loud</em> one</p>',
        '<th scope="col">City</th>\n<td class="end"></td>',
        '<td class="end">3</td>',
        '<figure class="figure"><img src="/pictures/lamps" alt="Lamps"><figcaption>'
        'At dusk <small class="credit">Mona</small></figcaption></figure>',
        "a<br>\nb and 1 &lt; 2 and &lt;three&gt;",
    ):
        assert part in html
    assert "<p></p>" not in html


@pytest.mark.parametrize(
    ("source", "kind", "line", "stays"),
    [
        ("one\n\ntwo\n<b>three</b>", Kind.HTML, 4, "three"),
        ("one\n\n<script>\n\nx\n</script>\n\ntwo", Kind.SCRIPT, 3, "two"),
        ("one <!-- x --> two", Kind.SCRIPT, 1, "two"),
        ("- one\n- [two](javascript:x)", Kind.LINK, 2, "two"),
        ("one\n[two](www.example.org)", Kind.LINK, 2, "two"),
        ("![x](https://e.org/x.png)\n\none", Kind.PICTURE_ELSEWHERE, 1, "one"),
        ("one\n\n![x](/pictures/gone)", Kind.PICTURE_UNKNOWN, 3, "one"),
        ("one ![x](/pictures/pond)", Kind.PICTURE_IN_TEXT, 1, "one"),
        ("|a|\n|-|\n|one|\n|![x](/pictures/pond)|", Kind.PICTURE_IN_TEXT, 4, "one"),
        ("one\n\n![](/pictures/pond)", Kind.PICTURE_WITHOUT_WORDS, 3, "one"),
        ("one\ntwo\u202e", Kind.DIRECTION, 2, "two"),
        ("x[^1]\n\n[^1]: one <i>two</i>", Kind.HTML, 3, "two"),
    ],
)
def test_what_was_dropped_is_said_with_its_line_and_its_words_stay(
    source, kind, line, stays
):
    article = read(source, shown)
    assert [(d.line, d.kind) for d in article.dropped] == [(line, kind)]
    assert article.dropped[0].excerpt
    assert stays in article.html


def test_what_is_all_right_is_not_complained_about():
    source = (
        "# T\n\n[a](https://e.org) <https://e.org> [b](/events) [c](#section-t) "
        "<mailto:a@e.org> <three> a < b `<b>`\n\n    <script>\n\n"
        "```\n<script>\n```\n\n![x](/pictures/pond)"
    )
    assert read(source, shown).dropped == ()


def test_headings_have_names_of_their_own_in_any_script():
    headings = read("# A b\n\n## A b\n\n## حصار المدينة\n\n#\n\n# <three>").headings
    assert [(h.level, h.id, h.text) for h in headings] == [
        (2, "section-a-b", "A b"),
        (3, "section-a-b--2", "A b"),
        (3, "section-حصار-المدينة", "حصار المدينة"),
        (2, "section-three", "<three>"),
    ]


def test_the_pictures_of_a_text_are_known_each_once():
    text = "![a](/pictures/one)\n\n![b](/pictures/two)\n\n![c](/pictures/one)\n\nx ![d]"
    assert pictures_in(text) == ["one", "two"]


def test_words_are_counted_and_signs_are_not():
    article = read("# One two\n\n- three **four** [five](https://e.org/six)\n\nحصار —")
    assert (article.words, article.minutes) == (6, 1)
    assert read("word " * 3000).minutes == 15
