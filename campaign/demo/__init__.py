"""The demo: a whole day of action, made up, on a throw-away instance."""
