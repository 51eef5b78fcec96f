"""The way between two sites: parties that only stand for it are nobody (flows.md, Who is who, 5).

Each site has a call of its own. Where a call goes on to another site, its own call has a party for the *way out* (a
trunk, an access number, an External Routing Point) and the other site's call has a caller for the *way in*. Which of
two linked calls leads to the other is told by what stands in them; the servers' clocks differ, so their times decide
last.
"""

from workflows.call.calls import SKEW, Call, Party
from workflows.call.directory import Directory, Role
from workflows.call.legs import Legs
from workflows.call.roles import Who, identify
from workflows.call.tlib import CallType

_DIALLED = (CallType.INTERNAL, CallType.OUTBOUND)


class Ways:
    """The ways between the calls of one conversation, as it stood at the last `refresh`."""

    def __init__(self, legs: Legs, directory: Directory) -> None:
        self.legs = legs
        self.directory = directory
        self._outside: dict[str, list[Party]] = {}
        self._leading: dict[tuple[str, str], bool] = {}

    def refresh(self) -> None:
        """Look at the topology again: something has happened."""
        self._outside.clear()
        self._leading.clear()

    def is_way(self, party: Party, caller: str | None) -> bool:
        """Whether a party stands for a way.

        `caller`: the number of the conversation's caller, who may be carried on to the other site in person.
        """
        call = self._calls[party.call]
        outside, come_from = self.outside(call), self._from(call)
        if come_from and party is next(iter(outside), None):
            return party.dn is None or party.dn != caller
        called = outside if self._dialled(call) and not come_from else outside[1:]
        return any(party in self._called_for(leg, called) for leg in self.legs.of(call) if self._leads(call, leg))

    def is_outside(self, party: Party) -> bool:
        """Whether it is a number or a trunk."""
        return self._who(party) is Who.EXTERNAL

    def outside(self, call: Call) -> list[Party]:
        """The numbers and trunks that came into a call, in order."""
        if call.uuid not in self._outside:
            parties = (p for p in self.legs.came_into(call) if self.is_outside(p))
            self._outside[call.uuid] = sorted(parties, key=lambda party: party.added)
        return self._outside[call.uuid]

    def first(self, calls: list[Call]) -> Call | None:
        """Of the main calls the one the others come from."""
        return next((call for call in calls if not self._from(call)), next(iter(calls), None))

    @property
    def _calls(self) -> dict[str, Call]:
        return self.legs.topology.calls

    def _from(self, call: Call) -> list[Call]:
        return [leg for leg in self.legs.of(call) if self._leads(leg, call)]

    def _leads(self, one: Call, other: Call) -> bool:
        """Whether a call leads to its leg, or comes from there.

        A call that was dialled here comes from nowhere; nor does one whose caller is a number while the other's is a
        trunk; a way out is called when the other call begins.
        """
        pair = one.uuid, other.uuid
        if pair not in self._leading:
            self._leading[pair] = self._is_first(one, other)
        return self._leading[pair]

    def _is_first(self, one: Call, other: Call) -> bool:
        for mine, others in zip(self._signs(one, other), self._signs(other, one), strict=True):
            if mine != others:
                return mine
        return (one.begun, one.uuid) < (other.begun, other.uuid)

    def _signs(self, call: Call, leg: Call) -> tuple[bool, bool, bool]:
        return self._dialled(call), not self._called_by_trunk(call), self._way_out_at(call, leg)

    def _called_by_trunk(self, call: Call) -> bool:
        caller = next(iter(self.outside(call)), None)
        return caller is not None and self.directory.dn(caller.site, caller.dn or "").role == Role.TRUNK

    def _way_out_at(self, call: Call, leg: Call) -> bool:
        return any(abs(self._called_at(party) - leg.begun) <= SKEW for party in self.outside(call)[1:])

    def _called_for(self, leg: Call, called: list[Party]) -> list[Party]:
        """Whoever was called as a leg began, else the one nearest to that."""
        at_once = [party for party in called if abs(self._called_at(party) - leg.begun) <= SKEW]
        return at_once or sorted(called, key=lambda party: abs(self._called_at(party) - leg.begun))[:1]

    def _called_at(self, party: Party) -> int:
        """When a party was called: one that takes the place of another on the same DN as a consult call is merged into
        its call, without EventCallPartyMoved, was called there."""
        consults = [call for call in self.legs.consults() if party.call in (call.ref_call, call.orig_call)]
        there = (p for p in self.legs.topology.parties_of(*consults) if (p.site, p.dn) == (party.site, party.dn))
        left = (p for p in there if p.gone_at is None or abs(p.gone_at - party.added) <= SKEW)
        return min([party.added, *(p.added for p in left)])

    def _dialled(self, call: Call) -> bool:
        """Whether the call was made here, and is no consult call's leg. A type that says so is no proof, another site
        may have any for what came over a trunk: then that is the first who did not ring."""
        if call.consult:
            return self.legs.is_consult(call)
        if call.call_type not in _DIALLED:
            return False
        who = ((party, self._who(party)) for party in self.legs.came_into(call) if party.alerting_at is None)
        there = [(party.added, who is Who.EXTERNAL) for party, who in who if who not in (Who.IVR, Who.NOBODY)]
        return not min(there)[1] if there else bool(self.outside(call))

    def _who(self, party: Party) -> Who:
        return identify(party, self._calls.get(party.call), self.directory).who
