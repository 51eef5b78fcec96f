"""The OAuth access token of the EX Org: client credentials grant, kept, renewed before it expires."""

import asyncio
import time
from typing import Any

import httpx
import structlog

from activities.personal_data import quoted
from activities.shown_url import shown
from activities.tls import tls_fault
from workflows.errors import ExcpError

log = structlog.get_logger()

_EARLY = 60.0
"""Renew this long before the token expires (seconds), or at half its life when that is shorter."""
_WHOLE = 25.0
"""A whole answer takes no longer (seconds): one that comes drop by drop runs into no time-out of the client's."""
_LONGEST = 86_400.0
"""A token is renewed after this long at the latest (seconds), whatever the login says."""
_AFTER_REFUSAL = 30.0
"""Wrong credentials are not shown again for this long (seconds): nothing but a person changes them."""


class LoginRefusedError(ExcpError):
    """The login service refuses the OAuth client: a person has to act."""


class LoginUnreachableError(ExcpError):
    """The login service gave no usable answer. Ask again."""


class TokenSource:
    """`POST {login_url}/oauth/token` with Basic client id and secret (published EX contract)."""

    def __init__(self, http: httpx.AsyncClient, login_url: str, client_id: str, client_secret: str) -> None:
        self._http = http
        self._address = f"{login_url}/oauth/token"
        self._credentials = httpx.BasicAuth(client_id, client_secret)
        self._client_id = client_id
        self._token: str | None = None
        self._renew_at = 0.0
        self._refused: tuple[float, str] | None = None
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """A valid token. Raises LoginRefusedError or LoginUnreachableError."""
        async with self._lock:
            if self._token is None or time.monotonic() >= self._renew_at:
                await self._renew()
            assert self._token is not None
            return self._token

    def reject(self, token: str) -> None:
        """The API did not accept this token: the next one is a new one."""
        if token == self._token:
            self._token = None

    async def _renew(self) -> None:
        now = time.monotonic()
        if self._refused and now < self._refused[0]:
            raise LoginRefusedError(self._refused[1])
        try:
            async with asyncio.timeout(_WHOLE):
                answer = await self._http.post(
                    self._address, data={"grant_type": "client_credentials"}, auth=self._credentials
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise self._unreachable(tls_fault(error) or str(error) or type(error).__name__) from error
        if answer.status_code in (400, 401, 403):
            text = self._refusal(answer)
            self._refused = (now + _AFTER_REFUSAL, text)
            raise LoginRefusedError(text)
        if answer.status_code != 200:
            raise self._unreachable(f"status {answer.status_code}")
        content = body_of(answer)
        token, lifetime = content.get("access_token"), content.get("expires_in")
        if not _sendable(token) or not isinstance(lifetime, int | float) or not lifetime > 0:
            raise self._unreachable("its answer holds no token")
        lifetime = min(lifetime, _LONGEST)
        self._token, self._refused = token, None
        self._renew_at = now + max(lifetime - _EARLY, lifetime / 2)
        log.debug("EX token", lifetime_s=lifetime)

    def _refusal(self, answer: httpx.Response) -> str:
        content = body_of(answer)
        said = " ".join(str(content[key]) for key in ("error", "description") if content.get(key))
        which = (
            "secret (EX_CLIENT_SECRET)" if answer.status_code == 401 else "client (EX_CLIENT_ID, role EX Integration)"
        )
        return (
            f"EX login at {shown(self._address)} refuses OAuth client {self._client_id}: "
            f"{answer.status_code} {quoted(said) or 'without a reason'}. Check its {which}"
        )

    def _unreachable(self, reason: str) -> LoginUnreachableError:
        return LoginUnreachableError(
            f"EX login at {shown(self._address)} does not answer (EX_REGION, EX_LOGIN_URL): {reason}"
        )


def _sendable(token: Any) -> bool:
    """True for what may stand in a header."""
    return isinstance(token, str) and bool(token) and token.isascii() and token.isprintable()


def body_of(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; empty when it is none."""
    try:
        content = answer.json()
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
