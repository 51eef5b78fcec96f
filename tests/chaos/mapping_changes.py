"""Changes of the lab's EXCS mapping while everything runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

Change = Callable[[dict[str, Any]], None]


@contextmanager
def changed_mapping(path: Path, change: Change) -> Iterator[None]:
    """The mapping file is another one inside the block."""
    text = path.read_text("utf-8")
    mapping = yaml.safe_load(text)
    change(mapping)
    _replace(path, yaml.safe_dump(mapping, sort_keys=False))
    try:
        yield
    finally:
        _replace(path, text)


def with_another_agent(dn: str) -> Change:
    """The seat's agent is replaced by the one of the mapping's first seat."""

    def change(mapping: dict[str, Any]) -> None:
        seats = mapping["sites"][0]["extensions"]
        other = next(seat for number, seat in seats.items() if seat and number != dn)
        seats[dn] = dict(other)

    return change


def without_queues(*names: str) -> Change:
    """These Virtual Queues are not there."""

    def change(mapping: dict[str, Any]) -> None:
        for site in mapping["sites"]:
            for name in names:
                site.get("virtual_queues", {}).pop(name, None)

    return change


def _replace(path: Path, text: str) -> None:
    """At once: EXCS never reads half a file."""
    written = path.with_suffix(".new")
    written.write_text(text, "utf-8")
    written.replace(path)
