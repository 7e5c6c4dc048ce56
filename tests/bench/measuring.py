"""What every benchmark needs: its programs, its machine, and a word for failing."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]


class NotMeasured(Exception):
    """Something could not be measured; the message says what, and what to do."""


def require(programs: dict[str, str]) -> None:
    """Raise NotMeasured unless these programs, each of a Debian package, are here."""
    missing = sorted({p for name, p in programs.items() if not _found(name)})
    if missing:
        names = " ".join(missing)
        raise NotMeasured(
            f"it takes what is not installed here. On Debian: apt install {names}"
        )


def program(name: str) -> str:
    """Return the path of a program that `require` has found."""
    found = _found(name)
    assert found, name
    return found


def _found(name: str) -> str | None:
    # Debian keeps servers out of the paths of those who are not root.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def machine() -> dict[str, object]:
    """Return what numbers depend on, for whoever compares two files of them."""
    commit = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(commit, capture_output=True, text=True, check=False)
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "granian": version("granian"),
        "commit": done.stdout.strip(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return named[0] if named else platform.machine()
