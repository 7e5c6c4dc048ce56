"""Campaigns and their action days."""
