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


def environ(**settings: Any) -> dict[str, str]:
    """Return the environment of a machine on which nothing else is set.

    Settings are named without the CAMPAIGN_ that they begin with.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CAMPAIGN_")}
    told = {f"CAMPAIGN_{name}": str(value) for name, value in settings.items()}
    return {**kept, **told}


def call(*args: str, folder: Path, **settings: Any) -> "CompletedProcess[str]":
    """Call a command on a machine on which nothing is set but what a test sets."""
    stdout, stderr = StringIO(), StringIO()
    on_sigterm = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as machine:
        told = environ(**settings)
        for name in os.environ.keys() - told.keys():
            machine.delenv(name)
        for name, value in told.items():
            machine.setenv(name, value)
        machine.chdir(folder)
        try:
            with redirect_stdout(stdout), redirect_stderr(stderr):
                main(args, prog_name="campaign")
        except SystemExit as end:
            status = int(end.code or 0)
        finally:
            signal.signal(signal.SIGTERM, on_sigterm)
    return CompletedProcess(args, status, stdout.getvalue(), stderr.getvalue())
