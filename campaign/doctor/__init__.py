"""The doctor: looks at how a site is set up, and says what is wrong and what helps.

It changes nothing. Texts are for whoever runs the machine, and in English like the
rest of the terminal.
"""

from collections.abc import Callable, Iterator

from flask import Flask

from ..config import WrongSetting
from ..database import db
from . import post, settings, storage
from .findings import Finding, Level, wrong

__all__ = ["Finding", "Level", "look_at"]


def look_at(app: Flask, *, tries_mail: bool = False) -> Iterator[Finding]:
    """Return what there is to say of a site, one thing after the other.

    The mail server is called only where that is asked for.
    """
    looks: list[Callable[[], Iterator[Finding]]] = [
        *(settings.address, settings.proxies, settings.limits),
        *(settings.secret_key, settings.folder, settings.space),
        *(storage.database, storage.keys, storage.copies_of_keys, storage.clock),
        post.mail,
    ]
    if tries_mail:
        looks.append(post.mail_server)
    with app.app_context():
        for look in looks:
            try:
                yield from look()
            except WrongSetting as error:
                yield wrong(str(error), "Set it right, and look again.")
            except Exception as error:
                name = look.__name__.replace("_", " ")
                yield wrong(
                    f"The look at the {name} broke off: {type(error).__name__}",
                    "Mend what else is wrong first, then look again.",
                )
            finally:
                db.session.rollback()
