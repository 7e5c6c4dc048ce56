"""What taking in a picture costs, beside bare Pillow: time, and memory at its peak.

The yardstick decodes the same JPEG and encodes it once as JPEG. What is taken in is
turned, brought into sRGB, made smaller and copied, and written as an original and in
three kinds of the smallest size, while somebody waits; all other sizes are made in the
background. Each turn is a process of its own, since the peak of one never goes down.
"""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from bench.load import Effort
from bench.measuring import NotMeasured
from bench.table import keep, milliseconds, show
from PIL import Image, ImageFilter

from campaign.pictures.decoding import read_picture
from campaign.pictures.operations.adding import encode
from campaign.pictures.sizes import sized_files, widths_for

#: Twelve megapixels, as most telephones take them.
SIZE: Final = (4000, 3000)
_WORDS: Final = {
    "bare": "bare Pillow: decoded, encoded once",
    "upload": "ours: what an upload waits for",
    "sizes": "ours: the further sizes, in the background",
}


def measure(effort: Effort) -> None:
    """Show and keep what each way takes, as a multiple of the bare one."""
    found: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(photo_of(SIZE))
        turns = [_turn(way, photo) for _ in range(effort.rounds) for way in WAYS]
        size = photo.stat().st_size
    for way in WAYS:
        own = [told for told in turns if told["way"] == way]
        found[way] = {
            key: median(told[key] for told in own)
            for key in ("milliseconds", "megabytes")
        }
    bare = found["bare"]
    show(
        f"Taking in a picture of 12 megapixels ({size / 1e6:.1f} MB)",
        ("", "time", "ratio", "memory", "ratio"),
        [
            (
                _WORDS[way],
                milliseconds(told["milliseconds"]),
                f"{told['milliseconds'] / bare['milliseconds']:.2f}",
                f"{told['megabytes']:.0f} MB",
                f"{told['megabytes'] / bare['megabytes']:.2f}",
            )
            for way, told in found.items()
        ],
    )
    keep("pictures", {"bytes": size, "found": found})


def photo_of(size: tuple[int, int]) -> bytes:
    """Return a JPEG with soft shapes and grain, as of a camera; always the same."""
    random = Random(12)
    coarse = Image.frombytes("RGB", (40, 30), random.randbytes(40 * 30 * 3))
    image = coarse.resize(size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (500, 375), random.randbytes(500 * 375))
    grain = grain.resize(size).filter(ImageFilter.SHARPEN)
    image = Image.blend(image, grain.convert("RGB"), 0.15)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=90)
    return written.getvalue()


def _turn(way: str, photo: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.pictures", way, str(photo)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"a picture could not be taken in:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _bare(data: bytes) -> Callable[[], object]:
    def work() -> None:
        image = Image.open(io.BytesIO(data))
        image.load()
        image.save(io.BytesIO(), "JPEG", quality=80)

    return work


def _upload(data: bytes) -> Callable[[], object]:
    return lambda: encode(read_picture(data))


def _sizes(data: bytes) -> Callable[[], object]:
    encoded = encode(read_picture(data))
    original = encoded.files[f".{encoded.extension}"]
    further = widths_for(encoded.size[0])[1:]

    def work() -> None:
        for width in further:
            image = Image.open(io.BytesIO(original))
            sized_files(image, width)

    return work


WAYS: Final = {"bare": _bare, "upload": _upload, "sizes": _sizes}


def _forget_peak() -> None:
    """Let the peak begin anew (Linux: proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """The most memory that this process had since then, in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1000


def _work_alone(way: str, photo: str) -> None:
    """Print what one way takes, in a process in which nothing was done before."""
    data = Path(photo).read_bytes()
    work = WAYS[way](data)
    _forget_peak()
    before = _peak()
    start = perf_counter()
    work()
    taken = (perf_counter() - start) * 1000
    told = {"way": way, "milliseconds": taken, "megabytes": _peak() - before}
    print(json.dumps(told))


if __name__ == "__main__":
    _work_alone(*sys.argv[1:])
