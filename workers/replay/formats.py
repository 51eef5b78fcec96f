"""How `excp replay` writes what would be told: a table to read, a page, JSON Lines, or request bodies."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol, TextIO

from activities.ex_contract import MAX_BYTES, MAX_EVENTS
from workers.replay.numbers import Numbers
from workers.replay.page.page import PageTeller
from workers.replay.replayed_calls import Ended, Step
from workers.replay.story import Stories, Teller
from workers.replay.table import TableTeller
from workflows.call.telling import ExEvent


class Format(StrEnum):
    TABLE = "table"
    HTML = "html"
    JSONL = "jsonl"
    BATCHES = "batches"


class Writer(Protocol):
    """Takes what happened, in order."""

    def step(self, step: Step) -> None: ...

    def ended(self, ended: Ended) -> None: ...

    def close(self, account: str) -> None:
        """Write what is not written yet. `account`: a line that says what was read and told."""


@dataclass(frozen=True)
class Shown:
    """What is shown, to people who read a table or a page."""

    source: str
    """Of which logs."""
    place: Callable[[str], str | None] = lambda event_id: None
    """File and line of an event that has just come."""
    calls: tuple[str, ...] = ()
    """Only conversations with one of these CallUUIDs; empty: all."""
    hide_numbers: bool = False
    listed: frozenset[str] = frozenset()
    """The DNs of the mapping: never hidden."""

    def numbers(self) -> Numbers:
        """For one call."""
        return Numbers(self.listed, hidden=self.hide_numbers)


def writer(chosen: Format, output: TextIO, shown: Shown) -> Writer:
    if chosen is Format.JSONL:
        return JsonLinesWriter(output)
    if chosen is Format.BATCHES:
        return BatchWriter(output)
    teller: Teller = TableTeller(output, shown.numbers)
    if chosen is Format.HTML:
        teller = PageTeller(output, shown.source, shown.numbers, hidden=shown.hide_numbers)
    return Stories(teller, shown.place, shown.calls)


class JsonLinesWriter:
    """A line for each event in the order told, and one for each call after its last event."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    def step(self, step: Step) -> None:
        for told in step.told:
            self._line({"kind": "event", "call": step.call, "array": told.array, "event": told.event})

    def ended(self, ended: Ended) -> None:
        if not ended.stands:
            return
        summary = asdict(ended.summary)
        conversation_id = summary.pop("conversation_id")
        self._line({"kind": "call", "call": ended.call, "conversationId": conversation_id, **summary})

    def close(self, account: str) -> None:
        pass

    def _line(self, value: dict[str, Any]) -> None:
        self._output.write(_json(value) + "\n")


class BatchWriter:
    """Request bodies as full as the contract allows, one a line, in the order told."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._events: list[ExEvent] = []
        self._bytes = 0

    def step(self, step: Step) -> None:
        for told in step.told:
            # what the event adds at most: itself, a comma, and its array's name with quotes, colon, brackets, comma
            size = len(_json(told.event).encode()) + len(told.array) + 7
            if len(self._events) == MAX_EVENTS or self._bytes + size + 2 > MAX_BYTES:
                self._write()
            self._events.append(told)
            self._bytes += size

    def ended(self, ended: Ended) -> None:
        pass

    def close(self, account: str) -> None:
        self._write()

    def _write(self) -> None:
        if not self._events:
            return
        body: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for told in self._events:
            body[told.array].append(told.event)
        self._output.write(_json(body) + "\n")
        self._events, self._bytes = [], 0


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
