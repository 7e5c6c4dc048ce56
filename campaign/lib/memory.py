"""What a process keeps in its memory, as long as the version that it was made by."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """Values by their keys; those made longest ago go first.

    Whoever asks says which version is the latest one, and so never gets what was
    made by another, unless they make it themselves out of an older one.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[object, T]] = OrderedDict()
        self._lock = threading.Lock()

    def find(
        self, key: Hashable, version: object, make: Callable[[], tuple[object, T]]
    ) -> T:
        """Return what is kept under a key, or make it, in two threads perhaps.

        `make` returns the version first that its rows were of: read before them, and
        in the same transaction, since that may see less than was committed last.
        """
        kept = self._kept.get(key)
        if kept is not None and kept[0] == version:
            return kept[1]
        of_version, made = make()
        with self._lock:
            self._kept[key] = of_version, made
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
