"""The words for where a sign-up stands, as organisers read them."""

from flask_babel import lazy_gettext as _l

STATES = {
    "going": _l("Going"),
    "waiting": _l("On the waiting list"),
    "pending": _l("Not confirmed yet"),
    "attended": _l("Came"),
    "no_show": _l("Did not come"),
    "cancelled": _l("Cancelled"),
    "expired": _l("Not confirmed in time"),
}


def state_words(state: str) -> str:
    """Return where a sign-up stands, in a word or two."""
    return str(STATES[state])
