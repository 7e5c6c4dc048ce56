"""Pictures that somebody made to harm, or that merely are awkward; all made here.

`TAKEN` are pictures all the same: what is hidden in them must not come out again.
`REFUSED` are none, or would cost too much; each with words of the answer.
"""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms, PngImagePlugin

#: What is hidden in files, and must stand nowhere afterwards.
CANARY = b"CANARY-53.4794N-2.2451W"
SCRIPT = b"<script>alert('CANARY')</script>"
SIZE = (900, 600)


def photo(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """A picture with something to see in each of its corners."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    for colour, box in (
        ("red", (0, 0, 200, 150)),
        ("blue", (size[0] - 200, size[1] - 150, *size)),
    ):
        image.paste(colour, box)
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg_with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = CANARY.decode()  # the maker of the camera
    exif[0x0112] = 6  # turned by 90 degrees
    places = exif.get_ifd(0x8825)
    places[1], places[2] = "N", (53.0, 28.0, 46.0)
    places[29] = CANARY.decode()
    return saved(photo(), "JPEG", exif=exif, comment=CANARY)


def jpeg_with_html_comment() -> bytes:
    return saved(photo(), "JPEG", comment=SCRIPT)


def gif_that_is_script() -> bytes:
    """Valid as both: the width of the canvas begins a comment of JavaScript."""
    gif = bytearray(saved(photo((320, 200)).convert("P"), "GIF"))
    gif[6:8] = b"/*"  # 10,799 pixels wide, as the header has it
    gif[8:10] = struct.pack("<H", 200)
    return bytes(gif) + b"*/=1;" + SCRIPT


def png_with_trailing_zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.html", SCRIPT)
    return saved(photo(), "PNG") + archive.getvalue()


def png_with_text_chunks() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{CANARY.decode()}</x:xmpmeta>")
    return saved(photo(), "PNG", pnginfo=info)


def jpeg_with_huge_profile() -> bytes:
    return saved(photo(), "JPEG", icc_profile=CANARY * 60_000)


def jpeg_with_broken_profile() -> bytes:
    return saved(photo(), "JPEG", icc_profile=CANARY)


def jpeg_with_good_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return saved(photo(), "JPEG", icc_profile=profile.tobytes())


def webp_with_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    return saved(photo(), "WEBP", exif=exif, xmp=CANARY)


def avif_with_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    return saved(photo((600, 400)), "AVIF", exif=exif, xmp=CANARY)


def animated_gif() -> bytes:
    frames = [Image.new("RGB", (640, 400), colour) for colour in ("red", "green")]
    return saved(
        frames[0], "GIF", save_all=True, append_images=frames[1:], comment=CANARY
    )


def palette_with_transparency() -> bytes:
    image = photo((600, 400)).quantize(16)
    return saved(image, "PNG", transparency=0)


TAKEN = {
    "gps.jpg": jpeg_with_gps(),
    "comment.jpg": jpeg_with_html_comment(),
    "script.gif": gif_that_is_script(),
    "archive.png": png_with_trailing_zip(),
    "chunks.png": png_with_text_chunks(),
    "huge-profile.jpg": jpeg_with_huge_profile(),
    "broken-profile.jpg": jpeg_with_broken_profile(),
    "profile.jpg": jpeg_with_good_profile(),
    "metadata.webp": webp_with_metadata(),
    "metadata.avif": avif_with_metadata(),
    "animated.gif": animated_gif(),
    "cmyk.jpg": saved(photo(mode="CMYK"), "JPEG"),
    "sixteen-bits.png": saved(
        photo((600, 400)).convert("I").point(lambda v: v * 257).convert("I;16"), "PNG"
    ),
    "grey-and-alpha.png": saved(photo((600, 400)).convert("LA"), "PNG"),
    "one-bit.png": saved(photo((600, 400)).convert("1"), "PNG"),
    "palette.png": palette_with_transparency(),
    "one-pixel.png": saved(photo((1, 1)), "PNG"),
    "very-tall.png": saved(photo((40, 9000)), "PNG"),
    "<b>&\"quoted'.jpg": saved(photo((300, 200)), "JPEG"),
    "../../../etc/passwd.jpg": saved(photo((300, 200)), "JPEG"),
}


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that promises so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", _sum(name, body))
        for name, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )


def _sum(name: bytes, body: bytes) -> int:
    return zlib.crc32(name + body)


def text_bomb() -> bytes:
    """A PNG whose text unfolds to 200 MB."""
    plain = saved(photo((60, 40)), "PNG")
    body = b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body
    chunk += struct.pack(">I", _sum(b"zTXt", body))
    return plain[:33] + chunk + plain[33:]


def renamed_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.html", SCRIPT)
    return file.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "bomb.png": (png_bomb(60_000, 60_000), "more than 25 megapixels"),
    "just-too-large.png": (png_bomb(5001, 5000), "more than 25 megapixels"),
    "bomb.webp": (
        b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff" + bytes(8),
        "more than 25 megapixels",
    ),
    "text-bomb.png": (text_bomb(), "cannot be read to its end"),
    "truncated.jpg": (saved(photo(), "JPEG")[:4000], "cannot be read to its end"),
    "truncated.png": (saved(photo(), "PNG")[:4000], "cannot be read to its end"),
    "drawing.svg": (SVG, "save it as PNG"),
    "drawing-with-a-declaration.png": (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n' + SVG,
        "save it as PNG",
    ),
    "renamed.jpg": (renamed_zip(), "an archive or a document"),
    "photo.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40), "JPEG"),
    "page.html": (b"<!doctype html>" + SCRIPT, "not a picture that we can read"),
    "leaflet.pdf": (b"%PDF-1.7\n" + bytes(40), "is a PDF"),
    "scan.tiff": (saved(photo((60, 40)), "TIFF"), "is a TIFF"),
    "icon.ico": (saved(photo((64, 64)), "ICO"), "not a picture that we can read"),
    "nothing.jpg": (b"\xff\xd8\xff", "not a picture that we can read"),
    "empty.jpg": (b"", "not a picture that we can read"),
    "too-heavy.jpg": (
        saved(photo((60, 40)), "JPEG") + bytes(20_000_001),
        "larger than 20 MB",
    ),
}
