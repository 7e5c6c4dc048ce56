"""The sizes in which a picture is kept, and the files of each."""

import io
from typing import Final

from PIL import Image

#: Widths that pages ask for, in pixels: a phone, a column, the same on a dense screen.
WIDTHS: Final = (480, 800, 1200, 1920)
#: The kinds of each size, smallest files first, with what tells browsers of them.
KINDS: Final = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
#: A size that is hardly smaller than the picture is not worth its files.
_WORTH_IT: Final = 1.15


def widths_for(width: int) -> list[int]:
    """Return the widths in which a picture of this width is shown, smallest first."""
    smaller = [each for each in WIDTHS if each * _WORTH_IT < width]
    return sorted({*smaller, min(width, WIDTHS[-1])})


def height_at(width: int, size: tuple[int, int]) -> int:
    """Return the height that a picture of `size` has when it is so wide."""
    return max(1, round(size[1] * width / size[0]))


def original_file(image: Image.Image) -> bytes:
    """Return the file from which all sizes are made: hardly anything is lost."""
    if image.mode == "RGBA":
        return _file(image, "PNG", compress_level=4)
    return _file(image, "JPEG", quality=93, subsampling=0)


def sized_files(original: Image.Image, width: int) -> dict[str, bytes]:
    """Return the files of a picture in a width, one of each of the `KINDS`."""
    size = (width, height_at(width, original.size))
    image = original
    if original.size != size:
        image = original.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    return {kind: _sized_file(image, kind) for kind in KINDS}


def _sized_file(image: Image.Image, kind: str) -> bytes:
    if kind == "avif":
        return _file(image, "AVIF", quality=58, speed=7)
    if kind == "webp":
        return _file(image, "WEBP", quality=78, method=4)
    return _file(_on_white(image), "JPEG", quality=80, optimize=True, progressive=True)


def crop_box(
    size: tuple[int, int], wanted: tuple[int, int], focus: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return what to cut out so that it has the shape of `wanted`, as large as can be.

    The `focus`, in hundredths of width and height, is as near to the middle as the
    edges allow.
    """
    scale = min(size[0] / wanted[0], size[1] / wanted[1])
    width, height = (max(1, round(side * scale)) for side in wanted)
    left = _held_inside(size[0] * focus[0] / 100 - width / 2, size[0] - width)
    top = _held_inside(size[1] * focus[1] / 100 - height / 2, size[1] - height)
    return left, top, left + width, top + height


def _held_inside(at: float, most: int) -> int:
    return round(min(max(at, 0), most))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _file(image: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
