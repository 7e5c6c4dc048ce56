"""Filling an empty database with the demo's story."""

from .filling import fill_demo

__all__ = ["fill_demo"]
