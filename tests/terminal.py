"""The `campaign` command, called in the process of the test.

It is the command, with its arguments, its settings and what it prints; whatever a
process of its own has to do with, signals and servers, is in `test_cli.py`.
"""

import os
import signal
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from campaign.cli import main


def call(*args: str, folder: Path, **settings: Any) -> "CompletedProcess[str]":
    """Call a command on a machine on which nothing is set but what a test sets."""
    stdout, stderr = StringIO(), StringIO()
    on_sigterm = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as machine:
        for name in [name for name in os.environ if name.startswith("CAMPAIGN_")]:
            machine.delenv(name)
        for name, value in settings.items():
            machine.setenv(f"CAMPAIGN_{name}", str(value))
        machine.chdir(folder)
        try:
            with redirect_stdout(stdout), redirect_stderr(stderr):
                main(args, prog_name="campaign")
        except SystemExit as end:
            status = int(end.code or 0)
        finally:
            signal.signal(signal.SIGTERM, on_sigterm)
    return CompletedProcess(args, status, stdout.getvalue(), stderr.getvalue())
