"""Callers' numbers in text that others wrote: messages of the EX Org, of EXCS, of gateways, of libraries.

What this product writes itself holds none. What others write may quote the values they were given.
"""

import re

_KEPT = "|".join(
    (
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # UUID
        r"\b[0-9A-V]{32}\b",  # CallUUID
        r"\b[0-9a-f]{16}\b",  # ConnID; a number has 15 digits at most (E.164)
        r"\b0x[0-9a-f]+",
        r"\d{4}-\d\d-\d\d[T ][\d:]{5,8}(?:\.\d+)?",
        r"(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5}\b)?",
        r"\b(?:localhost|[\w-]{1,63}\.[\w.-]{1,190}):\d{1,5}\b",
    )
)
_NUMBER = r"\+?\(?\d(?:[ ().-]{0,2}\d){6,}|\+?\d{5,}"
_LOOKED_AT, _QUOTED = 2_000, 500
"""Characters of a message: one of megabytes would hold up everything else."""
_FOUND = re.compile(rf"(?P<kept>{_KEPT})|{_NUMBER}", re.IGNORECASE)


def without_numbers(text: str) -> str:
    """The text without anything that may be a caller's number: seven digits, however parted, or five in a row.

    UUIDs, ConnIDs, time stamps and addresses of hosts stay.
    """
    return _FOUND.sub(lambda found: found[0] if found["kept"] else "…", text)


def quoted(message: str) -> str:
    """What another system says, as far as a log may have it: text without numbers, not longer than people read."""
    text = message[:_LOOKED_AT].encode("utf-8", "replace").decode()  # JSON can hold half a character
    return without_numbers(text)[:_QUOTED]
