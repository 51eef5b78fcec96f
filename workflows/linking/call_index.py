"""The calls a linker knows, and how each is found: by CallUUID, ConnID, IS-Link, conversation, and DN of a party."""

import json
from collections.abc import Iterator, Mapping

from workflows.linking.linked_call import LIMIT, LinkedCall, Remembered, add_bounded
from workflows.linking.seats import place

_Index = dict[str, dict[str, None]]
"""CallUUIDs by a key."""


class CallIndex:
    """Calls with their indexes. Every change of a call's kept text leaves its key in `dirty`."""

    def __init__(self) -> None:
        self.calls: dict[str, LinkedCall] = {}
        self.members: dict[str, list[str]] = {}
        """The calls of a conversation, by its root."""
        self.dirty: dict[str, None] = {}
        self._by_conn: dict[str, str] = {}
        self._by_link: _Index = {}
        self._wanted: _Index = {}
        self._by_place: _Index = {}

    def touch(self, *keys: str) -> None:
        self.dirty |= dict.fromkeys(keys)

    def with_conn(self, site: str, conn: str | None) -> str | None:
        """CallUUID of the call that has a ConnID at a site."""
        return self._by_conn.get(f"{site}|{conn}")

    def on_place(self, at: str) -> list[LinkedCall]:
        """The calls with a party on a DN of a site."""
        return [self.calls[uuid] for uuid in sorted(self._by_place.get(at, ()))]

    def number_on(self, at: str) -> int:
        """How many calls have a party on a DN of a site."""
        return len(self._by_place.get(at, ()))

    def in_consult(self, call: LinkedCall) -> bool:
        """True for a consult call, and for its leg on another site while the consult call lives."""
        linked = self._with_a_link_of(call)
        return self._is_consult(call) or any(self._is_consult(each) and not each.ended for each in linked)

    def _is_consult(self, call: LinkedCall) -> bool:
        """False for the leg of one that its site reports as such (`Legs.is_consult`)."""
        named = (each.names_main and each.site != call.site for each in self._with_a_link_of(call))
        return call.consult and (call.names_main or not any(named))

    def _with_a_link_of(self, call: LinkedCall) -> list[LinkedCall]:
        return [self.calls[uuid] for link in call.links for uuid in self._by_link.get(link, ())]

    def linked(self, call: LinkedCall, link: str) -> list[LinkedCall]:
        """Note a UUID of the call's ISLinkList; the calls that have it, this one among them."""
        if gone := add_bounded(call.links, link):
            _discard(self._by_link, gone, call.uuid)
        uuids = self._by_link.setdefault(link, {})
        uuids[call.uuid] = None
        return [self.calls[uuid] for uuid in sorted(uuids)]

    def named(self, call: LinkedCall, uuid: str) -> list[LinkedCall]:
        """The call that another one names; while it is not known, that it is wanted is noted."""
        if uuid in self.calls:
            return [self.calls[uuid]]
        if gone := add_bounded(call.wants, uuid):
            _discard(self._wanted, gone, call.uuid)
        self._wanted.setdefault(uuid, {})[call.uuid] = None
        return []

    def wanting(self, call: LinkedCall) -> list[LinkedCall]:
        """The calls that named this one before it was known; told once."""
        found = [self.calls[uuid] for uuid in sorted(self._wanted.pop(call.uuid, ()))]
        for other in found:
            del other.wants[call.uuid]
            self.touch(f"call|{other.uuid}")
        return found

    def add(self, call: LinkedCall) -> None:
        """Take a new call, or one that was loaded."""
        self.calls[call.uuid] = call
        self.members.setdefault(call.root, []).append(call.uuid)
        for key in call.conns:
            self._by_conn[key] = call.uuid
        for index, keys in ((self._by_link, call.links), (self._wanted, call.wants)):
            for key in keys:
                index.setdefault(key, {})[call.uuid] = None
        for dn in call.parties.values():
            self._by_place.setdefault(place(call.site, dn), {})[call.uuid] = None

    def learn_conn(self, call: LinkedCall, site: str, conn: str) -> bool:
        """Note a ConnID of a call, which another call may have had; False when it is known."""
        key = f"{site}|{conn}"
        owner = self._by_conn.get(key)
        if owner == call.uuid:
            return False
        if owner is not None:
            del self.calls[owner].conns[key]
            self.touch(f"call|{owner}")
        self._by_conn[key] = call.uuid
        if gone := add_bounded(call.conns, key):
            del self._by_conn[gone]
        return True

    def sit(self, call: LinkedCall, party: str, dn: str) -> None:
        """A party is on a call."""
        if call.parties.get(party) == dn:
            return
        self.leave(call, party)
        while len(call.parties) >= LIMIT:
            self.leave(call, next(iter(call.parties)))
        call.parties[party] = dn
        self._by_place.setdefault(place(call.site, dn), {})[call.uuid] = None
        self.touch(f"call|{call.uuid}")

    def leave(self, call: LinkedCall, party: str) -> None:
        """A party is no longer on a call."""
        dn = call.parties.pop(party, None)
        call.talking.pop(party, None)
        call.noted.pop(party, None)
        if dn is not None and dn not in call.parties.values():
            _discard(self._by_place, place(call.site, dn), call.uuid)

    def forget(self, root: str) -> None:
        """Drop a conversation with all its calls."""
        for uuid in self.members.pop(root):
            call = self.calls.pop(uuid)
            self.touch(f"call|{uuid}", *(f"event|{uuid}|{about}" for about in call.remembered))
            for key in call.conns:
                del self._by_conn[key]
            for index, keys in ((self._by_link, call.links), (self._wanted, call.wants)):
                for key in keys:
                    _discard(index, key, uuid)
            for dn in call.parties.values():
                _discard(self._by_place, place(call.site, dn), uuid)

    def text(self, key: str) -> str | None:
        """The text kept under a key `call|…` or `event|…`; None when it is gone."""
        kind, uuid, about = _parts(key)
        call = self.calls.get(uuid)
        if call is None:
            return None
        if kind == "call":
            return call.dump()
        events = call.remembered.get(about)
        return json.dumps(events, separators=(",", ":")) if events else None

    def keys(self) -> Iterator[str]:
        for uuid, call in self.calls.items():
            yield f"call|{uuid}"
            yield from (f"event|{uuid}|{about}" for about in call.remembered)

    def load(self, state: Mapping[str, str]) -> int:
        """Take calls and what they remember; the highest arrival number among that."""
        for key, text in state.items():
            if key.startswith("call|"):
                self.add(LinkedCall.load(text))
        remembered = []
        for key, text in state.items():
            kind, uuid, about = _parts(key)
            if kind == "event" and uuid in self.calls:
                events = tuple(Remembered(*event) for event in json.loads(text))
                remembered.append((events[-1].arrival, uuid, about, events))
        for _, uuid, about, events in sorted(remembered):
            self.calls[uuid].remembered[about] = events
        return max((entry[0] for entry in remembered), default=0)


def _parts(key: str) -> tuple[str, str, str]:
    kind, _, rest = key.partition("|")
    uuid, _, about = rest.partition("|")
    return kind, uuid, about


def _discard(index: _Index, key: str, uuid: str) -> None:
    if key in index:
        index[key].pop(uuid, None)
        if not index[key]:
            del index[key]
