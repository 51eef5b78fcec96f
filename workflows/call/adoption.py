"""Parties of somebody who is told already: they belong to that communication, and no rule looks at them again.

An agent may be on a second DN, in the consult call, or on a phone that registered again; a caller may go on in another
site's call after the own one has ended (REFER, 302).
"""

from collections.abc import Iterable

from workflows.call.calls import Party
from workflows.call.communications import Communication, Kind
from workflows.call.roles import Who
from workflows.call.scene import Scene, visit_key

_KINDS = {Who.USER: (Kind.USER,), Who.IVR: (Kind.IVR,), Who.EXTERNAL: (Kind.EXTERNAL, Kind.PHONE)}


def adopt(scene: Scene) -> None:
    """Give every new party and every new stay on a Virtual Queue to the communication it belongs to."""
    told = scene.told
    for party in scene.topology.parties.values():
        if not party.live or party.audit or told.of_party(party.uuid):
            continue
        who = scene.identity(party)
        for kind in _KINDS.get(who.who, ()):
            known = told.live_with_key(kind, who.key)
            if known is not None:
                known.parties.append(party.uuid)
                break
    _adopt_caller(scene)
    for visit in scene.topology.visits.values():
        queue = told.live_with_key(Kind.QUEUE, visit_key(visit))
        if queue is not None and visit.id not in queue.parties and visit.queued_at is not None:
            queue.parties.append(visit.id)


def goes_on(scene: Scene, caller: Iterable[Party]) -> bool:
    """True when a caller whose own parties have gone goes on in another site's call, or may yet do so: that call, or
    who is in it, may be heard of a little later."""
    known = list(caller)
    if any(party.live for party in known):
        return False
    if _carrier(scene, known) is not None:
        return True
    left = max((party.gone_at or 0 for party in known), default=0)
    for call in scene.legs.main:
        own = any(party.call == call.uuid for party in known)
        if own and scene.legs.other_side_unknown(call):
            return not scene.settled(call.linked_at)
        if not own and call.live and not scene.ways.outside(call):
            return not scene.settled(left)
    return False


def caller_goes_on(scene: Scene) -> bool:
    """`goes_on` of the caller that was told."""
    caller = _caller(scene)
    return caller is not None and goes_on(scene, scene.parties(caller))


def _caller(scene: Scene) -> Communication | None:
    caller = scene.told.on(scene.told.main) if scene.told.main is not None else None
    return caller if caller is not None and caller.kind is Kind.EXTERNAL and caller.live else None


def _carrier(scene: Scene, caller: Iterable[Party]) -> Party | None:
    """The party of another site's living call that may carry a caller whose own parties have gone."""
    known = list(caller)
    for call in scene.legs.main:
        outside = scene.ways.outside(call)
        if call.live and scene.legs.of(call) and outside and outside[0].live and outside[0] not in known:
            return outside[0]
    return None


def _adopt_caller(scene: Scene) -> None:
    """Another party of the caller's own carries the caller at once, also one who was told as the way he came; what
    stands for the way between the sites does so only when it stays."""
    caller = _caller(scene)
    gone = scene.gone_at(caller) if caller is not None else None
    if caller is None or (gone is None and not scene.stands_for_way(caller)):
        return
    party = _carrier(scene, scene.parties(caller))
    external = party is not None and scene.identity(party).who is Who.EXTERNAL
    if party is not None and (external or (gone is not None and scene.settled(gone))):
        caller.parties.append(party.uuid)
