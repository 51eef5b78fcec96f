"""The mapping file: which Engage object is which EX object, as YAML in the shape of `Snapshot`.

Every fault of a file is reported at once, each with its line and the key it is about.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from workers.errors import ExcpError
from workflows.call.directory import Snapshot

Place = tuple[int | str, ...]
"""Where a value stands: keys and list positions from the top."""

MOST_REPEATED = 100_000
"""Values that aliases may repeat."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class MappingError(ExcpError):
    """The mapping file cannot be used; the message names file, line and key of every fault."""


def load_mapping(path: Path) -> Snapshot:
    """Read and check a mapping file. Raises MappingError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MappingError(f"{path}: there is no such mapping file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: the mapping file cannot be read: {error}") from None
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise MappingError(f"{path}{_yaml_fault(error)}") from None
    except RecursionError:
        raise MappingError(f"{path}: values are nested too deep") from None
    if not isinstance(top, yaml.MappingNode):
        raise MappingError(f"{path}: line 1: a mapping with the keys source_id and sites is expected")
    return _check(path, top)


def _check(path: Path, top: yaml.MappingNode) -> Snapshot:
    document = _Document()
    try:
        values = document.plain(top, ())
    except RecursionError:
        raise MappingError(f"{path}: an alias (*name) stands within what it names") from None
    except _TooManyAliasesError:
        raise MappingError(f"{path}: aliases (*name) repeat more than {MOST_REPEATED} values") from None
    faults = list(document.faults)
    snapshot = None
    try:
        snapshot = Snapshot.model_validate(values)
        faults += _contradictions(snapshot)
    except ValidationError as error:
        faults += [(_key_path(values, e["loc"]), _reason(e)) for e in error.errors() if not _is_consequence(e)]
    if snapshot is None or faults:
        lines = sorted((document.line(where), _named(where), what) for where, what in faults)
        raise MappingError("\n".join(f"{path}: line {line}: {key}: {what}" for line, key, what in lines))
    return snapshot


class _TooManyAliasesError(Exception):
    """A few aliases of aliases are more values than there is memory."""


class _Document:
    """The file's content as plain values, and the line of each."""

    def __init__(self) -> None:
        self.faults: list[tuple[Place, str]] = []
        self._lines: dict[Place, int] = {}
        self._known: set[int] = set()
        self._repeated = 0

    def line(self, where: Place) -> int:
        """The line of a value; of a missing one, the line of what should hold it."""
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines[where]

    def plain(self, node: yaml.Node, where: Place) -> Any:
        self._lines.setdefault(where, node.start_mark.line + 1)
        self._repeated += id(node) in self._known
        self._known.add(id(node))
        if self._repeated > MOST_REPEATED:
            raise _TooManyAliasesError
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*where, position)) for position, item in enumerate(node.value)]
        # DNs, agent ids and codes are strings also where YAML sees a number: 07001 and 0x10 stay as written
        return None if node.tag == "tag:yaml.org,2002:null" else node.value

    def _mapping(self, node: yaml.MappingNode, where: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = (*where, key)
            if key in values:
                first = self._lines[place]
                self._lines[(*place, "again")] = key_node.start_mark.line + 1
                self.faults.append(((*place, "again"), f"stands here a second time; first in line {first}"))
                continue
            self._lines[place] = key_node.start_mark.line + 1
            values[key] = self.plain(value_node, place)
        return values


def _contradictions(snapshot: Snapshot) -> Iterator[tuple[Place, str]]:
    """A site named twice, a DN of one site that is said to be two things, a wrap-up code without an EX id."""
    for value, code in snapshot.wrapup_codes.items():
        if not _UUID.fullmatch(code):
            yield ("wrapup_codes", value), _REASONS["string_pattern_mismatch"]
    names: set[str] = set()
    for position, site in enumerate(snapshot.sites):
        where: Place = ("sites", position)
        if site.name in names:
            yield (*where, "name"), f"{site.name!r} is the name of another site too"
        names.add(site.name)
        first: dict[str, str] = {}
        for kind in ("routing_points", "trunks", "services", "extensions", "virtual_queues"):
            dns = getattr(site, kind)
            for index, dn in enumerate(dns):
                if first.setdefault(dn, kind) != kind:
                    place = dn if isinstance(dns, Mapping) else index
                    yield (*where, kind, place), f"DN {dn!r} stands under {first[dn]} too"


def _yaml_fault(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or error
    return f": line {mark.line + 1}: {problem}" if mark else f": {problem}"


def _key_path(values: Any, location: Place) -> Place:
    """A fault's location without what pydantic adds to it, e.g. `[key]` for a fault of a key."""
    path: list[int | str] = []
    for part in location:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            # a missing key is named, though it is not there
            return (*path, part) if isinstance(values, dict) else tuple(path)
        path.append(part)
    return tuple(path)


def _named(where: Place) -> str:
    """`sites[0].extensions.7001`"""
    parts = [part for part in where if part != "again"]
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts).lstrip(".") or "the file"


_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is no key of a mapping file",
    "string_pattern_mismatch": "is not a UUID",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "tuple_type": "must be a list, e.g. []",
    "dict_type": "must be keys with values, e.g. {}",
    "mapping_type": "must be keys with values, e.g. {}",
    "model_type": "must be keys with values, e.g. {}",
    "string_type": "must be a text",
}


def _is_consequence(error: Any) -> bool:
    """True for "too short" of a list that only lost its faulty items."""
    return error["type"] == "too_short" and bool(error["input"])


def _reason(error: Any) -> str:
    return _REASONS.get(str(error["type"]), str(error["msg"]))
