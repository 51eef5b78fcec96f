"""The calls of a sequence of events: what becomes of each event, and of calls that fall silent."""

import gc
import tracemalloc
from collections.abc import Sequence

from deploy.lab.identities import Identities
from deploy.lab.scenario import CONNECTED, Scenario
from tests.property.arrivals import read
from tests.property.mapping import MAPPING
from workers.replay.replayed_calls import Ended, Lost, Noted, Record, ReplayedCalls, Step
from workflows.call.scene import Options
from workflows.call.tlib import TlibEvent

START = 1_772_443_800_000_000
SILENCE = 600.0


def records_of(events: Sequence[TlibEvent]) -> list[Record]:
    calls = ReplayedCalls(MAPPING, Options(), SILENCE)
    return [*(record for event in events for record in calls.take(event)), *calls.finish()]


def queued_call(scenario: Scenario) -> str:
    call = scenario.site("SIPS1").inbound("+15550100", "+15550900")
    call.queues("VQ_A")
    return call.uuid


def test_a_login_outside_a_call_is_noted() -> None:
    scenario = Scenario(START, Identities("noted"))
    scenario.site("SIPS1").login("7050", "A7050")
    assert [type(record) for record in records_of(read(scenario.events))] == [Noted]


def test_a_call_that_falls_silent_is_lost() -> None:
    scenario = Scenario(START, Identities("silent"))
    silent = queued_call(scenario)
    scenario.wait(SILENCE + 1)
    queued_call(scenario)
    records = records_of(read(scenario.events))
    ended = next(record for record in records if isinstance(record, Ended) and record.call == silent)
    assert (ended.summary.outcome, ended.summary.reason) == ("completed", "lost: nothing heard of the call")
    told = [told for record in records if isinstance(record, Step) and record.call == silent for told in record.told]
    assert [each.event.get("disconnectType") for each in told[-2:]] == ["System", "System"]
    assert told[-1].time == "2026-03-02T09:40:00.002Z"


def test_what_is_held_does_not_grow_with_the_calls_that_ended() -> None:
    calls, held = ReplayedCalls(MAPPING, Options(), SILENCE), []
    scenario = Scenario(START, Identities("many"))
    tracemalloc.start()
    for _ in range(2):
        for _ in range(200):
            scenario.events.clear()
            call = scenario.site("SIPS1").inbound("+15550100", "+15550900")
            caller = call.enters("+15550100", CONNECTED)
            scenario.wait(60)
            call.hung_up_by(caller)
            scenario.wait(600)
            for event in read(scenario.events):
                assert list(calls.take(event))
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[1] - held[0] < 20_000  # 100 bytes a call


def test_a_call_at_the_end_of_the_logs_stays_open() -> None:
    scenario = Scenario(START, Identities("open"))
    queued_call(scenario)
    ended = [record for record in records_of(read(scenario.events)) if isinstance(record, Ended)]
    assert [record.summary.outcome for record in ended] == ["open"]


def test_after_it_was_lost_a_call_is_late() -> None:
    scenario = Scenario(START, Identities("late"))
    call = scenario.site("SIPS1").inbound("+15550100", "+15550900")
    call.queues("VQ_A")
    scenario.wait(SILENCE + 1)
    queued_call(scenario)
    call.hung_up_by(call.caller)
    lost = [record for record in records_of(read(scenario.events)) if isinstance(record, Lost)]
    assert {record.event.call for record in lost} == {call.uuid}
    assert {record.reason for record in lost} == {"late: its conversation has ended"}
