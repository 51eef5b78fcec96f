"""The encoding profile: every decision of how a call is written as EX events.

The vendor does not publish the 17 call flows. This module is our reading of the published event fields, not
verified on a live EX Org; ASSUMPTIONS lists the decisions for users. Change them here; call tracking stays as it is.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from workflows.call.communications import Communication, Kind, Told, Transfer
from workflows.call.telling import ExEvent

Disconnect = Literal[
    "Self",
    "Peer",
    "System",
    "Error",
    "Transfer",
    "TransferACD",
    "TransferUser",
    "TransferConsult",
    "TransferConference",
]
FinalState = Literal["Completed", "Failed", "Canceled"]

ASSUMPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "identifiers": "conversationId, communicationId, commandId and eventId may be any version 4 UUID of ours; "
        "they are computed from the root CallUUID, so a repetition carries the same ones",
        "time order": "within a conversation eventDateTime carries the order and strictly increases; an event that "
        "would not be later than its predecessor is moved to 1 ms after it",
        "opening": "a conversation is told when two communications of it are known, each with its own time",
        "inbound": "true for all communications of an inbound call, false for all of an outbound one; in an internal "
        "call false for the caller; false for a number reached by transfer",
        "queue until answer": "the caller stays in the queue communication until the agent answers; alerting does "
        "not end it, and no answer leaves it as it is",
        "move": "a change of hands is a transfer with one commandId: transfer, established, progress, answered, end; "
        "its target is the communication that is left, its destination comes with progress",
        "move to an IVR": "EX has no transfer event for it: ivrEstablished invited by the caller, then the end of "
        "what was left",
        "blind transfer": "the transferring agent ends when he leaves, after progressTransfer, before the answer",
        "consult": "consultTransfer when the consulted party is called, progressConsultTransfer when it answers, "
        "endConsultTransfer when it is completed or given up",
        "disconnect type": "who hung up is Self, who goes with it Peer, moved on is Transfer…, no answer or taken away "
        "is System, busy or failed is Error",
        "wrap-up": "communicationDispositionApplied on the agent's communication, also after it ended",
        "suspension": "after a violation only communicationEnded is told, and nobody is left alone",
        "refused": "an event that EX refuses for good ends the telling: what EX knows of the conversation is ended "
        "(System), and nothing more is told; but nothing builds on a hold or a wrap-up, so the rest goes on",
        "late link": "a conversation opened for what turns out to be another site's leg is closed with "
        "destinationConversationId; a party that turns out to be only the way to another site ends (System), and "
        "whoever is there is told, each with its own time",
        "participant list": "an EventUserEvent never adds a communication; it only shows supervision",
    }
)
"""Name → what we assume about EX. Printed by `excp assumptions`, cited in the README."""

MOVED_TO: Mapping[Kind, Disconnect] = MappingProxyType(
    {Kind.QUEUE: "TransferACD", Kind.USER: "TransferUser", Kind.PHONE: "Transfer", Kind.IVR: "Transfer"}
)
"""disconnectType of what a call leaves, by where it goes."""

_ESTABLISHED = {
    Kind.EXTERNAL: "externalEstablishedEvents",
    Kind.IVR: "ivrEstablishedEvents",
    Kind.QUEUE: "routingEstablishedEvents",
    Kind.USER: "userEstablishedEvents",
    Kind.PHONE: "phoneEstablishedEvents",
}
_TRANSFER = {
    Kind.QUEUE: "routingTransferEvents",
    Kind.USER: "userTransferEvents",
    Kind.PHONE: "phoneTransferEvents",
}


ENDED = "communicationEndedEvents"
_ALONE = frozenset({"holdUpdatedEvents", "audioUpdatedEvents", "communicationDispositionAppliedEvents"})


def is_established(told: ExEvent) -> bool:
    """True for the event that makes a communication known to EX."""
    return told.array in _ESTABLISHED.values()


def is_built_on(told: ExEvent) -> bool:
    """True when later events make no sense to EX without this one (ASSUMPTIONS, refused)."""
    return told.array not in _ALONE


def identifier(call: str, *what: object) -> str:
    """A version 4 UUID computed from the root CallUUID and what it stands for."""
    digest = hashlib.blake2b("\x1f".join(map(str, (call, *what))).encode(), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))


class Encoder:
    """Writes the events of one conversation, in causal order with strictly increasing times.

    Every method takes the time of the causing event in microseconds and appends to `out`.
    """

    def __init__(self, call: str, told: Told) -> None:
        self.call = call
        self.told = told
        self.conversation_id = identifier(call, "conversation")
        self.source_id = ""
        self.ani: str | None = None
        self.dnis: str | None = None
        self.out: list[ExEvent] = []
        self.cause: str | None = None
        self.seen: int | None = None
        self.rule: str | None = None

    def new_id(self, *what: object) -> str:
        """The identifier of the next thing of its sort: the second IVR differs from the first."""
        name = "\x1f".join(map(str, what))
        ordinal = self.told.ordinals[name] = self.told.ordinals.get(name, 0) + 1
        return identifier(self.call, *what, ordinal)

    def established(
        self, at: int, who: Communication, *, inbound: bool, invited_by: str | None, info: Mapping[str, str]
    ) -> None:
        initial: dict[str, Any] = {"alerting": who.alerting, "inbound": inbound}
        if invited_by is not None:
            initial["invitedBy"] = invited_by
        if info:
            initial["additionalInfo"] = dict(info)
        event: dict[str, Any] = {
            "communicationId": who.id,
            "initialConfiguration": initial,
            "sourceConfiguration": {"sourceId": self.source_id, "interactionId": self.call},
        }
        event |= {name: value for name, value in (("ani", self.ani), ("dnis", self.dnis)) if value}
        if who.kind is Kind.USER:
            event["userId"] = who.user_id
            if who.queue_id:
                event["queueId"] = who.queue_id
        elif who.kind is Kind.QUEUE:
            event["queueId"] = who.queue_id
        elif who.kind is Kind.IVR:
            event["ivrName"] = who.name
        elif who.kind is Kind.PHONE and who.number:
            event["phoneNumber"] = who.number
        self.told.communications[who.id] = who
        self._tell(at, _ESTABLISHED[who.kind], who.id, event)

    def answered(self, at: int, who: Communication) -> None:
        who.alerting, who.answered_at = False, at
        self._tell(at, "communicationAnsweredEvents", who.id, {"communicationId": who.id})

    def held(self, at: int, who: Communication, held: bool) -> None:
        who.held = held
        self._tell(at, "holdUpdatedEvents", who.id, {"communicationId": who.id, "held": held})

    def ended(self, at: int, who: Communication, how: Disconnect, goes_on_in: str | None = None) -> None:
        """The end of a communication; `goes_on_in`: the conversation its parties go on in."""
        who.ended_at, who.disconnect = at, how
        event = {"communicationId": who.id, "disconnectType": how}
        if goes_on_in is not None:
            event["destinationConversationId"] = goes_on_in
        self._tell(at, ENDED, who.id, event)

    def wrapup(self, at: int, who: Communication, code_id: str) -> None:
        who.wrapup = code_id
        event = {"communicationId": who.id, "code": code_id}
        self._tell(at, "communicationDispositionAppliedEvents", who.id, event)

    def transfer(self, at: int, transfer: Transfer, target: Communication) -> None:
        event: dict[str, Any] = {
            "commandId": transfer.command,
            "initiatingCommunicationId": transfer.source,
            "objectCommunicationId": transfer.object,
            "targetCommunicationId": transfer.source,
            "transferType": "Unattended",
        }
        if target.kind is Kind.USER:
            event["destinationUserId"] = target.user_id
        elif target.kind is Kind.QUEUE:
            event["destinationQueueId"] = target.queue_id
        else:
            event["destinationPhoneNumber"] = target.number or "anonymous"
        self._tell(at, _TRANSFER[target.kind], transfer.command, event)

    def progress(self, at: int, transfer: Transfer, target: Communication) -> None:
        event = {
            "commandId": transfer.command,
            "objectCommunicationId": transfer.object,
            "destinationCommunicationId": target.id,
        }
        self._tell(at, "progressTransferEvents", transfer.command, event)

    def end_transfer(self, at: int, transfer: Transfer | None, final: FinalState) -> None:
        """The end of a move; nothing for a move from nobody."""
        if transfer is not None:
            event = {
                "commandId": transfer.command,
                "objectCommunicationId": transfer.object,
                "finalState": final,
            }
            self._tell(at, "endTransferEvents", transfer.command, event)

    def consult(self, at: int, initiator: str, target: str, object_id: str) -> None:
        self._tell(at, "consultTransferEvents", target, _consult(initiator, target, object_id))

    def progress_consult(self, at: int, initiator: str, target: str, object_id: str) -> None:
        self._tell(at, "progressConsultTransferEvents", target, _consult(initiator, target, object_id))

    def end_consult(self, at: int) -> None:
        self._tell(at, "endConsultTransferEvents", "consult", {})

    def _tell(self, at: int, array: str, about: str, event: dict[str, Any]) -> None:
        self.told.last_ms = max(at // 1000, self.told.last_ms + 1)
        self.told.events += 1
        event["conversationId"] = self.conversation_id
        event["eventId"] = self.new_id("event", array, about)
        event["eventDateTime"] = date_time(self.told.last_ms)
        self.out.append(ExEvent(array=array, event=event, cause=self.cause, seen=self.seen, rule=self.rule))


def _consult(initiator: str, target: str, object_id: str) -> dict[str, Any]:
    return {
        "initiatingCommunicationId": initiator,
        "destinationCommunicationId": target,
        "objectCommunicationId": object_id,
    }


def date_time(milliseconds: int) -> str:
    """Milliseconds since 1970 as EX wants it: UTC, milliseconds, `Z`."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
