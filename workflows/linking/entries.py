"""What an entry of the stream says: an event, or that a SIP Server has reported all of its calls.

A SIP Server that was restarted, or whose calls did not survive a switchover, reports no end of them. After a
(re)connect it reports what lives; what is missing in a *complete* report is over. The reader of the connection says
which calls it heard of, because a re-reported event may equal the first report to the letter: such a repeat never
reaches the stream.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from workflows.call.tlib import TlibEvent


class SnapshotEnded(BaseModel):
    """An item of the stream: a SIP Server has reported every call that lives on it (feed CALL, from the primary)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    item: Literal["snapshot_ended"] = "snapshot_ended"
    id: str
    """Its name: equal for a repeated submission."""
    site: str
    began: int
    """When the report was asked for, by the ingest's clock, microseconds since 1970: a call older than that and still
    living was reported."""
    time: int
    """When the report ended, by the ingest's clock, microseconds since 1970."""
    calls: tuple[str, ...] = ()
    """CallUUIDs of all calls the connection was told of since `began`."""

    call: None = None
    conn: None = None
    dn: None = None
    """It belongs to no call and no DN."""

    def wire(self) -> dict[str, Any]:
        """The JSON form for Redis."""
        return self.model_dump(mode="json", exclude_none=True)

    @classmethod
    def of(cls, site: str, began: int, time: int, calls: Iterable[str]) -> Self:
        """Make the item, with its name."""
        known = tuple(sorted(set(calls)))
        text = "\n".join((site, str(began), str(time), *known))
        name = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        return cls(id=name, site=site, began=began, time=time, calls=known)


def parse_entry(text: str) -> TlibEvent | SnapshotEnded:
    """What an entry of the stream says. Raises ValueError (pydantic's ValidationError) when it is neither."""
    try:
        return TlibEvent.model_validate_json(text)
    except ValidationError:
        with suppress(ValidationError):
            return SnapshotEnded.model_validate_json(text)
        raise
