"""Writes dashboard.json: `python -m deploy.grafana.dashboard`. A metric more is a line more here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("dashboard.json")
WIDTH = 24
"""Of a row, in Grafana's units."""
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True)
class Figure:
    """One number now. `bad`: from here on it is red."""

    title: str
    meaning: str
    query: str
    unit: str = "short"
    bad: float | None = None

    height = 4

    def panel(self) -> dict[str, Any]:
        red = [] if self.bad is None else [{"color": "red", "value": self.bad}]
        thresholds = {"mode": "absolute", "steps": [{"color": "green", "value": None}, *red]}
        return {
            "type": "stat",
            "targets": [_target(0, "", self.query)],
            "fieldConfig": {"defaults": {"unit": self.unit, "thresholds": thresholds}, "overrides": []},
            "options": {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "area"},
        }


@dataclass(frozen=True)
class Graph:
    """Curves over time: query by legend."""

    title: str
    meaning: str
    queries: dict[str, str]
    unit: str = "short"
    stacked: bool = False

    height = 8

    def panel(self) -> dict[str, Any]:
        drawn: dict[str, Any] = {"fillOpacity": 10, "showPoints": "never", "lineWidth": 1}
        if self.stacked:
            drawn["stacking"] = {"mode": "normal", "group": "A"}
        return {
            "type": "timeseries",
            "targets": [_target(n, legend, query) for n, (legend, query) in enumerate(self.queries.items())],
            "fieldConfig": {"defaults": {"unit": self.unit, "min": 0, "custom": drawn}, "overrides": []},
            "options": {"tooltip": {"mode": "multi", "sort": "desc"}, "legend": {"placement": "bottom"}},
        }


def _target(number: int, legend: str, query: str) -> dict[str, Any]:
    return {"refId": chr(ord("A") + number), "datasource": _SOURCE, "expr": query, "legendFormat": legend}


def _rate(metric: str, by: str, within: str = "5m") -> str:
    return f"sum by ({by}) (rate({metric}[{within}]))"


def _delay(quantile: float) -> str:
    return f"histogram_quantile({quantile}, {_rate('excp_injection_latency_seconds_bucket', 'le')})"


_DELAY = "From an ingest's reading of the TLib event to its EX event taken"

ROWS: dict[str, list[list[Figure | Graph]]] = {
    "At a glance": [
        [
            Figure(
                "EX events a second",
                "Taken by the EX Org",
                'sum(rate(excp_ex_events_total{result="taken"}[5m]))',
                "eps",
            ),
            Figure("Delay, p99", _DELAY, _delay(0.99), "s", bad=10),
            Figure(
                "Waiting for EX",
                "EX events in the workers that wait for their request",
                "sum(excp_ex_events_waiting)",
                bad=1000,
            ),
            Figure(
                "Refused in a day",
                "EX events the EX Org refused for good",
                'sum(increase(excp_ex_events_total{result="refused"}[1d]))',
                bad=1,
            ),
            Figure(
                "Dispatch lag",
                "Age of the newest event read when its round began",
                "max(excp_dispatch_lag_seconds)",
                "s",
                bad=10,
            ),
            Figure(
                "Lost gateways",
                "Gateways an ingest has no connection to",
                "sum(1 - excp_gateway_connected) or vector(0)",
                bad=1,
            ),
        ],
    ],
    "SIP Servers and ingest": [
        [
            Graph(
                "Events read",
                "TLib events read from the gateways; both instances of a pair read the same",
                {"{{instance}} {{feed}}": _rate("excp_ingest_events_read_total", "instance, feed", "1m")},
                "eps",
            ),
            Graph(
                "Whose copy was first",
                "Each event is stored once; the other instance's copy is a duplicate, one's own a repeat",
                {
                    f"{{{{instance}}}} {what}": _rate(f"excp_ingest_events_{what}_total", "instance")
                    for what in ("first", "duplicate", "repeated")
                },
                "eps",
            ),
            Graph(
                "Gateways connected",
                "1 while connected",
                {"{{instance}} {{site}} {{feed}} {{server}}": "excp_gateway_connected"},
            ),
        ],
        [
            Graph(
                "Events held",
                "Read and not yet passed by dispatch; at EVENTS_HELD_MAX reading stops",
                {"{{instance}}": "excp_ingest_events_held"},
            ),
            Graph(
                "Submissions that failed",
                "Redis did not answer, or the stream was full: repeated until they succeed",
                {
                    "{{instance}} unanswered": _rate("excp_ingest_submits_unanswered_total", "instance"),
                    "{{instance}} refused, full": _rate("excp_ingest_submits_refused_total", "instance"),
                    "{{instance}} reading stopped": _rate("excp_ingest_reading_stopped_total", "instance"),
                },
            ),
            Graph(
                "Gaps",
                "Reconnects and switchovers, after which events may be missing to this instance; under pressure: the "
                "gateway was lost with what it had buffered",
                {
                    "{{instance}} {{feed}}": _rate("excp_ingest_gaps_total", "instance, feed"),
                    "{{instance}} {{feed}} under pressure": _rate(
                        "excp_ingest_gaps_under_pressure_total", "instance, feed"
                    ),
                },
            ),
            Graph(
                "Events not taken",
                "Invalid: could not be read. Ignored: none of the feed's",
                {
                    "{{site}} {{feed}} invalid": _rate("excp_ingest_events_invalid_total", "site, feed"),
                    "{{site}} {{feed}} ignored": _rate("excp_ingest_events_ignored_total", "site, feed"),
                },
                "eps",
            ),
        ],
    ],
    "Dispatch": [
        [
            Graph(
                "What became of the events",
                "accepted: by the workflow of their call; late: it had ended; dropped: no call became known; parked: "
                "for a person; unneeded: no conversation is concerned",
                {"{{result}}": _rate("excp_dispatch_events_total", "result", "1m")},
                "eps",
                stacked=True,
            ),
            Graph(
                "Lag and lost calls",
                "Age of the newest event read when its round began; calls ended because their SIP Server reports them "
                "no more",
                {
                    "{{instance}} lag, s": "excp_dispatch_lag_seconds",
                    "calls lost an hour": "sum(increase(excp_dispatch_calls_lost_total[1h]))",
                },
            ),
            Graph("Who holds the lease", "Exactly one dispatches", {"{{instance}}": "excp_dispatch_lease_held"}),
        ],
    ],
    "EX Org and EXCS": [
        [
            Graph(
                "EX events",
                "taken; repeated: sent again with the same id; refused for good",
                {"{{result}}": _rate("excp_ex_events_total", "result", "1m")},
                "eps",
            ),
            Graph(
                "Requests a minute",
                "By HTTP status, none when no answer came. The budget of the OAuth client is EX_REQUESTS_PER_MINUTE",
                {"{{status}}": f"60 * {_rate('excp_ex_requests_total', 'status', '1m')}"},
                stacked=True,
            ),
            Graph("Delay", _DELAY, {"p50": _delay(0.5), "p90": _delay(0.9), "p99": _delay(0.99)}, "s"),
        ],
        [
            Graph(
                "Waiting",
                "EX events in a worker that wait for their request",
                {"{{instance}}": "sum by (instance) (excp_ex_events_waiting)"},
            ),
            Graph(
                "Gate and budget",
                "Gate closed: the EX Org takes nothing, the worker only probes. Budget shared: 0 while Redis is away "
                "and each worker takes its part",
                {
                    "{{instance}} gate closed": "excp_ex_gate_closed",
                    "{{instance}} budget shared": "excp_ex_budget_shared",
                },
            ),
            Graph(
                "Age of the EXCS snapshot",
                "Since EXCS last confirmed it; older than EXCS_MAX_AGE, no DN counts as unmapped",
                {"{{instance}}": "excp_excs_snapshot_age_seconds"},
                "s",
            ),
        ],
    ],
    "Calls": [
        [
            Graph(
                "Calls ended",
                "By what became of them",
                {"{{outcome}}": _rate("excp_calls_ended_total", "outcome")},
                stacked=True,
            ),
            Graph(
                "Events not told",
                "Late: of calls that had ended. Unreadable: sent by a newer dispatch than this worker knows",
                {
                    "{{instance}} late": _rate("excp_calls_events_late_total", "instance"),
                    "{{instance}} unreadable": _rate("excp_calls_events_unreadable_total", "instance"),
                },
            ),
        ],
    ],
    "Processes": [
        [
            Graph("CPU", "Cores", {"{{instance}}": 'rate(process_cpu_seconds_total{job="excp"}[1m])'}),
            Graph("Memory", "Resident", {"{{instance}}": 'process_resident_memory_bytes{job="excp"}'}, "bytes"),
        ],
    ],
}


def dashboard() -> dict[str, Any]:
    """As Grafana imports it."""
    source = {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    return {
        "uid": "excp",
        "title": "EXCP",
        "schemaVersion": 39,
        "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [source]},
        "panels": [{"id": number, **panel} for number, panel in enumerate(_panels(), 1)],
    }


def _panels() -> Iterator[dict[str, Any]]:
    top = 0
    for title, lines in ROWS.items():
        yield {"type": "row", "title": title, "gridPos": {"h": 1, "w": WIDTH, "x": 0, "y": top}, "panels": []}
        top += 1
        for line in lines:
            width = WIDTH // len(line)
            for position, shown in enumerate(line):
                place = {"h": shown.height, "w": width, "x": position * width, "y": top}
                about = {"title": shown.title, "description": shown.meaning, "datasource": _SOURCE, "gridPos": place}
                yield about | shown.panel()
            top += line[0].height


def text() -> str:
    return json.dumps(dashboard(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
