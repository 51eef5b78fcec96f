"""The C format of T-Server logs, as SIP Server and URS print messages (seen in published logs).

    @16:45:24.5942 [0] 8.1.101.25 distribute_event: message EventDiverted
    <TAB>AttributeThisDN<TAB>'9001'
    <TAB>AttributeUserData<TAB>[561] 00 05 00 00..
    <TAB><TAB>'RTargetObjSelDBID'<TAB>115
    <TAB><TAB>'RRequestedSkills'(list)
    <TAB><TAB><TAB>'English'<TAB>1

A line that does not begin with a TAB is another log line and ends the message, unless a string is still open: a value
may hold line breaks.
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
from workflows.call.tlib import AttributeValue

_HEADER = re.compile(r"(?:^|[\s:])message (Event\w+)\s*$")
_ATTRIBUTE = re.compile(r"\tAttribute(\w+)\s*(.*)", re.DOTALL)
_COMPLETE = re.compile(r"\tAttribute(\w+)\t(?:'(.*)'|([^'\[\s][^\r\n]*))\r?\n")
"""Most lines: an attribute whose value, in quotes or bare, is all there."""
_LIST = re.compile(r"\[\d+\](?:\s+[0-9a-fA-F]{2})*\s*(?:\.\.)?")


@dataclass(slots=True)
class CMessage:
    """A message in the C format."""

    name: str
    line: int
    wanted: bool = True
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    fault: LogFault | None = None
    _lines: list[str] = field(default_factory=list)
    """Lines taken and not read yet."""
    _read: int = 0
    """How many lines have been read."""
    _size: int = 0
    """How many characters were taken."""
    _lists: list[list[tuple[str, Any]]] = field(default_factory=list)
    """The key-value lists that are open: the attribute's, and those nested in it."""
    _open: list[str] = field(default_factory=list)
    """The lines of a string that is not closed yet."""

    @classmethod
    def opened_by(cls, line: str, number: int) -> "CMessage | None":
        if "message Event" not in line:
            return None
        found = _HEADER.search(line)
        return cls(found[1], number) if found else None

    def take(self, line: str, number: int) -> bool:
        if line.startswith("\t"):
            if self.wanted:
                self._keep(line)
            return True
        self._read_lines()
        if not self._open:
            return False
        if LOG_LINE.match(line) or _HEADER.search(line):
            self._fail(number - 1, "a string is not closed")
            return False
        self._keep(line)
        return True

    def _keep(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line)
        if len(self._lines) > LONGEST or self._size > LARGEST:
            self._read_lines()

    def close(self) -> LogEvent | LogFault:
        self._read_lines()
        if self._open:
            self._fail(self.line, "a string is not closed")
        return self.fault or LogEvent(self.name, self.attributes, self.line)

    def _fail(self, line: int, reason: str) -> None:
        self.fault = self.fault or LogFault(line, f"{self.name}: {reason}", self.name)
        self._open.clear()

    def _read_lines(self) -> None:
        for line in self._lines:
            self._read += 1
            if self.fault is not None:
                continue
            at = self.line + self._read
            try:
                if self._read > LONGEST:
                    raise UnreadableError(f"more than {LONGEST} lines")
                if self._size > LARGEST:
                    raise UnreadableError(f"more than {LARGEST} characters")
                if not self._open and (found := _COMPLETE.fullmatch(line)):
                    self._put(found[1], found[2] if found[3] is None else _bare(found[1], found[3].rstrip()))
                else:
                    self._read_line(line, at)
            except UnreadableError as error:
                self._fail(at, str(error))
        self._lines.clear()

    def _put(self, name: str, value: AttributeValue) -> None:
        self._lists = [value] if isinstance(value, list) else []
        self.attributes[name] = value

    def _read_line(self, line: str, at: int) -> None:
        text = line.rstrip("\r\n")
        if self._open:
            if _ATTRIBUTE.match(line):
                self._fail(at - 1, "a string is not closed")
                return
            self._open.append(text)
            if not text.rstrip().endswith("'"):
                return
            text = "\n".join(self._open)
        elif not text.strip():
            return
        depth, key, value = _split(text)
        closed = not value.startswith("'") or (len(value) > 1 and value.endswith("'"))
        self._open = [] if closed else [text]
        if not closed or (not line.endswith("\n") and not value.endswith(("'", ")"))):
            return  # not complete; without a line end the log is cut off here
        if depth:
            self._put_pair(depth, key, value)
        else:
            self._put(key, _value(key, value))

    def _put_pair(self, depth: int, key: str, value: str) -> None:
        if depth > len(self._lists):
            raise UnreadableError("a pair outside a key-value list")
        del self._lists[depth:]
        if value == "(list)":
            if depth >= DEEPEST:
                raise UnreadableError(f"more than {DEEPEST} key-value lists within each other")
            nested: list[tuple[str, Any]] = []
            self._lists[-1].append((key, nested))
            self._lists.append(nested)
        else:
            printed = number(value)
            self._lists[-1].append((key, _unquoted(value) if printed is None else printed))


def _split(text: str) -> tuple[int, str, str]:
    """Depth (0: attribute, 1: pair of its list, 2: pair of a list in that one), name or key, and the printed value."""
    if found := _ATTRIBUTE.fullmatch(text):
        return 0, found[1], found[2].strip()
    rest = text.lstrip("\t")
    depth = len(text) - len(rest) - 1
    end = rest.find("'\t", 1)
    if end < 0:
        end = rest.find("'", 1)
    if depth < 1 or not rest.startswith("'") or end < 0:
        raise UnreadableError("neither an attribute nor a pair of a key-value list")
    return depth, rest[1:end], rest[end + 1 :].strip()


def _value(name: str, text: str) -> AttributeValue:
    if text.startswith("[") and _LIST.fullmatch(text):
        return []
    return _unquoted(text) if text.startswith("'") else _bare(name, text)


def _bare(name: str, text: str) -> str | int:
    printed = number(text) if name in NUMBERS else None
    return text if printed is None else printed


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text
