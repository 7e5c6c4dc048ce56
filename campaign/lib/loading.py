"""Loading much that stays, at the start of a process."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_is_loaded = False


@contextmanager
def loading() -> Iterator[None]:
    """Have the garbage collector wait, and leave what was loaded alone for ever.

    It would look at a million new objects again and again, of which none goes: that is
    a fifth of a start. Only the first load of a process is worth it: later ones could
    leave their garbage behind.
    """
    global _is_loaded
    if _is_loaded or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        gc.freeze()
        _is_loaded = True
    finally:
        gc.enable()
