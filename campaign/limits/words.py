"""Words for when to come back."""

from flask_babel import ngettext


def wait_words(seconds: int) -> str:
    """Return a time to wait in whole minutes, at least one: "3 minutes"."""
    minutes = max(1, -(-seconds // 60))
    return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
