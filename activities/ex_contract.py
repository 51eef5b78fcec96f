"""Check of an EX event against the published contract of `POST /api/v2/events/conversations`, before it is sent.

One event that breaks the contract makes the EX Org refuse the whole request with a 400, and with it the events of
up to a hundred calls. So: version 4 UUIDs, every required property, no unknown one, no null, no coerced type.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from workflows.call.telling import ExEvent

MAX_EVENTS = 100
"""Events in one request (published EX contract)."""
MAX_BYTES = 512_000
"""Size of one request's body (published EX contract)."""

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def _date_time(value: str) -> str:
    if not _DATE_TIME.fullmatch(value):
        raise ValueError("not an RFC 3339 date-time")
    datetime.fromisoformat(value)
    return value


Uuid = Annotated[
    str, Field(pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$")
]
DateTime = Annotated[str, AfterValidator(_date_time)]
TransferType = Literal["Attended", "Unattended"]
DisconnectType = Literal[
    "Error",
    "Peer",
    "Self",
    "System",
    "Transfer",
    "TransferACD",
    "TransferConference",
    "TransferConsult",
    "TransferUser",
]


class _Strict(BaseModel):
    """A default here means "may be left out"; it is never sent."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class AudioState(_Strict):
    can_hear: bool = False
    can_speak: bool = False


class SourceConfiguration(_Strict):
    interaction_id: str
    source_id: str
    tag_id: str = ""


class InitialConfiguration(_Strict):
    additional_info: dict[str, str] = {}
    alerting: bool = False
    audio_state: AudioState = AudioState()
    inbound: bool = False
    invited_by: str = ""
    recording_active: bool = False


class Event(_Strict):
    """What every event has."""

    event_id: Uuid
    event_date_time: DateTime
    conversation_id: Uuid


class CommunicationEvent(Event):
    communication_id: Uuid


class AudioUpdated(CommunicationEvent):
    audio_state: AudioState


class DispositionApplied(CommunicationEvent):
    code: Uuid = ""
    notes: str = ""
    tags: list[str] = []


class CommunicationEnded(CommunicationEvent):
    disconnect_type: DisconnectType
    destination_conversation_id: Uuid = ""


class HoldUpdated(CommunicationEvent):
    held: bool


class Established(CommunicationEvent):
    initial_configuration: InitialConfiguration
    source_configuration: SourceConfiguration
    ani: str = ""
    dnis: str = ""


class ExternalEstablished(Established):
    ani_name: str = ""
    dnis_name: str = ""


class IvrEstablished(Established):
    ivr_name: str = ""
    ivr_phone_number: str = ""


class PhoneEstablished(Established):
    phone_number: str = ""


class RoutingEstablished(Established):
    queue_id: Uuid
    language_id: Uuid = ""
    phone_number: str = ""
    skill_ids: list[Uuid] = []


class UserEstablished(Established):
    user_id: Uuid
    after_call_work_required: bool = False
    phone_number: str = ""
    queue_id: Uuid = ""
    station_id: Uuid = ""


class Transfer(Event):
    command_id: Uuid
    initiating_communication_id: Uuid
    object_communication_id: Uuid
    target_communication_id: Uuid
    transfer_type: TransferType


class UserTransfer(Transfer):
    destination_user_id: Uuid


class PhoneTransfer(Transfer):
    destination_phone_number: str


class RoutingTransfer(Transfer):
    initiating_communication_id: str
    destination_queue_id: Uuid
    language_id: Uuid = ""
    skill_ids: list[Uuid] = []


class ProgressTransfer(Event):
    command_id: Uuid
    destination_communication_id: Uuid
    object_communication_id: Uuid


class EndTransfer(Event):
    command_id: Uuid
    final_state: Literal["Completed", "Canceled", "Failed"]
    object_communication_id: Uuid


class ConsultTransfer(Event):
    destination_communication_id: Uuid
    initiating_communication_id: Uuid
    object_communication_id: Uuid


EVENTS: dict[str, type[Event]] = {
    "audioUpdatedEvents": AudioUpdated,
    "communicationAnsweredEvents": CommunicationEvent,
    "communicationDispositionAppliedEvents": DispositionApplied,
    "communicationEndedEvents": CommunicationEnded,
    "consultTransferEvents": ConsultTransfer,
    "endConsultTransferEvents": Event,
    "endTransferEvents": EndTransfer,
    "externalEstablishedEvents": ExternalEstablished,
    "holdUpdatedEvents": HoldUpdated,
    "ivrEstablishedEvents": IvrEstablished,
    "phoneEstablishedEvents": PhoneEstablished,
    "phoneTransferEvents": PhoneTransfer,
    "progressConsultTransferEvents": ConsultTransfer,
    "progressTransferEvents": ProgressTransfer,
    "routingEstablishedEvents": RoutingEstablished,
    "routingTransferEvents": RoutingTransfer,
    "userEstablishedEvents": UserEstablished,
    "userTransferEvents": UserTransfer,
}
"""The 18 voice arrays of a request and the events they take."""


def fault(event: ExEvent) -> str | None:
    """What breaks the contract, by property and without its value (it may be a caller's number); None when nothing."""
    model = EVENTS.get(event.array)
    if model is None:
        return f"{event.array}: no such array in the contract"
    try:
        model.model_validate(event.event)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{event.array}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
    return None
