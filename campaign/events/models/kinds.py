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


class Access(StrEnum):
    """What an event has for those whom steps, noise or distance would keep out."""

    STEP_FREE = "step-free"
    TOILET = "accessible-toilet"
    SIGN_LANGUAGE = "sign-language"
    HEARING_LOOP = "hearing-loop"
    QUIET_SPACE = "quiet-space"
    LIVESTREAM = "livestream"

    @property
    def column(self) -> str:
        """The column of an event that says so."""
        name = "step-free-access" if self is Access.STEP_FREE else self.value
        return f"has_{name.replace('-', '_')}"
