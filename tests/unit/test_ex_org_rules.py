"""The lab's EX Org refuses what breaks an order. Each test tells a conversation and then one thing that is wrong."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from deploy.lab.ex_org_oauth import OAuth, OAuthError
from deploy.lab.ex_org_rate import RateLimit
from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import MAX_BYTES, RequestError, Submitted, read

SOURCE = "5b2c0e36-8f57-4b8e-9d0c-3f6a5c1d2e10"


def uuid(number: int) -> str:
    return str(UUID(int=number, version=4))


CONVERSATION, X, IVR, QUEUE, AGENT, SECOND, NUMBER, COMMAND, USER, OTHER_USER, QUEUE_ID = (
    uuid(n) for n in range(1, 12)
)
ESTABLISHED = {
    "external": {"ani": "+4930123456"},
    "ivr": {"ivrName": "9001"},
    "routing": {"queueId": QUEUE_ID},
    "user": {"userId": USER},
    "phone": {"phoneNumber": "+4940987654"},
}


class Teller:
    """Makes events with rising time stamps and identifiers, and tells them to an EX Org one by one."""

    def __init__(self) -> None:
        self.org = ExOrg()
        self.second = 0

    def event(self, array: str, **fields: Any) -> Submitted:
        self.second += 1
        time = f"2025-06-02T09:{self.second // 60:02}:{self.second % 60:02}.000Z"
        own = {"eventId": uuid(1000 + self.second), "conversationId": CONVERSATION, "eventDateTime": time}
        return Submitted(array, own | fields)

    def established(self, kind: str, communication: str, **fields: Any) -> Submitted:
        configuration = {k: fields.pop(k) for k in ("alerting", "invitedBy") if k in fields}
        source = {"sourceId": fields.pop("source", SOURCE), "interactionId": "CALL"}
        known = {"communicationId": communication, "initialConfiguration": configuration, "sourceConfiguration": source}
        return self.event(f"{kind}EstablishedEvents", **known, **(ESTABLISHED[kind] | fields))

    def about(self, array: str, communication: str, **fields: Any) -> Submitted:
        return self.event(array, communicationId=communication, **fields)

    def ended(self, communication: str) -> Submitted:
        return self.about("communicationEndedEvents", communication, disconnectType="Self")

    def transfer(self, initiating: str, wanted: Mapping[str, str], moved: str = X, command: str = COMMAND) -> Submitted:
        kind = {"destinationUserId": "user", "destinationQueueId": "routing"}.get(next(iter(wanted)), "phone")
        return self.event(
            f"{kind}TransferEvents",
            commandId=command,
            initiatingCommunicationId=initiating,
            targetCommunicationId=initiating,
            objectCommunicationId=moved,
            transferType="Unattended",
            **wanted,
        )

    def progress(self, destination: str, moved: str = X, command: str = COMMAND) -> Submitted:
        ids = {"commandId": command, "objectCommunicationId": moved, "destinationCommunicationId": destination}
        return self.event("progressTransferEvents", **ids)

    def end_transfer(self, state: str = "Completed", moved: str = X, command: str = COMMAND) -> Submitted:
        return self.event("endTransferEvents", commandId=command, objectCommunicationId=moved, finalState=state)

    def consult(self, array: str, initiating: str, destination: str, moved: str = X) -> Submitted:
        ids = {"initiatingCommunicationId": initiating, "destinationCommunicationId": destination}
        return self.event(array, **ids, objectCommunicationId=moved)

    def take(self, *events: Submitted) -> None:
        """Tell events that have to be taken."""
        assert self.org.take(events, "now") == []

    def refuse(self, event: Submitted) -> str:
        """Tell an event that has to be refused; the reason."""
        errors = self.org.take([event], "now")
        assert [(e["eventId"], e["retryable"]) for e in errors] == [(event.event["eventId"], False)]
        return str(errors[0]["message"])


@pytest.fixture
def ex() -> Teller:
    return Teller()


@pytest.fixture
def in_ivr(ex: Teller) -> Teller:
    ex.take(ex.established("external", X), ex.established("ivr", IVR, invitedBy=X))
    return ex


@pytest.fixture
def with_agent(ex: Teller) -> Teller:
    """Inbound to an agent without a queue (F05)."""
    ex.take(ex.established("external", X), ex.established("user", AGENT, invitedBy=X, alerting=True))
    ex.take(ex.about("communicationAnsweredEvents", AGENT))
    return ex


def test_inbound_ivr_queue_agent(in_ivr: Teller) -> None:
    """F03 from the first to the last event, wrap-up after the end."""
    ex, second = in_ivr, uuid(99)
    ex.take(
        ex.transfer(IVR, {"destinationQueueId": QUEUE_ID}),
        ex.established("routing", QUEUE, invitedBy=X),
        ex.progress(QUEUE),
        ex.end_transfer(),
        ex.ended(IVR),
        ex.transfer(QUEUE, {"destinationUserId": USER}, command=second),
        ex.established("user", AGENT, invitedBy=X, alerting=True),
        ex.progress(AGENT, command=second),
        ex.about("communicationAnsweredEvents", AGENT),
        ex.end_transfer(command=second),
        ex.ended(QUEUE),
        ex.about("holdUpdatedEvents", AGENT, held=True),
        ex.about("holdUpdatedEvents", AGENT, held=False),
        ex.ended(AGENT),
    )
    assert [c.id for c in ex.org.open] == [CONVERSATION]
    ex.take(ex.ended(X))
    assert ex.org.open == []
    ex.take(ex.about("communicationDispositionAppliedEvents", AGENT, code=uuid(77)))
    assert len(ex.org.events_of(CONVERSATION)) == len(ex.org.taken) == 18


def test_consult_to_queue_to_agent_completed(with_agent: Teller) -> None:
    """F11: the move out of the queue has the consulting agent as its object."""
    ex = with_agent
    ex.take(
        ex.about("holdUpdatedEvents", AGENT, held=True),
        ex.established("routing", QUEUE, invitedBy=AGENT),
        ex.consult("consultTransferEvents", AGENT, QUEUE),
        ex.transfer(QUEUE, {"destinationUserId": OTHER_USER}, moved=AGENT),
        ex.established("user", SECOND, invitedBy=AGENT, alerting=True, userId=OTHER_USER),
        ex.progress(SECOND, moved=AGENT),
        ex.about("communicationAnsweredEvents", SECOND),
        ex.end_transfer(moved=AGENT),
        ex.ended(QUEUE),
        ex.consult("progressConsultTransferEvents", AGENT, SECOND),
        ex.ended(AGENT),
        ex.event("endConsultTransferEvents"),
        ex.ended(SECOND),
        ex.ended(X),
    )
    assert ex.org.open == []


def test_consult_given_up_then_another(with_agent: Teller) -> None:
    ex = with_agent
    ex.take(
        ex.established("phone", NUMBER, invitedBy=AGENT, alerting=True),
        ex.consult("consultTransferEvents", AGENT, NUMBER),
        ex.about("communicationAnsweredEvents", NUMBER),
        ex.consult("progressConsultTransferEvents", AGENT, NUMBER),
        ex.ended(NUMBER),
        ex.event("endConsultTransferEvents"),
        ex.established("user", SECOND, invitedBy=AGENT, alerting=True),
        ex.consult("consultTransferEvents", AGENT, SECOND),
        ex.ended(AGENT),
        ex.event("endConsultTransferEvents"),
        ex.about("communicationAnsweredEvents", SECOND),
    )


class TestTime:
    def test_not_after_the_last_event(self, in_ivr: Teller) -> None:
        late = in_ivr.ended(IVR)
        in_ivr.take(in_ivr.ended(X))
        assert "is not after" in in_ivr.refuse(late)

    def test_same_millisecond(self, in_ivr: Teller) -> None:
        first, second = in_ivr.ended(IVR), in_ivr.ended(X)
        second.event["eventDateTime"] = first.event["eventDateTime"]
        in_ivr.take(first)
        assert "is not after" in in_ivr.refuse(second)

    def test_a_request_is_read_by_time_not_by_array(self, ex: Teller) -> None:
        opened = [ex.established("external", X), ex.established("ivr", IVR, invitedBy=X)]
        ended = [ex.ended(IVR), ex.ended(X)]
        body = {
            "communicationEndedEvents": [e.event for e in reversed(ended)],
            "ivrEstablishedEvents": [opened[1].event],
            "externalEstablishedEvents": [opened[0].event],
        }
        assert read(json.dumps(body).encode()) == opened + ended


class TestCommunications:
    def test_referred_to_before_established(self, in_ivr: Teller) -> None:
        assert "is not established" in in_ivr.refuse(in_ivr.ended(AGENT))

    def test_referred_to_after_its_end(self, in_ivr: Teller) -> None:
        in_ivr.take(in_ivr.ended(IVR))
        assert "has ended" in in_ivr.refuse(in_ivr.ended(IVR))

    def test_established_twice(self, in_ivr: Teller) -> None:
        assert "is established already" in in_ivr.refuse(in_ivr.established("ivr", IVR, invitedBy=X))

    def test_established_in_another_conversation(self, in_ivr: Teller) -> None:
        assert CONVERSATION in in_ivr.refuse(in_ivr.established("ivr", IVR, conversationId=uuid(500)))

    def test_of_another_conversation(self, in_ivr: Teller) -> None:
        other = uuid(500)
        in_ivr.take(in_ivr.established("user", AGENT, conversationId=other))
        ended = in_ivr.about("communicationEndedEvents", X, disconnectType="Self", conversationId=other)
        assert "is not established" in in_ivr.refuse(ended)

    def test_invited_by_nobody_known(self, in_ivr: Teller) -> None:
        assert "invitedBy" in in_ivr.refuse(in_ivr.established("user", AGENT, invitedBy=SECOND))

    def test_invited_by_one_who_left(self, in_ivr: Teller) -> None:
        in_ivr.take(in_ivr.ended(IVR))
        assert "invitedBy" in in_ivr.refuse(in_ivr.established("user", AGENT, invitedBy=IVR))

    def test_another_source(self, in_ivr: Teller) -> None:
        assert "sourceId" in in_ivr.refuse(in_ivr.established("user", AGENT, invitedBy=X, source=uuid(9)))

    def test_a_source_the_org_does_not_have(self, ex: Teller) -> None:
        ex.org.source_id = uuid(9)
        assert "sourceId" in ex.refuse(ex.established("external", X))

    def test_alerting_queue(self, in_ivr: Teller) -> None:
        assert "cannot alert" in in_ivr.refuse(in_ivr.established("routing", QUEUE, invitedBy=X, alerting=True))

    def test_answered_without_alerting(self, with_agent: Teller) -> None:
        assert "not alerting" in with_agent.refuse(with_agent.about("communicationAnsweredEvents", AGENT))

    def test_held_while_alerting(self, in_ivr: Teller) -> None:
        in_ivr.take(in_ivr.established("user", AGENT, invitedBy=X, alerting=True))
        assert "is alerting" in in_ivr.refuse(in_ivr.about("holdUpdatedEvents", AGENT, held=True))

    def test_anything_after_the_end_of_the_conversation(self, in_ivr: Teller) -> None:
        in_ivr.take(in_ivr.ended(IVR), in_ivr.ended(X))
        assert "conversation has ended" in in_ivr.refuse(in_ivr.established("user", AGENT))

    def test_wrapup_of_an_ivr(self, in_ivr: Teller) -> None:
        wrapup = in_ivr.about("communicationDispositionAppliedEvents", IVR, code=uuid(77))
        assert "wrap-up" in in_ivr.refuse(wrapup)


class TestTransfers:
    def test_command_used_twice(self, with_agent: Teller) -> None:
        with_agent.take(with_agent.transfer(AGENT, {"destinationUserId": OTHER_USER}))
        again = with_agent.transfer(AGENT, {"destinationUserId": OTHER_USER})
        assert "was used before" in with_agent.refuse(again)

    def test_progress_of_no_transfer(self, with_agent: Teller) -> None:
        assert "never started" in with_agent.refuse(with_agent.progress(AGENT))

    def test_progress_to_the_wrong_kind(self, with_agent: Teller) -> None:
        ex = with_agent
        ex.take(ex.transfer(AGENT, {"destinationUserId": OTHER_USER}), ex.established("phone", NUMBER, invitedBy=X))
        assert "kind phone" in ex.refuse(ex.progress(NUMBER))

    def test_progress_to_another_user(self, with_agent: Teller) -> None:
        ex = with_agent
        ex.take(ex.transfer(AGENT, {"destinationUserId": OTHER_USER}), ex.established("user", SECOND, invitedBy=X))
        assert OTHER_USER in ex.refuse(ex.progress(SECOND))

    def test_other_object(self, with_agent: Teller) -> None:
        ex = with_agent
        ex.take(ex.transfer(AGENT, {"destinationUserId": OTHER_USER}))
        assert "the transfer's own" in ex.refuse(ex.end_transfer("Failed", moved=AGENT))

    def test_completed_without_progress(self, with_agent: Teller) -> None:
        with_agent.take(with_agent.transfer(AGENT, {"destinationUserId": OTHER_USER}))
        assert "never progressed" in with_agent.refuse(with_agent.end_transfer())

    def test_ended_twice(self, with_agent: Teller) -> None:
        with_agent.take(
            with_agent.transfer(AGENT, {"destinationUserId": OTHER_USER}), with_agent.end_transfer("Failed")
        )
        assert "has ended (Failed)" in with_agent.refuse(with_agent.end_transfer("Failed"))

    def test_end_may_refer_to_an_object_that_left(self, with_agent: Teller) -> None:
        ex = with_agent
        ex.take(ex.transfer(AGENT, {"destinationUserId": OTHER_USER}), ex.ended(X), ex.end_transfer("Canceled"))


class TestConsults:
    def test_a_second_one_beside_an_open_one(self, with_agent: Teller) -> None:
        ex = with_agent
        ex.take(ex.established("user", SECOND, invitedBy=AGENT), ex.consult("consultTransferEvents", AGENT, SECOND))
        assert "still open" in ex.refuse(ex.consult("consultTransferEvents", AGENT, SECOND))

    @pytest.mark.parametrize("array", ["progressConsultTransferEvents", "endConsultTransferEvents"])
    def test_none_open(self, with_agent: Teller, array: str) -> None:
        ids = {} if array.startswith("end") else {"initiatingCommunicationId": AGENT, "objectCommunicationId": X}
        assert "no consult is open" in with_agent.refuse(with_agent.event(array, **ids))

    def test_another_initiator(self, with_agent: Teller) -> None:
        ex = with_agent
        ex.take(ex.established("user", SECOND, invitedBy=AGENT), ex.consult("consultTransferEvents", AGENT, SECOND))
        assert "the consult's own" in ex.refuse(ex.consult("progressConsultTransferEvents", SECOND, SECOND))


class TestRepeats:
    def test_same_content_is_taken_silently(self, in_ivr: Teller) -> None:
        ended = in_ivr.ended(IVR)
        in_ivr.take(ended)
        in_ivr.take(Submitted(ended.array, dict(ended.event)))
        assert (len(in_ivr.org.taken), in_ivr.org.repeated) == (3, 1)

    def test_other_content_is_refused(self, in_ivr: Teller) -> None:
        ended = in_ivr.ended(IVR)
        in_ivr.take(ended)
        assert "other content" in in_ivr.refuse(Submitted(ended.array, ended.event | {"disconnectType": "Peer"}))

    def test_what_was_refused_changed_nothing(self, in_ivr: Teller) -> None:
        too_early = in_ivr.ended(AGENT)
        in_ivr.refuse(too_early)
        assert [r.reason for r in in_ivr.org.refused] == [in_ivr.refuse(too_early)]
        assert len(in_ivr.org.taken) == 2


class TestWholeRequest:
    def error(self, body: object) -> RequestError:
        with pytest.raises(RequestError) as raised:
            read(body if isinstance(body, bytes) else json.dumps(body).encode())
        return raised.value

    def test_no_events(self) -> None:
        assert self.error({"userEstablishedEvents": []}).code == "zero.events.submitted"

    def test_too_many_events(self, ex: Teller) -> None:
        events = [ex.ended(X).event for _ in range(101)]
        assert self.error({"communicationEndedEvents": events}).code == "max.batch.size.surpassed"

    def test_a_hundred_events(self, ex: Teller) -> None:
        events = [ex.ended(X).event for _ in range(100)]
        assert len(read(json.dumps({"communicationEndedEvents": events}).encode())) == 100

    def test_too_large(self) -> None:
        assert self.error(b" " * (MAX_BYTES + 1)).status == 413

    def test_not_json(self) -> None:
        assert self.error(b"{").status == 400

    def test_unknown_array(self) -> None:
        assert self.error({"faxEstablishedEvents": []}).code == "invalid.property"

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("eventDateTime", "2025-06-02T09:00:00Z", "invalid.date"),
            ("eventDateTime", "2025-06-02T09:00:00.000+00:00", "invalid.date"),
            ("eventDateTime", "2025-06-02T09:00:00.000000Z", "invalid.date"),
            ("eventDateTime", "2025-02-30T09:00:00.000Z", "invalid.date"),
            ("eventDateTime", 1748854800, "invalid.value"),
            ("disconnectType", "Bored", "invalid.value"),
            ("communicationId", "5b2c0e36-8f57-1b8e-9d0c-3f6a5c1d2e10", "invalid.value"),
            ("colour", "red", "invalid.property"),
        ],
    )
    def test_invalid_field(self, ex: Teller, field: str, value: object, code: str) -> None:
        event = ex.ended(X).event | {field: value}
        error = self.error({"communicationEndedEvents": [event]})
        assert error.code == code
        assert error.faults[0][1].startswith("communicationEndedEvents[0]")

    def test_missing_field(self, ex: Teller) -> None:
        event = ex.ended(X).event
        del event["disconnectType"]
        assert self.error({"communicationEndedEvents": [event]}).code == "constraint.validation"


def test_rate_is_counted_over_any_minute() -> None:
    now = 0.0
    rate = RateLimit(2, clock=lambda: now)
    assert rate.admit("a") == 0
    now = 30.0
    assert rate.admit("a") == 0
    assert (rate.admit("a"), rate.admit("b")) == (30, 0)
    now = 59.5
    assert rate.admit("a") == 1
    now = 60.0
    assert (rate.admit("a"), rate.admit("a")) == (0, 30)


class TestOAuth:
    FORM = "application/x-www-form-urlencoded"
    BASIC = "Basic bGFiOnNlY3JldA=="  # lab:secret

    def test_token_until_it_expires(self) -> None:
        now = 0.0
        oauth = OAuth({"lab": "secret"}, expires_in=10, clock=lambda: now)
        token = oauth.token(self.BASIC, self.FORM, b"grant_type=client_credentials")
        bearer = f"Bearer {token['access_token']}"
        assert (token["expires_in"], oauth.client(bearer)) == (10, "lab")
        now = 10.0
        assert oauth.client(bearer) is None

    @pytest.mark.parametrize(
        ("clients", "authorization", "form", "status"),
        [
            ({"lab": "other"}, BASIC, b"grant_type=client_credentials", 401),
            ({"nobody": "secret"}, BASIC, b"grant_type=client_credentials", 400),
            ({"lab": "secret"}, BASIC, b"grant_type=password", 400),
            ({"lab": "secret"}, None, b"grant_type=client_credentials", 401),
            ({"lab": "secret"}, "Basic ????", b"grant_type=client_credentials", 401),
        ],
    )
    def test_refused(self, clients: dict[str, str], authorization: str | None, form: bytes, status: int) -> None:
        with pytest.raises(OAuthError) as raised:
            OAuth(clients).token(authorization, self.FORM, form)
        assert raised.value.status == status

    @pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer made-up", BASIC])
    def test_no_token(self, authorization: str | None) -> None:
        assert OAuth({"lab": "secret"}).client(authorization) is None
