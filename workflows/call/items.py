"""What a conversation is sent by the linker: events of its calls, and what only the linker can know."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from workflows.call.second_calls import SecondCall
from workflows.call.snapshots import Lost, SnapshotEnded
from workflows.call.tlib import TlibEvent


class Merged(BaseModel):
    """The conversation turned out to be a leg of another one: its parties go on there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    into: str
    """Root CallUUID of the other conversation."""
    time: int
    """Server time of the event that showed it, microseconds."""


Item = TlibEvent | Merged | SecondCall | Lost

_KINDS: dict[Any, type[Merged | SecondCall | Lost]] = {"merged": Merged, "second_call": SecondCall, "lost": Lost}


def parse(item: Mapping[str, Any]) -> Item:
    """An item from its wire form. Raises ValueError (pydantic's ValidationError) when it cannot be read."""
    return _KINDS.get(item.get("item"), TlibEvent).model_validate(item)


def parse_entry(text: str) -> TlibEvent | SnapshotEnded:
    """What an entry of the stream says. Raises ValueError (pydantic's ValidationError) when it is neither."""
    try:
        return TlibEvent.model_validate_json(text)
    except ValidationError:
        with suppress(ValidationError):
            return SnapshotEnded.model_validate_json(text)
        raise


def fault(error: Exception) -> str:
    """Why `parse` failed; never the value at fault, which may be a caller's number."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
