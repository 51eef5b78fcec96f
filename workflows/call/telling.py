"""What is told to the EX Org: values that go from the model to the injection activity and back."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ExEvent(BaseModel):
    """One event for the EX Org."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    array: str
    """The request array it goes into, e.g. `userTransferEvents` (ex/api.md)."""
    event: dict[str, Any]
    """The event as the published schema wants it."""
    cause: str | None = None
    """`TlibEvent.id` of the event that led to this telling; None when a wait ended it."""
    seen: int | None = None
    """When an ingest first read that event, milliseconds since 1970."""
    rule: str | None = Field(default=None, exclude=True)
    """Name of the rule that told it (`rules.RULES`); it does not leave the process."""

    @property
    def event_id(self) -> str:
        return str(self.event["eventId"])

    @property
    def time(self) -> str:
        return str(self.event["eventDateTime"])


class Batch(BaseModel):
    """Input of the activity `inject`: events of one conversation, in the order told."""

    model_config = ConfigDict(extra="ignore")

    call: str
    """Root CallUUID, for logs."""
    events: list[ExEvent]


class Refusal(BaseModel):
    """An event the EX Org refused for good."""

    model_config = ConfigDict(extra="ignore")

    event_id: str
    message: str


class Injected(BaseModel):
    """Result of the activity `inject`: everything was taken but these."""

    model_config = ConfigDict(extra="ignore")

    refused: list[Refusal] = []
    unsent: list[str] = []
    """Ids of events that were not sent, because one before them was refused that they build on."""
