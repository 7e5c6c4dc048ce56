"""What was found: a table for people, a file for programs."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measuring import machine
from rich.console import Console, JustifyMethod
from rich.table import Table

RESULTS = Path(__file__).with_name("results")
#: The tables need so many columns, also where they are written into a file.
_WIDTH = 110
terminal = Console(highlight=False)
terminal.width = max(terminal.width, _WIDTH)


def show(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table: words in the first column, numbers in the others."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        side: JustifyMethod = "right" if place else "left"
        table.add_column(column, justify=side, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    terminal.print()
    terminal.print(table)


def keep(name: str, results: dict[str, Any]) -> None:
    """Write results to a file of their own, beside what they depend on."""
    RESULTS.mkdir(exist_ok=True)
    moment = datetime.now(UTC)
    file = RESULTS / f"{name}-{moment:%Y%m%d-%H%M%S}.json"
    told = {"at": moment.isoformat(timespec="seconds"), **machine(), **results}
    file.write_text(json.dumps(told, indent=2) + "\n")
    terminal.print(f"\nKept in {file}")


def rate(number: float) -> str:
    return f"{number:,.0f}/s"


def milliseconds(number: float) -> str:
    return f"{number:,.2f} ms" if number < 10 else f"{number:,.0f} ms"
