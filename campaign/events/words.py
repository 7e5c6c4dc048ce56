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


def kind_name(kind: str) -> str:
    """Return the word for a kind of event."""
    return str(KINDS[kind])
