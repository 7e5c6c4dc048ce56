"""The addresses at which calendar apps take a subscription.

An app on the reader's own machine is opened by the scheme `webcal:`. A calendar that
lives on a company's site is told the feed's address by a link to that site, and the
company's servers fetch it from then on. None of this is documented by the companies;
it is what their sites have answered to for years.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb"
_MICROSOFT_365 = "https://outlook.office.com/calendar/0/addfromweb"


@dataclass(frozen=True)
class CalendarApp:
    """An app that can follow a feed, and the link that makes it do so."""

    name: str
    link: str

    @property
    def host(self) -> str:
        """The site that the link leads to, empty where it opens an app."""
        is_site = self.link.startswith("https:")
        return urlsplit(self.link).hostname or "" if is_site else ""


def calendar_apps(address: str, title: str) -> tuple[CalendarApp, ...]:
    """Return the apps that can follow the feed at a whole address, `https://…`."""
    named = {"url": address, "name": title}
    return (
        CalendarApp("Google Calendar", _asking(_GOOGLE, cid=webcal_address(address))),
        CalendarApp("Apple", webcal_address(address)),
        CalendarApp("Outlook.com", _asking(_OUTLOOK, **named)),
        CalendarApp("Microsoft 365", _asking(_MICROSOFT_365, **named)),
        CalendarApp("Thunderbird", _secure_webcal_address(address)),
        CalendarApp("Android (ICSx⁵)", _secure_webcal_address(address)),
    )


def webcal_address(address: str) -> str:
    """Return the feed's address under the scheme that opens a calendar app."""
    return "webcal" + address[address.index(":") :]


def _secure_webcal_address(address: str) -> str:
    # Both of them read webcal: as http:, and would be sent on at every poll.
    scheme = "webcals" if address.startswith("https:") else "webcal"
    return scheme + address[address.index(":") :]


def is_on_this_machine(address: str) -> bool:
    """Return whether nobody but the machine itself can reach the address."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _asking(site: str, **questions: str) -> str:
    return f"{site}?{urlencode(questions)}"
