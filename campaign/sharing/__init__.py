"""Sharing without trackers: short addresses, QR codes, cards and posters."""
