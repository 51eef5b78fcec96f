"""The whole product as processes, two of each, in a lab whose every part can be killed, frozen or cut off."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Self

import httpx

from deploy.lab.lab import Lab, StuckError
from deploy.lab.readings import ExOrgReader, struck
from deploy.lab.servers import program
from tests.chaos.traffic import SITES, Window, Writer
from tests.chaos.verdict import Outcome
from tests.integration.eventually import eventually
from workers.event_stream import cursor_key
from workers.settings import Settings
from workflows.call.scene import Options

PRODUCT = {
    "ingest-a": "ingest",
    "ingest-b": "ingest",
    "dispatch-a": "dispatch",
    "dispatch-b": "dispatch",
    "worker-a": "worker",
    "worker-b": "worker",
}
WIRED = ("redis", "excs", "ex-org", "temporal")
SETTINGS = {
    "LINGER": "3",  # 10 by default
    "WRAPUP_WINDOW": "3",  # 30
    "EXCS_REFRESH": "1",  # 30, and ten times that
    "EXCS_MAX_AGE": "10",  # 300
}
"""Waits shortened so that a window is soon over. RECONNECT_HOLD, SETTLE, IVR_AFTER, the lease and the pauses of
injection are those of the product."""
PATIENCE = 60.0
"""Seconds without any change after which a window is given up."""
SOON = 30.0
"""Seconds in which what a fault waits for has to happen."""

_defaults = Settings.model_fields


def options() -> Options:
    """The call model's options under `SETTINGS`."""
    return Options(linger=float(SETTINGS["LINGER"]), wrapup_window=float(SETTINGS["WRAPUP_WINDOW"]))


def writer(folder: Path) -> Writer:
    """Writes windows for a pipeline."""
    return Writer(folder, options(), float(_defaults["silence"].default))


class Pipeline:
    """Use `async with`: inside, everything runs and is subscribed. What a fault does goes through here or the lab."""

    def __init__(self, folder: Path, mapping: Path, settings: Mapping[str, str] | None = None) -> None:
        self.lab = Lab(
            folder,
            mapping,
            {site: [] for site in SITES},
            settings={**SETTINGS, **(settings or {})},
            product=PRODUCT,
            wired=WIRED,
            durable=True,
        )
        self.folder = folder
        self.mapping = mapping
        self.http = httpx.AsyncClient(trust_env=False, timeout=5)
        self.window: Window  # set by `play`
        """The one that is played now."""
        self.loose: set[str] = set()
        """CallUUIDs of this window that a fault leaves no way to tell as replay does."""
        self.unheard: set[str] = set()
        """Root CallUUIDs of this window of which an event was sent to nobody: no instance was connected."""
        self._builds = [version("excp")]
        """Of the call workers, the newest last."""
        self._since = 0
        self._faults = 0

    async def __aenter__(self) -> Self:
        await self.lab.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.http.aclose()
        await self.lab.__aexit__(None, None, None)

    @property
    def ex_org(self) -> ExOrgReader:
        return self.lab.ex_org

    # -- what is played, and what came of it

    async def play(self, window: Window) -> float:
        """Begin a window; the wall time of its first event."""
        self.window, self.loose, self.unheard, self._faults = window, set(), set(), 0
        self._counts = await self.ex_org.counts()
        self._since, self._refused = self._counts["taken"], self._counts["refused"]
        at = time.time() + 0.3
        for pair in self.lab.pairs:
            logs = [str(window.logs[pair.site])]
            pair.command("play", name=window.name, logs=logs, origin=window.origin, at=at)
        return at

    async def settle(self) -> None:
        """Wait until the window was played and every call has completed. Raises StuckError and ProcessError."""
        await self.settled_traffic()
        last, changed = await self.lab.progress(), time.monotonic()
        while True:
            await asyncio.sleep(0.5)
            now = await self.lab.progress()
            if now == last and not now.held and not now.running:
                return
            if now != last:
                changed = time.monotonic()
            elif time.monotonic() - changed > PATIENCE:
                raise StuckError(
                    f"after {PATIENCE:.0f} s without change {now.held} events held, {now.running} calls open"
                )
            last = now

    async def settled_traffic(self) -> None:
        """Wait until the window was played."""
        for pair in self.lab.pairs:
            report = await pair.played_window(self.window.name)
            self.unheard.update(self.window.roots.get(call, call) for call in report["undelivered"])

    async def outcome(self) -> Outcome:
        return Outcome(
            await self.ex_org.events(self._since),
            await self.ex_org.conversations(),
            self._counts,
            await self.ex_org.counts(),
            (await self.ex_org.refused())[self._refused :],
        )

    async def taken(self) -> int:
        """EX events of this window taken so far."""
        return int((await self.ex_org.counts())["taken"]) - self._since

    def begin_fault(self) -> None:
        """Another fault of the window begins."""
        self._faults += 1

    async def told(self, events: int) -> None:
        """Wait until so many EX events were taken, at first since the window began, in later faults from now on."""
        await self.told_more(events, 0 if self._faults == 1 else await self.taken())

    async def told_more(self, events: int, before: int | None = None) -> None:
        """Wait until so many more EX events were taken."""
        before = await self.taken() if before is None else before

        async def told() -> bool:
            return await self.taken() - before >= events

        await self.until(told)

    async def struck(self, requests: int) -> None:
        """Wait until the EX Org's fault has struck so many requests."""

        async def reached() -> bool:
            return await struck(self.http, self.ex_org.url) >= requests

        await self.until(reached, 2 * SOON)

    async def until(self, holds: Callable[[], Awaitable[bool]], within: float = SOON) -> None:
        await eventually(holds, within)

    # -- faults that most others are made of

    async def kill(self, *names: str) -> None:
        """SIGKILL processes of the product; `restore` starts them again."""
        await asyncio.gather(*(self.lab.kill(name) for name in names))

    async def start(self, *names: str) -> None:
        """Start processes of the product and wait until they work. Call workers are of the newest build."""
        await asyncio.gather(*(self.lab.start(name, {"BUILD_ID": self._builds[-1]}) for name in names))

    @asynccontextmanager
    async def crashed(self, server: str) -> AsyncIterator[None]:
        """A server of the lab is killed, and afterwards started again."""
        await self.lab.crash(server)
        try:
            yield
        finally:
            await self.lab.revive(server)

    @asynccontextmanager
    async def cut(self, server: str) -> AsyncIterator[None]:
        """The product cannot reach a server."""
        self.lab.wires[server].cut()
        try:
            yield
        finally:
            await self.lab.wires[server].mend()

    @asynccontextmanager
    async def frozen(self, *names: str) -> AsyncIterator[None]:
        """Processes stand still."""
        for name in names:
            self.lab.processes.freeze(name)
        try:
            yield
        finally:
            for name in names:
                self.lab.processes.thaw(name)

    @asynccontextmanager
    async def disturbed(self, **fault: object) -> AsyncIterator[None]:
        """The EX Org's API answers as a `HttpFault` says."""
        await self.ex_org.disturb(**{"path": "/api/", **fault})
        try:
            yield
        finally:
            await self.ex_org.disturb()

    async def holder(self) -> str:
        """The dispatch process that has the lease."""
        while True:
            for name in ("dispatch-a", "dispatch-b"):
                if name in self.lab.measured and (await self.lab.metrics(name)).sum("excp_dispatch_lease_held"):
                    return name
            await asyncio.sleep(0.05)

    def accepted_and_not_committed(self) -> Callable[[], Awaitable[bool]]:
        """Whether EX was told more while the cursor stands: a round is accepted and its commit on the way."""
        known: dict[str, int] = {}

        async def holds() -> bool:
            cursor = str(await self.lab.redis.get(cursor_key("excp:{lab}:")))
            taken = await self.taken()
            return taken > known.setdefault(cursor, taken)

        return holds

    async def start_build(self, name: str, build: str) -> None:
        """Start a call worker of another build; new calls begin on it, and from now on on no older one."""
        self.lab.product[name] = "worker"
        self._builds.append(build)
        await self.start(name)

    async def stop(self, *names: str) -> None:
        """SIGTERM, and wait."""
        await asyncio.gather(*(self.lab.stop(name) for name in names))

    async def open_calls(self, wanted: int) -> list[str]:
        """So many root CallUUIDs of this window whose workflow runs, told already."""
        told = {each["interactionId"] for each in await self.ex_org.conversations(open_only=True)}
        return [call for call in self.window.told_calls if call in told][:wanted]

    async def calls_ended(self) -> None:
        """Wait until no workflow runs."""

        async def ended() -> bool:
            return (await self.lab.temporal.count_workflows("ExecutionStatus = 'Running'")).count == 0

        await self.until(ended, PATIENCE)

    async def move_calls(self) -> None:
        """What an operator does for the calls of a build that is gone."""
        process = await asyncio.create_subprocess_exec(
            str(program("excp")), "calls", "move", "--from", self._builds[-2], env=dict(self.lab.environment)
        )
        assert await process.wait() == 0, "excp calls move failed"

    async def poison(self, every: int, kind: str = "poisoned") -> None:
        """An event in the middle of each such call, but no end, is refused by the EX Org: the rest may not be taken."""
        calls = self.window.told_calls[:: min(every, len(self.window.told_calls))]
        expected = self.window.expected
        lasting = [[i for i in self.window.of_call(call) if "Ended" not in expected[i].array] for call in calls]
        bad = [events[len(events) // 2] for events in lasting]
        self.loose.update(calls)
        await self.ex_org.fault_events(**{kind: bad})

    def command(self, command: str, site: str | None = None, **values: object) -> None:
        """Tell the SIP Servers of a site, or of all, one of the commands of `deploy.lab.sip_server`."""
        for pair in self.lab.pairs:
            if site in (None, pair.site):
                pair.command(command, **values)

    # -- whole again

    async def restore(self) -> None:
        """Everything runs and is reachable as in the beginning."""
        for wire in self.lab.wires.values():
            await wire.mend()
        for server in self.lab.crashed:
            await self.lab.revive(server)
        await self.ex_org.disturb()
        await self.ex_org.fault_events()
        self.command("back")
        gone = [name for name in PRODUCT if name not in self.lab.processes]
        await self.start(*gone)
        if any(PRODUCT[name] == "ingest" for name in gone):
            await asyncio.sleep(float(_defaults["reconnect_hold"].default))  # it holds what it reads for so long
        for name in self.lab.product.keys() - PRODUCT.keys():
            await self.lab.stop(name)
            del self.lab.product[name]
