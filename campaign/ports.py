"""Ports of this machine: which are free, and which somebody else listens on."""

import socket
from contextlib import closing

from .lib.complaint import Complaint


class PortTaken(Complaint):
    """Another program listens on this port."""


def check_port(host: str, port: int) -> None:
    """Raise PortTaken where nobody else could be served on this port.

    The server itself would share the port with another one of its kind.
    """
    with closing(_probe(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"{host}:{port}: {error.strerror}") from None


def free_port(host: str) -> int:
    """Return a port on which nobody listens."""
    with closing(_probe(host)) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _probe(host: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
