"""What the lab reads of running processes: Prometheus metrics, and the EX Org's inspection API."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Metrics:
    """The samples of one process's metrics page, or of several added up."""

    samples: tuple[tuple[str, dict[str, str], float], ...] = ()

    @classmethod
    async def read(cls, http: httpx.AsyncClient, port: int) -> Self:
        """Raises httpx.HTTPError when nobody answers."""
        answer = await http.get(f"http://127.0.0.1:{port}/metrics")
        families = text_string_to_metric_families(answer.raise_for_status().text)
        return cls(tuple((s.name, s.labels, s.value) for family in families for s in family.samples))

    @classmethod
    def added(cls, several: Iterable[Self]) -> Self:
        return cls(tuple(sample for metrics in several for sample in metrics.samples))

    def sum(self, name: str, **labels: str) -> float:
        """The sum over all label values but the given ones. 0 when there is none."""
        return math.fsum(value for found, own, value in self.samples if found == name and labels.items() <= own.items())

    def by(self, name: str, label: str) -> dict[str, float]:
        """Sums by the values of one label."""
        sums: defaultdict[str, float] = defaultdict(float)
        for found, own, value in self.samples:
            if found == name:
                sums[own.get(label, "")] += value
        return dict(sums)

    def quantile(self, histogram: str, quantile: float) -> float | None:
        """From a histogram's buckets, linear within a bucket as Prometheus does; None when it is empty."""
        buckets = sorted((float(le), n) for le, n in self.by(f"{histogram}_bucket", "le").items())
        if not buckets or not buckets[-1][1]:
            return None
        rank, low, below = quantile * buckets[-1][1], 0.0, 0.0
        for upper, up_to in buckets:
            if up_to >= rank:
                if math.isinf(upper):
                    return low
                return low + (upper - low) * (rank - below) / max(up_to - below, 1)
            low, below = upper, up_to
        return low


@dataclass
class ExOrgReader:
    """Reads the lab's EX Org, and disturbs it."""

    url: str
    http: httpx.AsyncClient = field(repr=False)

    async def counts(self) -> dict[str, Any]:
        answer: dict[str, Any] = await self._get("/lab/counts")
        return answer

    async def conversations(self, open_only: bool = False) -> list[dict[str, Any]]:
        """Summaries, newest first."""
        answer: list[dict[str, Any]] = await self._get(f"/lab/conversations?open={str(open_only).lower()}")
        return answer

    async def conversation(self, identifier: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self._get(f"/lab/conversations/{identifier}")
        return answer

    async def events(self, since: int = 0) -> list[dict[str, Any]]:
        """Every event taken, as `{array, event, received}`, in the order received, but the first `since`."""
        answer: list[dict[str, Any]] = await self._get(f"/lab/events?since={since}")
        return answer

    async def refused(self) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = await self._get("/lab/refused")
        return answer

    async def disturb(self, **fault: Any) -> None:
        """Put a `HttpFault` in force; none without arguments."""
        await disturb(self.http, self.url, **fault)

    async def fault_events(self, **faults: Any) -> None:
        """Put `EventFaults` in force; none without arguments."""
        (await self.http.put(f"{self.url}/lab/event-faults", json=faults)).raise_for_status()

    async def revoke_tokens(self) -> None:
        (await self.http.delete(f"{self.url}/lab/tokens")).raise_for_status()

    async def _get(self, path: str) -> Any:
        return (await self.http.get(self.url + path)).raise_for_status().json()


async def disturb(http: httpx.AsyncClient, url: str, **fault: Any) -> None:
    """Put a `HttpFault` of a lab's service in force; none without arguments. Raises httpx.HTTPError."""
    (await http.put(f"{url}/lab/fault", json=fault)).raise_for_status()


async def struck(http: httpx.AsyncClient, url: str) -> int:
    """How many requests the fault in force has struck. Raises httpx.HTTPError."""
    return int((await http.get(f"{url}/lab/fault")).raise_for_status().json()["struck"])
