"""Logs and metrics of every process, in one place (the metrics of activities: `activities.metrics`).

A caller's number is personal data: no log at INFO or above and no metric label may hold one. Identify a call by
its CallUUID.
"""

from prometheus_client import Counter, Gauge

from workers import health
from workers.errors import ExcpError
from workers.logs import configure
from workers.settings import Settings


def set_up(settings: Settings, process: str) -> None:
    """Configure logging for a process; serve its metrics and health when METRICS_PORT is set. Raises ExcpError."""
    configure(settings, process)
    if settings.metrics_port is not None:
        try:
            health.serve(settings.metrics_port)
        except OSError as error:
            raise ExcpError(
                f"metrics cannot be served on port {settings.metrics_port} (METRICS_PORT): {error}"
            ) from error


EVENTS_READ = Counter("excp_ingest_events_read", "TLib events read from a gateway", ["site", "feed"])
EVENTS_FIRST = Counter("excp_ingest_events_first", "Events this instance was the first to store", ["site", "feed"])
EVENTS_DUPLICATE = Counter("excp_ingest_events_duplicate", "Events the other instance had stored", ["site", "feed"])
EVENTS_REPEATED = Counter("excp_ingest_events_repeated", "Events this instance had stored itself", ["site", "feed"])
EVENTS_INVALID = Counter("excp_ingest_events_invalid", "Events that could not be read", ["site", "feed"])
EVENTS_IGNORED = Counter("excp_ingest_events_ignored", "Events that are none of the feed's", ["site", "feed"])
SUBMITS_UNANSWERED = Counter("excp_ingest_submits_unanswered", "Submissions Redis did not answer")
SUBMITS_REFUSED = Counter("excp_ingest_submits_refused", "Submissions refused: the stream was full")
READING_STOPPED = Counter("excp_ingest_reading_stopped", "Times EVENTS_HELD_MAX was reached and reading stopped")
GAPS = Counter("excp_ingest_gaps", "Times events may be missing: a connection begun, a switchover", ["site", "feed"])
GAPS_UNDER_PRESSURE = Counter(
    "excp_ingest_gaps_under_pressure", "Those of a gateway lost after its reader had been stopped", ["site", "feed"]
)
GATEWAY_CONNECTED = Gauge("excp_gateway_connected", "1 while connected to a gateway", ["site", "feed", "server"])
EVENTS_HELD = Gauge("excp_ingest_events_held", "Events read and not yet passed by dispatch")

EVENTS_DISPATCHED = Counter("excp_dispatch_events", "Events by what became of them", ["result"])
CALLS_LOST = Counter("excp_dispatch_calls_lost", "Calls ended because their SIP Server reports them no more")
DISPATCH_LAG = Gauge("excp_dispatch_lag_seconds", "Age of the newest event read when its round began")
LEASE_HELD = Gauge("excp_dispatch_lease_held", "1 while this process dispatches")

CALLS_ENDED = Counter("excp_calls_ended", "Calls that ended on this worker by outcome", ["outcome"])
CALLS_EVENTS_LATE = Counter("excp_calls_events_late", "Events of ended calls that came when nothing could be told")
CALLS_EVENTS_UNREADABLE = Counter("excp_calls_events_unreadable", "Signalled items of ended calls that were no item")
