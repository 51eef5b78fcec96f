"""What the simulated SIP Servers know: the calls that live, and who is logged in. Both servers of a pair share it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workflows.call.tlib import PARTY_EVENTS

Values = dict[str, Any]

_OWN_TIME = ("TimeinSecs", "TimeinuSecs")


@dataclass
class _Call:
    created: Values
    parties: dict[str, Values] = field(default_factory=dict)


class Calls:
    """Follows the events as they are played."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}
        self._logins: dict[str, Values] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def follow(self, name: str, attributes: Values) -> None:
        """Take an event that is played. One without CallUUID or PartyUUID, where it needs one, changes nothing."""
        call, party = attributes.get("CallUUID"), attributes.get("PartyUUID")
        if name == "EventAgentLogin":
            self._logins[attributes.get("ThisDN", "")] = attributes
        elif name == "EventAgentLogout":
            self._logins.pop(attributes.get("ThisDN", ""), None)
        elif name == "EventCallDeleted":
            self._calls.pop(call or "", None)
        elif call and name in ("EventCallCreated", "EventCallDataChanged"):
            self._change(call, attributes)
        elif call and party and name in PARTY_EVENTS:
            self._change_party(name, call, party, attributes)

    def named(self, attributes: Values) -> str | None:
        """CallUUID of the call an event belongs to, by its CallUUID or its ConnID; None: of none, or of one gone."""
        call, conn = attributes.get("CallUUID"), attributes.get("ConnID")
        return call or next((uuid for uuid, each in self._calls.items() if each.created.get("ConnID") == conn), None)

    def reports(self) -> Iterator[tuple[str, Values]]:
        """The living calls as a re-report: each call as it is now with the time of its creation, and its parties as
        they are now with the time of their last change."""
        for call in self._calls.values():
            yield "EventCallCreated", call.created
            for party in call.parties.values():
                yield "EventCallPartyAdded", party

    def login(self, dn: str) -> Values | None:
        """Attributes of the EventRegistered of an Extension where an agent is logged in."""
        login = self._logins.get(dn)
        return {key: login[key] for key in ("ThisDN", "AgentID", *_OWN_TIME) if key in login} if login else None

    def _change(self, call: str, attributes: Values) -> None:
        if call not in self._calls:
            self._calls[call] = _Call(dict(attributes))
            return
        created = self._calls[call].created
        for key, value in attributes.items():
            if key == "UserData" and isinstance(value, list):
                value = list(dict([*created.get(key, []), *value]).items())
            if key not in _OWN_TIME:
                created[key] = value

    def _change_party(self, name: str, call: str, party: str, attributes: Values) -> None:
        """A call first seen at one of its parties (the log is cut) begins there."""
        home = self._calls.setdefault(call, _Call({k: attributes[k] for k in _KNOWN if k in attributes}))
        if name == "EventCallPartyDeleted":
            home.parties.pop(party, None)
        elif name == "EventCallPartyMoved":
            known = home.parties.pop(party, {})
            moved_to = attributes.get("NewCallUUID") or call
            now = {**known, **attributes, "CallUUID": moved_to}
            now.pop("NewCallUUID", None)
            target = self._calls.setdefault(moved_to, _Call({k: now[k] for k in _KNOWN if k in now}))
            target.parties[party] = now
        else:
            home.parties[party] = {**home.parties.get(party, {}), **attributes}


_KNOWN = ("CallUUID", "ConnID", "CallType", *_OWN_TIME)
