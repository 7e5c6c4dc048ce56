"""The benchmarks: `make bench`, or `make bench BENCH="polls --quick"` for one of them.

They measure and never judge: the exit code says only whether all could be measured.
"""

import sys
from typing import NoReturn

import click
from bench import articles, boards, finder, lists, pictures, polls, sign_ups
from bench.load import Effort
from bench.measuring import NotMeasured
from bench.table import terminal

#: What can be measured, by the name that chooses it.
BENCHES = {
    "articles": articles.measure,
    "boards": boards.measure,
    "finder": finder.measure,
    "lists": lists.measure,
    "pictures": pictures.measure,
    "polls": polls.measure,
    "sign-ups": sign_ups.measure,
}

HASTE = Effort(rounds=1, seconds=1)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(BENCHES)))
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--seconds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--quick", is_flag=True, help="One round of one second each.")
def main(names: tuple[str, ...], rounds: int, seconds: int, quick: bool) -> None:
    """Measure what NAMES say, or everything."""
    effort = HASTE if quick else Effort(rounds, seconds)
    try:
        for name in names or BENCHES:
            BENCHES[name](effort)
    except NotMeasured as error:
        give_up(str(error))
    except OSError as error:
        give_up(f"a server does not answer: {error}")


def give_up(why: str) -> NoReturn:
    """Say why, and end as what has failed."""
    terminal.print("[bold]Not measured:[/bold]", why, markup=True)
    sys.exit(1)


if __name__ == "__main__":
    main(prog_name="make bench")
