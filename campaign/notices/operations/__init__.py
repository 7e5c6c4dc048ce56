"""Writing mails about an event to many.

What a click sets off is written down with the click, and told in the background, some
at a time: so it is quick for five thousand people too. Each mail is put into the outbox
in one transaction with the notice that it was: a process that dies in between has
written neither, and the next one goes on from there.
"""

from .announcing import announce_change, announce_move, send_message
from .settings import set_mail
from .stopping import start_mails, stop_mails
from .telling import remind_some, tell_some, thank_some

__all__ = [
    "announce_change",
    "announce_move",
    "remind_some",
    "send_message",
    "set_mail",
    "start_mails",
    "stop_mails",
    "tell_some",
    "thank_some",
]
