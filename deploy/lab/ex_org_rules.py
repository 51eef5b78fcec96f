"""The strict EX Org without HTTP: takes events of many conversations, refuses what breaks a rule, remembers all.

Each event of a request fails or is taken alone (published EX contract: a 200 can carry failures of single events).
What is refused here breaks an order and would be refused again, so it is never retryable.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from deploy.lab.ex_org_conversation import ESTABLISHED, TRANSFERS, Conversation, OrderError
from deploy.lab.ex_org_schema import Submitted


@dataclass(frozen=True)
class Taken:
    """An event the EX Org holds."""

    array: str
    event: dict[str, Any]
    received: str
    """Wall time of the request, UTC."""


@dataclass(frozen=True)
class Refusal:
    """An event that was refused, and why."""

    array: str
    event: dict[str, Any]
    received: str
    reason: str


@dataclass
class ExOrg:
    """All conversations, and what happened to every event."""

    source_id: str | None = None
    """The only sourceId to accept; None: any, but one for each conversation."""
    unknown: frozenset[str] = frozenset()
    """Ids of users and queues that do not exist here."""
    conversations: dict[str, Conversation] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    repeated: int = 0
    refused: list[Refusal] = field(default_factory=list)
    _of: dict[str, list[Taken]] = field(default_factory=dict)
    _events: dict[str, Taken] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _commands: set[str] = field(default_factory=set)

    def take(self, request: Iterable[Submitted], received: str) -> list[dict[str, Any]]:
        """Take the events of a request in the given order; the errors of those refused, as published."""
        errors = []
        for submitted in request:
            try:
                self._take(Taken(submitted.array, submitted.event, received))
            except OrderError as refused:
                self.refused.append(Refusal(submitted.array, submitted.event, received, str(refused)))
                error = {"eventId": submitted.event["eventId"], "message": str(refused), "retryable": False}
                errors.append(error)
        return errors

    @property
    def open(self) -> list[Conversation]:
        return [c for c in self.conversations.values() if not c.ended]

    def events_of(self, conversation: str) -> list[Taken]:
        """In the order taken, which is the order of their time stamps."""
        return self._of.get(conversation, [])

    def refusals_of(self, conversation: str) -> list[Refusal]:
        return [refusal for refusal in self.refused if refusal.event["conversationId"] == conversation]

    def _take(self, taken: Taken) -> None:
        array, event = taken.array, taken.event
        before = self._events.get(event["eventId"])
        if before is not None:
            if (before.array, before.event) != (array, event):
                raise OrderError(f"eventId {event['eventId']} was taken before with other content")
            self.repeated += 1
            return
        self._check_identifiers(array, event)
        known = self.conversations.get(event["conversationId"])
        conversation = known or Conversation(event["conversationId"])
        conversation.take(array, event)
        self.conversations[conversation.id] = conversation
        if array in ESTABLISHED:
            self._owners[event["communicationId"]] = conversation.id
        if array in TRANSFERS:
            self._commands.add(event["commandId"])
        self._events[event["eventId"]] = taken
        self._of.setdefault(conversation.id, []).append(taken)
        self.taken.append(taken)

    def _check_identifiers(self, array: str, event: dict[str, Any]) -> None:
        """Identifiers that have to be unique over all conversations, to exist here, and the one source."""
        for name in ("userId", "queueId", "destinationUserId", "destinationQueueId"):
            if event.get(name) in self.unknown:
                raise OrderError(f"{name} {event[name]} does not exist")
        if array in ESTABLISHED:
            owner = self._owners.get(event["communicationId"])
            if owner is not None:
                raise OrderError(f"communicationId {event['communicationId']} is established already, in {owner}")
            source = event["sourceConfiguration"]["sourceId"]
            if self.source_id not in (None, source):
                raise OrderError(f"sourceId {source} is unknown, it has to be {self.source_id}")
        if array in TRANSFERS and event["commandId"] in self._commands:
            raise OrderError(f"commandId {event['commandId']} was used before")
