"""Reading what somebody uploaded as a picture, and keeping its pixels alone.

A file can be two things at once, carry scripts, comments and the place where it was
taken, or grow to gigabytes when it is read. So nothing of the file is kept: the
pixels of its first frame are copied into a new picture, upright and in sRGB, and
that one is encoded anew. Sizes are looked at before anything is decoded.
"""

import io
import re
import threading
import warnings
from contextlib import suppress
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from ..lib.refusal import Refusal

#: The largest file that is taken, in bytes.
MOST_BYTES: Final = 20_000_000
#: The most pixels that are decoded (safety.md): 100 MB as red, green, blue and alpha.
MOST_PIXELS: Final = 25_000_000
#: What is kept is at most so long, in pixels: enough for a poster, and for any screen.
LONGEST_SIDE: Final = 3840
#: A profile of colours that is larger is no profile of a camera or a press.
_LARGEST_PROFILE: Final = 4_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
#: What people try besides those, by how the file begins.
_OTHER_KINDS: Final = (
    ("svg", re.compile(rb"^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg)", re.I)),
    ("heic", re.compile(rb"^....ftyp(heic|heix|hevc|heim|heis|mif1|msf1)", re.S)),
    ("pdf", re.compile(rb"^%PDF-")),
    ("tiff", re.compile(rb"^(II\*\0|MM\0\*)")),
    ("archive", re.compile(rb"^(PK\x03\x04|PK\x05\x06|\x1f\x8b|7z\xbc\xaf|Rar!)")),
)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# We look for ourselves, and say it to the person instead of the terminal.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# One picture is decoded at a time, so that memory is bounded however many come.
_one_at_a_time = threading.Lock()


class NotTaken(Refusal):
    """A file cannot become a picture of the library."""

    status = 422


class FileTooLarge(NotTaken):
    """The file has more bytes than `MOST_BYTES`."""


class TooManyPixels(NotTaken):
    """The picture has more pixels than `MOST_PIXELS`."""


class OtherKind(NotTaken):
    """The file is no picture of a kind that is taken; `kind` says what it looks like.

    One of `svg`, `heic`, `pdf`, `tiff`, `archive`, or empty where nobody knows.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class BrokenPicture(NotTaken):
    """The file begins like a picture, and cannot be read to its end."""


def read_picture(data: bytes) -> Image.Image:
    """Return the pixels of a file as a new picture, in mode RGB or RGBA.

    Raises FileTooLarge, OtherKind, TooManyPixels or BrokenPicture.
    """
    if len(data) > MOST_BYTES:
        raise FileTooLarge
    with _one_at_a_time:
        return _pixels_alone(_shrunk(_upright(_decoded(data))))


def _decoded(data: bytes) -> Image.Image:
    """Decode the first frame; no decoder is asked but those of the kinds taken."""
    for kind, beginning in _OTHER_KINDS:
        if beginning.match(data[:512]):
            raise OtherKind(kind)
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        raise OtherKind("") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except Exception:
        raise BrokenPicture from None
    _check_pixels(image)
    try:
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except Exception:  # a decoder of hostile bytes may raise anything
        raise BrokenPicture from None
    _check_pixels(image)
    return image


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise TooManyPixels


def _upright(image: Image.Image) -> Image.Image:
    """Turn it as its orientation says, in colours that every screen shows alike."""
    profile = image.info.get("icc_profile")
    with suppress(Exception):  # EXIF that cannot be read turns nothing
        image = ImageOps.exif_transpose(image)
    return _in_srgb(_in_eight_bits(image), profile)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return it as RGB, RGBA, L or CMYK, with eight bits for each of them."""
    if image.mode.startswith(("I", "F")):
        # Pillow clips what is over 255 where it should divide.
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Take its colours into sRGB, if its profile can be used, and return RGB or RGBA.

    The profile itself is not kept: what is left without one is read as sRGB.
    """
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile and len(profile) <= _LARGEST_PROFILE:
        # One that cannot be read, or is of other colours, changes none.
        with suppress(Exception):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(image, given, srgb, outputMode=wanted)
            return found or image.convert(wanted)
    return image.convert(wanted)


def _shrunk(image: Image.Image) -> Image.Image:
    if max(image.size) > LONGEST_SIDE:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return image


def _pixels_alone(image: Image.Image) -> Image.Image:
    """Copy the pixels into a picture that was never in a file."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    return Image.frombytes(image.mode, image.size, image.tobytes())
