"""The words for what was dropped from a text, and for what a file could not bring."""

from collections.abc import Mapping

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
    sentences = {
        LeftOut.PICTURE: ngettext(
            "%(num)d picture was left out: put it into the library.",
            "%(num)d pictures were left out: put them into the library.",
            counts.get(LeftOut.PICTURE, 0),
        ),
        LeftOut.SCRIPT: ngettext(
            "%(num)d script was left out.",
            "%(num)d scripts were left out.",
            counts.get(LeftOut.SCRIPT, 0),
        ),
        LeftOut.MEDIA: ngettext(
            "%(num)d embedded thing was left out, such as a film or a drawing.",
            "%(num)d embedded things were left out, such as films or drawings.",
            counts.get(LeftOut.MEDIA, 0),
        ),
        LeftOut.FORM: ngettext(
            "%(num)d field of a form was left out.",
            "%(num)d fields of forms were left out.",
            counts.get(LeftOut.FORM, 0),
        ),
        LeftOut.LINK: ngettext(
            "%(num)d link led nowhere from here; its words stayed.",
            "%(num)d links led nowhere from here; their words stayed.",
            counts.get(LeftOut.LINK, 0),
        ),
        LeftOut.MERGED_CELLS: ngettext(
            "%(num)d merged cell was taken apart: look at the table.",
            "%(num)d merged cells were taken apart: look at the tables.",
            counts.get(LeftOut.MERGED_CELLS, 0),
        ),
        LeftOut.FORMULA: ngettext(
            "%(num)d formula was left out.",
            "%(num)d formulas were left out.",
            counts.get(LeftOut.FORMULA, 0),
        ),
    }
    return [words for kind, words in sentences.items() if counts.get(kind)]
