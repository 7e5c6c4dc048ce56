"""Where to go after signing in: only to a page of this site."""

import re

# Printable ASCII without the backslash. Browsers drop tabs and line ends, and read
# a backslash as a slash: "/\t/evil" and "/\evil" lead to another site, as "//evil".
_OWN_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")
LONGEST = 500


def own_path(path: str) -> str:
    """Return `path` if it is an absolute path of this site, else the empty text."""
    is_own = len(path) <= LONGEST and _OWN_PATH.fullmatch(path)
    return path if is_own else ""
