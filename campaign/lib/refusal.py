"""A rule that says no."""


class Refusal(Exception):
    """An operation was asked for something that a rule forbids.

    Subclasses are named after the rule and stand next to the code that raises
    them. `status` is the HTTP status that an uncaught refusal is answered with.
    """

    status = 409
