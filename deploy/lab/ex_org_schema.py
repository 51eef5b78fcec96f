"""Checks of a whole request against the published contract: size, shape, number of events, time stamps."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

MAX_EVENTS = 100
MAX_BYTES = 512_000
"""Limits of one request (published EX contract)."""
MAX_FAULTS = 20
"""Faults named in one answer."""

_SCHEMA = Path(__file__).parent / "ex" / "events.schema.json"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_CODES = {"additionalProperties": "invalid.property", "format": "invalid.date", "required": "constraint.validation"}


@dataclass
class RequestError(Exception):
    """The request as a whole is wrong; nothing of it was taken."""

    status: int
    code: str
    message: str
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    """Code, field and reason of each fault of the body."""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Submitted:
    """One event of a request and the array it came in."""

    array: str
    event: dict[str, Any]


def read(body: bytes) -> list[Submitted]:
    """The events of a request body, ordered by time stamp. Raises RequestError."""
    if len(body) > MAX_BYTES:
        raise RequestError(
            413, "request.entity.too.large", f"The body has {len(body)} bytes, the limit is {MAX_BYTES}."
        )
    try:
        request = json.loads(body)
    except ValueError as error:
        raise RequestError(400, "bad.request", f"The body is not JSON: {error}") from None
    faults = list(_validator().iter_errors(request))
    if faults:
        raise _invalid(faults)
    events = [Submitted(array, event) for array, events in request.items() for event in events]
    if not events:
        raise RequestError(400, "zero.events.submitted", "No event was submitted.")
    if len(events) > MAX_EVENTS:
        message = f"{len(events)} events were submitted, the limit is {MAX_EVENTS}."
        raise RequestError(400, "max.batch.size.surpassed", message)
    # arrays are by type: only the time stamps carry the order
    return sorted(events, key=lambda s: str(s.event["eventDateTime"]))


@cache
def _validator() -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checks("date-time")(_utc_milliseconds)
    schema = json.loads(_SCHEMA.read_text("utf-8")) | {"$ref": "#/$defs/BatchConversationEventRequest"}
    return Draft202012Validator(schema, format_checker=formats)


def _utc_milliseconds(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _invalid(errors: list[ValidationError]) -> RequestError:
    faults = [
        (_CODES.get(str(error.validator), "invalid.value"), error.json_path.removeprefix("$."), _reason(error))
        for error in errors[:MAX_FAULTS]
    ]
    code, where, reason = faults[0]
    return RequestError(400, code, f"{where}: {reason}", faults)


def _reason(fault: ValidationError) -> str:
    if fault.validator == "format":
        return f"{fault.instance!r} is not a UTC time with milliseconds and Z"
    return str(fault.message)[:300]
