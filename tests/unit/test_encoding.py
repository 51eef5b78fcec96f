"""The encoding profile: every event's fields, and identifiers that stay the same over releases.

A running call meets the new release in the middle: were one identifier computed otherwise, EX would take a repetition
for another event.
"""

from typing import Any

from workflows.call.communications import Communication, Kind, Told, Transfer
from workflows.call.encoding import Encoder

CALL = "3L68VKODHE2J6JMD7M4NH6J1VS000001"
START = 1_772_443_800_000_000
CALLER = "0e4ec786-39db-4c5c-ac1e-611fae143033"
AGENT = "99936803-c874-444e-bd86-a3f3f284105d"
PHONE = "5c982ce2-2280-4dff-9949-9ca8f06e9ae2"
COMMAND = "9e538e48-a6e2-4bc1-b9f2-81a0f1967198"


class Telling(Encoder):
    """Tells a caller and an agent, one event a millisecond."""

    def __init__(self) -> None:
        super().__init__(CALL, Told())
        self.source_id = "source"
        self.caller = self.party(Kind.EXTERNAL)
        self.agent = self.party(Kind.USER, user_id="user", queue_id="queue")
        self.phone = self.party(Kind.PHONE)
        self.move = Transfer(self.new_id("command"), self.agent.id, self.caller.id)
        self.established(self.at, self.caller, inbound=True, invited_by=None, info={})
        self.established(self.at, self.agent, inbound=True, invited_by=self.caller.id, info={"dn": "7001"})

    @property
    def at(self) -> int:
        return START + 1000 * len(self.out)

    def party(self, kind: Kind, **more: Any) -> Communication:
        return Communication(self.new_id("communication", kind, kind[0]), kind, kind[0], kind[0], START, **more)

    def last(self) -> tuple[str, dict[str, Any]]:
        """Array and own fields of the event told last."""
        told = self.out[-1]
        common = ("conversationId", "eventId", "eventDateTime")
        return told.array, {name: value for name, value in told.event.items() if name not in common}


def test_identifiers_never_change() -> None:
    tell = Telling()
    assert tell.conversation_id == "c758b5f0-4a08-4934-bbeb-05ca7d6c9664"
    assert [tell.caller.id, tell.agent.id, tell.phone.id, tell.move.command] == [CALLER, AGENT, PHONE, COMMAND]
    assert tell.party(Kind.USER).id == "5b60913a-d129-4f60-b859-4ed1df29ef4f", "the second of its sort"
    tell.answered(tell.at, tell.agent)
    tell.held(tell.at, tell.agent, True)
    tell.held(tell.at, tell.agent, False)
    tell.transfer(tell.at, tell.move, tell.phone)
    tell.progress(tell.at, tell.move, tell.phone)
    tell.end_transfer(tell.at, tell.move, "Failed")
    tell.consult(tell.at, AGENT, PHONE, CALLER)
    tell.progress_consult(tell.at, AGENT, PHONE, CALLER)
    tell.end_consult(tell.at)
    tell.wrapup(tell.at, tell.agent, "code")
    tell.ended(tell.at, tell.agent, "Self")
    assert [told.event["eventId"] for told in tell.out] == [
        "5b501655-fde4-48e4-85fc-ec7d97ca42a1",
        "0e237670-bb73-4bf7-8721-a0abde511fa9",
        "c8fb7078-e8f3-4a2b-a879-0cda6b4c1ad7",
        "9345bf60-f58e-40f2-9855-1fccd9ab472c",
        "e2d5ac71-a742-4a44-85b0-1b7612718e5e",
        "37173224-7625-47ee-84f0-8d33ca081aa4",
        "ee839f8f-93c8-4b26-9ae2-bc9f2ff582e6",
        "79adebc9-caa9-4102-b99e-5d4bf4f8114c",
        "7be7e481-38f2-4b4e-acd1-e04be2602559",
        "b3be225f-5dea-408f-886c-7bcdaacef455",
        "d640c988-8502-4d41-8764-b57c38fcca94",
        "497c9002-fb3f-4e58-bd06-4fede2fe1de0",
        "4f02efc0-bf07-4697-876d-6edaea6a2c2c",
    ]
    assert tell.told.events == len(tell.out)


def test_an_agent_is_established_with_user_and_queue() -> None:
    assert Telling().last() == (
        "userEstablishedEvents",
        {
            "communicationId": AGENT,
            "userId": "user",
            "queueId": "queue",
            "initialConfiguration": {
                "alerting": False,
                "inbound": True,
                "invitedBy": CALLER,
                "additionalInfo": {"dn": "7001"},
            },
            "sourceConfiguration": {"sourceId": "source", "interactionId": CALL},
        },
    )


def test_a_number_nobody_knows_is_anonymous() -> None:
    tell = Telling()
    tell.transfer(tell.at, tell.move, tell.phone)
    assert tell.last()[1]["destinationPhoneNumber"] == "anonymous"
    tell.established(tell.at, tell.phone, inbound=False, invited_by=CALLER, info={})
    assert "phoneNumber" not in tell.last()[1]


def test_only_a_number_reached_by_transfer_tells_its_number() -> None:
    tell = Telling()
    tell.agent.number = "+15550100"
    tell.established(tell.at, tell.agent, inbound=True, invited_by=CALLER, info={})
    assert "phoneNumber" not in tell.last()[1]


def test_what_is_told_late_is_moved_behind_what_was_told() -> None:
    tell = Telling()
    tell.answered(START - 5_000_999, tell.agent)
    tell.ended(START + 60_000_999, tell.agent, "Self")
    times = [told.event["eventDateTime"] for told in tell.out[1:]]
    assert times == ["2026-03-02T09:30:00.001Z", "2026-03-02T09:30:00.002Z", "2026-03-02T09:31:00.000Z"]
