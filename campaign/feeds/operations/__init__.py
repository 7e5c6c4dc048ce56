"""What calendars are told of what is written."""

from .releases import (
    all_parts,
    is_written_by_another_release,
    sign_fragments,
    write_part,
)
from .watching import watch

__all__ = [
    "all_parts",
    "is_written_by_another_release",
    "sign_fragments",
    "watch",
    "write_part",
]
