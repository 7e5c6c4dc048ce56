"""What the wheel needs besides the package's own files."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Build(BuildHookInterface):  # type: ignore[type-arg]
    """Compile the catalogues, and take templates and static files along.

    In the checkout those two lie beside the package, where designers find them;
    in the wheel they lie inside it.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in Path(self.root, "campaign/translations").glob("*/*/*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
        if version != "editable":
            for folder in ("templates", "static"):
                build_data["force_include"][folder] = f"campaign/{folder}"
