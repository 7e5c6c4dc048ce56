"""Files as they come in: how large they may be, what they are, in which encoding.

The parsers are loaded with the first text: together they take as long as a tenth of the
site, and most processes never take one in.
"""

import codecs
import re
from typing import Final

from ..text import clean
from .found import Imported, NotReadable, TooMuch

#: Bytes of a file. A document of a book without its pictures has half a megabyte.
LARGEST: Final = 10_000_000
#: Characters of a text inside of a file.
LONGEST: Final = 2_000_000
#: What files are called that can be read, as browsers ask for it.
ACCEPTED: Final = ".docx,.md,.markdown,.txt,.html,.htm"
_ZIP: Final = b"PK\x03\x04"
_TITLE: Final = re.compile(r"\A#[ \t]+(\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)")
_FRONT_MATTER: Final = re.compile(r"\A---\n(?:.*\n){0,60}?---(?:\n|\Z)")
_DECLARED: Final = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)


def read_file(name: str, data: bytes) -> Imported:
    """Return what stands in a file, by its name and its bytes.

    Raises NotReadable or TooMuch.
    """
    if len(data) > LARGEST:
        raise TooMuch
    kind = name.lower().rpartition(".")[2]
    if data.startswith(_ZIP):
        if kind != "docx":
            raise NotReadable
        from .word import from_docx

        return from_docx(data)
    text = _decoded(data)
    if len(text) > LONGEST:
        raise TooMuch
    if kind in ("html", "htm"):
        return from_html(text)
    if kind in ("md", "markdown", "txt"):
        return from_markdown(text)
    raise NotReadable


def from_html(html: str) -> Imported:
    """Return HTML as Markdown, and what of it was left out; raises TooMuch."""
    from .web import from_html as read

    return read(html)


def from_markdown(text: str) -> Imported:
    """Return a Markdown text; a heading that it begins with is its title."""
    text = _FRONT_MATTER.sub("", clean(text)).lstrip()
    found = _TITLE.match(text)
    if found is None:
        return Imported("", text)
    return Imported(found[1], text[found.end() :].strip())


def _decoded(data: bytes) -> str:
    """The text of a file; raises NotReadable for what is none."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decode(data, encoding) or _refuse()
    if b"\0" in data:
        raise NotReadable
    declared = _DECLARED.search(data[:2000])
    names = ("utf-8", declared[1].decode() if declared else "", "windows-1252")
    texts = (_decode(data, name) for name in names if name)
    found = next((text for text in texts if text is not None), None)
    return found if found is not None else _refuse()


def _refuse() -> str:
    raise NotReadable


def _decode(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
