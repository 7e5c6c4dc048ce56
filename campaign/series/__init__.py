"""Events that repeat: making their dates, and changing all that follow."""
