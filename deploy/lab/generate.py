"""Any amount of mixed traffic as logs: calls of every flow of `flows.py`, with the turns that calls take.

The same seed gives the same files, byte for byte. No agent is in two calls at once.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import yaml

from deploy.lab.flows import FLOWS
from deploy.lab.identities import Identities
from deploy.lab.log_writer import print_log
from deploy.lab.scenario import Scenario, SiteEvent
from deploy.lab.script import Cast, Script, Turns

SITE = "SIPS1"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
IVRS = ("9001", "9003")
ROUTERS = ("9002", "9004")
QUEUES = ("VQ_Sales", "VQ_Service", "VQ_Billing", "VQ_Claims")
WRAPUPS = ("Sold", "Resolved", "Callback", "Escalated")
SHARES = {
    "F01": 10,
    "F02": 8,
    "F02 ringing": 4,
    "F03": 23,
    "F04": 16,
    "F05": 6,
    "F05 from the IVR": 6,
    "F06": 6,
    "F07": 4,
    "F08": 3,
    "F09": 2,
    "F10": 4,
    "F13": 2,
    "F14": 3,
    "F16": 1,
    "V2": 2,
}
"""How many of 100 calls are of each flow."""
TALK = 8.0
"""Seconds of the longest talk."""
BREAK = 1_000_000
"""Microseconds an agent has between two calls."""


@dataclass(frozen=True)
class Agent:
    """An agent at an Extension: in a fixed seat, or logged in with an AgentID."""

    dn: str
    name: str
    user_id: str
    agent_id: str | None


@dataclass
class Staff:
    """The agents. As many come in as are needed, so that none is in two calls at once."""

    random: Random
    first: int = 0
    """Number of the first agent, which gives their DNs: another one for another staff of the same site."""
    everyone: list[Agent] = field(default_factory=list)
    _free: list[tuple[int, int]] = field(default_factory=list)
    """A heap of (free from, position in `everyone`)."""

    def take(self, now: int) -> tuple[int, bool]:
        """An agent who is free, by position, and whether they only come in now."""
        if self._free and self._free[0][0] <= now:
            return heapq.heappop(self._free)[1], False
        position = len(self.everyone)
        number = self.first + position
        dn = str(70001 + number)
        agent_id = str(20001 + number) if self.random.random() < 0.5 else None
        self.everyone.append(Agent(dn, f"agent.{dn}", _uuid4(self.random), agent_id))
        return position, True

    def give_back(self, position: int, free_from: int) -> None:
        heapq.heappush(self._free, (free_from, position))


def generate(calls: int, caps: float, seed: int, output: Path) -> None:
    """Write `SIPS1.log` with `calls` calls, on average `caps` beginning a second, and `mapping.yaml` to `output`."""
    staff = Staff(Random(seed))
    output.mkdir(parents=True, exist_ok=True)
    with (output / f"{SITE}.log").open("w", encoding="utf-8", newline="") as log:
        log.writelines(print_log(traffic(calls, caps, seed, staff)))
    mapping = mapping_of(staff.everyone, Random(f"mapping {seed}"))
    (output / "mapping.yaml").write_text(yaml.safe_dump(mapping, sort_keys=False), encoding="utf-8", newline="")


def traffic(
    calls: int, caps: float, seed: int | str, staff: Staff, start: datetime = START, talk: float = TALK
) -> Iterator[SiteEvent]:
    """The events of `calls` calls by time. The staff's random numbers are used up.

    `talk`: seconds an agent talks to a caller at most.
    """
    return _in_order(_calls(calls, caps, seed, staff, start, talk))


def _in_order(calls: Iterator[Scenario]) -> Iterator[SiteEvent]:
    """The events of calls that begin one after the other, by time; holds no more than the calls that overlap."""
    waiting: list[tuple[int, int, int, SiteEvent]] = []
    for number, call in enumerate(calls):
        while waiting and waiting[0][0] < call.events[0].time:
            yield heapq.heappop(waiting)[3]
        for position, event in enumerate(call.events):
            heapq.heappush(waiting, (event.time, number, position, event))
    while waiting:
        yield heapq.heappop(waiting)[3]


def _calls(calls: int, caps: float, seed: int | str, staff: Staff, start: datetime, talk: float) -> Iterator[Scenario]:
    identities, random = Identities(f"generate {seed}"), staff.random
    begins = round(start.timestamp() * 1_000_000)
    for number in range(calls):
        begins += round(random.expovariate(caps) * 10_000) * 100
        scenario = Scenario(begins, identities, user_events_name_call=random.random() < 0.5)
        _play(scenario, number, random, staff, talk)
        yield scenario


def _play(scenario: Scenario, number: int, random: Random, staff: Staff, talk: float) -> None:
    """Make the events of one call."""
    flow = random.choices(list(SHARES), weights=list(SHARES.values()))[0]
    script, needed = FLOWS[flow]
    site = scenario.site(SITE)
    taken = []
    for _ in range(needed):
        position, is_new = staff.take(scenario.now)
        agent = staff.everyone[position]
        taken.append(position)
        if is_new and agent.agent_id:
            site.login(agent.dn, agent.agent_id)
    script(Script(site, _cast(number, random, tuple(staff.everyone[p].dn for p in taken)), _turns(random, talk)))
    for position in taken:
        staff.give_back(position, scenario.now + BREAK)


def _cast(number: int, random: Random, agents: tuple[str, ...]) -> Cast:
    queue, other = random.sample(QUEUES, 2)
    return Cast(
        # +1 555 01 begins numbers of fiction; the rest tells the callers apart
        caller=f"+155501{number:05d}",
        dnis=f"+1555090{random.randrange(10)}",
        ivr=random.choice(IVRS),
        router=random.choice(ROUTERS),
        queue=queue,
        agents=agents,
        wrapup=random.choice(WRAPUPS),
        other_queue=other if random.random() < 0.1 else None,
    )


def _turns(random: Random, talk: float) -> Turns:
    return Turns(
        ivr=random.uniform(1.2, 4),
        queue=random.uniform(0.3, 4),
        ring=random.uniform(0.5, 2.5),
        talk=random.uniform(1.5, talk),
        hold=random.uniform(0.5, 2) if random.random() < 0.25 else 0,
        diverted_first=random.random() < 0.5,
        router_stays=random.random() < 0.3,
        agent_hangs_up=random.random() < 0.4,
    )


def mapping_of(everyone: Sequence[Agent], random: Random) -> dict[str, Any]:
    """The mapping file of these agents and of the site's queues and Routing Points."""

    def entry(agent: Agent) -> dict[str, str]:
        return {"agent": agent.name, "user_id": agent.user_id}

    return {
        "source_id": _uuid4(random),
        "agents": {agent.agent_id: entry(agent) for agent in everyone if agent.agent_id},
        "sites": [
            {
                "name": SITE,
                "routing_points": [*IVRS, *ROUTERS],
                "services": ["gcti::park"],
                "extensions": {a.dn: {} if a.agent_id else entry(a) for a in everyone},
                "virtual_queues": {queue: {"queue_id": _uuid4(random)} for queue in QUEUES},
            }
        ],
        "wrapup_codes": {value: _uuid4(random) for value in WRAPUPS},
    }


def _uuid4(random: Random) -> str:
    """A UUID with the bits of version 4, as EX ids have them."""
    digits = f"{random.getrandbits(128) & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
