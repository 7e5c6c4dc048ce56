"""The words for licences, and for files that are not taken."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from .decoding import (
    MOST_BYTES,
    MOST_PIXELS,
    BrokenPicture,
    FileTooLarge,
    NotTaken,
    OtherKind,
    TooManyPixels,
)
from .shown import Shown

#: Under what a picture may be shown, by what is stored; names are nobody's words.
LICENCES = {
    "": _l("Not said"),
    "own": _l("Our own picture"),
    "permission": _l("With the permission of its author"),
    "cc0": "CC0 1.0",
    "cc-by": "CC BY 4.0",
    "cc-by-sa": "CC BY-SA 4.0",
    "cc-by-nc": "CC BY-NC 4.0",
    "cc-by-nc-sa": "CC BY-NC-SA 4.0",
    "public-domain": _l("In the public domain"),
}
#: Licences whose name belongs beside the picture.
NAMED_LICENCES = {key: str(name) for key, name in LICENCES.items() if key[:2] == "cc"}
#: What shows a picture, by the noun of its desk.
KINDS_OF_USES = {
    "campaigns": _l("Campaign"),
    "action-days": _l("Action day"),
    "events": _l("Event"),
    "articles": _l("Article"),
}
_KINDS = {
    "svg": _l(
        "%(file)s is an SVG drawing, which can hold programs. Open it in a drawing "
        "program or a browser, save it as PNG, and choose that file."
    ),
    "heic": _l(
        "%(file)s is a HEIC photo, which most browsers cannot show. Share or export "
        "it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)."
    ),
    "pdf": _l("%(file)s is a PDF. Save the page as PNG or JPEG, and choose that file."),
    "tiff": _l("%(file)s is a TIFF. Save it as JPEG or PNG, and choose that file."),
    "archive": _l(
        "%(file)s is an archive or a document, whatever its name says. Take the "
        "pictures out of it, and choose those."
    ),
    "": _l("%(file)s is not a picture that we can read: use JPEG, PNG, WebP or AVIF."),
}


def credit_words(shown: Shown) -> Markup:
    """Return who made a picture, with its licence; nothing where nobody is named."""
    if not shown.credit:
        return Markup()
    told = (shown.credit, NAMED_LICENCES.get(shown.licence))
    parts = (Markup("<bdi>{}</bdi>").format(each) for each in told if each)
    return escape(_(", ")).join(parts)


def megabytes() -> int:
    """Return the largest file that is taken, in megabytes."""
    return MOST_BYTES // 1_000_000


def megapixels() -> int:
    """Return the most pixels that are taken, in millions."""
    return MOST_PIXELS // 1_000_000


def why_not_taken(refusal: NotTaken, file: str) -> str:
    """Return what is wrong with a file, and what to do about it."""
    match refusal:
        case OtherKind(kind=kind):
            return str(_KINDS[kind] % {"file": file})
        case FileTooLarge():
            return str(
                _(
                    "%(file)s is larger than %(number)d MB. Save it smaller, or with "
                    "less quality: nobody will see the difference on a page.",
                    file=file,
                    number=megabytes(),
                )
            )
        case TooManyPixels():
            return str(
                _(
                    "%(file)s has more than %(number)d megapixels. Make it smaller: "
                    "4000 pixels along the longer side are plenty.",
                    file=file,
                    number=megapixels(),
                )
            )
        case BrokenPicture():
            return str(
                _(
                    "%(file)s is damaged: it cannot be read to its end. Get it anew "
                    "from the camera, or open it and save it again.",
                    file=file,
                )
            )
    raise refusal
