"""Every setting of the site: its name, where it comes from and what it is for."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from .lib.complaint import Complaint

#: Links alone lead there, and say so: nothing is loaded from it.
USUAL_MAP = "https://www.openstreetmap.org/search?query={query}"
#: How many requests each process answers at once. Only one of them computes at a time;
#: but those who sign up wait for one who writes for all (see group_commit.py), and the
#: more there are, the more is written at once.
THREADS = 16
#: How many of them can have a connection to the database at once.
CONNECTIONS = 12


class Setting(NamedTuple):
    """One setting, read from the environment variable `CAMPAIGN_<name>`."""

    name: str
    default: str
    purpose: str

    @property
    def variable(self) -> str:
        return f"CAMPAIGN_{self.name}"


SETTINGS = (
    Setting(
        "SITE_URL", "http://127.0.0.1:8000", "where the site is reached, for links"
    ),
    Setting("SITE_NAME", "Campaign", "the name at the top of every page"),
    Setting("INSTANCE_PATH", "instance", "the folder of the database, keys and mail"),
    Setting(
        "DATABASE_URL", "", "PostgreSQL's address; SQLite in the instance if empty"
    ),
    Setting(
        "KEYS_URL", "", "a database for keys, in no backup; in the instance if empty"
    ),
    Setting("SECRET_KEY", "", "the secret that signs; made in the instance if empty"),
    Setting("SECRET_KEY_FILE", "", "a file with that secret"),
    Setting("SMTP_URL", "", "smtp://user:password@host:587; empty keeps .eml files"),
    Setting("MAIL_FROM", "", "the sender of mails; no-reply@ the site's host if empty"),
    Setting("MAP_URL", USUAL_MAP, "another site's map; `{query}` is what to look up"),
    Setting("PROXIES", "0", "how many reverse proxies stand in front of the site"),
    Setting("REDIS_URL", "", "redis://host:6379/0 where machines count together"),
    Setting("MAILS_PER_HOUR", "10000", "mails that go out in an hour; 0: no limit"),
    Setting("LIMITS", "on", "off for load tests, on a site of this machine alone"),
)


#: The file in the instance that tells the other commands where `run` serves.
_KEPT_SITE_URL = "site-url"

#: Where the processes of one start find the secret that they share.
START_SECRET = "CAMPAIGN_START_SECRET"  # noqa: S105 (the name of a variable)

#: What only this machine itself can reach.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

#: Whoever guesses the key can sign in as anybody.
_SHORTEST_KEY = 16


class WrongSetting(Complaint, ValueError):
    """A setting cannot be used; the message says which one and what it should be."""


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Flask's configuration from the environment.

    Raises WrongSetting. Makes the instance folder and, where none is given, the
    secret key in it, readable by the owner alone.
    """
    value = {s.name: environ.get(s.variable, "") or s.default for s in SETTINGS}
    instance = Path(value["INSTANCE_PATH"]).absolute()
    if not environ.get("CAMPAIGN_SITE_URL"):
        value["SITE_URL"] = _kept_site_url(instance) or value["SITE_URL"]
    site = _site(value["SITE_URL"])
    _make_instance(instance)
    return {
        "SITE_URL": value["SITE_URL"].rstrip("/"),
        "SITE_NAME": value["SITE_NAME"],
        "INSTANCE_PATH": instance,
        "SQLALCHEMY_DATABASE_URI": _database_url(value["DATABASE_URL"], instance),
        "KEYS_URL": _keys_url(value, instance),
        "SECRET_KEY": _secret_key(value, instance),
        "SMTP_URL": value["SMTP_URL"],
        "MAP_URL": value["MAP_URL"],
        "MAIL_FROM": value["MAIL_FROM"] or f"no-reply@{site.hostname}",
        "PROXIES": _whole_number(value, "PROXIES"),
        "REDIS_URL": value["REDIS_URL"],
        "MAILS_PER_HOUR": _whole_number(value, "MAILS_PER_HOUR"),
        "LIMITS": _has_limits(value["LIMITS"], site.hostname or ""),
        # Made anew at each start; `server` hands it on to its workers.
        "START_SECRET": environ.get(START_SECRET) or secrets.token_urlsafe(32),
        **_web(site),
    }


def _web(site: Any) -> dict[str, Any]:
    """Return what the web asks of Flask and its extensions."""
    return {
        # A wrong Host header answers 400 (safety.md, "The web").
        "TRUSTED_HOSTS": _trusted_hosts(site.hostname or ""),
        "SESSION_COOKIE_SECURE": site.scheme == "https",
        # The prefix makes browsers insist on Secure, no Domain and Path=/.
        "SESSION_COOKIE_NAME": "__Host-session"
        if site.scheme == "https"
        else "session",
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A form that was open over lunch still works.
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 1_000_000,
        # Half of that by default: too little for a long article in Arabic.
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "BABEL_DEFAULT_TIMEZONE": "UTC",
        # Names of files carry a hash of what is in them, so they never grow stale.
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        # Feeds compress themselves: each encoding has an ETag of its own.
        "COMPRESS_MIMETYPES": [
            *("text/html", "text/css", "text/javascript", "image/svg+xml"),
        ],
        "COMPRESS_STREAMS": False,
        # 4 is a tenth worse and hardly faster.
        "COMPRESS_BR_LEVEL": 5,
    }


def _make_instance(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_instance(folder, error) from None


def _no_instance(folder: Path, error: OSError) -> WrongSetting:
    return WrongSetting(
        f"CAMPAIGN_INSTANCE_PATH is {str(folder)!r}, where nothing can be kept: "
        f"{error.strerror}"
    )


def keep_site_url(url: str, instance: Path) -> None:
    """Keep where the site is served, for commands that nobody tells its address."""
    with NamedTemporaryFile("w", dir=instance, delete=False) as file:
        file.write(url)
    # In one step: a command that starts now reads the old address or the new one.
    os.replace(file.name, instance / _KEPT_SITE_URL)


def _kept_site_url(instance: Path) -> str:
    try:
        return (instance / _KEPT_SITE_URL).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""  # nothing was served from here yet


def _site(url: str) -> Any:
    wrong = WrongSetting(
        f"CAMPAIGN_SITE_URL is {url!r}: it should look like https://example.org"
    )
    try:
        site = urlsplit(url)
        _ = site.port  # only now is it looked at whether it is a number
    except ValueError:
        raise wrong from None
    is_more = site.path.strip("/") or "?" in url or "#" in url
    if site.scheme not in ("http", "https") or not site.hostname or is_more:
        raise wrong
    return site


def _trusted_hosts(host: str) -> list[str]:
    loopback = ["127.0.0.1", "localhost", "[::1]"]
    return loopback if host in LOOPBACK else [host]


def _has_limits(word: str, host: str) -> bool:
    """Without limits anybody could fill mailboxes from a site that others reach."""
    if word not in ("on", "off"):
        raise WrongSetting(f"CAMPAIGN_LIMITS is {word!r}: it should be on or off")
    if word == "off" and host not in LOOPBACK:
        raise WrongSetting(
            "CAMPAIGN_LIMITS is 'off', which is for load tests: CAMPAIGN_SITE_URL "
            "should be an address of this machine then, like http://127.0.0.1:8000"
        )
    return word == "on"


def _whole_number(value: Mapping[str, str], name: str) -> int:
    if not value[name].isdecimal():
        raise WrongSetting(f"CAMPAIGN_{name} is {value[name]!r}: it should be a number")
    return int(value[name])


def _keys_url(value: Mapping[str, str], instance: Path) -> str:
    kept = instance / "keys.sqlite3"
    url = _url(value["KEYS_URL"] or f"sqlite:///{kept}", "KEYS_URL")
    if url == _database_url(value["DATABASE_URL"], instance):
        raise WrongSetting(
            "CAMPAIGN_KEYS_URL is the address of the database: keys that lie beside "
            "what they seal protect nobody"
        )
    return url


def _database_url(url: str, instance: Path) -> str:
    return _url(url or f"sqlite:///{instance / 'campaign.sqlite3'}", "DATABASE_URL")


def _url(url: str, name: str) -> str:
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        with suppress(ValueError, ArgumentError):
            make_url(url)
            return url
    # Without the address: it may hold a password.
    raise WrongSetting(f"CAMPAIGN_{name} should look like postgresql://user@host/name")


def _secret_key(value: Mapping[str, str], instance: Path) -> str:
    if value["SECRET_KEY"]:
        return _long_enough(value["SECRET_KEY"], "CAMPAIGN_SECRET_KEY")
    if value["SECRET_KEY_FILE"]:
        file = Path(value["SECRET_KEY_FILE"])
        return _read_key(file, f"CAMPAIGN_SECRET_KEY_FILE, {file},")
    kept = instance / "secret-key"
    try:
        if not kept.exists():
            _make_key(kept)
    except OSError as error:
        raise _no_instance(instance, error) from None
    return _read_key(kept, f"The secret key in CAMPAIGN_INSTANCE_PATH, {kept},")


def _make_key(kept: Path) -> None:
    """Put a new key in its place: the whole of it, or nothing.

    The temporary file is readable by the owner alone, and so is its second name.
    """
    with NamedTemporaryFile("w", dir=kept.parent) as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
        # Two processes that start together must end with the same key.
        with suppress(FileExistsError):
            os.link(file.name, kept)


def _read_key(file: Path, name: str) -> str:
    try:
        return _long_enough(file.read_text().strip(), name)
    except UnicodeDecodeError:
        raise WrongSetting(f"{name} should be text") from None
    except OSError as error:
        raise WrongSetting(f"{name} cannot be read: {error.strerror}") from None


def _long_enough(key: str, name: str) -> str:
    if len(key) < _SHORTEST_KEY:
        raise WrongSetting(f"{name} should have {_SHORTEST_KEY} characters or more")
    return key
