"""What worker processes have to decide together: whose turn it is, what is spent.

Seconds since 1970 instead of instants, since both databases add those alike.
"""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model


class MailTurn(Model):
    """From when on an address may get the next mail that anybody can ask for.

    It knows no address: a keyed hash, whose key is not in the database. The row is
    forgotten when its time has come.
    """

    __tablename__ = "mail_turns"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: In seconds since 1970.
    free_at: Mapped[int] = mapped_column(BigInteger, index=True)


class MailHour(Model):
    """How many mails the site has sent in one hour."""

    __tablename__ = "mail_hours"

    #: In hours since 1970.
    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sent: Mapped[int]
