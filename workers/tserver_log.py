"""T-Server text logs as TLib events.

SIP Server and URS print a message as a header line that ends in `message EventX` and one line per attribute that
begins with a TAB; a line that does not is another log line and ends the message (seen in published logs). Around the
messages stands anything: requests, SIP messages, trace lines. Logs rotate and can be cut at either end.

`read_log` looks at one line at a time and keeps no more than one message. A format is a `MessageReader`; `FORMATS`
lists those that are known.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TextIO

from workflows.call.tlib import AttributeValue


@dataclass(frozen=True)
class LogEvent:
    """An event as the log prints it, of any name: most names of a real log are of no interest to the product."""

    name: str
    attributes: dict[str, AttributeValue]
    """By TLib name, without the log's prefix `Attribute`."""
    line: int
    """Number of its header line, from 1."""


@dataclass(frozen=True)
class LogFault:
    """An event that cannot be read. What follows it in the log is not affected."""

    line: int
    """Number of the line at fault, from 1."""
    reason: str
    name: str
    """Name of the event."""


class MessageReader(Protocol):
    """Reads one message of one log format."""

    def take(self, line: str, number: int) -> bool:
        """Take a line; False when it does not belong to the message."""

    def close(self) -> LogEvent | LogFault:
        """What was read: called once, after the last line that was taken."""


def open_log(path: Path) -> TextIO:
    """Open a log. Bytes that are not UTF-8 are replaced; only a line feed ends a line."""
    return path.open(encoding="utf-8-sig", errors="replace", newline="\n")


def read_log(lines: Iterable[str]) -> Iterator[LogEvent | LogFault]:
    """Every event of a log in the log's order. An event cut off by the log's end is read as far as it goes."""
    reader: MessageReader | None = None
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if reader is not None:
            if reader.take(text, number):
                continue
            yield reader.close()
        reader = next((found for opens in FORMATS if (found := opens(text, number))), None)
    if reader is not None:
        yield reader.close()


NUMBERS = frozenset(
    {
        *("TimeinSecs", "TimeinuSecs", "ReferenceID", "CallID", "CallType", "PropagatedCallType", "CallState"),
        *("PartyState", "PartyType", "Cause", "Reliability", "NodeID", "NetworkNodeID", "CustomerDBID"),
        *("ThisDNRole", "OtherDNRole", "ThirdPartyDNRole", "AgentWorkMode", "AgentState", "ErrorCode", "AddressType"),
        *("AddressInfoType", "AddressInfoStatus", "RouteType", "MergeType", "ServerRole", "SessionID", "DNStatus"),
    }
)
"""Attributes that are numbers. Of any other, bare digits are a string: a ConnID or a CallUUID may hold digits only."""

_HEADER = re.compile(r"(?:^|[\s:])message (Event\w+)\s*$")
_LOG_LINE = re.compile(r"(?:\d{4}-\d\d-\d\dT)?@?\d\d:\d\d:\d\d\.\d{3}")
_ATTRIBUTE = re.compile(r"\tAttribute(\w+)\s*(.*)", re.DOTALL)
_NUMBER = re.compile(r"(-?(?:0x[0-9a-fA-F]{1,16}|[0-9]{1,20}))(?:\s+\(.*\))?")
_LIST = re.compile(r"\[\d+\](?:\s+[0-9a-fA-F]{2})*\s*(?:\.\.)?")
_LINES = 5_000
"""The longest message, in lines: what is longer is no event."""


class UnreadableError(ValueError):
    """A line that is not what the format has there."""


@dataclass
class CMessage:
    """The C format: `<TAB>AttributeName<TAB>value`, a key-value list's pairs one TAB deeper on lines of their own."""

    name: str
    line: int
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    fault: LogFault | None = None
    _lists: list[list[tuple[str, Any]]] = field(default_factory=list)
    """The key-value lists that are open: the attribute's, and those nested in it."""
    _open: list[str] = field(default_factory=list)
    """The lines of a string that is not closed yet: a value may hold line breaks."""

    @classmethod
    def opened_by(cls, line: str, number: int) -> "CMessage | None":
        if "message Event" not in line:
            return None
        found = _HEADER.search(line)
        return cls(found[1], number) if found else None

    def take(self, line: str, number: int) -> bool:
        if self._open and (_LOG_LINE.match(line) or _HEADER.search(line) or _ATTRIBUTE.match(line)):
            self._fail(number - 1, "a string is not closed")
        if not line.startswith("\t") and not self._open:
            return False
        if self.fault is None:
            try:
                self._take(line, number)
            except UnreadableError as error:
                self._fail(number, str(error))
        return True

    def close(self) -> LogEvent | LogFault:
        if self._open:
            self._fail(self.line, "a string is not closed")
        return self.fault or LogEvent(self.name, self.attributes, self.line)

    def _fail(self, number: int, reason: str) -> None:
        self.fault = self.fault or LogFault(number, f"{self.name}: {reason}", self.name)
        self._open = []

    def _take(self, line: str, number: int) -> None:
        if number - self.line > _LINES:
            raise UnreadableError(f"more than {_LINES} lines")
        closed = line.rstrip().endswith("'") if self._open else not _opens_string(line)
        self._open.append(line)
        if closed:
            text = "\n".join(self._open)
            self._open = []
            if text.strip():
                self._read(text)

    def _read(self, text: str) -> None:
        if found := _ATTRIBUTE.fullmatch(text):
            value = _value(found[1], found[2].strip())
            self._lists = [value] if isinstance(value, list) else []
            self.attributes[found[1]] = value
        else:
            self._read_pair(*_pair(text))

    def _read_pair(self, depth: int, key: str, value: str) -> None:
        if depth > len(self._lists):
            raise UnreadableError("a pair outside a key-value list")
        del self._lists[depth:]
        if value == "(list)":
            nested: list[tuple[str, Any]] = []
            self._lists[-1].append((key, nested))
            self._lists.append(nested)
        else:
            self._lists[-1].append((key, _scalar(value)))


FORMATS: tuple[Callable[[str, int], MessageReader | None], ...] = (CMessage.opened_by,)
"""Per log format what makes a reader of the line that opens a message."""


def _pair(text: str) -> tuple[int, str, str]:
    """A pair's depth (1 in the attribute's own list), key and printed value: `<TAB><TAB>'key'<TAB>'value'`."""
    rest = text.lstrip("\t")
    depth = len(text) - len(rest) - 1
    end = rest.find("'\t", 1)
    if end < 0:
        end = rest.find("'", 1)
    if depth < 1 or not rest.startswith("'") or end < 0:
        raise UnreadableError("neither an attribute nor a pair of a key-value list")
    return depth, rest[1:end], rest[end + 1 :].strip()


def _opens_string(line: str) -> bool:
    """True when the line's value begins with a quote and does not end with one."""
    try:
        found = _ATTRIBUTE.match(line)
        value = found[2].strip() if found else _pair(line)[2]
    except UnreadableError:
        return False
    return value.startswith("'") and (len(value) == 1 or not value.endswith("'"))


def _value(name: str, text: str) -> AttributeValue:
    if _LIST.fullmatch(text):
        return []
    if name in NUMBERS and (found := _NUMBER.fullmatch(text)):
        return _number(found[1])
    return _unquoted(text)


def _scalar(text: str) -> str | int:
    found = _NUMBER.fullmatch(text)
    return _number(found[1]) if found else _unquoted(text)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _number(digits: str) -> int:
    return int(digits, 16 if "0x" in digits else 10)
