"""What is played while a fault is in force, and what the EX Org has to hear of it: steady mixed traffic of one site,
and beside it calls with consults and over two sites. Each window has CallUUIDs and agents of its own."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from deploy.lab.generate import SITE, START, Staff, mapping_of, traffic
from deploy.lab.identities import Identities
from deploy.lab.log_writer import print_log
from deploy.lab.scenario import Scenario, SiteEvent, SiteView
from tests.flows import library, notation
from workers.replay.log_events import Faults, Log, MergedLogs
from workers.replay.mapping_file import load_mapping
from workers.replay.replayed_calls import Record, ReplayedCalls, Step
from workflows.call.directory import Snapshot
from workflows.call.scene import Options
from workflows.call.tlib import AttributeValue

SITES = ("SIPS1", "SIPS2")
TALK = 3.0
"""Seconds an agent talks at most: short calls, so that a window is soon over."""
AGENTS = 100
"""Agents of a window at most."""
TABLES = 6
"""Tables of a window at most: each place has DNs of its own."""
KEY = "DispositionCode"

CONSULT = """
    0    call inbound
    0    X enters connected
    0.5  7001 rings
    1.5  7001 answers
    3    7001 held
    3    B: call consult of A
    3    B: 7001 enters connected
    3.1  B: 7002 rings
    5    B: 7002 answers
    9    7001 leaves Transfer
    9    B: 7001 leaves Transfer
    9    B: 7002 moves to A
    9    B: ends into A
    12   X leaves by X
    12   7002 leaves
    12   ends
"""
"""F10: a consult is in progress from the third to the ninth second."""

OTHER_SITE = """
    0    call inbound
    0    X enters connected
    0    9001 enters treated
    2    queued VQ_A
    3.9  9001 leaves Route
    4    T1 enters alerting
    4    B: call inbound @SIPS2
    4    B: T2 enters connected
    4    B: 7101 rings
    4    diverted VQ_A to 7101
    5.5  B: 7101 answers
    5.5  T1 connected
    12   X leaves by X
    12   T1 leaves
    12   ends
    12.2 B: T2 leaves
    12.2 B: 7101 leaves
    12.2 B: ends
"""
"""F03 over two sites, as in the vendor's guide; the IS-Link is put in by `linked`."""


def linked(at: float) -> str:
    """`OTHER_SITE` with the link learned by both calls that many seconds after the second call's first event."""
    rows = OTHER_SITE.strip("\n").splitlines()
    if at < 0:
        rows = [row.replace("B: call inbound", "B: call inbound linked L") for row in rows]
        rows.append(f"    {4 + at:<4} link L")
    else:
        rows += [f"    {4 + at:<4} link L", f"    {4 + at:<4} B: link L"]
    if 4 + at > 12:  # the calls are still there when the link comes
        longer = {"12  ": f"{6 + at:<4}", "12.2": f"{6.2 + at:<4}"}
        rows = [row.replace(row[4:8], longer.get(row[4:8], row[4:8]), 1) for row in rows]
    return "\n".join(sorted(rows, key=lambda row: float(row.split()[0])))


Script = Callable[[SiteView, str], None]
"""Plays a call of its own with an agent on that DN."""


@dataclass(frozen=True)
class Traffic:
    """What a window plays."""

    seconds: float = 8.0
    """For how long calls begin."""
    caps: float = 2.0
    """Calls a second that begin, on average."""
    tables: Sequence[str] = (CONSULT, linked(-0.5), linked(1.0))
    script: Script | None = None


@dataclass(frozen=True)
class Expected:
    """An EX event, as replay tells it."""

    call: str
    """Root CallUUID."""
    array: str
    event: dict[str, Any]
    due: int
    """Event time, microseconds, at which it could be told."""


@dataclass
class Window:
    """A written window."""

    name: str
    logs: dict[str, Path]
    origin: int
    """Event time of its first event, microseconds since 1970."""
    calls: frozenset[str] = frozenset()
    """CallUUIDs of all its calls, also those that are legs of another."""
    roots: dict[str, str] = field(default_factory=dict)
    """By CallUUID, the root of the conversation in which replay tells it."""
    events: int = 0
    expected: dict[str, Expected] = field(default_factory=dict)
    """By eventId."""

    @property
    def told_calls(self) -> list[str]:
        """Root CallUUIDs of which EX is told something, oldest first."""
        return list(dict.fromkeys(each.call for each in self.expected.values()))

    def of_call(self, call: str) -> list[str]:
        """eventIds of a call, in the order told."""
        return [event_id for event_id, each in self.expected.items() if each.call == call]


class _Table(library.Table):
    """A table at its place of a window, with identifiers of that window."""

    def __init__(self, window: int, place: int, text: str) -> None:
        super().__init__(place, text)
        self._window = window

    def events(self) -> Iterator[SiteEvent]:
        begins = _begin(self._window) + 500_000 + self.number * 700_000
        raw = library.Raw()
        for row, (time, what, _) in enumerate(notation.rows(self.text)):
            raw.event(time, what)
            assert raw.attributes is not None
            site, kind, attributes = raw.attributes
            at = begins + round(time * 1_000_000) + row * 100
            renamed = {key: self._renamed(key, value) for key, value in attributes.items() if value is not None}
            yield SiteEvent(at, site, kind, renamed | {"TimeinSecs": at // 1_000_000, "TimeinuSecs": at % 1_000_000})

    def _renamed(self, key: str, value: AttributeValue) -> AttributeValue:
        if key == "ConnID":
            digest = hashlib.blake2b(f"{self._window} {self.number} {value!r}".encode(), digest_size=8)
            return digest.hexdigest()
        if isinstance(value, str) and len(value) == 32:
            value = f"{self._window:04d}{value[4:]}"
        return super()._renamed(key, value)


def _begin(window: int) -> int:
    return round((START + timedelta(minutes=10 * window)).timestamp() * 1_000_000)


class Writer:
    """Writes windows into a folder, and one mapping for all of them."""

    def __init__(self, folder: Path, options: Options, silence: float) -> None:
        self._folder = folder
        self._options = options
        self._silence = silence
        self._staffs: list[Staff] = []
        self.mapping = folder / "mapping.yaml"

    def write(self, wanted: Sequence[tuple[int, str, Traffic]]) -> dict[str, Window]:
        """`wanted`: number, name and traffic of each window; the same number and traffic give the same calls."""
        self._folder.mkdir(parents=True, exist_ok=True)
        written = [self._write(*each) for each in wanted]
        self.mapping.write_text(yaml.safe_dump(self._mapping(), sort_keys=False), "utf-8")
        known = load_mapping(self.mapping)
        for window in written:
            self._tell(window, known)
        return {window.name: window for window in written}

    def _write(self, number: int, name: str, wanted: Traffic) -> Window:
        staff = Staff(Random(f"chaos {number}"), first=AGENTS * number)
        calls = round(wanted.seconds * wanted.caps)
        start = START + timedelta(minutes=10 * number)
        events = list(traffic(calls, wanted.caps, f"chaos {number}", staff, start, TALK)) if calls else []
        if wanted.script is not None:
            events += _scripted(number, wanted.script, staff)
        for place, table in enumerate(wanted.tables):
            events += _Table(number, place, table).events()
        events.sort(key=lambda event: event.time)
        self._staffs.append(staff)
        logs = {}
        for site in SITES:
            logs[site] = self._folder / f"{number:02d}-{site}.log"
            logs[site].write_text("".join(print_log(each for each in events if each.site == site)), "utf-8")
        return Window(name, logs, events[0].time)

    def _mapping(self) -> dict[str, Any]:
        everyone = [agent for staff in self._staffs for agent in staff.everyone]
        mapping = mapping_of(everyone, Random("chaos"))
        sites: dict[str, dict[str, Any]] = {site["name"]: site for site in mapping["sites"]}
        for place in range(TABLES):
            for site in _Table(0, place, "").mapping():
                known = sites.setdefault(site["name"], {"name": site["name"]})
                for kind, dns in site.items():
                    if isinstance(dns, dict):
                        known.setdefault(kind, {}).update(library._compact(dns))
                    elif isinstance(dns, list):
                        known.setdefault(kind, []).extend(dns)
        return mapping | {"sites": list(sites.values())}

    def _tell(self, window: Window, mapping: Snapshot) -> None:
        """What replay says of the window."""
        calls = ReplayedCalls(mapping, self._options, self._silence)
        seen: set[str] = set()
        now = window.origin
        for event in MergedLogs([Log(site, log) for site, log in window.logs.items()], {KEY}, Faults()):
            window.events += 1
            now = max(now, event.time)
            seen.add(event.call or "")
            for record in calls.take(event):
                _expect(record, now, window)
        for record in calls.finish():
            _expect(record, now, window)
        window.calls = frozenset(seen - {""})


def _expect(record: Record, now: int, window: Window) -> None:
    if isinstance(record, Step):
        if record.event is not None and record.event.call is not None:
            window.roots[record.event.call] = record.call
        for told in record.told:
            window.expected[told.event_id] = Expected(record.call, told.array, told.event, now)


def _scripted(number: int, script: Script, staff: Staff) -> list[SiteEvent]:
    scenario = Scenario(_begin(number) + 1_000_000, Identities(f"chaos script {number}"))
    site = scenario.site(SITE)
    position, _ = staff.take(0)
    agent = staff.everyone[position]
    if agent.agent_id:
        site.login(agent.dn, agent.agent_id)
    script(site, agent.dn)
    return scenario.events
