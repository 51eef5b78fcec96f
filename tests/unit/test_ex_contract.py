"""Our check says of an event what the published schema says of it."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import deploy.lab
from activities.ex_contract import EVENTS, fault
from tests.ex_events import told_call, uuid4
from workflows.call.telling import ExEvent

SCHEMA = json.loads((Path(deploy.lab.__file__).parent / "ex" / "events.schema.json").read_text("utf-8"))
ARRAYS = SCHEMA["$defs"]["BatchConversationEventRequest"]["properties"]
OTHER_VALUES: list[Any] = [None, 1, "x", "", True, {}, [], ["x"], "5b2c0e36-8f57-1b8e-9d0c-3f6a5c1d2e10", uuid4(1)]


def definition(array: str) -> dict[str, Any]:
    name = ARRAYS[array]["items"]["$ref"].rpartition("/")[2]
    return dict(SCHEMA["$defs"][name])


def valid_by_schema(array: str, event: dict[str, Any]) -> bool:
    return bool(Draft202012Validator({"$defs": SCHEMA["$defs"], **definition(array)}).is_valid(event))


def full(schema: dict[str, Any]) -> Any:
    """A value with every property the schema knows."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "date-time":
        return "2026-03-01T08:00:00.000Z"
    if "pattern" in schema:
        return uuid4("any")
    if schema["type"] == "object" and "properties" in schema:
        return {name: full(value) for name, value in schema["properties"].items()}
    simple: dict[str, Any] = {"string": "text", "boolean": True, "object": {"key": "value"}}
    return [full(schema["items"])] if schema["type"] == "array" else simple[schema["type"]]


def spoiled(event: Any) -> Iterator[Any]:
    """The event with one thing changed at any depth."""
    if isinstance(event, dict):
        yield {**event, "unknownProperty": "x"}
        for name, value in event.items():
            yield {key: kept for key, kept in event.items() if key != name}
            for other in OTHER_VALUES:
                yield {**event, name: other}
            for changed in spoiled(value):
                yield {**event, name: changed}


def test_every_array_of_the_contract_is_known() -> None:
    assert set(EVENTS) == set(ARRAYS)


@pytest.mark.parametrize("array", sorted(EVENTS))
def test_agrees_with_the_published_schema(array: str) -> None:
    event = full(definition(array))
    assert fault(ExEvent(array=array, event=event)) is None
    for changed in spoiled(event):
        # the schema leaves the format of a date-time to the reader; the EX Org refuses one it cannot read
        date = isinstance(changed, dict) and changed.get("eventDateTime")
        if isinstance(date, str) and date != event["eventDateTime"]:
            assert fault(ExEvent(array=array, event=changed))
        else:
            assert (fault(ExEvent(array=array, event=changed)) is None) is valid_by_schema(array, changed), changed


@pytest.mark.parametrize(
    "time", ["2026-02-30T08:00:00.000Z", "2026-03-01 08:00:00.000Z", "2026-03-01T08:00:00.000", "20260301T080000Z"]
)
def test_a_wrong_time_is_a_fault(time: str) -> None:
    told = told_call("C")[0]
    assert "eventDateTime" in (fault(told.model_copy(update={"event": {**told.event, "eventDateTime": time}})) or "")


def test_told_calls_are_valid() -> None:
    assert [fault(told) for told in told_call("C", holds=2)] == [None] * 8


def test_a_fault_never_shows_a_value() -> None:
    event = copy.deepcopy(told_call("C")[0].event)
    event["ani"] = 441234567890
    assert fault(ExEvent(array="externalEstablishedEvents", event=event)) == (
        "externalEstablishedEvents: ani: Input should be a valid string"
    )
    assert fault(ExEvent(array="smsEvents", event={})) == "smsEvents: no such array in the contract"


def test_a_line_feed_is_no_part_of_an_identifier() -> None:
    told = told_call("C")[0]
    assert fault(told.model_copy(update={"event": {**told.event, "eventId": uuid4("C") + "\n"}}))
