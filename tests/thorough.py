"""How often a test tries what Hypothesis draws.

A run that has to be quick tries a quarter of it, other ones each time; with
CAMPAIGN_TEST_THOROUGH set it tries all.
"""

import os

THOROUGH = bool(os.environ.get("CAMPAIGN_TEST_THOROUGH"))
_FEWEST = 4


def examples(number: int) -> int:
    """Return how many of so many examples this run tries."""
    return number if THOROUGH else max(number // 4, _FEWEST)
