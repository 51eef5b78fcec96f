"""Which open calls are wanted, as a query for Temporal's visibility."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from workers.errors import ExcpError


@dataclass(frozen=True)
class Wanted:
    """Which open calls; None: any."""

    site: str | None = None
    build: str | None = None
    outcome: str | None = None
    """open, suspended, ignored or refused."""
    older_than: timedelta | None = None

    def query(self, now: datetime) -> str:
        """For Temporal's visibility."""
        parts = ["WorkflowType = 'EngageCallWorkflow'", "ExecutionStatus = 'Running'"]
        if self.site is not None:
            parts.append(f"ExcpSite = {_quoted(self.site)}")
        if self.build is not None:
            parts.append(f"TemporalWorkerDeploymentVersion = {_quoted(f'excp:{self.build}')}")
        if self.outcome == "open":
            parts.append("ExcpOutcome IS NULL")
        elif self.outcome is not None:
            parts.append(f"ExcpOutcome = {_quoted(self.outcome)}")
        if self.older_than is not None:
            parts.append(f"StartTime < '{(now - self.older_than).isoformat()}'")
        return " AND ".join(parts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def age(text: str) -> timedelta:
    """`90s`, `10m`, `4h`, `2d`. Raises ExcpError."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if found is None:
        raise ExcpError(f"{text!r} is no age: write 90s, 10m, 4h or 2d")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
    return timedelta(**{unit: int(found[1])})
