"""The identifiers a SIP Server gives to calls, parties and stays on Virtual Queues, made of a seed."""

import hashlib
from itertools import count


class Identities:
    """CallUUIDs, PartyUUIDs, ConnIDs and VQIDs of one site, made of a seed: the same seed gives the same ones."""

    def __init__(self, seed: str) -> None:
        number = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=17).digest())
        self._stem = _base32(number, 26)
        self._conn = number & 0xFFFF_FFFF
        self._next = count(1)
        self._call_id = count(16)

    def uuid(self) -> str:
        """32 characters 0-9 A-V, as a SIP Server makes them: its own part and a counter."""
        return self._stem + _base32(next(self._next), 6)

    def conn_id(self) -> str:
        return f"006c{(self._conn + next(self._next)) & 0xFFFF_FFFF_FFFF:012x}"

    def call_id(self) -> int:
        return next(self._call_id)


def _base32(number: int, length: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
    return "".join(digits[number >> 5 * place & 31] for place in reversed(range(length)))
