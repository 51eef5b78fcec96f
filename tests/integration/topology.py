"""A topology of deploy/topologies on real processes: its settings files as they are, but for addresses and secrets."""

import asyncio
import os
import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from dotenv import dotenv_values

from deploy.lab.ports import free_port
from deploy.lab.processes import Processes
from deploy.lab.readings import ExOrgReader
from deploy.lab.servers import ExOrgOptions, program, start_ex_org, start_excs
from deploy.lab.sip_pair import SipPair
from tests.integration.eventually import eventually
from workers.settings import Settings

TOPOLOGIES = Path(__file__).parents[2] / "deploy" / "topologies"
FEEDS = ("VOICE_SERVER_VQ", "VOICE_SERVER_AGENT", "VOICE_SERVER_CALL")
UP_WITHIN = 60.0
ORG = ExOrgOptions(requests_per_minute=6000)
QUICK = {"LINGER": "3", "WRAPUP_WINDOW": "3", "RECONNECT_HOLD": "1"}


def read(*names: str) -> dict[str, str]:
    """The settings of some files, the later ones first."""
    found: dict[str, str] = {}
    for name in names:
        found |= {key: value or "" for key, value in dotenv_values(TOPOLOGIES / name).items()}
    return found


def ingests(topology: str) -> dict[str, dict[str, str]]:
    """The settings of each ingest, by its EXCP_INSTANCE: each file of ingests is that of two."""
    files = sorted((TOPOLOGIES / topology).glob("ingest-*.env"))
    place = {file.stem.removeprefix("ingest-"): read("shared.env", f"{topology}/{file.name}") for file in files}
    return {f"{name}-{half}": settings for name, settings in place.items() for half in "ab"}


def pairs(settings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Variable and site of each SIP Server pair an ingest reads."""
    return [(feed, site) for feed in FEEDS for site in re.findall(r"([^=,]+)=[^,]+", settings.get(feed, ""))]


def sites(topology: str) -> list[str]:
    """All its SIP Server pairs."""
    return sorted({site for settings in ingests(topology).values() for _, site in pairs(settings)})


@dataclass
class Running:
    """Use `start`, and `processes.stop_all` afterwards."""

    topology: str
    folder: Path
    http: httpx.AsyncClient
    processes: Processes = field(init=False)
    servers: dict[str, SipPair] = field(default_factory=dict)
    ex_org: ExOrgReader = field(init=False)
    _lab: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.processes = Processes(self.folder)

    async def start(self, logs: Mapping[str, Path], origin: int, redis: str, temporal: str) -> None:
        """Start what is around, then the processes of the topology, and wait until they do their work."""
        mapping = self.folder / "mapping.yaml"
        async with asyncio.TaskGroup() as group:
            excs = group.create_task(start_excs(self.processes, self.http, mapping))
            ex_org = group.create_task(start_ex_org(self.processes, self.http, mapping, ORG))
            starting = [
                group.create_task(SipPair.start(self.processes, site, [log], 1.0, origin)) for site, log in logs.items()
            ]
        self.servers = {pair.result().site: pair.result() for pair in starting}
        self.ex_org = ExOrgReader(ex_org.result(), self.http)
        self._lab = self._addresses(redis, temporal, excs.result(), ex_org.result())
        async with asyncio.TaskGroup() as group:
            for name, settings in ingests(self.topology).items():
                group.create_task(self._start(name, "ingest", settings | {"EXCP_INSTANCE": name}))
            group.create_task(self._start("dispatch", "dispatch", read("shared.env")))
            group.create_task(self._start("worker", "worker", read("shared.env", "worker.env")))
        wanted = self._subscriptions()
        await eventually(lambda: self._subscribed() >= wanted, UP_WITHIN)
        await eventually(lambda: self._says("worker", "new calls begin on this build"), UP_WITHIN)
        await eventually(lambda: self._says("dispatch", '"dispatching"'), UP_WITHIN)
        await asyncio.sleep(float(QUICK["RECONNECT_HOLD"]))  # what comes earlier is held: each feed by its own clock

    def play(self, at: float) -> None:
        for pair in self.servers.values():
            pair.command("start", at=at)

    def totals(self) -> Sequence[tuple[str, str, dict[str, int]]]:
        """Site, feed and figures of what was played."""
        played = [(site, pair.totals) for site, pair in self.servers.items() if pair.totals]
        return [(site, feed, figures) for site, totals in played for feed, figures in totals["feeds"].items()]

    @property
    def played(self) -> bool:
        self.processes.check_alive()
        return all(pair.totals is not None for pair in self.servers.values())

    async def _start(self, name: str, command: str, settings: Mapping[str, str]) -> None:
        own = {**_surroundings(), **self._at_the_lab(settings), **self._lab, "METRICS_PORT": str(free_port())}
        own.pop("EX_REGION", None)
        await self.processes.start(name, program("excp"), command, environment=own)

    def _at_the_lab(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The same sites for the same feeds, at the lab's addresses."""
        moved = dict(settings)
        for feed in {feed for feed, _ in pairs(settings)}:
            moved[feed] = ",".join(self.servers[site].address for each, site in pairs(settings) if each == feed)
        return moved

    def _addresses(self, redis: str, temporal: str, excs: str, ex_org: str) -> dict[str, str]:
        return {
            **QUICK,
            "REDIS_URL": redis,
            "EXCS_URL": excs,
            "EX_API_URL": ex_org,
            "EX_LOGIN_URL": ex_org,
            "EX_CLIENT_ID": ORG.client_id,
            "EX_CLIENT_SECRET": ORG.client_secret,
            "EX_REQUESTS_PER_MINUTE": str(ORG.requests_per_minute),
            "TEMPORAL_ADDRESS": temporal,
            "TEMPORAL_NAMESPACE": "default",
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "TENANT_ID": self.topology,
            "TASK_QUEUE": f"excp-{self.topology}",
            "BUILD_ID": f"{self.topology}-{uuid.uuid4()}",
        }

    def _subscriptions(self) -> Counter[tuple[str, str]]:
        """By site and ingest: each feed is subscribed to at both servers of a pair."""
        wanted: Counter[tuple[str, str]] = Counter()
        for name, settings in ingests(self.topology).items():
            for _, site in pairs(settings):
                wanted[site, name] += 2
        return wanted

    def _subscribed(self) -> Counter[tuple[str, str]]:
        self.processes.check_alive()
        return Counter({(s, name): n for s, pair in self.servers.items() for name, n in pair.subscriptions.items()})

    def _says(self, name: str, text: str) -> bool:
        self.processes.check_alive()
        return text in (self.folder / f"{name}.log").read_text("utf-8")


def _surroundings() -> dict[str, str]:
    """The shell's own variables without settings of the product or of Temporal."""
    mine = {name.upper() for name in Settings.model_fields} | {"EXCP_INSTANCE"}
    kept = {k: v for k, v in os.environ.items() if k.upper() not in mine and not k.startswith("TEMPORAL_")}
    return kept | {"NO_PROXY": "127.0.0.1"}
