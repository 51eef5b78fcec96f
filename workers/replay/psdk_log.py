"""The PSDK format: how applications built on the Platform SDK log T-Server messages (seen in published logs).

    2015-01-07 13:20:31,665 DEBUG - Proxy got message 'EventDiverted' ('58')
    message attributes:
    AttributeEventSequenceNumber [long] = 4899493
    Time            = ComplexClass(TimeStamp):
    <TAB>AttributeTimeinuSecs [int] = 573000
    <TAB>AttributeTimeinSecs [int] = 1420644031
    AttributeCallType [int] = 2 [Inbound]
    AttributeThisDN [str] = "2214"
    AttributeUserData [bstr] = KVList:
    <TAB><TAB>'RTargetObjSelDBID' [int] = 115

`attributes:` may stand at the end of the first line too. A pair belongs to the nearest list above it that is indented
less than the pair. Names are spelt like the SDK's getters (`CallUuid`); here they get their TLib spelling.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from workers.replay.log_message import (
    DEEPEST,
    LARGEST,
    LOG_LINE,
    LONGEST,
    NUMBERS,
    LogEvent,
    LogFault,
    UnreadableError,
    number,
)
from workflows.call.tlib import AttributeValue, CallType

_HEADER = re.compile(r"'(Event\w+)' \('?\d+'?\)(\s+(?:message )?attributes:)?\s*$")
_BEGIN = re.compile(r"\s*(?:message )?attributes:\s*$")
_ATTRIBUTE = re.compile(r"(\s*)Attribute(\w+) *\[([\w-]+)\] *= ?(.*)", re.DOTALL)
_PAIR = re.compile(r"(\s+)'(.*?)' *\[([\w-]+)\] *= ?(.*)", re.DOTALL)
_CLASS = re.compile(r"\s*\w+ *= *ComplexClass\(\w*\):\s*$")
"""A group of attributes, such as the time's two."""
_LIST = "KVList:"

_SPELLING = {
    name.lower(): name
    for name in (
        *("CallUUID", "PartyUUID", "OrigCallUUID", "RefCallUUID", "NewCallUUID", "ConnID", "ISLinkList"),
        *("ANI", "DNIS", "DN", "ThisDN", "OtherDN", "ThirdPartyDN", "AgentID", "CallID", "NetworkCallID"),
        *("TimeinSecs", "TimeinuSecs", "ThisDNRole", "OtherDNRole", "ThirdPartyDNRole"),
    )
} | {"originalcalluuid": "OrigCallUUID"}
"""TLib spelling by the name in small letters, where the two may differ."""
_CALL_TYPES = {kind.name.lower(): int(kind) for kind in CallType}


@dataclass(slots=True)
class PsdkMessage:
    """A message in the PSDK format."""

    name: str
    line: int
    wanted: bool = True
    begun: bool = False
    """`attributes:` was seen."""
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    fault: LogFault | None = None
    _lists: list[tuple[int, list[tuple[str, Any]]]] = field(default_factory=list)
    """The key-value lists that are open, with the indent of what opened them."""
    _open: list[str] = field(default_factory=list)
    """The lines of a string that is not closed yet."""
    _size: int = 0
    """How many characters were taken."""

    @classmethod
    def opened_by(cls, line: str, number: int) -> "PsdkMessage | None":
        if "'Event" not in line:
            return None
        found = _HEADER.search(line)
        return cls(found[1], number, begun=bool(found[2])) if found else None

    def take(self, line: str, number: int) -> bool:
        if not self.begun:
            self.begun = bool(_BEGIN.match(line))
            return self.begun
        text = line.rstrip("\r\n")
        self._size += len(line)
        if self._open:
            if LOG_LINE.match(text) or _HEADER.search(text) or _ATTRIBUTE.match(text):
                self._fail(number - 1, "a string is not closed")
            elif self._too_much(number):
                self._fail(number, self._too_much(number))
            else:
                self._open.append(text)
                if not text.rstrip().endswith('"'):
                    return True
                text = "\n".join(self._open)
        found = _ATTRIBUTE.match(text) or _PAIR.match(text)
        if found is None:
            return text[:1] in (" ", "\t") or bool(_CLASS.match(text))
        if self.fault is None and self.wanted:
            try:
                self._read(found, text, number, cut=not line.endswith("\n"))
            except UnreadableError as error:
                self._fail(number, str(error))
        return True

    def close(self) -> LogEvent | LogFault | None:
        if self._open:
            self._fail(self.line, "a string is not closed")
        if not self.begun:
            return None
        return self.fault or LogEvent(self.name, self.attributes, self.line)

    def _fail(self, line: int, reason: str) -> None:
        self.fault = self.fault or LogFault(line, f"{self.name}: {reason}", self.name)
        self._open.clear()

    def _too_much(self, at: int) -> str:
        """Why the message is none; empty when it is not too long."""
        if at - self.line > LONGEST:
            return f"more than {LONGEST} lines"
        return f"more than {LARGEST} characters" if self._size > LARGEST else ""

    def _read(self, found: re.Match[str], text: str, at: int, *, cut: bool) -> None:
        if too_much := self._too_much(at):
            raise UnreadableError(too_much)
        value = found[4].strip()
        self._open = [text] if value.startswith('"') and not (len(value) > 1 and value.endswith('"')) else []
        if self._open or (cut and not value.endswith(('"', "]", ")"))):
            return  # not complete; without a line end the log is cut off here
        if found.re is _ATTRIBUTE:
            name = _SPELLING.get(found[2].lower(), found[2])
            self._lists.clear()
            self.attributes[name] = self._list(-1) if value == _LIST else _value(name, value)
        else:
            self._put_pair(len(found[1]), found[2], found[3], value)

    def _list(self, indent: int) -> list[tuple[str, Any]]:
        if len(self._lists) >= DEEPEST:
            raise UnreadableError(f"more than {DEEPEST} key-value lists within each other")
        opened: list[tuple[str, Any]] = []
        self._lists.append((indent, opened))
        return opened

    def _put_pair(self, indent: int, key: str, kind: str, value: str) -> None:
        while len(self._lists) > 1 and self._lists[-1][0] >= indent:
            self._lists.pop()
        if not self._lists:
            raise UnreadableError("a pair outside a key-value list")
        into = self._lists[-1][1]
        printed = number(value) if kind in ("int", "long") else None
        into.append((key, self._list(indent) if value == _LIST else _unquoted(value) if printed is None else printed))


def _value(name: str, text: str) -> AttributeValue:
    if name in NUMBERS and (printed := number(text)) is not None:
        return printed
    if name == "CallType" and text.lower() in _CALL_TYPES:
        return _CALL_TYPES[text.lower()]
    return _unquoted(text)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
