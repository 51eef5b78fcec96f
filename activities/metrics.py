"""Metrics of the activities. Those of the processes are in `workers.telemetry`, which also serves all of them."""

from prometheus_client import Counter, Gauge, Histogram

EX_EVENTS = Counter("excp_ex_events", "EX events by result: taken, repeated, refused", ["result"])
for _result in ("taken", "repeated", "refused"):
    EX_EVENTS.labels(_result)  # a series that begins with its first event shows Prometheus no increase
EX_REQUESTS = Counter("excp_ex_requests", "Injection requests by HTTP status, or none when no answer came", ["status"])
EX_LATENCY = Histogram(
    "excp_injection_latency_seconds",
    "From an ingest's reading of the TLib event to its EX event taken",
    buckets=tuple(round(0.01 * 1.25**n, 4) for n in range(40)),
)
EX_WAITING = Gauge("excp_ex_events_waiting", "EX events in this worker that wait for their request")
EX_BUDGET_SHARED = Gauge("excp_ex_budget_shared", "0 while Redis is away: a worker takes a safe part of the budget")
EX_BUDGET_SHARED.set(1)  # a process that sends nothing has nothing to share
EX_GATE_CLOSED = Gauge(
    "excp_ex_gate_closed",
    "1 while the EX Org takes nothing and this worker sends only probes, by reason: away, not_allowed, refuses",
    ["reason"],
)
for _reason in ("away", "not_allowed", "refuses"):
    EX_GATE_CLOSED.labels(_reason)
EXCS_SNAPSHOT_AGE = Gauge("excp_excs_snapshot_age_seconds", "Seconds since EXCS last confirmed the snapshot")
