"""What a page says of itself where its link is shared, and the ways of sharing it.

No way of them tells anybody that the page was read: a link to copy, the system's own
sheet, a mail and a text message that the reader's own apps write. A button of a
network would lead there with the address of this page, and is left to the sheet.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from .card import SIZE

_TYPES: Final = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Shared:
    """A page as others show it; every address is whole."""

    title: str
    description: str
    address: str
    kind: str  # of Open Graph: website or article
    card: str = ""
    short: str = ""

    @property
    def card_type(self) -> str:
        return _TYPES[self.card.partition("?")[0].rpartition(".")[2]]

    @property
    def card_size(self) -> tuple[int, int]:
        return SIZE

    @property
    def qr(self) -> str:
        """The address of its QR code."""
        return f"{self.short}.svg"

    @property
    def mail_link(self) -> str:
        return f"mailto:?subject={_quoted(self.title)}&body={_quoted(self._message)}"

    @property
    def sms_link(self) -> str:
        # The ampersand is what both Android and iOS read (RFC 5724 has no body there).
        return f"sms:?&body={_quoted(self._message)}"

    @property
    def _message(self) -> str:
        return f"{self.title}\n{self.short or self.address}"


def _quoted(text: str) -> str:
    return quote(text.replace("\n", "\r\n"), safe="")
