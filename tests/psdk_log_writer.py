"""Prints events as an application built on the Platform SDK logs them."""

from collections.abc import Iterable, Iterator
from typing import Any

from deploy.lab.scenario import SiteEvent
from workflows.call.tlib import AttributeValue

IDS = {"EventQueued": 57, "EventDiverted": 58, "EventUserEvent": 96, "EventCallCreated": 160, "EventCallDeleted": 162}
SPELT = {
    "CallUUID": "CallUuid",
    "PartyUUID": "PartyUuid",
    "OrigCallUUID": "OriginalCallUuid",
    "RefCallUUID": "RefCallUuid",
}
MEANINGS = {"CallType": {1: "Internal", 2: "Inbound", 3: "Outbound", 4: "Consult"}}


def print_psdk_log(events: Iterable[SiteEvent], *, one_line: bool = False, line_end: str = "\n") -> Iterator[str]:
    """The lines, with their ends. `one_line`: `attributes:` stands at the end of the header line."""
    for event in events:
        for line in _message(event, one_line):
            yield line + line_end


def _message(event: SiteEvent, one_line: bool) -> Iterator[str]:
    header = f"2026-03-02 09:30:01,665 DEBUG - Proxy got message '{event.name}' ('{IDS.get(event.name, 1)}')"
    yield from [f"{header} attributes:"] if one_line else [header, "message attributes:"]
    yield "AttributeEventSequenceNumber [long] = 4899493"
    times = {name: value for name, value in event.attributes.items() if name.startswith("Timein")}
    yield "Time            = ComplexClass(TimeStamp):"
    yield from (f"\tAttribute{name} [int] = {value}" for name, value in times.items())
    for name, value in event.attributes.items():
        if name not in times:
            yield from _attribute(name, value)
    yield ". Processing with  state .StatePrimary proxy: proxy1"


def _attribute(name: str, value: AttributeValue) -> Iterator[str]:
    spelt = SPELT.get(name, name)
    if isinstance(value, list):
        yield f"Attribute{spelt} [bstr] = KVList: "
        yield from _pairs(value, "\t\t")
    elif name == "ConnID":
        yield f"Attribute{spelt} [long] = {value}"
    elif isinstance(value, int):
        meaning = MEANINGS.get(name, {}).get(value)
        yield f"Attribute{spelt} [int] = {value}" + (f" [{meaning}]" if meaning else "")
    else:
        yield f'Attribute{spelt} [str] = "{value}"'


def _pairs(pairs: list[tuple[str, Any]], indent: str) -> Iterator[str]:
    for key, value in pairs:
        if isinstance(value, list):
            yield f"{indent}'{key}' [bstr] = KVList: "
            yield from _pairs(value, indent + "\t")
        elif isinstance(value, int):
            yield f"{indent}'{key}' [int] = {value}"
        else:
            yield f"{indent}'{key}' [str] = \"{value}\""
