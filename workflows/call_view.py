"""What people see of a call beside the conversation itself; it outlives a continue-as-new."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

_SHOWN = 8
"""How many of the last events are shown."""


class View(BaseModel):
    """Lines without a caller's number."""

    model_config = ConfigDict(extra="ignore")

    heard: list[str] = []
    """The last items taken."""
    told: list[str] = []
    """The last events EX answered for."""
    refused: list[str] = []
    """Every event EX refused, and why."""
    unreadable: int = 0
    """How many signalled elements were no item."""
    late: int = 0
    """How many events came when nothing could be told any more."""

    def hear(self, line: str) -> None:
        self.heard = [*self.heard, line][-_SHOWN:]

    def tell(self, lines: Iterable[str]) -> None:
        self.told = [*self.told, *lines][-_SHOWN:]
