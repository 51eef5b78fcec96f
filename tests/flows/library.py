"""The tables of the flow tests as logs: all of them at once, each with DNs and identifiers of its own.

So the whole scenario library can be played through the pipeline, and be told by `excp replay`.
"""

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

import tests.flows
from deploy.lab.log_writer import print_log
from deploy.lab.scenario import SiteEvent
from tests.flows import notation
from workflows.call.tlib import AttributeValue

STAGGER = 0.15
"""Seconds between the beginnings of two tables, and between the rows of one: the feeds are not synchronous."""
LONGEST = 60.0
"""Seconds: a longer table is left out."""
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"


class Raw(notation.Left):
    """Keeps the attributes a row stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: tuple[str, str, dict[str, Any]] | None = None

    def _read(self, time: float, attributes: dict[str, Any], kind: str, name: str, site: str | None = None) -> Any:
        call = self.calls[name]
        self.attributes = (site or call.site, kind, {"CallUUID": call.uuid, **attributes})
        return super()._read(time, dict(attributes), kind, name, site)


def tables() -> Iterator[tuple[str, str]]:
    """Name and text of every table that can be played."""
    for info in sorted(pkgutil.iter_modules(tests.flows.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"tests.flows.{info.name}")
        if info.name.startswith("test_") and getattr(module, "check", None) is notation.check:
            yield from _of_module(module)


def _of_module(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, test in list(vars(module).items()):
        ours = name.startswith("test_") and callable(test) and test.__module__ == module.__name__
        if ours and not signature(test).parameters:
            for text in _checked(module, test):
                if _playable(text):
                    yield f"{module.__name__}.{name}", text


def _playable(text: str) -> bool:
    """Told by events alone, each at its own time, to an end within a minute."""
    rows = notation.rows(text)
    times = [time for time, _, _ in rows]
    by_events = not {"operator", "lost"} & {what for _, what, _ in rows} and rows[-1][1] != "wait"
    in_time = by_events and times == sorted(times) and times[-1] <= LONGEST
    return in_time and _ends(text) and notation.told_by(text)[2].outcome != "open"


def _ends(text: str) -> bool:
    """The end of every call is reported: else its workflow waits for as long as SILENCE."""
    raw, calls, ended = Raw(), set[str](), set[str]()
    for time, what, _ in notation.rows(text):
        raw.attributes = None
        raw.event(time, what)
        if raw.attributes is not None:
            _, kind, attributes = raw.attributes
            (ended if kind == "EventCallDeleted" else calls).add(attributes["CallUUID"])
    return calls <= ended


def _checked(module: ModuleType, test: Any) -> list[str]:
    """The tables a test function checks: it is run with `check` taken for a list."""
    found: list[str] = []
    try:
        vars(module)["check"] = lambda table, *_, **__: found.append(table)
        with suppress(AssertionError):
            test()
    finally:
        vars(module)["check"] = notation.check
    return found


class Table:
    """One table, moved to its own time and renamed to its own DNs, calls and agents."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text
        self._dns = {dn for site in notation.MAPPING.sites for dn in _dns_of(site)}

    def events(self) -> Iterator[SiteEvent]:
        raw = Raw()
        for row, (time, what, _) in enumerate(notation.rows(self.text)):
            raw.attributes = None
            raw.event(time, what)
            if raw.attributes is None:
                continue
            site, kind, attributes = raw.attributes
            at = notation.START * 1_000_000 + round((time + (self.number + row) * STAGGER) * 1_000_000)
            renamed = {key: self._renamed(key, value) for key, value in attributes.items() if value is not None}
            renamed |= {"TimeinSecs": at // 1_000_000, "TimeinuSecs": at % 1_000_000}
            yield SiteEvent(at, site, kind, renamed)

    def mapping(self) -> list[dict[str, Any]]:
        """The sites of the notation's mapping with this table's DNs."""
        sites = notation.MAPPING.model_dump(mode="json")["sites"]
        for site in sites:
            for kind in ("routing_points", "trunks", "services"):
                site[kind] = [self.dn(dn) for dn in site[kind]]
            for kind in ("extensions", "virtual_queues"):
                site[kind] = {self.dn(dn): value for dn, value in site[kind].items()}
        return list(sites)

    def dn(self, dn: str) -> str:
        return f"{self.number:03d}{dn}" if dn in self._dns else dn

    def _renamed(self, key: str, value: AttributeValue) -> AttributeValue:
        if isinstance(value, list):
            return [(name, self._renamed(name, item)) for name, item in value]
        if isinstance(value, int):
            return value
        if key == "ConnID":
            return f"{self.number + 1:04x}{value[4:]}"
        if len(value) == 32:
            digest = int.from_bytes(hashlib.blake2b(f"{self.number} {value}".encode(), digest_size=20).digest())
            return "".join(_DIGITS[digest >> 5 * place & 31] for place in range(32))
        return self.dn(value)


def _dns_of(site: Any) -> set[str]:
    return {*site.routing_points, *site.trunks, *site.services, *site.extensions, *site.virtual_queues}


def write(folder: Path) -> dict[str, Path]:
    """Write the log of each site, and mapping.yaml; the logs by site."""
    told = [Table(number, text) for number, (_, text) in enumerate(tables())]
    events = [(event.time, table.number, n, event) for table in told for n, event in enumerate(table.events())]
    sites: dict[str, dict[str, Any]] = {}
    for table in told:
        for site in table.mapping():
            known = sites.setdefault(site["name"], {"name": site["name"]})
            for kind, dns in site.items():
                if isinstance(dns, dict):
                    known.setdefault(kind, {}).update(dns)
                elif isinstance(dns, list):
                    known.setdefault(kind, []).extend(dns)
    logs = {}
    for name in sites:
        of_site = [event for *_, event in sorted(events, key=lambda each: each[:3]) if event.site == name]
        if of_site:
            logs[name] = folder / f"{name}.log"
            logs[name].write_text("".join(print_log(of_site)), "utf-8")
    mapping = notation.MAPPING.model_dump(mode="json", exclude_none=False) | {"sites": list(sites.values())}
    (folder / "mapping.yaml").write_text(yaml.safe_dump(_compact(mapping), sort_keys=False), "utf-8")
    return logs


def _compact(value: Any) -> Any:
    """Without the keys that are None, but an Extension that is None stays: never an agent."""
    if isinstance(value, dict):
        return {k: _compact(v) for k, v in value.items() if v is not None or k[:1].isdigit()}
    return [_compact(each) for each in value] if isinstance(value, list) else value
