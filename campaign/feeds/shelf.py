"""Documents that are ready to be sent, as many as a worker may keep in its memory.

Each worker process has a shelf of its own. What stands on it says by which version
of the database it was made, and until when time alone leaves it true; whoever takes
it down has to ask whether both still hold.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from .conditional_response import Document

#: Different questions that lead to the same document: order and nonsense aside.
_MOST_QUESTIONS: Final = 20_000
_LOCKS: Final = 64
#: Where in a request's environ (PEP 3333) the view and the fast path leave things.
_HANDED_OVER: Final = "campaign.handed_over"
_LAST_GOOD: Final = "campaign.last_good"


class HandedOver(NamedTuple):
    """A document that was written for a request, and may answer others like it."""

    address: str
    document: Document
    good_until: datetime | None  # None where time changes nothing


def hand_over(environ: MutableMapping[str, Any], document: HandedOver) -> None:
    """Leave a document with the request that it was written for."""
    environ[_HANDED_OVER] = document


def handed_over(environ: MutableMapping[str, Any]) -> HandedOver | None:
    """Return what was left with a request, if anything was."""
    found: HandedOver | None = environ.get(_HANDED_OVER)
    return found


def give_last_good(environ: MutableMapping[str, Any], document: Document) -> None:
    """Give a request what answered it last, in case that there is no better."""
    environ[_LAST_GOOD] = document


def last_good(environ: MutableMapping[str, Any]) -> Document | None:
    """Return what answered such a request last, perhaps no longer true."""
    found: Document | None = environ.get(_LAST_GOOD)
    return found


@dataclass(frozen=True)
class Kept:
    """A document, and what it depends on."""

    document: Document
    version: object
    good_until: datetime | None

    def is_good(self, version: object, now: datetime) -> bool:
        """Whether the document is what would be written at this moment."""
        in_time = self.good_until is None or now < self.good_until
        return in_time and self.version == version

    @property
    def size(self) -> int:
        """How many bytes it takes, about: compressed it comes to a fifth."""
        forms = 2 if self.document.is_page else 1
        return len(self.document.body) * (4 + forms) // 4 + 2_000


class Shelf:
    """Ready documents by their address; those least asked for go first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        #: From what was asked to the address of the document.
        self._addresses: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _ in range(_LOCKS)]

    def find(self, asked: str) -> Kept | None:
        """Return what answered this question last, whether or not it is still good."""
        with self._lock:
            address = self._addresses.get(asked)
            kept = self._kept.get(address) if address is not None else None
            if kept is not None and address is not None:
                self._kept.move_to_end(address)
            return kept

    def keep(self, asked: str, address: str, kept: Kept) -> None:
        """Put a document on the shelf, in the place of an older one."""
        with self._lock:
            self._addresses[asked] = address
            self._addresses.move_to_end(asked)
            if len(self._addresses) > _MOST_QUESTIONS:
                self._addresses.popitem(last=False)
            self._remove(address)
            self._kept[address] = kept
            self._bytes += kept.size
            while self._bytes > self._most_bytes:
                self._remove(next(iter(self._kept)))

    def take_down(self, asked: str) -> None:
        """Take down what answered this question."""
        with self._lock:
            address = self._addresses.pop(asked, None)
            if address is not None:
                self._remove(address)

    @contextmanager
    def making(self, asked: str) -> Iterator[None]:
        """Let one thread make what many ask for, while the others wait for it."""
        with self._making[hash(asked) % _LOCKS]:
            yield

    def clear(self) -> None:
        """Take everything off the shelf."""
        with self._lock:
            self._kept.clear()
            self._addresses.clear()
            self._bytes = 0

    def _remove(self, address: str) -> None:
        old = self._kept.pop(address, None)
        if old is not None:
            self._bytes -= old.size
