"""What a conversation is sent by the linker: events of its calls, and what only the linker can know."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from workflows.call.second_calls import SecondCall
from workflows.call.tlib import TlibEvent


class Merged(BaseModel):
    """The conversation turned out to be a leg of another one: its parties go on there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    into: str
    """Root CallUUID of the other conversation."""
    time: int
    """Server time of the event that showed it, microseconds."""


Item = TlibEvent | Merged | SecondCall


def parse(item: Mapping[str, Any]) -> Item:
    """An item from its wire form. Raises ValueError (pydantic's ValidationError) when it cannot be read."""
    if item.get("item") == "merged":
        return Merged.model_validate(item)
    if item.get("item") == "second_call":
        return SecondCall.model_validate(item)
    return TlibEvent.model_validate(item)


def fault(error: Exception) -> str:
    """Why `parse` failed; never the value at fault, which may be a caller's number."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
