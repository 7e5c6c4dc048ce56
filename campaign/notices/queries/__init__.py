"""Mails about an event to read: whom they are for, and what is set about them."""
