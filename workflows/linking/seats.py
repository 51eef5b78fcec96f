"""Who sits on which DN: the AgentIDs that events named (flows.md, Who is who).

A *place* is a DN of a site, written `site|DN`. An agent may be logged in on several.
"""

import json
from collections.abc import Callable, Iterator

from workflows.call.tlib import Feed, TlibEvent

MOST = 8
"""An AgentID on more DNs than this is no one person's (assumption)."""


def place(site: str, dn: str | None) -> str:
    """The key of a DN of a site."""
    return f"{site}|{dn}"


class Seats:
    """The last AgentID heard of on each DN."""

    def __init__(self, touch: Callable[[str], None]) -> None:
        """`touch`: told of each place whose kept text changes."""
        self._touch = touch
        self._agents: dict[str, tuple[str | None, int]] = {}
        self._places: dict[str, dict[str, None]] = {}

    def note(self, event: TlibEvent) -> set[str]:
        """Take what an event says of its DN's agent. The places of all whom it concerns, when that is news."""
        logout = event.event == "EventAgentLogout"
        if event.dn is None or event.feed is Feed.VQ or (event.agent is None and not logout):
            return set()
        at = place(event.site, event.dn)
        if at in self._agents and self._agents[at][1] > event.time:
            return set()
        agent, before = self.agent(at), self.of_same_agent(at)
        self._sit(at, None if logout else event.agent, event.time)
        self._touch(at)
        return {*before, at} if self.agent(at) != agent else set()

    def agent(self, at: str) -> str | None:
        """AgentID of whoever is logged in; empty after a logout: nobody is there, not even the DN's fixed agent. None
        when nobody was ever heard of."""
        seat = self._agents.get(at)
        return seat and (seat[0] or "")

    def of_same_agent(self, at: str) -> tuple[str, ...]:
        """The places of the agent who sits on this one, in order; this one alone when nobody is known there."""
        places = self._places.get(self.agent(at) or "", {})
        return tuple(sorted(places)) if 0 < len(places) <= MOST else (at,)

    def text(self, at: str) -> str:
        """The text kept of a place."""
        return json.dumps(self._agents[at])

    def load(self, at: str, text: str) -> None:
        """Take a text of `text`."""
        agent, time = json.loads(text)
        self._sit(at, agent, time)

    def __iter__(self) -> Iterator[str]:
        return iter(self._agents)

    def _sit(self, at: str, agent: str | None, time: int) -> None:
        if before := self.agent(at):
            del self._places[before][at]
        self._agents[at] = (agent, time)
        if agent:
            self._places.setdefault(agent, {})[at] = None
