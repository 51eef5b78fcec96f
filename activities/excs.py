"""EXCS, the owner of the mapping: a client of its REST API, and a keeper of its snapshot.

"Unmapped" is an answer of EXCS and counts only while the snapshot is fresh; anything that is not a readable
snapshot (no connection, 404, 500, another service's page) means unreachable, is retried for ever and never turns
into "unmapped": a call judged by a wrong "unmapped" would stay untold for good.
"""

import asyncio
import ssl
import time
from typing import Self

import httpx
import structlog
from pydantic import ValidationError

from activities.metrics import EXCS_SNAPSHOT_AGE
from activities.personal_data import without_numbers
from activities.shown_url import shown
from activities.tls import tls_fault
from workflows.call.directory import NOT_MAPPED, Answer, Role, Snapshot
from workflows.errors import ExcpError

log = structlog.get_logger()

_WHOLE = 6
"""Times the time-out for a whole answer: one that comes drop by drop never runs into the time-out itself."""
_RETRY_FIRST, _RETRY_MAX = 0.5, 5.0
_REMIND = 60.0
"""While EXCS stays unreachable the log says so again this often (seconds)."""


class ExcsError(ExcpError):
    """EXCS gave no readable snapshot. Ask again."""


class ExcsClient:
    """`GET {url}/v1/snapshot` with ETag (deploy/excs-openapi.yaml)."""

    def __init__(self, url: str, timeout: float = 10.0, tls: ssl.SSLContext | None = None) -> None:
        """`url`: EXCS's base URL; `timeout`: seconds until an unanswered request counts as unreachable."""
        self._url = url.rstrip("/")
        self._whole = _WHOLE * timeout
        self.shown = shown(self._url)
        """Its URL for logs."""
        self._http = httpx.AsyncClient(timeout=timeout, headers={"Accept": "application/json"}, verify=tls or True)
        self._etag: str | None = None
        self._last: Snapshot | None = None

    async def snapshot(self) -> Snapshot:
        """The snapshot as it is now; the same object while EXCS says it has not changed. Raises ExcsError."""
        address = f"{self.shown}/v1/snapshot"
        conditional = {"If-None-Match": self._etag} if self._etag and self._last else {}
        try:
            async with asyncio.timeout(self._whole):
                answer = await self._http.get(f"{self._url}/v1/snapshot", headers=conditional)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            reason = tls_fault(error) or str(error) or type(error).__name__
            raise ExcsError(f"EXCS at {address} does not answer (EXCS_URL): {reason}") from error
        if answer.status_code == 304 and self._last is not None:
            return self._last
        if answer.status_code != 200:
            raise ExcsError(f"EXCS at {address} answers {answer.status_code}, not a snapshot (EXCS_URL)")
        snapshot = snapshot_of(answer.content, address)
        etag = answer.headers.get("ETag", "")
        self._etag = etag if etag.isascii() else None  # no other can be sent back
        if self._last != snapshot:
            self._last = snapshot
        return self._last

    async def close(self) -> None:
        await self._http.aclose()


def snapshot_of(body: bytes, address: str) -> Snapshot:
    """The snapshot in EXCS's answer; `address` names EXCS in the error. Raises ExcsError."""
    try:
        return Snapshot.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise ExcsError(f"EXCS at {address} sent no valid snapshot: {without_numbers(where)}: {first['msg']}") from None


class SnapshotKeeper:
    """Keeps EXCS's snapshot and knows how fresh it is. Use `async with`, or run `run()` as a task."""

    def __init__(self, client: ExcsClient, refresh: float, max_age: float | None = None) -> None:
        """`refresh`: seconds between two looks; `max_age`: seconds after its last confirmation until a snapshot
        is no longer fresh (default ten looks)."""
        self.client = client
        self.snapshot: Snapshot | None = None
        """The last snapshot got, however old; None until there was one."""
        self._refresh = refresh
        self._max_age = max_age if max_age is not None else 10 * refresh
        self._confirmed = 0.0
        self._changed = asyncio.Event()
        self._asking: asyncio.Task[Snapshot] | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.run(), name="excs snapshot")
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (self._task, self._asking):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self.client.close()

    @property
    def age(self) -> float:
        """Seconds since EXCS last confirmed the snapshot; infinite while there is none."""
        return time.monotonic() - self._confirmed if self.snapshot is not None else float("inf")

    @property
    def fresh(self) -> bool:
        """True while the snapshot's "unmapped" counts."""
        return self.age <= self._max_age

    def answers(self, keys: list[str]) -> dict[str, Answer] | None:
        """The answers to all keys, without I/O; None when EXCS has to be asked first.

        A snapshot that is no longer fresh still answers what it maps, never what it does not.
        """
        if self.snapshot is None:
            return None
        answers = {key: self.snapshot.answer(key) for key in keys}
        if self.fresh or all(map(_mapped, answers.values())):
            return answers
        return None

    async def ask(self) -> Snapshot:
        """Ask EXCS now; callers at the same time share one request. Raises ExcsError."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="excs request")
            self._asking.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Snapshot:
        asked = time.monotonic()
        snapshot = await self.client.snapshot()
        if snapshot != self.snapshot:
            log.info("EXCS snapshot", sites=len(snapshot.sites), agents=len(snapshot.agents), url=self.client.shown)
            self.snapshot = snapshot
            self._changed.set()
            self._changed = asyncio.Event()
        self._confirmed = asked
        return snapshot

    async def changed(self, known: Snapshot | None) -> Snapshot:
        """Wait for a snapshot other than the known one (None: for the first one)."""
        while self.snapshot is None or self.snapshot is known or self.snapshot == known:
            await self._changed.wait()
        return self.snapshot

    async def run(self) -> None:
        """Keep the snapshot fresh until cancelled."""
        EXCS_SNAPSHOT_AGE.set_function(lambda: self.age)
        retry, said, failing_since = _RETRY_FIRST, float("-inf"), None
        while True:
            try:
                await self.ask()
            except Exception as error:  # of any kind: who else would ask again?
                now = time.monotonic()
                failing_since = failing_since or now
                if now - said >= _REMIND:
                    lasts, bug = round(now - failing_since), not isinstance(error, ExcsError)
                    log.warning("EXCS unreachable, asking again", reason=str(error), for_s=lasts, exc_info=bug)
                    said = now
                await asyncio.sleep(min(retry, self._refresh))
                retry = min(2 * retry, _RETRY_MAX)
                continue
            if failing_since is not None:
                log.info("EXCS answers again", url=self.client.shown)
            retry, said, failing_since = _RETRY_FIRST, float("-inf"), None
            await asyncio.sleep(self._refresh)


def _mapped(answer: Answer) -> bool:
    return answer != NOT_MAPPED and not (answer.role == Role.VIRTUAL_QUEUE and answer.queue_id is None)
