"""E-mail addresses as people type them."""

from typing import NamedTuple

#: RFC 5321, 4.5.3.1.3: a path of 256 octets with its angle brackets.
LONGEST = 254


class NotAnAddress(ValueError):
    """The text is not exactly one e-mail address."""


class Address(NamedTuple):
    """One mailbox."""

    #: What mail is sent to.
    mailbox: str
    #: The form in which two addresses are compared.
    key: str


def parse_address(text: str | Address) -> Address:
    """Return the one address that `text` is; raises NotAnAddress. One that was parsed
    before is what it was.

    "a@b.c, d@e.f" is two, and would bring a stranger's link to somebody else. No
    name server is asked: a sign-up must not wait for the network.
    """
    if isinstance(text, Address):
        return text
    # Loaded with the first address: most commands, and every start, do without.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise NotAnAddress(str(error)) from None
    address = Address(
        found.ascii_email or found.normalized, found.normalized.casefold()
    )
    if max(len(address.mailbox), len(address.key)) > LONGEST:
        raise NotAnAddress("The address is too long.")
    return address
