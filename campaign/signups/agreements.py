"""What a supporter agreed to, took back, and may agree to, purpose by purpose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..events.models import ConsentPurpose
from .models import Consent


@dataclass(frozen=True)
class Agreement:
    """One purpose, and all that one supporter said to it, oldest first."""

    purpose: ConsentPurpose
    consents: Sequence[Consent]

    @property
    def stands(self) -> bool:
        return any(each.stands for each in self.consents)

    @property
    def can_be_given(self) -> bool:
        return not (self.stands or self.purpose.is_retired)

    @property
    def is_reworded(self) -> bool:
        """Whether other words are asked for now than those last agreed to."""
        return bool(self.consents) and self.consents[-1].wording != self.purpose.wording


def agreements(
    purposes: Iterable[ConsentPurpose], consents: Sequence[Consent]
) -> list[Agreement]:
    """Return what was said to each purpose; without those never asked of them."""
    found = [
        Agreement(each, [given for given in consents if given.purpose_id == each.id])
        for each in purposes
    ]
    return [each for each in found if each.consents or each.can_be_given]
