"""The words for what was dropped from a text, and for what a file could not bring."""

from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..lib.importing.found import LeftOut
from ..lib.markdown.dropped import Dropped, Kind

_DROPPED = {
    Kind.HTML: _l("HTML does not pass; what stands inside it stays"),
    Kind.SCRIPT: _l("scripts, comments and the like do not pass"),
    Kind.LINK: _l(
        "this link leads nowhere: begin it with https://, mailto:, tel: or, on this "
        "site, with /"
    ),
    Kind.PICTURE_ELSEWHERE: _l("only pictures of this site’s own library are shown"),
    Kind.PICTURE_UNKNOWN: _l("there is no such picture in the library"),
    Kind.PICTURE_IN_TEXT: _l(
        "a picture stands by itself, with a blank line before and after it"
    ),
    Kind.PICTURE_WITHOUT_WORDS: _l(
        "say between the square brackets what is to be seen, for those who cannot "
        "see it"
    ),
    Kind.DIRECTION: _l("a character that turns the text around was left out"),
}


#: What was left out of a file, by how many of it there were.
_LEFT_OUT: Final[Mapping[LeftOut, Callable[[int], str]]] = {
    LeftOut.PICTURE: lambda number: ngettext(
        "%(num)d picture was left out: put it into the library.",
        "%(num)d pictures were left out: put them into the library.",
        number,
    ),
    LeftOut.SCRIPT: lambda number: ngettext(
        "%(num)d script was left out.",
        "%(num)d scripts were left out.",
        number,
    ),
    LeftOut.MEDIA: lambda number: ngettext(
        "%(num)d embedded thing was left out, such as a film or a drawing.",
        "%(num)d embedded things were left out, such as films or drawings.",
        number,
    ),
    LeftOut.FORM: lambda number: ngettext(
        "%(num)d field of a form was left out.",
        "%(num)d fields of forms were left out.",
        number,
    ),
    LeftOut.LINK: lambda number: ngettext(
        "%(num)d link led nowhere from here; its words stayed.",
        "%(num)d links led nowhere from here; their words stayed.",
        number,
    ),
    LeftOut.MERGED_CELLS: lambda number: ngettext(
        "%(num)d merged cell was taken apart: look at the table.",
        "%(num)d merged cells were taken apart: look at the tables.",
        number,
    ),
    LeftOut.SURROUNDINGS: lambda _number: str(
        _("What stands around the text on its page was left out, such as menus.")
    ),
    LeftOut.FORMULA: lambda number: ngettext(
        "%(num)d formula was left out.",
        "%(num)d formulas were left out.",
        number,
    ),
}


def dropped_words(dropped: Dropped) -> str:
    """Return what was dropped, where, and what to do about it."""
    return str(
        _(
            "Line %(line)d: %(reason)s (%(excerpt)s)",
            line=dropped.line,
            reason=_DROPPED[dropped.kind],
            # Kept apart from the words around it, whatever its script.
            excerpt=f"\u2068{dropped.excerpt}\u2069",
        )
    )


def left_out_words(counts: Mapping[LeftOut, int]) -> list[str]:
    """Return a sentence for each kind of thing that was left out of a file."""
    kinds = (kind for kind in _LEFT_OUT if counts.get(kind))
    return [_LEFT_OUT[kind](counts[kind]) for kind in kinds]
