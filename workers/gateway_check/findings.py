"""What `excp gateway check` makes of what it saw: what is wrong, what is missing, what is worth knowing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workers.gateway_check.seen import FeedSeen
from workers.ingest.gateway_protocol import Role
from workflows.call.tlib import Feed

CLOCK_APART = 5.0
"""Seconds between the SIP Server's clock and this host's above which something is wrong: as missing calls allow."""
MILLISECONDS = 20
"""So many fractions of a second below a thousand microseconds, and none above, are no chance."""
SHOWN = 5
"""DNs or reasons that are listed by name."""


class Level(StrEnum):
    """How much a finding matters."""

    FAULT = "fault"
    """Something does not work."""
    MISSING = "missing"
    """Something the product needs for a full account of calls was not seen."""
    NOTE = "note"
    """Worth knowing."""


@dataclass(frozen=True)
class Finding:
    """What was found of a feed, and what to do."""

    feed: Feed
    level: Level
    text: str


HINTS: Mapping[str, str] = {
    "bad_feed": "this gateway does not serve the feed",
    "link_lost": "the gateway has no connection to its SIP Server; its log says why",
    "overflow": "the gateway dropped this check, or could not keep up with its SIP Server; its log says which",
}


def findings(feeds: Mapping[Feed, FeedSeen]) -> list[Finding]:
    """Of all feeds that were watched, in their order."""
    return [Finding(seen.feed, level, text) for seen in feeds.values() for level, text in _of(seen, feeds)]


def _of(seen: FeedSeen, feeds: Mapping[Feed, FeedSeen]) -> Iterator[tuple[Level, str]]:
    yield from _connection(seen)
    if not seen.subscribed:
        return
    yield from _protocol(seen)
    yield from _dns(seen)
    yield from _snapshot(seen)
    if not seen.events:
        yield from _silence(seen)
        return
    yield from _times(seen)
    match seen.feed:
        case Feed.CALL:
            yield from _calls(seen)
        case Feed.VQ:
            yield from _queues(seen)
        case Feed.AGENT:
            yield from _agents(seen, feeds.get(Feed.CALL))


def _connection(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    if seen.error is not None and seen.error.fatal:
        hint = HINTS.get(seen.error.code)
        said = f"{seen.error.code}: {seen.error.message}" if seen.error.message else seen.error.code
        yield Level.FAULT, f"ended by the gateway: {said}" + (f" ({hint})" if hint else "")
    elif seen.ended is not None:
        yield Level.FAULT, seen.ended
    elif not seen.subscribed:
        yield Level.FAULT, "the gateway does not answer the subscription: is it connected to its SIP Server?"


def _protocol(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    for what, counts in (
        ("lines that are no frame", seen.malformed),
        ("events of another feed", seen.foreign),
        ("events the product cannot use", seen.unusable),
    ):
        if counts:
            yield Level.FAULT, f"{counts.total()} {what}: {_listed(counts)}"
    if seen.unknown:
        yield Level.NOTE, f"frames of a later version, passed over: {_listed(seen.unknown)}"


def _dns(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    if seen.feed is Feed.CALL:
        return
    if not seen.dns:
        option = "--queue" if seen.feed is Feed.VQ else "--extension"
        yield Level.NOTE, f"no DNs to register, so no events: name some with {option}, or a site with --site"
    if seen.refused:
        reasons = Counter(seen.refused.values())
        names = ", ".join(sorted(seen.refused)[:SHOWN]) + (", …" if len(seen.refused) > SHOWN else "")
        yield (
            Level.MISSING,
            f"{len(seen.refused)} of {len(seen.dns)} DNs not registered: {names}; {_listed(reasons)}: "
            "do they exist on this SIP Server, by this name?",
        )
    if silent := len(set(seen.dns) - seen.registered - seen.refused.keys()):
        yield Level.MISSING, f"{silent} of {len(seen.dns)} DNs: the gateway has not answered their registration yet"


def _snapshot(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    if seen.snapshot is None:
        yield Level.MISSING, f"no snapshot ended within {seen.seconds:.0f} s: watch for longer with --seconds"
    elif seen.feed is Feed.CALL and not seen.snapshot.complete and seen.role is Role.PRIMARY:
        yield (
            Level.NOTE,
            "the snapshot is not known to be complete: calls that end while no ingest is connected are only "
            "ended after the configured silence",
        )


def _silence(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    if seen.role is Role.BACKUP:
        yield Level.NOTE, "no events, as it should be: the server is the backup. Check the primary's gateway too"
    elif seen.dns or seen.feed is Feed.CALL:
        option = "; participant lists need sip-enable-call-info=true" if seen.feed is Feed.AGENT else ""
        yield Level.NOTE, f"no events in {seen.seconds:.0f} s, so nothing can be said of them: make a call{option}"


def _times(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    if seen.fractions >= MILLISECONDS and not seen.large_fractions:
        yield Level.FAULT, "all fractions of the event times are below 1000: milliseconds where microseconds belong"
    if seen.clock:
        apart = sorted(seen.clock, key=abs)[0]
        if abs(apart) > CLOCK_APART:
            ahead = "ahead of" if apart > 0 else "behind"
            yield Level.FAULT, f"the events' time is {abs(apart):.0f} s {ahead} this host's clock: set both by NTP"


def _calls(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    yield from _lacking(seen, "EventCallCreated", "ConnID", "participant lists without CallUUID find no call")
    yield from _lacking(seen, "EventCallCreated", "CallType", "inbound and outbound calls look alike")
    yield from _lacking(seen, "EventCallPartyAdded", "DN", "nobody knows whose party it is")
    yield from _lacking(seen, "EventCallPartyAdded", "PartyState", "ringing and talking look alike")
    yield from _lacking(seen, "EventCallPartyState", "PartyState", "ringing and talking look alike")
    if seen.events["EventCallCreated"] and not any(seen.events[name] for name in _PARTIES):
        yield Level.MISSING, "calls without parties: call monitoring was started with a mode that leaves them out"
    elif not seen.events["EventCallPartyMoved"]:
        yield Level.NOTE, "no EventCallPartyMoved seen, which is fine: not every server sends it"


_PARTIES = ("EventCallPartyAdded", "EventCallPartyState", "EventCallPartyDeleted")


def _queues(seen: FeedSeen) -> Iterator[tuple[Level, str]]:
    for name in ("EventQueued", "EventDiverted"):
        consequence = "a call that is twice on a Virtual Queue cannot be told apart"
        yield from _lacking(seen, name, "VQID", consequence, "Extensions: ")
    gone = seen.lacking["EventDiverted ThirdPartyDN"]
    if gone:
        total = seen.events["EventDiverted"]
        yield (
            Level.NOTE,
            f"{gone} of {total} EventDiverted without ThirdPartyDN: these calls left the queue undelivered",
        )


def _agents(seen: FeedSeen, calls: FeedSeen | None) -> Iterator[tuple[Level, str]]:
    if not seen.lists:
        talking = sorted(seen.registered & calls.connected) if calls else []
        if talking:
            yield (
                Level.MISSING,
                f"no participant list, though {', '.join(talking[:SHOWN])} had a call: SIP Server option "
                "sip-enable-call-info is off, or no agent is logged in there",
            )
        else:
            yield (
                Level.NOTE,
                "no participant list seen; if a logged-in agent had a call in this time, SIP Server option "
                "sip-enable-call-info is off",
            )
    yield from _lacking(
        seen, "EventUserEvent", "LCTParty<n>_location", "participants of other sites look like own ones"
    )
    if not seen.agents:
        yield (
            Level.NOTE,
            "no AgentID seen: an Extension on which agents change has to be mapped to one agent, or its logins be sent",
        )


def _lacking(
    seen: FeedSeen, name: str, attribute: str, consequence: str, where: str = ""
) -> Iterator[tuple[Level, str]]:
    number = seen.lacking[f"{name} {attribute}"]
    if number:
        yield Level.MISSING, f"{number} of {seen.events[name]} {name} without {where}{attribute}: {consequence}"


def _listed(counts: Counter[str]) -> str:
    listed = [f"{what} ({number})" if number > 1 else what for what, number in counts.most_common(SHOWN)]
    return ", ".join(listed) + (", …" if len(counts) > SHOWN else "")
