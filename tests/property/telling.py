"""What the product tells of events, and what the strict EX Org says to it."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings

from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read as read_request
from tests.property.mapping import MAPPING
from workers.replay.replayed_calls import Ended, Lost, Record, ReplayedCalls, Step
from workflows.call.conversation import Summary
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent

SETTINGS = settings(
    max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass
class Telling:
    """What came of a sequence of events."""

    told: list[ExEvent] = field(default_factory=list)
    of: dict[str, list[ExEvent]] = field(default_factory=dict)
    """The same by root CallUUID."""
    summaries: dict[str, Summary] = field(default_factory=dict)
    """By root; without those of which EX never heard because they were another one's legs."""
    lost: list[TlibEvent] = field(default_factory=list)

    @classmethod
    def of_records(cls, records: Iterable[Record]) -> "Telling":
        telling = cls()
        for record in records:
            if isinstance(record, Step):
                telling.told += record.told
                telling.of.setdefault(record.call, []).extend(record.told)
            elif isinstance(record, Ended) and record.stands:
                telling.summaries[record.call] = record.summary
            elif isinstance(record, Lost):
                telling.lost.append(record.event)
        return telling

    def events(self) -> dict[str, list[dict[str, object]]]:
        """What EX gets, by root; without which TLib event caused it."""
        return {root: [each.event for each in told] for root, told in self.of.items() if told}


def tell(events: Iterable[TlibEvent]) -> Telling:
    """Take events in the order they arrive, then let all waits pass."""
    calls = ReplayedCalls(MAPPING, Options(), silence=3600)
    records = [record for event in events for record in calls.take(event)]
    return Telling.of_records([*records, *calls.finish()])


def assert_accepted(told: Iterable[ExEvent]) -> ExOrg:
    """The strict EX Org takes everything."""
    org = ExOrg()
    for each in told:
        org.take(read_request(json.dumps({each.array: [each.event]}).encode()), "test")
    assert not org.refused, [(refusal.reason, refusal.array) for refusal in org.refused]
    return org
