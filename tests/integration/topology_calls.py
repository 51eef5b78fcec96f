"""Calls that fit a topology: they arrive at one SIP Server, queue at another one, are answered on a third.

All three may be the same server. Where they differ, the call goes over a trunk and both legs carry the same IS-Link.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from deploy.lab.identities import Identities
from deploy.lab.log_writer import print_log
from deploy.lab.scenario import ALERTING, CONNECTED, TREATED, Call, Cause, Party, Queued, Scenario, SiteEvent
from workflows.call.tlib import CallType

START = 1_772_443_800_000_000
ROUTER, QUEUE, AGENTS = "9001", "VQ_Sales", ("7001", "7002", "7003", "7004")


@dataclass(frozen=True)
class Route:
    """Where a call goes: names of sites."""

    arrives: str
    queues: str
    answered: str


def write(folder: Path, topology: str, routes: Sequence[Route], sites: Iterable[str]) -> dict[str, Path]:
    """Write a log for each site, and mapping.yaml; the logs by site. The calls begin half a second apart."""
    events: list[SiteEvent] = []
    for number, route in enumerate(routes):
        scenario = Scenario(START + number * 500_000, Identities(f"{topology} {number}"))
        _call(scenario, route, AGENTS[number])
        events += scenario.events
    logs = {}
    for site in sites:
        logs[site] = folder / f"{site}.log"
        of_site = sorted((event for event in events if event.site == site), key=lambda event: event.time)
        logs[site].write_text("".join(print_log(of_site)), "utf-8")
    (folder / "mapping.yaml").write_text(yaml.safe_dump(_mapping(sites)), "utf-8")
    return logs


def _call(scenario: Scenario, route: Route, agent_dn: str) -> None:
    scenario.site(route.answered).login(agent_dn, f"A{agent_dn}")
    call = scenario.site(route.arrives).inbound("+15550100", "+15550900")
    router = call.enters(ROUTER, TREATED)
    scenario.wait(1.5)
    # the VQ server reports the queueing of a call it never sees
    queued = replace(call, site=scenario.site(route.queues)).queues(QUEUE)
    scenario.wait(0.6)
    leg, trunk = call, None
    if route.answered != route.arrives:
        leg, trunk = _over_the_trunk(call, router, route.answered)
    agent = _answered(scenario, leg, router, queued, agent_dn)
    if trunk:
        trunk.answers()
    scenario.wait(0.8)
    call.hung_up_by(call.caller)
    if leg is not call:
        leg.hung_up_by(agent)


def _over_the_trunk(call: Call, router: Party, site: str) -> tuple[Call, Party]:
    """The leg on the other site, and the trunk that leads there."""
    scenario = call.site.scenario
    link = [("0", scenario.identities.uuid())]
    router.leaves(Cause.ROUTE)
    trunk = call.enters(_trunk(call.site.name), ALERTING, cause=Cause.ROUTE)
    leg = scenario.site(site).call(CallType.INBOUND, ani=call.ani, dnis=call.dnis)
    for each in (call, leg):
        each.site.emit("EventCallDataChanged", CallUUID=each.uuid, ConnID=each.conn, ISLinkList=link)
    leg.enters(_trunk(site), CONNECTED)
    return leg, trunk


def _answered(scenario: Scenario, leg: Call, router: Party, queued: Queued, dn: str) -> Party:
    agent = leg.rings(dn, cause=Cause.ROUTE, ref=router if router in leg.parties else None)
    queued.diverted_to(dn)
    if router in leg.parties:
        router.leaves(Cause.ROUTE)
    scenario.wait(0.6)
    agent.answers()
    return agent


def _trunk(site: str) -> str:
    return f"trunk_{site}"


def _mapping(sites: Iterable[str]) -> dict[str, Any]:
    """Every site has everything: what a SIP Server hosts shows in its events alone. Agents sit where they log in."""
    return {
        "source_id": _uuid(1),
        "agents": {f"A{dn}": {"agent": f"agent.{dn}", "user_id": _uuid(int(dn))} for dn in AGENTS},
        "sites": [
            {
                "name": site,
                "routing_points": [ROUTER],
                "trunks": [_trunk(site)],
                "extensions": {dn: {} for dn in AGENTS},
                "virtual_queues": {QUEUE: {"queue_id": _uuid(100 + number)}},
            }
            for number, site in enumerate(sites)
        ],
    }


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"
