"""Sign-ups: a supporter's place at an event."""
