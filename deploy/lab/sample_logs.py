"""Writes the sample logs: one call each of flows of `flows.py`, and two calls at once.

Run with `python -m deploy.lab.sample_logs`. Played together they last about 15 seconds; no agent, Extension or caller
is in two of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deploy.lab.flows import FLOWS
from deploy.lab.identities import Identities
from deploy.lab.log_writer import LogStyle, print_log
from deploy.lab.scenario import Scenario, SiteEvent
from deploy.lab.script import Cast, Script, Turns

SAMPLES = Path(__file__).parent / "samples"
SITE = "SIPS1"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """One call of a sample log."""

    flow: str
    after: float
    """Seconds after START."""
    caller: str
    agents: tuple[str, ...] = ()
    turns: Turns = field(default_factory=Turns)
    queue: str = "VQ_Sales"
    wrapup: str = "Resolved"
    agent_id: str | None = None
    """AgentID of the first agent, who logs in before the call."""
    registered: bool = False
    """The log does not show the login, only EventRegistered."""
    user_events_name_call: bool = True

    def events(self) -> list[SiteEvent]:
        start = round((START.timestamp() + self.after) * 1_000_000)
        identities = Identities(f"sample {self.flow} {self.caller}")
        scenario = Scenario(start, identities, user_events_name_call=self.user_events_name_call)
        site = scenario.site(SITE)
        if self.agent_id:
            (site.registered if self.registered else site.login)(self.agents[0], self.agent_id)
            scenario.wait(0.2)
        cast = Cast(self.caller, "+15550900", "9001", "9002", self.queue, self.agents, self.wrapup)
        FLOWS[self.flow][0](Script(site, cast, self.turns))
        return scenario.events


LOGS: dict[str, tuple[LogStyle, tuple[Sample, ...]]] = {
    "F01.log": (LogStyle(), (Sample("F01", 0.5, "+15550101", turns=Turns(ivr=5)),)),
    "F02.log": (LogStyle(), (Sample("F02", 1.5, "+15550102", turns=Turns(queue=6)),)),
    "F03.log": (
        LogStyle(),
        (
            Sample(
                *("F03", 0, "+15550103", ("7001",)),
                turns=Turns(ivr=3, talk=4, hold=1.5),
                wrapup="Sold",
                user_events_name_call=False,
            ),
        ),
    ),
    "F04.log": (
        LogStyle(dates=True, bare_uuids=True),
        (
            Sample(
                *("F04", 2, "+15550104", ("7002",)),
                turns=Turns(queue=2, talk=5, diverted_first=True, agent_hangs_up=True),
                queue="VQ_Service",
            ),
        ),
    ),
    "F05.log": (
        LogStyle(),
        (Sample("F05", 3, "+15550105", ("7003",), turns=Turns(talk=6), wrapup="Callback", agent_id="2003"),),
    ),
    "F06.log": (
        LogStyle(line_end="\r\n"),
        (Sample("F06", 1, "+15550106", ("7004", "7005"), turns=Turns(talk=4, ring=2), agent_id="2004"),),
    ),
    "F07.log": (
        LogStyle(),
        (Sample("F07", 2.5, "+15550110", ("7011", "7012"), turns=Turns(talk=3), agent_id="2011"),),
    ),
    "F10.log": (
        LogStyle(),
        (Sample("F10", 0.3, "+15550111", ("7013", "7014"), turns=Turns(talk=3, queue=1), wrapup="Sold"),),
    ),
    "V2.log": (LogStyle(), (Sample("V2", 0.8, "+15550107", ("7006", "7007"), turns=Turns(talk=4), wrapup="Sold"),)),
    "two-calls.log": (
        LogStyle(dates=True),
        (
            Sample(
                *("F03", 4, "+15550108", ("7008",)),
                turns=Turns(router_stays=True, hold=1),
                queue="VQ_Service",
                agent_id="2008",
                registered=True,
            ),
            Sample("F05 from the IVR", 4.4, "+15550109", ("7010",), turns=Turns(agent_hangs_up=True), wrapup="Sold"),
        ),
    ),
}


def sample_log(name: str) -> Iterator[str]:
    """The lines of a sample log."""
    style, samples = LOGS[name]
    events = sorted((event for sample in samples for event in sample.events()), key=lambda event: event.time)
    return print_log(events, style)


def main() -> None:
    for name in LOGS:
        (SAMPLES / name).write_text("".join(sample_log(name)), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
