"""A conversation as the lab's EX Org holds it, and the rules every event of it has to keep.

The published contract says what an event looks like, not in which order events make sense. The order checked here is
the product's own assumption (flows.md, "Rules for every event" and "Moves"): a real EX Org may be more lenient, never
should it be stricter without this module learning it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Event = Mapping[str, Any]
"""An event of a request, already valid by the published schema."""


class OrderError(Exception):
    """The event breaks the order of its conversation; the message says how."""


class Kind(StrEnum):
    """What a communication is."""

    EXTERNAL = "external"
    IVR = "ivr"
    QUEUE = "queue"
    USER = "user"
    PHONE = "phone"


class State(StrEnum):
    """What a communication is doing."""

    ALERTING = "alerting"
    CONNECTED = "connected"
    HELD = "held"
    ENDED = "ended"


ESTABLISHED = {
    "externalEstablishedEvents": Kind.EXTERNAL,
    "ivrEstablishedEvents": Kind.IVR,
    "routingEstablishedEvents": Kind.QUEUE,
    "userEstablishedEvents": Kind.USER,
    "phoneEstablishedEvents": Kind.PHONE,
}
"""The arrays that open a communication, and its kind."""

TRANSFERS = {
    "userTransferEvents": Kind.USER,
    "routingTransferEvents": Kind.QUEUE,
    "phoneTransferEvents": Kind.PHONE,
}
"""The arrays that open a transfer, and the kind of communication it leads to."""

WRAPUP = "communicationDispositionAppliedEvents"


@dataclass
class Communication:
    """One party's part in a conversation. Times are `eventDateTime` values, which sort as text."""

    id: str
    kind: Kind
    established: Event
    states: list[tuple[str, State]]
    disconnect_type: str | None = None
    wrapup_code: str | None = None

    @property
    def state(self) -> State:
        return self.states[-1][1]

    @property
    def live(self) -> bool:
        return self.state is not State.ENDED


@dataclass
class Transfer:
    """A move from one communication to another, by its commandId."""

    command: str
    kind: Kind
    started: str
    initiating: str
    object: str
    wanted: str
    """Destination user id, queue id or phone number."""
    destination: str | None = None
    """Communication it progressed to."""
    ended: str | None = None
    final_state: str | None = None


@dataclass
class Consult:
    """A consult inside a conversation; it has no id of its own, so one at a time."""

    started: str
    initiating: str
    destination: str
    object: str
    progressed: str | None = None
    ended: str | None = None


@dataclass
class Conversation:
    """Everything the EX Org took of one conversation."""

    id: str
    source_id: str | None = None
    interaction_id: str | None = None
    communications: dict[str, Communication] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    consults: list[Consult] = field(default_factory=list)
    last: str = ""
    """Time stamp of the last event taken."""

    @property
    def started(self) -> str | None:
        return min((c.states[0][0] for c in self.communications.values()), default=None)

    @property
    def live(self) -> list[Communication]:
        return [c for c in self.communications.values() if c.live]

    @property
    def ended(self) -> bool:
        """A conversation ends when its last communication ended."""
        return bool(self.communications) and not self.live

    def take(self, array: str, event: Event) -> None:
        """Apply one event. Raises OrderError, and then nothing has changed."""
        time = event["eventDateTime"]
        if time <= self.last:
            raise OrderError(f"eventDateTime {time} is not after {self.last}, the conversation's last event")
        if self.ended and array != WRAPUP:
            raise OrderError("the conversation has ended")
        if array in ESTABLISHED:
            self._established(ESTABLISHED[array], event)
        elif array in TRANSFERS:
            self._transfer(TRANSFERS[array], event)
        else:
            _STEPS[array](self, event)
        self.last = time

    def _known(self, event: Event, name: str) -> Communication:
        communication = self.communications.get(event[name])
        if communication is None:
            raise OrderError(f"{name} {event[name]} is not established in this conversation")
        return communication

    def _live(self, event: Event, name: str) -> Communication:
        communication = self._known(event, name)
        if not communication.live:
            raise OrderError(f"{name} {communication.id} has ended")
        return communication

    def _established(self, kind: Kind, event: Event) -> None:
        configuration, source = event["initialConfiguration"], event["sourceConfiguration"]
        if self.source_id not in (None, source["sourceId"]):
            raise OrderError(f"sourceId is not {self.source_id}, the conversation's own")
        if self.interaction_id not in (None, source["interactionId"]):
            raise OrderError(f"interactionId is not {self.interaction_id}, the conversation's own")
        alerting = bool(configuration.get("alerting"))
        if alerting and kind in (Kind.IVR, Kind.QUEUE):
            raise OrderError(f"a communication of kind {kind} cannot alert")
        if "invitedBy" in configuration:
            self._live(configuration, "invitedBy")
        self.source_id, self.interaction_id = source["sourceId"], source["interactionId"]
        state = State.ALERTING if alerting else State.CONNECTED
        communication = Communication(event["communicationId"], kind, event, [(event["eventDateTime"], state)])
        self.communications[communication.id] = communication

    def _answered(self, event: Event) -> None:
        communication = self._live(event, "communicationId")
        if communication.state is not State.ALERTING:
            raise OrderError(f"communicationId {communication.id} is {communication.state}, not alerting")
        communication.states.append((event["eventDateTime"], State.CONNECTED))

    def _held(self, event: Event) -> None:
        communication = self._live(event, "communicationId")
        if communication.state is State.ALERTING:
            raise OrderError(f"communicationId {communication.id} is alerting and cannot be held or retrieved")
        state = State.HELD if event["held"] else State.CONNECTED
        communication.states.append((event["eventDateTime"], state))

    def _audio(self, event: Event) -> None:
        self._live(event, "communicationId")

    def _ended(self, event: Event) -> None:
        communication = self._live(event, "communicationId")
        communication.states.append((event["eventDateTime"], State.ENDED))
        communication.disconnect_type = event["disconnectType"]

    def _wrapup(self, event: Event) -> None:
        communication = self._known(event, "communicationId")
        if communication.kind is not Kind.USER:
            raise OrderError(f"communicationId {communication.id} is of kind {communication.kind}, wrap-up is a user's")
        communication.wrapup_code = event.get("code")

    def _transfer(self, kind: Kind, event: Event) -> None:
        for name in ("initiatingCommunicationId", "targetCommunicationId", "objectCommunicationId"):
            self._live(event, name)
        initiating, moved = event["initiatingCommunicationId"], event["objectCommunicationId"]
        if initiating == moved:
            raise OrderError("initiatingCommunicationId and objectCommunicationId are the same communication")
        transfer = Transfer(event["commandId"], kind, event["eventDateTime"], initiating, moved, _wanted(event))
        self.transfers[transfer.command] = transfer

    def _open_transfer(self, event: Event) -> Transfer:
        transfer = self.transfers.get(event["commandId"])
        if transfer is None:
            raise OrderError(f"commandId {event['commandId']} was never started in this conversation")
        if transfer.ended:
            raise OrderError(f"commandId {transfer.command} has ended ({transfer.final_state})")
        if event["objectCommunicationId"] != transfer.object:
            raise OrderError(f"objectCommunicationId is not {transfer.object}, the transfer's own")
        return transfer

    def _progress(self, event: Event) -> None:
        transfer = self._open_transfer(event)
        if transfer.destination:
            raise OrderError(f"commandId {transfer.command} has progressed already")
        self._live(event, "objectCommunicationId")
        destination = self._live(event, "destinationCommunicationId")
        if destination.kind is not transfer.kind:
            raise OrderError(f"the destination is of kind {destination.kind}, the transfer leads to a {transfer.kind}")
        reached = destination.established.get({Kind.USER: "userId", Kind.QUEUE: "queueId"}.get(transfer.kind, ""))
        if reached not in (None, transfer.wanted):
            raise OrderError(f"the destination is {reached}, the transfer leads to {transfer.wanted}")
        transfer.destination = destination.id

    def _end_transfer(self, event: Event) -> None:
        transfer = self._open_transfer(event)
        if event["finalState"] == "Completed" and not transfer.destination:
            raise OrderError(f"commandId {transfer.command} is completed but never progressed")
        transfer.ended, transfer.final_state = event["eventDateTime"], event["finalState"]

    @property
    def open_consult(self) -> Consult | None:
        return self.consults[-1] if self.consults and not self.consults[-1].ended else None

    def _consult(self, event: Event) -> None:
        if self.open_consult:
            raise OrderError(f"the consult of {self.open_consult.started} is still open")
        names = ("initiatingCommunicationId", "destinationCommunicationId", "objectCommunicationId")
        initiating, destination, moved = (self._live(event, name).id for name in names)
        if len({initiating, destination, moved}) < len(names):
            raise OrderError("initiating, destination and object have to be three communications")
        self.consults.append(Consult(event["eventDateTime"], initiating, destination, moved))

    def _progress_consult(self, event: Event) -> None:
        consult = self.open_consult
        if consult is None:
            raise OrderError("no consult is open")
        for name, own in (("initiatingCommunicationId", consult.initiating), ("objectCommunicationId", consult.object)):
            if self._live(event, name).id != own:
                raise OrderError(f"{name} is not {own}, the consult's own")
        destination = self._live(event, "destinationCommunicationId").id
        if destination != consult.destination and self.communications[consult.destination].kind is not Kind.QUEUE:
            raise OrderError(f"destinationCommunicationId is not {consult.destination}, the consult's own")
        consult.destination, consult.progressed = destination, event["eventDateTime"]

    def _end_consult(self, event: Event) -> None:
        if self.open_consult is None:
            raise OrderError("no consult is open")
        self.open_consult.ended = event["eventDateTime"]


def _wanted(event: Event) -> str:
    for name in ("destinationUserId", "destinationQueueId", "destinationPhoneNumber"):
        if name in event:
            return str(event[name])
    raise OrderError("the transfer has no destination")


_STEPS: dict[str, Callable[[Conversation, Event], None]] = {
    "communicationAnsweredEvents": Conversation._answered,
    "holdUpdatedEvents": Conversation._held,
    "audioUpdatedEvents": Conversation._audio,
    "communicationEndedEvents": Conversation._ended,
    WRAPUP: Conversation._wrapup,
    "progressTransferEvents": Conversation._progress,
    "endTransferEvents": Conversation._end_transfer,
    "consultTransferEvents": Conversation._consult,
    "progressConsultTransferEvents": Conversation._progress_consult,
    "endConsultTransferEvents": Conversation._end_consult,
}
