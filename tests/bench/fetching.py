"""One request, as a calendar app makes it."""

from contextlib import closing
from http.client import HTTPConnection
from typing import NamedTuple

HOST = "127.0.0.1"
_PATIENCE = 60


class Answer(NamedTuple):
    """What came back, its body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def tag(self) -> str:
        return self.headers.get("etag", "")


def connection(port: int) -> HTTPConnection:
    """Return a connection that stays open from one request to the next."""
    return HTTPConnection(HOST, port, timeout=_PATIENCE)


def ask(to: HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
    """Return the answer over a connection that stays open."""
    to.putrequest("GET", path, skip_accept_encoding=True)
    for name, value in headers.items():
        to.putheader(name, value)
    to.endheaders()
    response = to.getresponse()
    told = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, told, response.read())


def fetch(port: int, path: str, headers: dict[str, str] | None = None) -> Answer:
    """Return the answer over a connection of its own."""
    with closing(connection(port)) as to:
        return ask(to, path, headers or {})
