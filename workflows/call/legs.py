"""How the calls of a conversation hang together: the main calls, consult calls, and the legs on other sites of both.

Legs are calls with an equal IS-Link. A consult call's links go to the main call with what is moved or merged there.
"""

from collections.abc import Iterator

from workflows.call.calls import SKEW, Call, Party
from workflows.call.topology import Topology


class Legs:
    """A view of the topology, as it stood at the last `refresh`."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.linked = False
        """True when any call has an IS-Link."""
        self.main: list[Call] = []
        """The calls that are no consult: the first of them, and its legs on other sites."""
        self.strangers: list[Call] = []
        """Calls that are neither: merged into the others (V4), or how they belong to them is not known."""
        self._far_ends: set[str] = set()
        self._legs: dict[str, list[Call]] = {}
        self._consults: dict[str, list[Call]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look at the topology again: something has happened."""
        calls = list(self.topology.calls.values())
        self.linked = any(call.links for call in calls)
        self._far_ends = _far_ends(calls) if self.linked else set()
        links = {call.uuid: self._links(call) for call in calls} if self.linked else {}
        self._legs = {one.uuid: [each for each in calls if self._are_legs(one, each, links)] for one in calls}
        self._consults = {call.uuid: self._of_consult(call) for call in self.consults()}
        in_consult = {call.uuid for group in self._consults.values() for call in group}
        others = [call for call in calls if call.uuid not in in_consult]
        self.main = self._reached(others[:1], others)
        self.strangers = [call for call in others if call not in self.main]

    def of(self, call: Call) -> list[Call]:
        """The calls of other sites that have an IS-Link with a call."""
        return self._legs.get(call.uuid, [])

    def consults(self) -> list[Call]:
        """The consult calls, without their legs on other sites."""
        return [call for call in self.topology.calls.values() if self.is_consult(call)]

    def is_consult(self, call: Call) -> bool:
        """Whether it is a consult call, and not the leg of one on another site that is reported as such."""
        return call.consult and call.uuid not in self._far_ends

    def consult(self, uuid: str) -> list[Call]:
        """A consult call and its legs on other sites, until a completed consult leaves those to the main call."""
        return self._consults.get(uuid, [])

    def other_side_unknown(self, call: Call) -> bool:
        """True when no other call has one of its links."""
        others = {link for each in self.topology.calls.values() if each is not call for link in each.links}
        return not set(call.links) <= others

    def came_into(self, *calls: Call) -> Iterator[Party]:
        """Whoever is in one of the calls, or came into it and has moved to another call since."""
        uuids = {call.uuid for call in calls}
        return (party for party in self.topology.parties.values() if party.call in uuids or party.origin in uuids)

    def in_main_since(self, party: Party) -> int | None:
        """When a party came into a main call: on the leg of a consult call as that ended. None: it is in none."""
        call = next((each for each in self.main if each.uuid == party.call), None)
        if call is None:
            return None
        return max([party.joined, *(leg.ended_at or 0 for leg in self.of(call) if self.is_consult(leg))])

    def _links(self, call: Call) -> set[str]:
        merged = [each for each in self.consults() if each.ref_call == call.uuid]
        moved = [self.topology.calls.get(party.origin) for party in self.topology.parties_of(call) if party.moved]
        return {link for each in (call, *merged, *moved) if each is not None for link in each.links}

    def _of_consult(self, consult: Call) -> list[Call]:
        calls = self.topology.calls.values()
        later = [call for call in calls if not self.is_consult(call) and call.begun >= consult.begun - SKEW]
        group = self._reached([consult], [call for call in later if call.uuid != consult.orig_call])
        outside = [leg for call in group for leg in self.of(call) if leg not in group and not self.is_consult(leg)]
        return [consult] if outside and not consult.live else group

    def _reached(self, first: list[Call], among: list[Call]) -> list[Call]:
        found = list(first)
        for call in found:
            found += [leg for leg in self.of(call) if leg in among and leg not in found]
        return found

    def _are_legs(self, one: Call, other: Call, links: dict[str, set[str]]) -> bool:
        """An equal link makes calls legs of one another, but not a consult call and a call that was there before."""
        if one is other or not links or not links[one.uuid] & links[other.uuid]:
            return False
        if self.is_consult(one) and self.is_consult(other):
            return False
        for consult, leg in ((one, other), (other, one)):
            before = leg.begun < consult.begun - SKEW
            if self.is_consult(consult) and (before or leg.uuid in (consult.orig_call, consult.ref_call)):
                return False
        return True


def _far_ends(calls: list[Call]) -> set[str]:
    """The legs of consult calls that their sites report as consult calls, too: a consult call names its main call; they
    name none, and begin while it lives (assumption: no document says which type such a leg has)."""
    found = [call for call in calls if call.consult and call.orig_call is not None]
    near = len(found)
    for one in found:
        legs = (each for each in calls if each.site != one.site and set(each.links) & set(one.links))
        found += [leg for leg in legs if leg.consult and leg not in found and _began_within(leg, one)]
    return {call.uuid for call in found[near:]}


def _began_within(leg: Call, call: Call) -> bool:
    return call.begun - SKEW <= leg.begun <= (call.ended_at or leg.begun) + SKEW
