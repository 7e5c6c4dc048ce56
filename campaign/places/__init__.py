"""Countries and time zones, from packaged data."""
