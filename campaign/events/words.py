"""The words for kinds and states, in the reader's language."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "protest": _l("Protest"),
    "march": _l("March"),
    "vigil": _l("Vigil"),
    "talk": _l("Talk"),
    "film": _l("Film"),
    "training": _l("Training"),
    "phone_bank": _l("Phone bank"),
    "other": _l("Action"),
}
ATTENDANCES = {
    "in_person": _l("In person"),
    "online": _l("Online"),
    "hybrid": _l("In person and online"),
}
ACCESS = {
    "step-free": _l("Step-free access"),
    "accessible-toilet": _l("Accessible toilet"),
    "sign-language": _l("Sign language"),
    "hearing-loop": _l("Hearing loop"),
    "quiet-space": _l("Quiet space"),
    "livestream": _l("Livestream"),
}


def kind_name(kind: str) -> str:
    """Return the word for a kind of event."""
    return str(KINDS[kind])


def access_name(access: str) -> str:
    """Return the word for what an event has for those who need it."""
    return str(ACCESS[access])
