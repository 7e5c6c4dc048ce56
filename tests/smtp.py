"""A real SMTP server for tests, that can be told how to behave."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived, and how to answer. Codes are given for each recipient."""

    def __init__(self):
        self.messages = []
        self.recipients = []
        self.connections = 0
        self.answers = {}
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.has_got_one = threading.Event()

    @property
    def ids(self):
        return [message["Message-ID"] for message in self.messages]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append(message)
        self.recipients += envelope.rcpt_tos
        self.has_got_one.set()
        while not self.may_answer.is_set():
            await asyncio.sleep(0.01)
        return self.answers.get("DATA", "250 OK")


def free_port(host="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


@contextmanager
def smtp_server(host="127.0.0.1", port=None, **options):
    """Run a server; yield its mailbox, which knows its `url`."""
    mailbox = Mailbox()
    port = port or free_port(host)
    mailbox.url = f"smtp://{host}:{port}"
    controller = Controller(
        mailbox, hostname=host, port=port, enable_SMTPUTF8=True, **options
    )
    controller.start()
    try:
        yield mailbox
    finally:
        mailbox.may_answer.set()
        controller.stop()
