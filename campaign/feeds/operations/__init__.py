"""What calendars are told of what is written."""

from .releases import sign_fragments, stale_parts, write_part
from .watching import watch

__all__ = ["sign_fragments", "stale_parts", "watch", "write_part"]
