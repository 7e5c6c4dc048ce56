"""The Nu HTML checker finds no error: in pages, in answers to trouble, in mails."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, build_opener

import pytest
from audit.lives import OWNER
from audit.looking import DIRECTIONS
from audit.pages import ORGANISERS, PUBLIC
from audit.test_pages import in_language
from browser.site import PATIENCE, Site
from flask import render_template
from playwright.sync_api import Page


@pytest.fixture(scope="session")
def cookie(site: Site, browser: object) -> str:
    """What the browser of an organiser sends."""
    page: Page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(site.sign_in_link(OWNER))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/manage/")
    (kept,) = page.context.cookies()
    page.context.close()
    return f"{kept['name']}={kept['value']}"


def test_pages_errors_and_mails_are_valid(
    site: Site,
    words: dict[str, str],
    cookie: str,
    nu_checker: list[str],
    tmp_path: Path,
) -> None:
    written = {
        **_pages(site, words, PUBLIC, ""),
        **_pages(site, words, ORGANISERS, cookie),
        **_errors(site),
        **_mails(site),
    }
    names = {}
    for number, (name, html) in enumerate(written.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(html)
        names[file.name] = name
    bad = tmp_path / "bad.html"
    bad.write_text("<!doctype html><title>Bad</title><p><div></p>")
    found = list(_complaints(nu_checker, tmp_path))
    assert [file for file, _words in found if file == bad.name], "nothing was judged"
    faults = [f"{names[f]}: {words}" for f, words in found if f != bad.name]
    assert not faults, "\n".join(faults)


def _pages(
    site: Site, words: dict[str, str], paths: tuple[str, ...], cookie: str
) -> dict[str, bytes]:
    return {
        (address := in_language(path, language)): _fetch(
            site.url + address.format(**words), cookie
        )
        for path in paths
        for language in DIRECTIONS
    }


def _fetch(address: str, cookie: str) -> bytes:
    request = Request(address, headers={"Cookie": cookie} if cookie else {})
    try:
        with build_opener().open(request, timeout=PATIENCE) as answer:
            return bytes(answer.read())
    except HTTPError as refusal:
        return bytes(refusal.read())


def _errors(site: Site) -> dict[str, bytes]:
    """The pages for trouble that cannot be caused at will."""
    names = [
        name
        for name in site.app.jinja_env.list_templates()
        if name.startswith("errors/") and name != "errors/layout.html"
    ]
    assert len(names) > 5
    found = {}
    for language in DIRECTIONS:
        for name in names:
            address = f"{site.url}/?lang={language}"
            with site.app.test_request_context(address):
                site.app.preprocess_request()
                found[f"{name} in {language}"] = render_template(name).encode()
    return found


def _mails(site: Site) -> dict[str, bytes]:
    """The HTML of the mails that the life of the site has written so far."""
    mails = {}
    for _ in range(5):
        mail = site.outbox.next_to("@example.net")
        part = mail.get_body(("html",))
        assert part is not None
        mails[f"mail: {mail['Subject']}"] = part.get_content().encode()
    return mails


def _complaints(command: list[str], folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the errors, each with the name of its file: one process for all files."""
    told = subprocess.run(
        [*command, "--format", "json", "--exit-zero-always", "--stdout", folder],
        capture_output=True,
        check=True,
        timeout=300,
    )
    for each in json.loads(told.stdout)["messages"]:
        if each["type"] == "error":
            file = each["url"].rpartition("/")[2]
            yield file, f"line {each.get('lastLine')}: {each['message']}"
