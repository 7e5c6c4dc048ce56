"""What whoever runs the site has to mend."""


class Complaint(Exception):
    """Something cannot be done; the message says why, and what to do.

    The terminal shows it in a sentence: tracebacks are for mistakes of ours.
    """
