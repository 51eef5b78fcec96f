"""What every established event carries besides what the flow tables show (flows.md, Rules for every event)."""

from typing import Any
from uuid import UUID

from tests.flows.beginnings import IN_QUEUE
from tests.flows.notation import MAPPING, Left, rows
from workflows.call.conversation import Conversation
from workflows.call.scene import Options

FROM_QUEUE = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           |
        6    7001 rings            |
        6    diverted VQ_A to 7001 |
        8    7001 answers          |
"""
HIDDEN = FROM_QUEUE.replace("call inbound          ", "call inbound hidden   ").replace("X enters", "? enters")
PREVIEW = """
        0    call outbound         |
        0    queued VQ_A           |
        0    diverted VQ_A to 7001 |
        0    7001 enters dialing   |
        0.2  P enters alerting     |
"""


def told(table: str) -> list[tuple[str, dict[str, Any]]]:
    left = Left()
    events = [event for time, what, _ in rows(table) if (event := left.event(time, what))]
    conversation, found = Conversation(events[0].call or "", Options()), []
    for event in events:
        conversation.learn({key: MAPPING.answer(key) for key in conversation.keys(event)})
        found += [(each.array, each.event) for each in conversation.step(event)]
    return found


def established(table: str) -> dict[str, dict[str, Any]]:
    return {array: event for array, event in told(table) if array.endswith("EstablishedEvents")}


def test_source_and_interaction_are_those_of_the_root_call() -> None:
    root = Left()._call("A").uuid
    for event in established(FROM_QUEUE).values():
        assert event["sourceConfiguration"] == {"sourceId": MAPPING.source_id, "interactionId": root}


def test_where_it_stands_in_engage_is_told_for_diagnosis() -> None:
    events = established(FROM_QUEUE)
    info = {array: event["initialConfiguration"]["additionalInfo"] for array, event in events.items()}
    site = {"site": "SIPS1", "connId": "006c000000000001"}
    assert info["userEstablishedEvents"] == {**site, "dn": "7001"}
    assert info["routingEstablishedEvents"] == {**site, "dn": "VQ_A"}
    assert info["externalEstablishedEvents"] == site


def test_the_callers_number_is_told_where_it_is_known() -> None:
    assert {event.get("ani") for event in established(FROM_QUEUE).values()} == {"+15550100"}
    assert {event.get("ani") for event in established(HIDDEN).values()} == {None}
    assert {event.get("dnis") for event in established(HIDDEN).values()} == {"+15550900"}


def test_a_preview_call_names_the_queue_it_came_from() -> None:
    queue = MAPPING.sites[0].virtual_queues["VQ_A"]
    assert queue is not None
    assert established(PREVIEW)["userEstablishedEvents"]["queueId"] == queue.queue_id


def test_identifiers_are_the_same_in_every_run() -> None:
    events = told(FROM_QUEUE)
    assert events == told(FROM_QUEUE)
    assert all(UUID(event["eventId"]).version == UUID(event["conversationId"]).version == 4 for _, event in events)
    assert len({event["eventId"] for _, event in events}) == len(events)


def test_an_ivr_has_the_name_of_its_routing_point() -> None:
    assert established(IN_QUEUE)["ivrEstablishedEvents"]["ivrName"] == "9001"
