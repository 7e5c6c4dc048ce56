"""HTML as programs write it, brought to the few elements that Markdown has.

Notes of Word, Google Docs, LibreOffice, mammoth and Wikipedia are all alike in one
thing: a link leads to a note, and a link in the note leads back.
"""

import re
from collections import Counter
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from .found import LeftOut
from .tables import mend_tables

_HEADINGS: Final = re.compile(r"h[1-6]")
_WORD_LIST: Final = re.compile(r"mso-list:\s*l\d+\s+level(\d)")
_NUMBERED: Final = re.compile(r"^\s*(?:\d{1,3}|[a-zA-Z]|[ivx]{1,6})[.)]")
_BOLD: Final = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
_NOT_BOLD: Final = re.compile(r"font-weight:\s*(?:normal|[1-5]00)")
_ITALIC: Final = re.compile(r"font-style:\s*(?:italic|oblique)")
_STRUCK: Final = re.compile(r"text-decoration(?:-line)?:[^;]*line-through")
#: What stands on the way back from a note to the text.
_BACK: Final = re.compile(r"^[\s\[\]()↑↩^\ufe0e\d.*†‡]*$")
_NOTE: Final = re.compile(r"(?:ftn|edn|sdfootnote|sdendnote)\d+$")
_ELSEWHERE: Final = re.compile(r"\s*[/\\]{2}")
_HIDDEN: Final = re.compile(r"display:\s*none|mso-hide:\s*all|visibility:\s*hidden")


def tidy(soup: BeautifulSoup, left_out: Counter[LeftOut]) -> None:
    """Change a tree in place, and count what is left out; raises TooMuch."""
    _leave_out_surroundings(soup, left_out)
    _join_lines(soup)
    for element in _all(soup, True):
        if _HIDDEN.search(_style(element)):
            element.decompose()
    _make_notes(soup)
    _make_lists(soup)
    _make_marks(soup)
    _leave_out_pictures(soup, left_out)
    _mend_links(soup, left_out)
    mend_tables(soup, left_out)
    _mend_headings(soup)


def _leave_out_surroundings(soup: BeautifulSoup, left_out: Counter[LeftOut]) -> None:
    """Of a page that marks its text with an element only the text is wanted."""
    before = len(soup.get_text(strip=True))
    for name in ("article", "main"):
        found = soup.find_all(name)
        if len(found) == 1 and 2 * len(found[0].get_text(strip=True)) > before:
            text = found[0].extract()
            soup.clear()
            soup.append(text)
            break
    for element in _all(soup, ["nav", "footer"]):
        if element.name == "nav" or element.find_parent(["article", "main"]) is None:
            element.decompose()
    if len(soup.get_text(strip=True)) < before:
        left_out[LeftOut.SURROUNDINGS] += 1


def _join_lines(soup: BeautifulSoup) -> None:
    """A line that ends in HTML is a blank, unless it is in a `<pre>`."""
    for text in list(soup.find_all(string=True)):
        if "\n" in text and text.find_parent("pre") is None:
            text.replace_with(NavigableString(re.sub(r"\s+", " ", str(text))))


def _all(soup: BeautifulSoup, name: object) -> list[Tag]:
    """The elements with a name that are still in the tree when their turn comes."""
    found = soup.find_all(name)  # type: ignore[call-overload]
    return [e for e in found if isinstance(e, Tag)]


def _style(element: Tag) -> str:
    return str(element.attrs.get("style", "")) if element.attrs else ""


def _is_here(element: Tag) -> bool:
    return any(isinstance(parent, BeautifulSoup) for parent in element.parents)


def _make_notes(soup: BeautifulSoup) -> None:
    """Write notes as Markdown has them: `[^1]` in the text, `[^1]: …` at the end."""
    targets = {
        str(name): element
        for element in soup.find_all(True)
        for key in ("id", "name")
        if (name := element.attrs.get(key))
    }
    numbers: dict[int, int] = {}
    notes: list[Tag] = []
    for link in _all(soup, "a"):
        if not _is_here(link):
            continue
        anchor = _anchor(link)
        note = _note_of(targets.get(anchor), link) if anchor else None
        if note is None or any(parent is note for parent in link.parents):
            continue
        if id(note) not in numbers:
            numbers[id(note)] = len(numbers) + 1
            notes.append(note)
        _put_mark(soup, link, f"[^{numbers[id(note)]}]")
    for note in notes:
        if _is_here(note):
            _move_note(soup, note, numbers[id(note)])


def _anchor(link: Tag) -> str:
    address = str(link.attrs.get("href", ""))
    return address[1:] if address.startswith("#") else ""


def _note_of(target: Tag | None, link: Tag) -> Tag | None:
    """The block of a note, if a link in it leads back to where the link stands."""
    if target is None or not _is_here(target):
        return None
    here = {str(link.attrs.get(key)) for key in ("id", "name") if link.attrs.get(key)}
    for near in [*list(link.parents)[:2], *link.find_all(True)]:
        here |= {str(near.attrs[k]) for k in ("id", "name") if near.attrs.get(k)}
    block = target
    while block.name in ("a", "sup", "span", "b", "i") and block.parent is not None:
        block = block.parent
    if block.parent is not None and _NOTE.match(str(block.parent.attrs.get("id"))):
        block = block.parent  # Word and LibreOffice: a note of several paragraphs
    backs = [block, *block.find_all("a")]
    return block if any(_anchor(each) in here for each in backs if here) else None


def _put_mark(soup: BeautifulSoup, link: Tag, text: str) -> None:
    mark = soup.new_tag("note")
    mark.string = text
    around = link.parent
    said = link.get_text(strip=True)
    is_alone = around is not None and around.get_text(strip=True) == said
    if around is not None and is_alone and around.name == "sup":
        around.replace_with(mark)
    else:
        link.replace_with(mark)


def _move_note(soup: BeautifulSoup, note: Tag, number: int) -> None:
    for link in note.find_all("a"):
        if _anchor(link) and _BACK.match(link.get_text()):
            around = link.parent or note
            link.decompose()
            is_wrapper = around is not note and around.name in ("sup", "span", "b")
            if is_wrapper and not around.get_text(strip=True):
                around.decompose()
    blocks = [b for b in note.find_all("p") if b.get_text(strip=True)] or [note]
    made, mark = soup.new_tag("p"), soup.new_tag("note")
    mark.string = f"[^{number}]:"
    for block in blocks:
        made.append(NavigableString(" "))
        for child in list(block.contents):
            made.append(child.extract())
    _strip_start(made)
    made.insert(0, mark)
    soup.append(made)
    home: Tag | None = note.parent
    note.decompose()
    # The list of notes, and the line above it, are empty now.
    while home is not None and home.name in ("ol", "ul", "div", "section"):
        if home.get_text(strip=True):
            break
        following = home.parent
        home.decompose()
        home = following


def _strip_start(block: Tag) -> None:
    """A note begins with its words, not with what stood around the way back."""
    for text in list(block.find_all(string=True)):
        stripped = re.sub(r"^[\s\]\[.:]+", "", str(text))
        text.replace_with(NavigableString(stripped))
        if stripped:
            break
    block.insert(0, NavigableString(" "))


def _make_lists(soup: BeautifulSoup) -> None:
    """Make lists of the paragraphs that Word puts in their place."""
    for first in _all(soup, "p"):
        if not _is_here(first) or not _WORD_LIST.search(_style(first)):
            continue
        run, following = [first], first.find_next_sibling()
        while following is not None and _WORD_LIST.search(_style(following)):
            run.append(following)
            following = following.find_next_sibling()
        _make_list(soup, run)


def _make_list(soup: BeautifulSoup, run: list[Tag]) -> None:
    open_lists: list[Tag] = []
    for paragraph in run:
        match = _WORD_LIST.search(_style(paragraph))
        level = int(match[1]) if match else 1
        is_numbered = _take_bullet(paragraph)
        del open_lists[level:]
        while len(open_lists) < level:
            made = soup.new_tag("ol" if is_numbered else "ul")
            if open_lists:
                items = open_lists[-1].find_all("li", recursive=False)
                (items[-1] if items else open_lists[-1]).append(made)
            else:
                paragraph.insert_before(made)
            open_lists.append(made)
        item = soup.new_tag("li")
        for child in list(paragraph.contents):
            item.append(child.extract())
        open_lists[-1].append(item)
        paragraph.decompose()


def _take_bullet(paragraph: Tag) -> bool:
    """Take away what Word shows before an item; return whether it was a number."""
    said = ""
    for span in paragraph.find_all("span"):
        if _is_here(span) and "mso-list:ignore" in _style(span).lower().replace(
            " ", ""
        ):
            said += span.get_text()
            span.decompose()
    return bool(_NUMBERED.match(said))


def _make_marks(soup: BeautifulSoup) -> None:
    """Let bold and italic be elements, where they are styles."""
    for element in _all(soup, ["b", "strong", "span", "font", "i", "em", "u"]):
        style = _style(element)
        if element.name in ("b", "strong") and _NOT_BOLD.search(style):
            element.unwrap()  # Google Docs wraps all of its text in one
            continue
        if element.name == "span" and not element.get_text(strip=True):
            element.unwrap()
            continue
        for pattern, name in ((_BOLD, "b"), (_ITALIC, "i"), (_STRUCK, "s")):
            if element.name == "span" and pattern.search(style):
                element.wrap(soup.new_tag(name))
        if element.name in ("span", "font", "u"):
            element.unwrap()


def _leave_out_pictures(soup: BeautifulSoup, left_out: Counter[LeftOut]) -> None:
    for picture in _all(soup, "img"):
        left_out[LeftOut.PICTURE] += 1
        picture.decompose()


def _mend_links(soup: BeautifulSoup, left_out: Counter[LeftOut]) -> None:
    """Links that lead somewhere stay; places to jump to are no links."""
    for link in _all(soup, "a"):
        address = str(link.attrs.get("href", "")).strip()
        is_anchor = not address or address.startswith("#")
        is_whole = re.match(r"(https?://|mailto:|tel:)", address, re.IGNORECASE)
        if is_anchor or not is_whole or _ELSEWHERE.match(address):
            if not is_anchor:
                left_out[LeftOut.LINK] += 1
            link.unwrap()
        elif not link.get_text(strip=True):
            link.decompose()
        else:
            link.attrs = {"href": re.sub(r"[\s<>()\"\\]", _quoted, address)}


def _quoted(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _mend_headings(soup: BeautifulSoup) -> None:
    """A heading is bold already, and an empty one is none."""
    for heading in _all(soup, _HEADINGS):
        for mark in heading.find_all(["b", "strong", "br"]):
            mark.unwrap()
        if not heading.get_text(strip=True):
            heading.decompose()
