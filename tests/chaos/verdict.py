"""What became of a window: the EX Org's events against what replay tells, and the row of the table."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tests.chaos.traffic import Window

SHOWN = 8
"""Faults named in a row's details."""


@dataclass
class Row:
    """A line of the table."""

    fault: str
    calls: int = 0
    """That are told to EX."""
    events: int = 0
    """TLib events played."""
    told: int = 0
    """EX events taken."""
    lost: int = 0
    """EX events that are missing, and conversations that are missing or stayed open."""
    other: int = 0
    """EX events that replay does not tell so."""
    repeated: int = 0
    """Events the EX Org got again with the same id."""
    refused: int = 0
    delay: float = 0.0
    """Longest time from when an event could be told until the EX Org took it (seconds)."""
    recovery: float = 0.0
    """From the end of the fault until everything that was due by then had been told (seconds)."""
    loosely: int = 0
    """Calls that legitimately cannot be told as replay does: judged by the invariants alone."""
    note: str = ""
    details: list[str] = field(default_factory=list)
    """What is wrong."""

    @property
    def good(self) -> bool:
        return not self.details

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"good": self.good}


@dataclass(frozen=True)
class Outcome:
    """What the EX Org has of a window."""

    events: list[dict[str, Any]]
    """Everything it took since the window began, in order."""
    conversations: list[dict[str, Any]]
    """Summaries of all conversations."""
    counts_before: dict[str, Any]
    counts: dict[str, Any]
    refused: list[dict[str, Any]]
    """Refusals since the window began."""


def judge(
    window: Window,
    outcome: Outcome,
    played_at: float,
    healed_at: float,
    loose: Collection[str],
    unheard: Collection[str],
    may_refuse: bool,
) -> Row:
    """Compare. `played_at`: wall time of the window's first event. `loose`: CallUUIDs judged by the invariants.

    The invariants: what the EX Org got it took, every conversation it heard of has ended, none is missing but those
    `unheard`: of which events reached no ingest at all.
    """
    loose = {*loose, *unheard}
    summaries = {each["interactionId"]: each for each in outcome.conversations if each["interactionId"] in window.calls}
    # a leg is told as a conversation of its own when nobody heard of its root, or of their link
    conversations = {each["conversationId"]: window.roots.get(call, call) for call, each in summaries.items()}
    got = {e["event"]["eventId"]: e for e in outcome.events if e["event"]["conversationId"] in conversations}
    exact = {event_id: each for event_id, each in window.expected.items() if each.call not in loose}
    missing = [event_id for event_id in exact if event_id not in got]
    other = [
        event_id
        for event_id, each in got.items()
        if conversations[each["event"]["conversationId"]] not in loose
        and (event_id not in exact or (exact[event_id].array, exact[event_id].event) != (each["array"], each["event"]))
    ]
    untold = [call for call in window.told_calls if call not in summaries and call in loose and call not in unheard]
    still_open = [call for call, each in summaries.items() if each["ended"] is None]
    row = Row(
        window.name,
        calls=len(window.told_calls),
        events=window.events,
        told=len(got),
        lost=len(missing) + len(untold) + len(still_open),
        other=len(other),
        repeated=outcome.counts["repeated"] - outcome.counts_before["repeated"],
        refused=outcome.counts["refused"] - outcome.counts_before["refused"],
        loosely=len([call for call in window.told_calls if call in loose]),
    )
    for event_id, each in exact.items():
        if event_id in got:
            due = played_at + (each.due - window.origin) / 1e6
            taken = datetime.fromisoformat(got[event_id]["received"]).timestamp()
            row.delay = max(row.delay, taken - due)
            if due <= healed_at:
                row.recovery = max(row.recovery, taken - healed_at)
    named = [f"missing: {exact[i].call} {exact[i].array} {exact[i].event['eventDateTime']}" for i in missing]
    named += [f"open: {call}" for call in still_open] + [f"never told: {call}" for call in untold]
    named += [_other(got[i], exact.get(i)) for i in other]
    if outcome.refused and not may_refuse:
        named += [f"refused: {each['array']} {each['event']['eventId']}: {each['reason']}" for each in outcome.refused]
    row.details = named[:SHOWN] + ([f"… and {len(named) - SHOWN} more"] if len(named) > SHOWN else [])
    return row


def _other(got: dict[str, Any], expected: Any) -> str:
    event = got["event"]
    if expected is None:
        return f"not told by replay: {event['conversationId']} {got['array']} {event['eventDateTime']}"
    differing = {k: (event.get(k), expected.event.get(k)) for k in event | expected.event}
    shown = {k: pair for k, pair in differing.items() if pair[0] != pair[1]}
    return f"told otherwise: {expected.call} {got['array']} {shown}"
