"""Documents of word processors (Office Open XML, ECMA-376), read by mammoth.

Such a file is a ZIP archive of XML. Before the library opens it, it is looked at: how
much comes out of it, and that no part declares entities, which can grow without end
or name files of this machine.
"""

from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import mammoth

from .found import Imported, LeftOut, NotReadable, TooMuch
from .web import from_html

#: Bytes that all parts of a document have together, when they are unpacked.
_LARGEST_UNPACKED: Final = 60_000_000
#: Of the XML, that is, of what is not a picture.
_LARGEST_XML: Final = 20_000_000
_MOST_PARTS: Final = 2_000
_DEEPEST: Final = 200
_STYLES: Final = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
"""


def from_docx(data: bytes) -> Imported:
    """Return the text of a document; raises NotReadable or TooMuch."""
    _look_inside(data)
    pictures: list[None] = []

    def leave_out(_picture: Any) -> list[Any]:
        pictures.append(None)
        return []

    try:
        result = mammoth.convert_to_html(
            BytesIO(data),
            style_map=_STYLES,
            convert_image=leave_out,
            ignore_empty_paragraphs=True,
        )
    except TooMuch:
        raise
    except Exception as error:
        # The library trusts its files: a broken one can end in any kind of error.
        raise NotReadable from error
    found = from_html(result.value)
    if pictures:
        found.left_out[LeftOut.PICTURE] += len(pictures)
    formulas = sum("oMath" in each.message for each in result.messages)
    if formulas:
        found.left_out[LeftOut.FORMULA] += formulas
    return found


def _look_inside(data: bytes) -> None:
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            sizes = [part.file_size for part in parts]
            if len(parts) > _MOST_PARTS or sum(sizes) > _LARGEST_UNPACKED:
                raise TooMuch
            if "word/document.xml" not in archive.namelist():
                raise NotReadable
            left = _LARGEST_XML
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        # Its size may be told wrongly: not more than that is read.
                        text = stream.read(left + 1)
                    left -= len(text)
                    if left < 0:
                        raise TooMuch
                    _check_xml(text)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise NotReadable from error
    except Exception as error:
        if isinstance(error, NotReadable | TooMuch):
            raise
        raise NotReadable from error


def _check_xml(text: bytes) -> None:
    """Refuse what declares entities, in whatever encoding, and what is too deep."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in text[:200]:
        text = text.replace(b"\0", b"")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise NotReadable
    depth = deepest = 0
    position = text.find(b"<")
    while position >= 0:
        following = text[position + 1 : position + 2]
        end = text.find(b">", position)
        if following == b"/":
            depth -= 1
        elif following not in (b"?", b"!") and text[end - 1 : end] != b"/":
            depth += 1
            deepest = max(deepest, depth)
        position = text.find(b"<", position + 1)
    if deepest > _DEEPEST:
        raise TooMuch
