"""Looks at the settings, and at the folder and the disk of the instance."""

import shutil
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from flask import current_app

from ..config import LOOPBACK
from .findings import Finding, fine, instance, is_open_to_others, note, wrong

_MB: Final = 1_000_000
#: Under this nothing can be written soon; under that one should think of it.
_NO_SPACE, _LITTLE_SPACE = 200 * _MB, 1_000 * _MB


def address() -> Iterator[Finding]:
    url = current_app.config["SITE_URL"]
    site = urlsplit(url)
    if site.hostname in LOOPBACK:
        yield note(
            f"The site's address is {url}: only this machine can reach it",
            "Set CAMPAIGN_SITE_URL to the address that people use.",
        )
    elif site.scheme != "https":
        yield wrong(
            f"The site's address is {url}, without HTTPS: everybody on the way reads "
            "who signs up",
            "Put a web server with a certificate in front (docs/deploy.md), and set "
            f"CAMPAIGN_SITE_URL=https://{site.netloc}",
        )
    else:
        yield fine(f"The site's address is {url}")


def proxies() -> Iterator[Finding]:
    hops = current_app.config["PROXIES"]
    is_https = urlsplit(current_app.config["SITE_URL"]).scheme == "https"
    if is_https and not hops:
        yield wrong(
            "CAMPAIGN_PROXIES is 0, and something in front of the site must end HTTPS: "
            "all visitors count as one network, and limits turn the wrong ones away",
            "Set CAMPAIGN_PROXIES=1, or how many proxies stand in a row.",
        )
    elif hops and not is_https:
        yield note(
            f"CAMPAIGN_PROXIES is {hops}, and the site is served without HTTPS",
            "Without a proxy in front, set it to 0: visitors could call themselves "
            "what they want.",
        )
    else:
        yield fine(f"{hops} proxies stand in front of the site")


def limits() -> Iterator[Finding]:
    if current_app.config["LIMITS"]:
        yield fine("Limits are on")
    else:
        yield wrong(
            "CAMPAIGN_LIMITS is off: anybody can fill mailboxes and events",
            "Take CAMPAIGN_LIMITS out of the settings.",
        )


def secret_key() -> Iterator[Finding]:
    file = instance() / "secret-key"
    if not file.exists():
        yield fine("The secret key comes from the settings")
    elif is_open_to_others(file):
        yield wrong(
            f"Others on this machine can read the secret key, {file}: they can sign in "
            "as anybody",
            f"chmod 600 {file}",
        )
    else:
        yield fine("The secret key is readable by its owner alone")


def folder() -> Iterator[Finding]:
    open_ones = [
        file
        for file in sorted(instance().glob("*.sqlite3*"))
        if is_open_to_others(file)
    ]
    if open_ones and is_open_to_others(instance()):
        yield wrong(
            f"Others on this machine can read {', '.join(f.name for f in open_ones)}",
            f"chmod 700 {instance()}",
        )
    else:
        yield fine(f"{instance()} is for its owner alone")


def space() -> Iterator[Finding]:
    free = shutil.disk_usage(instance()).free
    words = f"{free // _MB:,} MB are free on the disk of {instance()}"
    if free < _NO_SPACE:
        yield wrong(words, "Make room: without it nobody can sign up.")
    elif free < _LITTLE_SPACE:
        yield note(words, "Make room soon.")
    else:
        yield fine(words)
