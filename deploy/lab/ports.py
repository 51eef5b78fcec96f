"""Free loopback TCP ports for servers that are told theirs, or that listen on the same one again.

Not what the system hands out for port 0: that comes from where outgoing connections take theirs, so any connection can
have it before the server does.
"""

import itertools
import random
import socket

_PORTS = range(10_000, 20_000)
"""Below where systems begin their outgoing ports (Linux 32768, IANA 49152), a Redis Cluster's bus 10,000 above, too."""
_turn = itertools.cycle(random.SystemRandom().sample(_PORTS, len(_PORTS)))
"""In another order in every process, so that those of two rarely meet; none comes twice before all were had."""


def free_port() -> int:
    """A port nobody listens on, the next of this process' order. Raises OSError when there is none."""
    for port in itertools.islice(_turn, len(_PORTS)):
        with socket.socket() as listener:
            try:
                listener.bind(("", port))
            except OSError:
                continue
            return port
    raise OSError(f"every port from {_PORTS.start} to {_PORTS.stop - 1} is in use")


def free_ports(count: int) -> list[int]:
    """So many of them."""
    return [free_port() for _ in range(count)]
