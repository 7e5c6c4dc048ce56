"""The keys that seal what is personal, kept apart from the database."""
