"""What holds for every page of the site; the test client calls it for each.

Valid HTML (the parser of the HTML standard finds nothing to complain about), one
h1, a title, a language and a direction, a label for every field, unique ids, links
inside the page that lead somewhere, no inline script or style, nothing that is
loaded from another host, and data for programs that programs can read.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from urllib.parse import urlsplit

import html5lib
from markupever import HtmlOptions, Parser
from markupever import dom as parsed

_LOADED = {
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "audio": "src",
    "video": "src",
    "embed": "src",
    "object": "data",
    "form": "action",
}
_NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
_LOADING_LINKS = {"stylesheet", "icon", "preload", "manifest", "modulepreload"}


class BadPage(AssertionError):
    """A page breaks a rule; the message says which, and where."""


def check(html: str) -> None:
    """Raise BadPage with everything that is wrong with a page."""
    found = _faults_of(html)
    if found:
        raise BadPage("\n".join(found))


# Many a test walks over pages that are all the same, such as the one for a 404.
@lru_cache(maxsize=32)
def _faults_of(html: str) -> tuple[str, ...]:
    return tuple(faults(html))


class Element:
    """An element of a page, its attributes by name."""

    def __init__(self, node: parsed.Element) -> None:
        self.tag = node.name.local
        self.attrib = {name.local: value for name, value in node.attrs.items()}
        self.get = self.attrib.get
        self._node = node

    @property
    def text(self) -> str:
        """What is written in it, with all that is in it."""
        return self._node.text()


def faults(html: str) -> Iterator[str]:
    """Yield what is wrong with a page, a sentence each."""
    html = _OPTIONS.sub(_shortened, html)
    parser = Parser(HtmlOptions())
    parser.process(html.encode())
    parser.finish()
    yield from _syntax_faults(html, parser.errors())
    nodes = list(parser.into_dom())
    elements = [Element(each) for each in nodes if isinstance(each, parsed.Element)]
    yield from _frame_faults(elements)
    yield from _id_faults(elements)
    yield from _label_faults(elements)
    yield from _inline_faults(elements)
    yield from _host_faults(elements)
    text = "".join(each.content for each in nodes if isinstance(each, parsed.Text))
    yield from _text_faults(text)


#: Many choices in a row that are plainly without a fault: a page may have 700.
_OPTIONS = re.compile(r"""(?:<option value="[^"&<>]*">[^&<>{}%]+</option>\s*){5,}""")


def _shortened(options: re.Match[str]) -> str:
    """Return a run of options without those that are like its first one."""
    if re.search("None|Undefined", options[0]):
        return options[0]
    return options[0].partition("</option>")[0] + "</option>"


#: What the quick parser lets pass, and only a closer look can tell: an ampersand that
#: begins no reference, a value without quotation marks that has one in it, and what
#: newer browsers alone would show in a select.
_QUOTED = re.compile(r"""="[^"]*"|='[^']*'""")
_ODD_VALUE = re.compile(r"""<[^<>]*=[^\s"'>][^\s>]*["'=<`]""")
_ODD_SELECT = re.compile(
    r"<select\b[^>]*>(?:[^<]|</?(?:option|optgroup)\b[^>]*>)*+(?!</select>)"
)
_AMPERSAND = re.compile(r"&(?!#\d+;|#x[0-9a-fA-F]+;|\w+;|\s)")


def _syntax_faults(html: str, errors: list[str]) -> Iterator[str]:
    """Yield where the page is not HTML.

    html5lib is strict and says where, but takes thirty times as long; so it is asked
    only where the quick parser has found something or cannot know.
    """
    bare = _QUOTED.sub("=''", html)
    is_doubtful = _ODD_VALUE.search(bare) or _ODD_SELECT.search(html)
    if not (errors or is_doubtful or _AMPERSAND.search(html)):
        return
    strict = html5lib.HTMLParser(namespaceHTMLElements=False)
    strict.parse(html)
    for (line, _column), code, values in strict.errors:
        yield f"line {line}: {code} {values}"
    if not strict.errors:
        yield from errors


def _frame_faults(elements):
    root = elements[0]
    if not root.get("lang") or root.get("dir") not in ("ltr", "rtl"):
        yield "the page says neither its language nor its direction"
    title = next((e for e in elements if e.tag in ("title", "body")), root)
    if title.tag != "title" or not title.text.strip(" –"):
        yield "the page has no title"
    headings = [e for e in elements if e.tag == "h1"]
    if len(headings) != 1 or not _text(headings[0]):
        yield f"the page has {len(headings)} h1, or an empty one"
    levels = [int(e.tag[1]) for e in elements if re.fullmatch("h[1-6]", e.tag)]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"an h{after} follows an h{before}"


def _id_faults(elements):
    ids = [e.get("id") for e in elements if e.get("id") is not None]
    for name, number in Counter(ids).items():
        if number > 1:
            yield f"the id {name!r} is there twice"
    ids = set(ids)
    for element in elements:
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for target in (element.get(name) or "").split():
                if target not in ids:
                    yield f"{name}={target!r} leads nowhere"
        href = element.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            yield f"the link {href!r} leads nowhere"


def _label_faults(elements):
    labelled = {e.get("for") for e in elements if e.tag == "label"}
    for element in elements:
        if element.tag in ("input", "select", "textarea"):
            has_label = element.get("id") in labelled or element.get("aria-label")
            if element.get("type") not in _NEEDS_NO_LABEL and not has_label:
                yield f"the field {element.get('name')!r} has no label"
        if element.tag in ("a", "button", "summary") and not _name(element):
            yield f"a {element.tag} has no words"
        if element.tag == "img" and element.get("alt") is None:
            yield "a picture has no alternative text"


def _inline_faults(elements):
    for element in elements:
        if element.tag == "style":
            yield "there is a <style>"
        if element.tag == "script" and not element.get("src"):
            if element.get("type") == "application/ld+json":
                yield from _data_faults(element.text)
            else:
                yield "there is an inline script"
        for name in element.attrib:
            if name == "style" or name.startswith("on"):
                yield f"there is an inline {name}"


def _data_faults(text):
    """What JSON-LD says to programs must be whole, and of schema.org."""
    try:
        thing = json.loads(text)
    except ValueError as error:
        yield f"the data of the page are broken: {error}"
        return
    if not isinstance(thing, dict) or thing.get("@context") != "https://schema.org":
        yield "the data of the page are not of schema.org"


def _host_faults(elements):
    for element in elements:
        address = element.get(_LOADED.get(element.tag, "")) or ""
        if element.tag == "link":
            kinds = set((element.get("rel") or "").split())
            address = (element.get("href") or "") if kinds & _LOADING_LINKS else ""
        if urlsplit(address).netloc not in ("", "localhost"):
            yield f"<{element.tag}> asks another host: {address}"


def _text_faults(text):
    for sign in ("{{", "{%", "None", "Undefined", "%(", "<Markup"):
        if sign in text:
            yield f"the text shows {sign!r}"


def _name(element):
    return element.get("aria-label") or _text(element)


def _text(element):
    return " ".join(element.text.split())
