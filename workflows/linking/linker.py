"""Which conversation an event belongs to.

A conversation is one Engage call with its consult calls and its legs on other sites. Its *root*, the call created
first by the SIP Servers' time, names it. Calls are joined by OrigCallUUID (a consult call names its main call),
RefCallUUID (merged into), NewCallUUID (a party moved there) and by an equal UUID in two ISLinkLists (legs on two
sites). A link may be learned late: then the root is sent again what the other conversation was sent and still
matters, and the other one is told that it was merged.

What concerns several conversations, or calls of which nothing is heard, is seen here too: an agent in two main calls
(`second_calls`), calls that their SIP Server reports no more (`missing_calls`).

What `route` answers depends on the state and on what it is given, never on a clock or on where one batch ends: a
second linker loaded from the first one's `dump` answers the same. Dispatch relies on that when another process takes
over and sends again what may already have been sent.

The state is a flat dictionary of short texts, so that a round commits only what it changed:

    call|UUID             LinkedCall, without what it remembers
    event|UUID|subject    its first and latest event on a subject: [[arrival, item], …]
    agent|site|DN         [AgentID or null after a logout, server time of that event]
    wait|id               an event of an unknown call: [arrival, stream time, event]
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from workflows.call.tlib import LOGIN_EVENTS, PARTY_EVENTS, CallType, Feed, TlibEvent
from workflows.linking.call_index import CallIndex
from workflows.linking.entries import SnapshotEnded
from workflows.linking.linked_call import LinkedCall
from workflows.linking.missing_calls import MissingCalls
from workflows.linking.routed import Item, Origin, Released, Routed, Running
from workflows.linking.seats import Seats, place
from workflows.linking.second_calls import second_calls
from workflows.linking.waiting_events import WaitingEvents

LATE_LINK = 3_000_000
"""Microseconds of event time after which a link no longer joins a call to a conversation that is over. As long does
that wait for the other side of its links (`Options.settle`)."""

GRAIN = 60_000_000
"""Microseconds by which a conversation's last sign of life is rounded, so that not every event changes it."""

OPENING = frozenset(
    {"EventCallCreated", "EventCallDataChanged", "EventCallPartyAdded", "EventCallPartyState", "EventCallPartyMoved"}
)
"""Events that make a call known. A call seen half-way may begin with any of them. Not with one that only says that
something ended, or that comes from another feed: that one waits."""

CALL_DATA = frozenset({"EventCallCreated", "EventCallDataChanged"})
"""Events that say what a call is and how it belongs to others: sent again before those of its parties."""


class Linker:
    """Routes the events of all calls of a contact center, in the order of the stream."""

    def __init__(
        self, state: Mapping[str, str] | None = None, *, silence: float = 4 * 3600, keep_ended: float = 120
    ) -> None:
        """`state`: of `dump`, or gathered from `changes`.

        `silence`, `keep_ended`: seconds of stream time after which a conversation that lives, or whose calls have all
        ended, is forgotten when nothing more is heard of it.
        """
        self._keep_living = int(silence * 1e6) + GRAIN
        self._keep_ended = int(keep_ended * 1e6) + GRAIN
        self.reload(state or {})

    def reload(self, state: Mapping[str, str]) -> None:
        """Begin again with a state, whatever became of the one before."""
        self._now = 0
        self._index = index = CallIndex()
        self._missing = MissingCalls(index)
        self._seats = Seats(lambda at: index.touch(f"agent|{at}"))
        self._waiting = WaitingEvents(lambda event_id: index.touch(f"wait|{event_id}"))
        self._living: dict[str, None] = {}
        self._ended: dict[str, None] = {}
        self._look_again = False
        self._load(state)

    def recover(self, conversations: Iterable[Running], now: int) -> Routed:
        """Take the calls of conversations that run, where the state lacks them; `now` is stream time, microseconds.

        So their events find them, calls that belong to them join them, and those that a complete snapshot does not
        contain are lost, as if the state had known them. Returns the word to each one that was merged and runs still:
        it may not have had it.
        """
        found = {each.root: each for each in conversations}
        merged = _merged(found)
        calls = self._index.calls
        for running in (each for each in found.values() if each.root not in merged):
            root = calls.get(running.root) or self._recover(running.root, running.origin.site, running, now)
            if root.root != root.uuid:
                continue  # merged, says the state
            root.told = root.recovered = True
            root.call_type = root.call_type or running.origin.call_type
            if running.root not in running.calls:
                self._end(root)
            self._index.touch(f"call|{root.uuid}")
            for uuid, site in running.calls.items():
                call = calls.get(uuid) or self._recover(uuid, site, running, now)
                other = calls[call.root]
                if other.uuid in merged or other.uuid not in found:
                    self._absorb(root, other)  # merged after the state was kept
            self._hear(root.uuid, now)
        return [(uuid, {"item": "merged", "into": root, "time": now}) for uuid, root in merged.items()]

    def release(self, now: int) -> Released:
        """Move stream time on (microseconds since 1970) before the events of that time are routed."""
        self._now = max(self._now, now)
        lost = [pair for call in self._missing.lost(self._now) for pair in self._lose(call)]
        for keep, roots in ((self._keep_living, self._living), (self._keep_ended, self._ended)):
            while (root := next(iter(roots), None)) and self._index.calls[root].heard + keep <= self._now:
                del roots[root]
                self._index.forget(root)
        return Released(list(self._waiting.overdue(self._now)), lost)

    def compare(self, snapshot: SnapshotEnded) -> list[str]:
        """Take a complete snapshot; CallUUIDs of the calls that are missing in it and were not before. They are lost,
        and `release` says so, when nothing is heard of them."""
        return [call.uuid for call in self._missing.compare(snapshot, self._now)]

    def route(self, event: TlibEvent) -> Routed:
        """Where an event goes.

        Not itself among the items when nobody needs it (a login on a DN without a call) or it waits for its call. An
        item that goes to another conversation as well, or went there before a late link was learned, has `"copy":
        true`: so each event that is routed is an item without it once. The latter has `"recalled": true` too.
        """
        moved = self._seats.note(event)
        if event.event in LOGIN_EVENTS:
            return [*self._to_calls_on(event), *self._second_calls(moved, event.time)]
        routed = self._second_calls(moved, event.time)
        known = self._with_call(event)
        if known is None:
            if event.id not in self._waiting:
                self._waiting.add(event, self._next_arrival(), self._now)
            return routed
        routed += self._take(known)
        while self._look_again:
            waited = self._waiting.take(self._with_call)
            if waited is None:
                self._look_again = False
            else:
                routed += self._take(waited)
        return routed

    def waits(self, event_id: str) -> bool:
        """True while an event waits for its call to become known."""
        return event_id in self._waiting

    def origin(self, root: str) -> Origin:
        """Site and CallType of a root, for the start of its workflow."""
        call = self._index.calls.get(root)
        return Origin(call.site, call.call_type) if call else Origin("", None)

    def changes(self) -> dict[str, str | None]:
        """What changed since this was last asked: new text by key, None for a key that is gone."""
        changed = {key: self._text(key) for key in self._index.dirty}
        self._index.dirty.clear()
        return changed

    def pass_over_changes(self) -> None:
        """What changed until now is kept elsewhere, or not at all."""
        self._index.dirty.clear()

    def dump(self) -> dict[str, str]:
        """The whole state."""
        keys = [*self._index.keys(), *map("agent|{}".format, self._seats), *map("wait|{}".format, self._waiting)]
        return {key: text for key in keys if (text := self._text(key)) is not None}

    # Events of a call

    def _with_call(self, event: TlibEvent) -> TlibEvent | None:
        """The event with its CallUUID; None when its call is not known and it does not make it known."""
        if event.call is not None:
            return event if event.call in self._index.calls or event.event in OPENING else None
        call = self._index.with_conn(event.site, event.conn)
        return event.model_copy(update={"call": call}) if call else None

    def _take(self, event: TlibEvent) -> Routed:
        call = self._index.calls.get(event.call or "") or self._open(event)
        state, before, places = call.dump(), call.root, _places(call)
        item = self._item(call, event)
        self._missing.heard(call)
        self._learn(call, event)
        joined = [pair for other in self._related(call, event) for pair in self._join(call, other, event.time)]
        self._mark_told(call.root)
        self._remember(call, event, item)
        self._hear(call.root)
        own = [*self._second_calls(places | _places(call), event.time), (call.root, item)]
        if call.dump() != state:
            self._index.touch(f"call|{call.uuid}")
        own_first = call.root == before or event.event in CALL_DATA
        return own + joined if own_first else joined + own

    def _open(self, event: TlibEvent) -> LinkedCall:
        uuid = event.call or ""
        call = LinkedCall(uuid, event.site, event.time, root=uuid, heard=self._now)
        self._index.add(call)
        self._index.touch(f"call|{uuid}")
        self._look_again = True
        return call

    def _recover(self, uuid: str, site: str, running: Running, now: int) -> LinkedCall:
        call = LinkedCall(uuid, site, running.began, root=running.root, heard=now)
        self._index.add(call)
        self._index.touch(f"call|{uuid}")
        self._look_again = True
        return call

    def _item(self, call: LinkedCall, event: TlibEvent) -> Item:
        """The wire form of an event, with what only the linker knows: who sits on the DN."""
        if event.agent is None and (event.event in PARTY_EVENTS or event.feed is Feed.AGENT):
            agent = self._seats.agent(place(event.site, call.dn_of(event)))
            if agent is not None:
                event = event.model_copy(update={"agent": agent})
        return event.wire()

    def _remember(self, call: LinkedCall, event: TlibEvent, item: Item) -> None:
        for about in call.remember(event, self._next_arrival(), item):
            self._index.touch(f"event|{call.uuid}|{about}")

    def _learn(self, call: LinkedCall, event: TlibEvent) -> None:
        if event.event == "EventCallCreated" and not call.sure:
            call.created, call.sure = event.time, True
        if event.feed is Feed.CALL and event.call_type is not None:
            call.call_type = event.call_type
        call.names_main = call.names_main or event.orig_call is not None
        call.consult = call.consult or event.call_type == CallType.CONSULT or event.orig_call is not None
        if event.conn is not None and self._index.learn_conn(call, event.site, event.conn):
            self._look_again = True
        if event.event == "EventCallDeleted":
            self._end(call)
        if event.event in PARTY_EVENTS:
            self._learn_party(call, event)

    def _end(self, call: LinkedCall) -> None:
        call.ended = True
        for party in list(call.parties):
            self._index.leave(call, party)
        self._index.touch(f"call|{call.uuid}")

    def _learn_party(self, call: LinkedCall, event: TlibEvent) -> None:
        party, dn = event.party or "", call.dn_of(event)
        now_on: LinkedCall | None = call
        if event.event == "EventCallPartyDeleted":
            now_on = None
        if event.event == "EventCallPartyMoved":
            now_on = self._index.calls.get(event.new_call or "")
        talking = call.talking.get(party, event.time if event.talking else None)
        if now_on is not call:
            self._index.leave(call, party)
        if now_on is not None and dn is not None and not call.is_past(event):
            self._index.sit(now_on, party, dn)
            if talking is not None and party not in now_on.talking:
                now_on.talking[party] = talking
                self._index.touch(f"call|{now_on.uuid}")

    # Joining calls

    def _related(self, call: LinkedCall, event: TlibEvent) -> Iterator[LinkedCall]:
        """The known calls that an event joins to its call."""
        for uuid in filter(None, (event.orig_call, event.ref_call, event.new_call)):
            yield from self._index.named(call, uuid)
        for link in event.links if not self._over(call.root) else ():
            yield from (each for each in self._index.linked(call, link) if not self._is_past(each, event.time))
        yield from self._index.wanting(call)

    def _is_past(self, call: LinkedCall, time: int) -> bool:
        """True when a call's conversation was over long before that time: nobody is left whom a link would carry on."""
        members = self._index.members[call.root]
        return self._over(call.root) and time > LATE_LINK + max(
            self._index.calls[uuid].last_heard() for uuid in members
        )

    def _join(self, one: LinkedCall, other: LinkedCall, time: int) -> Routed:
        """Make two calls one conversation: what its root is sent of the other, and the word to that one."""
        if one.root == other.root:
            return []
        calls, members = self._index.calls, self._index.members
        root, lost = sorted((calls[one.root], calls[other.root]), key=lambda call: call.age)
        routed: Routed = []
        if lost.told:
            recalled = sorted(event for uuid in members[lost.uuid] for event in calls[uuid].recall())
            copies = [{**json.loads(event.text), "copy": True, "recalled": True} for event in recalled]
            copies.sort(key=lambda item: item["event"] not in CALL_DATA)
            routed = [(root.uuid, item) for item in copies]
            routed.append((lost.uuid, {"item": "merged", "into": root.uuid, "time": time}))
            self._mark_told(root.uuid)
        self._absorb(root, lost)
        return routed

    def _absorb(self, root: LinkedCall, lost: LinkedCall) -> None:
        """The calls of a conversation are another's from now on."""
        members = self._index.members
        for uuid in members[lost.uuid]:
            self._index.calls[uuid].root = root.uuid
            self._index.touch(f"call|{uuid}")
        members[root.uuid] += members.pop(lost.uuid)
        self._living.pop(lost.uuid, None)
        self._ended.pop(lost.uuid, None)

    def _mark_told(self, root: str) -> None:
        if not self._index.calls[root].told:
            self._index.calls[root].told = True
            self._index.touch(f"call|{root}")

    def _hear(self, root: str, now: int = 0) -> None:
        """Any event of a conversation keeps all its calls. `now`: 0 for the stream time."""
        call, now = self._index.calls[root], now or self._now
        mine, other = (self._ended, self._living) if self._over(root) else (self._living, self._ended)
        if root in mine and now - call.heard < GRAIN:
            return
        other.pop(root, None)
        mine.pop(root, None)
        mine[root] = None
        call.heard = now
        self._index.touch(f"call|{root}")

    def _over(self, root: str) -> bool:
        return all(self._index.calls[uuid].ended for uuid in self._index.members[root])

    # Across conversations

    def _second_calls(self, places: Iterable[str], time: int) -> Routed:
        return [(note.root, note.item) for note in second_calls(self._index, self._seats, places, time)]

    def _lose(self, call: LinkedCall) -> Routed:
        """End a call that its SIP Server has forgotten."""
        routed: Routed = [(call.root, {"item": "lost", "call": call.uuid, "time": call.missing_at})]
        places, time = _places(call), call.missing_at
        self._missing.heard(call)
        self._end(call)
        self._hear(call.root)
        return [*routed, *self._second_calls(places, time)]

    def _to_calls_on(self, event: TlibEvent) -> Routed:
        """A login or logout goes to every conversation with a party on that DN."""
        calls, item = self._index.on_place(place(event.site, event.dn)), event.wire()
        for call in calls:
            self._remember(call, event, item)
        roots = list(dict.fromkeys(call.root for call in calls))
        return [(root, {**item, "copy": True} if root != roots[0] else item) for root in roots]

    # Keeping the state

    def _next_arrival(self) -> int:
        self._arrival += 1
        return self._arrival

    def _text(self, key: str) -> str | None:
        kind, _, rest = key.partition("|")
        if kind == "agent":
            return self._seats.text(rest)
        if kind == "wait":
            return self._waiting.text(rest)
        return self._index.text(key)

    def _load(self, state: Mapping[str, str]) -> None:
        self._arrival = self._index.load(state)
        self._missing.load()
        for root in sorted(self._index.members, key=lambda root: self._index.calls[root].heard):
            (self._ended if self._over(root) else self._living)[root] = None
        for key, text in state.items():
            if key.startswith("agent|"):
                self._seats.load(key.partition("|")[2], text)
        waiting = [text for key, text in state.items() if key.startswith("wait|")]
        self._arrival = max(self._arrival, self._waiting.load(waiting))


def _places(call: LinkedCall) -> set[str]:
    """Where a call has parties."""
    return {place(call.site, dn) for dn in call.parties.values()}


def _merged(running: Mapping[str, Running]) -> dict[str, str]:
    """Conversations that another one names among its calls, and that one: their workflows have not ended yet."""
    merged: dict[str, str] = {}
    for root, conversation in running.items():
        if root not in merged:
            merged |= {uuid: root for uuid in conversation.calls if uuid != root and uuid in running}
    return merged
