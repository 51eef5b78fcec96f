"""What a conversation is sent by the linker: events of its calls, and what only the linker can know."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from workflows.call.tlib import Micros, TlibEvent


class Merged(BaseModel):
    """The conversation turned out to be a leg of another one: its parties go on there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    into: str
    """Root CallUUID of the other conversation."""
    time: Micros
    """Server time of the event that showed it."""


class SecondCall(BaseModel):
    """What a conversation is told: an agent rings or talks in one of its calls and talks in another call since before,
    or no longer does."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    site: str
    dn: str
    party: str
    """PartyUUID in this conversation."""
    other: str | None = None
    """CallUUID of the first call; None when the agent has left it."""
    other_site: str = ""
    """Site of the first call."""
    others: tuple[str, ...] = ()
    """DNs of the other parties of the first call."""
    sure: bool = False
    """True when the first call has shown that it lives."""
    time: Micros
    """Server time of the event by which it was seen."""


class Lost(BaseModel):
    """What a conversation is told: one of its calls is over, and nobody said how."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    call: str
    time: Micros
    """When the report ended in which it was missing."""


Item = TlibEvent | Merged | SecondCall | Lost

_KINDS: dict[str, type[Merged | SecondCall | Lost]] = {"merged": Merged, "second_call": SecondCall, "lost": Lost}


def parse(item: Any) -> Item:
    """An item from its wire form. Raises ValidationError when it is none."""
    match item:
        case {"item": str(kind)} if kind in _KINDS:
            return _KINDS[kind].model_validate(item)
    return TlibEvent.model_validate(item)


def fault(error: ValidationError) -> str:
    """Why `parse` failed; never the value at fault, which may be a caller's number."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
