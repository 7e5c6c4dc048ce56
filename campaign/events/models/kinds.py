"""What an event can be."""

from enum import StrEnum


class Kind(StrEnum):
    """What people do at an event."""

    PROTEST = "protest"
    MARCH = "march"
    VIGIL = "vigil"
    TALK = "talk"
    FILM = "film"
    TRAINING = "training"
    PHONE_BANK = "phone_bank"
    OTHER = "other"


class Attendance(StrEnum):
    """How people take part (schema.org's event attendance modes)."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class Visibility(StrEnum):
    """Whether lists and feeds show a published event."""

    LISTED = "listed"
    UNLISTED = "unlisted"
