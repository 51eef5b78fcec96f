"""TLib events and EX events in a few words, for people who read a replay."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from workers.replay.numbers import Numbers
from workflows.call.telling import ExEvent
from workflows.call.tlib import PARTY_EVENTS, CallType, Feed, PartyState, TlibEvent

_LETTERS = {"external": "X", "ivr": "I", "routing": "Q", "user": "U", "phone": "P"}

FLOWS: Mapping[str, str] = MappingProxyType(
    {
        "F01": "inbound, ends in the IVR",
        "F02": "inbound, abandoned in the queue or while an agent rings",
        "F03": "inbound, IVR, queue, agent",
        "F04": "inbound, queue, agent",
        "F05": "inbound to an agent without a queue",
        "F06": "an agent does not answer, another one does",
        "F07": "blind transfer, agent to agent",
        "F08": "blind transfer, agent to queue or IVR",
        "F09": "to an external number",
        "F10": "consult, agent to agent, transferred",
        "F11": "consult, agent to queue to agent, transferred",
        "F12": "consult, agent to external number, transferred",
        "F13": "consult given up, or the caller hangs up during it",
        "F14": "outbound by an agent",
        "F15": "outbound dialled by the system, then queue and agent",
        "F16": "internal, agent to agent",
        "F17": "internal, agent to queue to agent",
    }
)
"""What a call's flow is called (flows.md, The 17 supported flows)."""

VIOLATIONS: Mapping[str, str] = MappingProxyType(
    {
        "V1": "conference by consult",
        "V2": "single-step conference",
        "V3": "supervision",
        "V4": "campaign call without an agent, or two merged calls",
        "V5": "an Extension without a mapped, logged-in agent",
        "V6": "an agent's second main call",
        "V7": "nested or second consult",
    }
)
"""What EX cannot hold (flows.md)."""


def clock(time: int) -> str:
    """Microseconds since 1970 as the time of day, UTC, with milliseconds."""
    moment = datetime.fromtimestamp(time // 1_000_000, UTC)
    return f"{moment:%H:%M:%S}.{time % 1_000_000 // 1000:03d}"


def call_type(number: int | None) -> str | None:
    try:
        return CallType(number).name.lower() if number is not None else None
    except ValueError:
        return f"CallType {number}"


def event_name(event: TlibEvent) -> str:
    """Its name without `Event`."""
    return event.event.removeprefix("Event").removeprefix("Call") if event.feed is Feed.CALL else event.event[5:]


def event_details(event: TlibEvent, numbers: Numbers) -> str:
    """What matters of an event beside its name."""
    return " ".join(filter(None, _details(event, numbers)))


def _details(event: TlibEvent, numbers: Numbers) -> list[str | None]:
    dn = numbers.dn(event.dn)
    if event.feed is Feed.VQ:
        return [dn, f"→ {numbers.dn(event.third_party_dn)}" if event.third_party_dn else None]
    if event.event in PARTY_EVENTS:
        moved = f"to call {event.new_call}" if event.new_call else None
        return [dn or "(no DN)", state_words(event), f"({event.cause})" if event.cause else None, moved]
    if event.participants is not None:
        seen = ", ".join(numbers.dn(party.dn) or "" for party in event.participants)
        supervisors = ", ".join(numbers.dn(dn) or "" for dn in event.supervisors)
        return [dn, "sees", seen, f"supervised by {supervisors}" if supervisors else None]
    if event.feed is Feed.AGENT:
        return [dn, f"agent {event.agent}" if event.agent else None]
    joins = (("consult of", event.orig_call), ("merged into", event.ref_call), ("linked by", " ".join(event.links)))
    called = numbers.number(event.ani), numbers.number(event.dialed or event.dnis)
    return [
        call_type(event.call_type),
        f"{called[0] or ''} → {called[1] or ''}".strip() if event.event == "EventCallCreated" and any(called) else None,
        *(f"{word} {uuid}" for word, uuid in joins if uuid),
        *(f"{key}={value}" for key, value in event.user_data.items()),
    ]


def state_words(event: TlibEvent) -> str | None:
    """A party's state: its phase and the bits above it."""
    if event.state is None:
        return None
    phase = event.phase.name.capitalize().replace("_", " ") if event.phase else ""
    bits = [flag.name.lower() for flag in PartyState if event.state & flag and flag.name]
    return ", ".join(filter(None, [phase, *bits])) or hex(event.state)


class Names:
    """Short names for the communications of a conversation: X, I, Q, U, P, numbered from the second on."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def __getitem__(self, communication_id: str | None) -> str:
        return self._names.get(communication_id or "", "?")

    def told(self, told: ExEvent) -> str:
        """What an event tells, in words. Events are to be given in the order told."""
        what, event = told.array.removesuffix("Events"), told.event
        if what.endswith("Established"):
            self._give(event["communicationId"], what.removesuffix("Established"))
        initial = event.get("initialConfiguration", {})
        parts = [
            self[event["communicationId"]] if "communicationId" in event else None,
            what,
            "alerting" if initial.get("alerting") else None,
            f"invited by {self[initial['invitedBy']]}" if "invitedBy" in initial else None,
            self._way(event),
            f"object {self[event['objectCommunicationId']]}" if "objectCommunicationId" in event else None,
            event.get("disconnectType"),
            event.get("finalState"),
            {True: "on hold", False: "off hold"}.get(event["held"]) if "held" in event else None,
        ]
        return " ".join(filter(None, parts))

    def _give(self, communication_id: str, kind: str) -> None:
        letter = _LETTERS.get(kind, kind)
        self._count[letter] += 1
        self._names[communication_id] = f"{letter}{self._count[letter]}" if self._count[letter] > 1 else letter

    def _way(self, event: dict[str, Any]) -> str | None:
        """By whom a transfer or consult is, and to whom."""
        source, target = event.get("initiatingCommunicationId"), event.get("destinationCommunicationId")
        if target is None:
            return f"by {self[source]}" if source else None
        return f"{self[source] if source else ''} → {self[target]}".lstrip()
