"""A lock that is given in the order in which it was asked for."""

import threading
from collections import deque
from typing import Any


class Turns:
    """One thread at a time; whoever waits longest is next.

    `threading.Lock` gives it to whoever comes at the right moment, so that somebody
    may wait while dozens pass by.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()  # opened by the one before, who hands the turn over

    def __exit__(self, *_error: Any) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
