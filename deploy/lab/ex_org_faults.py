"""Faults the lab's EX Org finds in single events when it is told to, by their eventIds (published EX contract)."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from deploy.lab.ex_org_schema import RequestError, Submitted


class EventFaults(BaseModel, extra="forbid"):
    """`PUT /lab/event-faults` with its JSON puts them in force, `{}` none."""

    poisoned: frozenset[str] = frozenset()
    """A request with one of these is answered 400 as a whole."""
    refused: frozenset[str] = frozenset()
    """Refused for good, the others of the request are taken."""
    repeated: dict[str, int] = {}
    """Refused retryable, so many times."""
    max_bytes: int | None = None
    """A larger request is answered 413."""

    def check(self, size: int, events: Sequence[Submitted]) -> None:
        """Raises RequestError when the request, of so many bytes, is refused as a whole."""
        if self.max_bytes is not None and size > self.max_bytes:
            raise RequestError(413, "request.entity.too.large", f"The limit is {self.max_bytes} bytes.")
        for submitted in events:
            if submitted.event["eventId"] in self.poisoned:
                fault = ("invalid.value", submitted.array, "an event the EX Org cannot read")
                raise RequestError(400, "bad.request", "The request could not be understood.", [fault])

    def apart(self, events: Sequence[Submitted]) -> tuple[list[Submitted], list[dict[str, Any]]]:
        """The events that may be taken, and the errors of the others."""
        left, errors = [], []
        for submitted in events:
            event_id = submitted.event["eventId"]
            if again := self.repeated.get(event_id, 0):
                self.repeated[event_id] = again - 1
                errors.append({"eventId": event_id, "message": "try again later", "retryable": True})
            elif event_id in self.refused:
                errors.append({"eventId": event_id, "message": "not acceptable", "retryable": False})
            else:
                left.append(submitted)
        return left, errors
