"""The forms of what is published."""
