"""OAuth client credentials grant of the lab's EX Org, and the check of the token on the API."""

import base64
import binascii
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import parse_qs


@dataclass
class OAuthError(Exception):
    """Refused by the login service, which has an error shape of its own."""

    status: int
    error: str
    description: str


class OAuth:
    """Clients and the tokens they were given.

    `clients`: secret by client id. `expires_in`: seconds a token is good for. `clock`: seconds, monotonic.
    """

    def __init__(
        self, clients: Mapping[str, str], expires_in: float = 86_400, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clients = dict(clients)
        self._clock = clock
        self.expires_in = expires_in
        self._tokens: dict[str, tuple[str, float]] = {}

    def token(self, authorization: str | None, content_type: str | None, body: bytes) -> dict[str, str | int]:
        """Answer to POST /oauth/token. Raises OAuthError (published contract: 400 unknown client, 401 wrong secret)."""
        if not (content_type or "").startswith("application/x-www-form-urlencoded"):
            raise OAuthError(400, "invalid_request", "the body has to be a form")
        client, secret = _basic(authorization)
        if client not in self._clients:
            raise OAuthError(400, "invalid_client", f"client not found: {client}")
        if not compare_digest(self._clients[client].encode(), secret.encode()):
            raise OAuthError(401, "invalid_client", "authentication failed")
        grant = parse_qs(body.decode("latin-1")).get("grant_type", [""])[0]
        if grant != "client_credentials":
            raise OAuthError(400, "unsupported_grant_type", f"grant_type {grant!r} is not client_credentials")
        token = secrets.token_urlsafe(48)
        self._tokens[token] = (client, self._clock() + self.expires_in)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(self.expires_in)}

    def revoke(self) -> None:
        """No token given so far is good any more."""
        self._tokens.clear()

    def client(self, authorization: str | None) -> str | None:
        """The client whose live token an API request carries; None when it is missing, unknown or expired."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        client, until = self._tokens.get(token.strip(), (None, 0.0))
        if client is not None and self._clock() >= until:
            del self._tokens[token.strip()]
            return None
        return client


def _basic(authorization: str | None) -> tuple[str, str]:
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        raise OAuthError(401, "invalid_client", "Basic authorization is missing")
    try:
        client, colon, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError(401, "invalid_client", "Basic authorization cannot be read") from None
    if not colon:
        raise OAuthError(401, "invalid_client", "Basic authorization has no secret")
    return client, secret
