"""From an event as it arrives, by its TLib attributes (gateway protocol, text log), to a `TlibEvent`: only what the
call model needs is kept, checked and named.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from workflows.call.tlib import (
    CALL_UUID,
    FEED_OF_EVENT,
    LAST_SECOND,
    NOT_OURS,
    Attributes,
    EventError,
    Feed,
    TlibEvent,
    fault_of,
)

CAUSES = (
    *("Empty", "ACD", "Busy", "NoAnswer", "Reject", "Route", "Coverage", "ConverseOn", "Forward", "Redirect"),
    *("Transfer", "SingleStepTransfer", "Conference", "AMdetected", "FaxDetected", "SITdetected"),
)
"""Cause names by number, 0 to 15 (tlib.md, Attributes). A cause is a hint, never a condition."""

_UUID = re.compile(r"(?<![0-9A-Z])[0-9A-V]{32}(?![0-9A-Z])")


def read_event(name: str, attributes: Attributes, site: str, user_data_keys: Collection[str]) -> TlibEvent:
    """Make the event from its TLib attributes.

    `user_data_keys`: the keys of UserData to keep. Raises EventError when the event is none of the three
    feeds' or lacks what it cannot do without (time, call, party).
    """
    if name not in FEED_OF_EVENT:
        raise EventError(f"{name}: {NOT_OURS}")
    fields = _Fields(name, attributes)
    extensions = fields.pairs("Extensions")
    values: dict[str, Any] = {
        "event": name,
        "site": site,
        "time": fields.time(),
        "call": fields.call_uuid("CallUUID"),
        "conn": fields.conn_id("ConnID"),
        "orig_call": fields.call_uuid("OrigCallUUID"),
        "ref_call": fields.call_uuid("RefCallUUID"),
        "new_call": fields.call_uuid("NewCallUUID"),
        "call_type": fields.number("CallType"),
        "ani": fields.text("ANI"),
        "dnis": fields.text("DNIS"),
        "dialed": fields.text("DialedNumber"),
        "links": tuple(sorted(set(_uuids(attributes.get("ISLinkList"))))),
        "party": fields.text("PartyUUID"),
        "dn": fields.text("DN") if FEED_OF_EVENT[name] is Feed.CALL else fields.text("ThisDN"),
        "state": fields.number("PartyState"),
        "cause": fields.cause(),
        "ctrl": fields.text("CtrlParty"),
        "vqid": _last(extensions, "VQID"),
        "third_party_dn": fields.text("ThirdPartyDN"),
        "agent": fields.text("AgentID"),
        "user_data": {k: v for k, v in _scalars(fields.pairs("UserData")) if k in user_data_keys},
    }
    if name == "EventUserEvent":
        values |= _participants(fields, extensions)
    if fault := fault_of(name, values):
        raise EventError(f"{name}: {fault}")
    values = {key: value for key, value in values.items() if value is not None}
    try:
        return TlibEvent(id=_name(values), **values)
    except ValidationError as error:
        first = error.errors()[0]
        raise EventError(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


class _Fields:
    """Typed access to the attributes of one event; every fault becomes an EventError that names the attribute."""

    def __init__(self, name: str, attributes: Attributes) -> None:
        self._name = name
        self._attributes = attributes

    def text(self, attribute: str) -> str | None:
        value = self._attributes.get(attribute)
        if value is None or value == "":
            return None
        if isinstance(value, str | int):
            return str(value)
        raise EventError(f"{self._name}: {attribute} is not a string")

    def number(self, attribute: str) -> int | None:
        value = self._attributes.get(attribute)
        if value is None or isinstance(value, int):
            return value
        number = _integer(str(value))
        if number is None:
            raise EventError(f"{self._name}: {attribute} is not a number")
        return number

    def pairs(self, attribute: str) -> list[tuple[str, Any]]:
        value = self._attributes.get(attribute)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(p, list | tuple) and len(p) == 2 for p in value):
            return [(str(key), item) for key, item in value]
        raise EventError(f"{self._name}: {attribute} is not a key-value list")

    def time(self) -> int:
        seconds = self.number("TimeinSecs")
        if seconds is None:
            raise EventError(f"{self._name}: TimeinSecs is missing")
        microseconds = self.number("TimeinuSecs") or 0
        if not 0 < seconds < LAST_SECOND or not 0 <= microseconds < 1_000_000:
            raise EventError(f"{self._name}: TimeinSecs / TimeinuSecs is not a time")
        return seconds * 1_000_000 + microseconds

    def call_uuid(self, attribute: str) -> str | None:
        value = self.text(attribute)
        if value is not None and not CALL_UUID.fullmatch(value):
            raise EventError(f"{self._name}: {attribute} is not 32 characters 0-9 A-V")
        return value

    def conn_id(self, attribute: str) -> str | None:
        value = self.text(attribute)
        if value is None:
            return None
        try:
            number = int(value, 16)
        except ValueError:
            raise EventError(f"{self._name}: {attribute} is not hexadecimal") from None
        return f"{number:016x}" if 0 < number < 1 << 64 else None

    def cause(self) -> str | None:
        """The cause's name; a number unknown to tlib.md stays a number."""
        value = self._attributes.get("Cause")
        if isinstance(value, int):
            return CAUSES[value] if 0 <= value < len(CAUSES) else str(value)
        return self.text("Cause")


def _participants(fields: _Fields, extensions: list[tuple[str, Any]]) -> dict[str, Any]:
    """The participant list and the supervisors of an EventUserEvent (tlib.md, AGENT EventUserEvent)."""
    keys = dict(_scalars(extensions))
    if "LCTPartiesLength" not in keys:
        raise EventError(f"{fields._name}: no LCTPartiesLength, so not a participant list")
    parties = [
        {
            "dn": keys[f"LCTParty{number}"],
            "location": keys.get(f"LCTParty{number}_location"),
            "state": _integer(keys.get(f"LCTParty{number}_state", "")),
        }
        for number in _numbered(keys, "LCTParty")
    ]
    supervisors = tuple(keys[f"LCTSupervisor{number}"] for number in _numbered(keys, "LCTSupervisor"))
    return {"participants": tuple(parties), "supervisors": supervisors}


def _integer(text: str) -> int | None:
    """A decimal or 0x number; None when it is none."""
    if re.fullmatch(r"-?[0-9]{1,19}", text):
        return int(text)
    return int(text, 16) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}", text) else None


def _numbered(keys: Mapping[str, str], prefix: str) -> list[int]:
    return sorted(int(key[len(prefix) :]) for key in keys if re.fullmatch(rf"{prefix}(0|[1-9][0-9]{{0,3}})", key))


def _scalars(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for key, value in pairs:
        if isinstance(value, str | int):
            yield key, str(value)


def _last(pairs: list[tuple[str, Any]], key: str) -> str | None:
    return dict(_scalars(pairs)).get(key)


def _uuids(value: Any) -> Iterator[str]:
    """Every 32-character UUID in a value, key or value, at any depth (tlib.md, ISLinkList)."""
    if isinstance(value, str):
        yield from _UUID.findall(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _uuids(item)


def _name(values: Mapping[str, Any]) -> str:
    """Hash of all that is kept of the event, its site and its server time (architecture.md, Ingest)."""
    parts = (f"{key}={values[key]!r}" for key in sorted(values) if values[key] not in ((), {}))
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
