"""Writes about pictures: taking in, describing, removing, and who uses them."""

from .adding import Taken, add_picture, describe_picture, replace_file, take_in
from .removing import StillUsed, delete_picture, sweep_store, take_out_everywhere
from .sizing import make_next_size
from .watching import watch

__all__ = [
    "StillUsed",
    "Taken",
    "add_picture",
    "delete_picture",
    "describe_picture",
    "make_next_size",
    "replace_file",
    "sweep_store",
    "take_in",
    "take_out_everywhere",
    "watch",
]
