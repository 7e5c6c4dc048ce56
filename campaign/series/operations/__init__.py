"""Writes about events that repeat."""
