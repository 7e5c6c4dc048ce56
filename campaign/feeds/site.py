"""Where a feed's things have their addresses: all of them from the site's own URL."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID


@dataclass(frozen=True)
class Site:
    """The site that serves a feed; `url` has no slash at its end."""

    url: str
    name: str = "Campaign"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "localhost"

    def uid(self, uid: UUID) -> str:
        """Return the UID of something for ever, in every feed and in mail."""
        return f"{uid}@{self.host}"

    def event(self, slug: str) -> str:
        return f"{self.url}/events/{slug}"

    def series(self, slug: str) -> str:
        return f"{self.url}/series/{slug}"

    def campaign(self, slug: str) -> str:
        return f"{self.url}/campaigns/{slug}"

    def action_day(self, slug: str) -> str:
        return f"{self.url}/action-days/{slug}"

    def article(self, slug: str) -> str:
        return f"{self.url}/articles/{slug}"

    def group(self, slug: str) -> str:
        return f"{self.url}/groups/{slug}"


@dataclass(frozen=True)
class Feed:
    """One feed: its words, and its addresses.

    `query` holds what was asked, empty answers left out. It is sorted when it is
    written, so that the order in which somebody asked changes no byte.
    """

    title: str
    page: str  # the path of the page that it is a sibling of
    stem: str  # the path before .ics, .json and .atom
    description: str = ""
    query: tuple[tuple[str, str], ...] = ()
    accent: str = ""

    def page_address(self, site: Site) -> str:
        return site.url + self.page + self._question(self.query)

    def address(self, site: Site, extension: str, **more: object) -> str:
        """Return the feed's own address, with further parameters such as a page."""
        asked = [*self.query, *((name, str(value)) for name, value in more.items())]
        return f"{site.url}{self.stem}.{extension}{self._question(tuple(asked))}"

    @staticmethod
    def _question(query: tuple[tuple[str, str], ...]) -> str:
        return f"?{urlencode(sorted(query))}" if query else ""
