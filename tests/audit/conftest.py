"""A site that is lived in, a browser, and the programs that judge pages.

They are not part of the project: `make audit` has npm bring them. Without them these
tests are skipped, or fail if CAMPAIGN_TEST_OBLIGATORY is set.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from audit.lives import fill_with_life
from browser.conftest import (
    base_url,
    browser_context_args,
    browser_type_launch_args,
    site,
    visit,
)
from browser.site import Site

__all__ = [
    "base_url",
    "browser_context_args",
    "browser_type_launch_args",
    "site",
    "visit",
]
MODULES = Path(__file__).parents[2] / "node_modules"


@pytest.fixture(scope="session")
def words(site: Site) -> dict[str, str]:
    """What stands in the addresses of pages about something that was done."""
    return fill_with_life(site)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe, to be run in a page."""
    file = MODULES / "axe-core" / "axe.min.js"
    if not file.is_file():
        _is_missing("axe-core is not installed here: make audit")
    return file.read_text("utf-8")


@pytest.fixture(scope="session")
def nu_checker() -> list[str]:
    """The command of the Nu HTML checker."""
    file, java = MODULES / "vnu-jar/build/dist/vnu.jar", shutil.which("java")
    if java is None or not file.is_file():
        _is_missing("Java or vnu-jar is not installed here: make audit")
    return [java, "-Xss2m", "-jar", str(file)]


def _is_missing(what: str) -> NoReturn:
    if os.environ.get("CAMPAIGN_TEST_OBLIGATORY"):
        pytest.fail(what)
    pytest.skip(what)
