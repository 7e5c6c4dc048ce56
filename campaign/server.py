"""Answering requests until told to stop.

Each worker loads this file before it makes its app, so it names nothing large.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from . import create_app
from .config import START_SECRET, THREADS

if TYPE_CHECKING:
    from flask import Flask

    from .background import Background

#: How long a request may take to end when the server stops, in seconds.
_PATIENCE = 5


def serve(app: Flask, background: Background, host: str, port: int) -> None:
    """Answer requests, with the background work beside, until a signal comes.

    The workers are processes of their own that make their own app.
    """
    server = Granian(
        "campaign",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=min(4, multiprocessing.cpu_count()),
        blocking_threads=THREADS,
        backpressure=256,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
        log_level=LogLevels.warning,
        log_access=False,  # an access log is a list of addresses
    )
    logging.getLogger("_granian").addFilter(_is_news)
    server.on_startup(_stop_with_the_terminal(server))
    # A forked worker would inherit locks and connections in whatever state they are.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ[START_SECRET] = app.config["START_SECRET"]
    background.start()
    try:
        server.serve(target_loader=_workers_app, wrap_loader=False)
    finally:
        background.stop()


def _is_news(record: logging.LogRecord) -> bool:
    """Tell the server's words from its warning of so many threads: we mean it so."""
    return "Python threads" not in record.getMessage()


def _workers_app() -> Flask:
    """Return the app of a worker, which from now on ends with its parent."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return create_app()


def _end_with_parent() -> None:
    """End this process when the one that started it was killed.

    A worker alone would keep the port, and take sign-ups whose mail nobody sends.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        # It waits for the end of a pipe, so one that is long dead counts as well.
        parent.join()
        os._exit(1)


def _stop_with_the_terminal(server: Any) -> Callable[[], None]:
    """Stop when the terminal is closed; Granian would start its workers anew."""

    def hook() -> None:
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, server.signal_handler_interrupt)

    return hook
