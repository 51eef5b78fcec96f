"""Which servers of a pair say that they are primary. No I/O.

One of the two is. While both say so (they lost sight of each other, or one hangs and its connection is not known to be
lost yet), what one of them reports proves nothing of a call that lives on the other.
"""

from collections.abc import Callable

from workers.ingest.gateway_protocol import Role
from workers.settings import Address


class PairRoles:
    """Of one feed of a pair."""

    def __init__(self) -> None:
        self._primaries: set[Address] = set()
        self._doubted: dict[Address, Callable[[], None]] = {}

    def changed(self, server: Address, role: Role | None) -> None:
        """`role`: None for a server that is not connected."""
        if role is Role.PRIMARY:
            self._primaries.add(server)
            return
        self._primaries.discard(server)
        self._doubted.pop(server, None)
        if len(self._primaries) == 1:
            doubted, self._doubted = self._doubted, {}
            for ask_again in doubted.values():
                ask_again()

    def alone(self, server: Address, ask_again: Callable[[], None]) -> bool:
        """True when no other server says that it is primary; else `ask_again` is called once that is over."""
        if self._primaries <= {server}:
            return True
        self._doubted[server] = ask_again
        return False
