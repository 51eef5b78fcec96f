"""Told calls for tests of the way to the EX Org: valid by the contract, in an order a strict EX Org takes."""

import hashlib
import uuid
from typing import Any

from workflows.call.telling import Batch, ExEvent

SOURCE = "5b2c0e36-8f57-4b8e-9d0c-3f6a5c1d2e10"


def uuid4(*parts: object) -> str:
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def told_call(call: str, holds: int = 0, start: int = 0, seen: int | None = None) -> list[ExEvent]:
    """Caller and agent are established, the agent holds and retrieves `holds` times, both end.

    `start`: seconds after a fixed time at which the call begins.
    """
    told: list[ExEvent] = []

    def tell(array: str, **event: Any) -> None:
        number = len(told)
        event |= {
            "eventId": uuid4(call, "event", number),
            "eventDateTime": f"2026-03-01T{start // 3600 + 8:02}:{start // 60 % 60:02}:{start % 60:02}.{number:03}Z",
            "conversationId": uuid4(call),
        }
        told.append(ExEvent(array=array, event=event, cause=f"cause-{number}", seen=seen))

    caller, agent = uuid4(call, "caller"), uuid4(call, "agent")
    source = {"sourceId": SOURCE, "interactionId": call}
    common: dict[str, Any] = {"sourceConfiguration": source, "ani": "+441234567890", "dnis": "8000"}
    tell("externalEstablishedEvents", communicationId=caller, initialConfiguration={"inbound": True}, **common)
    established = {"communicationId": agent, "userId": uuid4("khan"), "initialConfiguration": {"inbound": True}}
    tell("userEstablishedEvents", **established, **common)
    for number in range(2 * holds):
        tell("holdUpdatedEvents", communicationId=agent, held=number % 2 == 0)
    for communication in (agent, caller):
        tell("communicationEndedEvents", communicationId=communication, disconnectType="Self")
    return told


def batch(call: str, holds: int = 0, start: int = 0, seen: int | None = None) -> Batch:
    return Batch(call=call, events=told_call(call, holds, start, seen))
