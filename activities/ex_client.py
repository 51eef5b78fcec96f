"""The EX Org's injection request over HTTP: one attempt, and what its answer means.

Repeating, pausing and splitting are the batcher's. No automatic retry happens below: an attempt that may have
reached the EX Org counts against the request budget and must be known.
"""

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any, Self

import httpx
import structlog

from activities.budget import LONGEST_STOP
from activities.ex_token import LoginRefusedError, LoginUnreachableError, TokenSource, body_of
from activities.metrics import EX_REQUESTS
from activities.personal_data import quoted
from activities.shown_url import shown
from activities.tls import tls_fault

log = structlog.get_logger()

RETRY_AFTER = 3.0
"""Seconds to wait after a 429 without Retry-After (published EX contract)."""
TIMEOUT = 15.0
"""Seconds without a byte after which a request counts as failed; twice as long without a whole answer, which is still
below an attempt's start-to-close."""
_CONNECT = 5.0
_SAID = 20_000
"""Bytes of a refusal that are looked into."""


class Verdict(Enum):
    """What the EX Org's answer means for the events of the request."""

    TAKEN = auto()
    """Everything was taken but the events in `Reply.faults`."""
    REFUSED = auto()
    """The request as a whole, for something in it (400, 413): find out what."""
    BUSY = auto()
    """429: all workers of this OAuth client wait `Reply.wait` seconds."""
    FAILED = auto()
    """Nobody knows what became of it: connection error, time-out, 5xx. Repeat with the same ids."""
    NOT_ALLOWED = auto()
    """Credentials, permission or address are wrong (401 twice, 403, 404, …): a person has to act."""


@dataclass(frozen=True)
class EventFault:
    """An event that was not taken although the request was."""

    message: str
    retryable: bool


@dataclass(frozen=True)
class Reply:
    """The outcome of one injection request."""

    verdict: Verdict
    status: int | None = None
    """HTTP status; None when no answer came."""
    reason: str = ""
    """For logs and people; no caller's number."""
    faults: dict[str, EventFault] = field(default_factory=dict)
    """Of TAKEN: by eventId."""
    wait: float = 0.0
    """Of BUSY: seconds."""
    said: str = field(default="", repr=False, compare=False)
    """Of REFUSED: the answer as it came, which may name what is wrong. It may hold a caller's number: not for logs."""


class ExClient:
    """One per process: it keeps the connections and the OAuth token."""

    def __init__(
        self,
        api_url: str,
        login_url: str,
        client_id: str,
        client_secret: str,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        """Base URLs without a trailing slash; `timeout` in seconds."""
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT)),
            limits=httpx.Limits(max_connections=32),
            verify=tls or True,
        )
        self._address = f"{api_url}/api/v2/events/conversations"
        self._tokens = TokenSource(self._http, login_url, client_id, client_secret)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def log_in(self) -> None:
        """Get a token now. Raises LoginRefusedError or LoginUnreachableError."""
        await self._tokens.token()

    async def inject(self, body: bytes, event_ids: frozenset[str]) -> Reply:
        """Send one request; `event_ids` are those in the body. Every fault becomes a Reply."""
        try:
            async with asyncio.timeout(2 * self._timeout):
                answer = await self._authorized(body)
        except LoginRefusedError as error:
            return Reply(Verdict.NOT_ALLOWED, None, str(error))
        except (LoginUnreachableError, httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            EX_REQUESTS.labels("none").inc()
            return Reply(Verdict.FAILED, None, tls_fault(error) or str(error) or type(error).__name__)
        reply = reply_of(answer, event_ids)
        if reply.verdict is not Verdict.TAKEN or reply.faults:
            log.warning(
                "EX request not taken whole",
                status=reply.status,
                verdict=reply.verdict.name.lower(),
                reason=reply.reason,
                faults=len(reply.faults),
                events=len(event_ids),
                correlation_id=answer.headers.get("ININ-Correlation-Id"),
            )
        return reply

    async def _authorized(self, body: bytes) -> httpx.Response:
        """The answer; after a 401 once more with a new token."""
        answer = None
        for _ in range(2):
            token = await self._tokens.token()
            answer = await self._http.post(
                self._address,
                content=body,
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            )
            EX_REQUESTS.labels(str(answer.status_code)).inc()
            if answer.status_code != 401:
                break
            self._tokens.reject(token)
        assert answer is not None
        return answer


def reply_of(answer: httpx.Response, event_ids: frozenset[str]) -> Reply:
    """What an answer means for the events of its request, whatever it holds."""
    status = answer.status_code
    if status in (200, 202, 204):
        return _taken(answer, event_ids)
    reason = _reason(answer)
    if status in (400, 413):
        return Reply(Verdict.REFUSED, status, reason, said=_said(answer))
    if status == 429:
        return Reply(Verdict.BUSY, status, reason, wait=_retry_after(answer))
    # The official SDK does not repeat a 500. We do: its events would be lost otherwise, and the ids stay the same.
    if status in (408, 409) or status >= 500:
        return Reply(Verdict.FAILED, status, reason)
    return Reply(
        Verdict.NOT_ALLOWED, status, f"{shown(str(answer.url))} answers {reason}. {_ADVICE.get(status, _ADVICE[404])}"
    )


_ADVICE = {
    401: "A new token was refused as well: check that EX_API_URL and EX_LOGIN_URL belong to one region",
    403: "Give the OAuth client the permission conversation:conversation:inject and the scope conversations",
    404: "Check EX_REGION or EX_API_URL",
    415: "It does not take JSON any more: its contract has changed, and this version of EXCP does not know it",
}


def _taken(answer: httpx.Response, event_ids: frozenset[str]) -> Reply:
    """A 200 with the errors of single events; `errors` may be missing, null or empty."""
    if not answer.content.strip():
        return Reply(Verdict.TAKEN, answer.status_code)
    content = body_of(answer)
    errors = content.get("errors") or []
    if (not content and answer.content.strip() != b"{}") or not isinstance(errors, list):
        return Reply(Verdict.FAILED, answer.status_code, "a success without a readable body: another service's page?")
    faults: dict[str, EventFault] = {}
    for error in errors:
        event_id, fault = _event_fault(error)
        if event_id not in event_ids and len(event_ids) == 1:
            event_id = next(iter(event_ids))
        if event_id not in event_ids:
            return Reply(Verdict.REFUSED, answer.status_code, f"an error for an event not named: {fault.message}")
        known = faults.get(event_id)
        faults[event_id] = fault if known is None or known.retryable else known
    return Reply(Verdict.TAKEN, answer.status_code, faults=faults)


def _event_fault(error: Any) -> tuple[str, EventFault]:
    if not isinstance(error, dict):
        return "", EventFault("unreadable error", retryable=False)
    message = quoted(str(error.get("message") or "without a reason"))
    return str(error.get("eventId")), EventFault(message, retryable=error.get("retryable") is True)


def _reason(answer: httpx.Response) -> str:
    content = body_of(answer)
    said = ": ".join(str(content[key]) for key in ("code", "message") if content.get(key))
    return quoted(f"{answer.status_code} {said}".strip())


def _said(answer: httpx.Response) -> str:
    """The answer as text. Not by the encoding it names: that may be none of text."""
    return answer.content[:_SAID].decode("utf-8", "replace")


def _retry_after(answer: httpx.Response) -> float:
    """Seconds from `Retry-After`: a number, or the date at which they are over (RFC 9110, 10.2.3)."""
    said = answer.headers.get("Retry-After", "")
    try:
        seconds = float(said)
    except ValueError:
        seconds = _until(said)
    return min(max(seconds, 0.1), LONGEST_STOP) if seconds == seconds else RETRY_AFTER


def _until(date: str) -> float:
    try:
        over = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return RETRY_AFTER
    return (over.replace(tzinfo=over.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
