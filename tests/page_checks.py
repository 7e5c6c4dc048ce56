"""What holds for every page of the site; the test client calls it for each.

Valid HTML (the parser of the HTML standard finds nothing to complain about), one
h1, a title, a language and a direction, a label for every field, unique ids, links
inside the page that lead somewhere, no inline script or style, nothing that is
loaded from another host, and data for programs that programs can read.
"""

import json
import re
from itertools import pairwise
from urllib.parse import urlsplit

import html5lib

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
    found = list(faults(html))
    if found:
        raise BadPage("\n".join(found))


def faults(html: str):
    """Yield what is wrong with a page, a sentence each."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(html)
    for (line, _column), code, values in parser.errors:
        yield f"line {line}: {code} {values}"
    elements = list(document.iter())
    elements = [e for e in elements if isinstance(e.tag, str)]
    yield from _frame_faults(document, elements)
    yield from _id_faults(elements)
    yield from _label_faults(elements)
    yield from _inline_faults(elements)
    yield from _host_faults(elements)
    yield from _text_faults(document)


def _frame_faults(document, elements):
    if not document.get("lang") or document.get("dir") not in ("ltr", "rtl"):
        yield "the page says neither its language nor its direction"
    title = document.find("head/title")
    if title is None or not (title.text or "").strip(" –"):
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
    for twice in {name for name in ids if ids.count(name) > 1}:
        yield f"the id {twice!r} is there twice"
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
                yield from _data_faults(element.text or "")
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


def _text_faults(document):
    text = _text(document)
    for sign in ("{{", "{%", "None", "Undefined", "%(", "<Markup"):
        if sign in text:
            yield f"the text shows {sign!r}"


def _name(element):
    return element.get("aria-label") or _text(element)


def _text(element):
    return " ".join("".join(element.itertext()).split())
