"""Cities, countries and time zones, from packaged data."""
