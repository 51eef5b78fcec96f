"""Masks callers' numbers in what people are shown of a log: a ticket need not hold them.

A masked number is `number 1`, `number 2` …: the same number of a call has the same name. What the mapping lists is an
object of the contact center and stays.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from workflows.call.directory import Snapshot

_NUMBER = re.compile(r"\+\d+|\d{4,}")
_EX_FIELDS = ("ani", "dnis", "phoneNumber", "destinationPhoneNumber")


class Numbers:
    """The names of one call's numbers; with `hidden=False` every number is its own name."""

    def __init__(self, listed: Iterable[str] = (), *, hidden: bool = False) -> None:
        """`listed`: of `listed_dns`."""
        self._listed = frozenset(listed)
        self._hidden = hidden
        self._names: dict[str, str] = {}

    def number(self, value: str | None) -> str | None:
        """The name of what an attribute for a caller's number holds."""
        if not self._hidden or not value or value == "anonymous" or value in self._listed:
            return value
        return self._names.setdefault(value, f"number {len(self._names) + 1}")

    def dn(self, value: str | None) -> str | None:
        """The name of a DN, which may be an external party's number."""
        return self.number(value) if value and (value in self._names or _NUMBER.fullmatch(value)) else value

    def ex_event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """An EX event without numbers."""
        return {key: self.number(value) if key in _EX_FIELDS else value for key, value in event.items()}


def listed_dns(mapping: Snapshot) -> frozenset[str]:
    """Every DN that the mapping lists."""
    lists = ("routing_points", "trunks", "services", "extensions", "virtual_queues")
    return frozenset(dn for site in mapping.sites for name in lists for dn in getattr(site, name))
