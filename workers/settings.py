"""All settings, from the environment, an optional `.env` and files; every fault is reported in one message."""

import os
import re
import socket
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    FilePath,
    HttpUrl,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    UrlConstraints,
    ValidationError,
)
from pydantic import RedisDsn as _RedisDsn
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from activities.tls import TlsFiles
from workers.environment import DOTENV, environment, from_files
from workers.errors import ExcpError

REGIONS = (
    *("mypurecloud.com", "mypurecloud.ie", "mypurecloud.com.au", "mypurecloud.jp", "mypurecloud.de"),
    *("usw2.pure.cloud", "cac1.pure.cloud", "apne2.pure.cloud", "euw2.pure.cloud", "aps1.pure.cloud"),
    *("use2.us-gov-pure.cloud", "sae1.pure.cloud", "mec1.pure.cloud", "apne3.pure.cloud", "euc2.pure.cloud"),
    *("mxc1.pure.cloud", "apse1.pure.cloud"),
)
"""Regions of the published contract (ex/api.md)."""


class SettingsError(ExcpError):
    """The settings are wrong; the message lists every fault."""


class Address(NamedTuple):
    """Host and port of a TLib gateway in front of one SIP Server."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


TLS_SCHEME = "tls://"
"""Before the addresses of gateways that speak TLS."""


class ServerPair(NamedTuple):
    """A SIP Server HA pair of one site: primary and backup, or one server alone."""

    site: str
    servers: tuple[Address, ...]
    tls: bool = False

    def __str__(self) -> str:
        return f"{self.site}={TLS_SCHEME if self.tls else ''}{'/'.join(map(str, self.servers))}"


def _pairs(value: Any) -> Any:
    """`SITE=host:port/host:port, SITE=tls://host:port/host:port, …`"""
    if not isinstance(value, str):
        return value
    pairs = []
    for part in filter(None, (p.strip() for p in value.split(","))):
        found = re.fullmatch(rf"([^=\s]+)=({TLS_SCHEME})?([^/\s]+)(?:/([^/\s]+))?", part)
        if not found:
            raise ValueError(f"{part!r} is not SITE=host:port/host:port or SITE={TLS_SCHEME}host:port/host:port")
        servers = tuple(_address(text) for text in found.groups()[2:] if text)
        pairs.append(ServerPair(found[1], servers, tls=bool(found[2])))
    names = [str(name) for pair in pairs for name in (pair.site, *pair.servers)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"{twice} stands in it twice")
    return tuple(pairs)


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is not host:port")
    return Address(host.strip("[]"), int(port))


def _region(value: str) -> str:
    if value not in REGIONS:
        raise ValueError(f"{value!r} is unknown; known: {', '.join(REGIONS)}")
    return value


def _with_database(url: _RedisDsn) -> _RedisDsn:
    database = (url.path or "").removeprefix("/")
    if url.scheme != "unix" and database and not re.fullmatch("[0-9]{1,9}", database):
        raise ValueError("what follows host and port is not the number of a database")  # it may be a password
    return url


VoiceServers = Annotated[tuple[ServerPair, ...], NoDecode, BeforeValidator(_pairs)]
_SCHEMES = UrlConstraints(allowed_schemes=["redis", "rediss", "unix"])
RedisUrl = Annotated[_RedisDsn, _SCHEMES, AfterValidator(_with_database)]


def _seconds(default: float, description: str, most: float | None = None) -> Any:
    return Field(default, le=most, allow_inf_nan=False, description=f"{description} (seconds)")


class Settings(BaseSettings):
    """Every setting of the product. Temporal's own address, namespace and TLS come from TEMPORAL_* (envconfig)."""

    model_config = SettingsConfigDict(
        env_file=DOTENV, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    voice_server_vq: VoiceServers = Field(
        (), description="SIP Servers with Virtual Queues: SITE=host:port/host:port, …; TLS: SITE=tls://host:…"
    )
    voice_server_agent: VoiceServers = Field((), description="SIP Servers with agents' Extensions, same syntax")
    voice_server_call: VoiceServers = Field((), description="SIP Servers whose calls are monitored, same syntax")
    instance: str = Field(
        default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}",
        validation_alias=AliasChoices("EXCP_INSTANCE"),
        description="Name of this ingest instance; the two of a pair need different names",
    )
    reconnect_hold: PositiveFloat = _seconds(
        3, "How long what comes after a (re)connect or switchover is held, 10 at most", most=10
    )
    events_held_max: PositiveInt = Field(
        100_000,
        description="Events (2 KB each) an ingest holds, read and not yet passed by dispatch, before it stops reading",
    )
    stop_within: PositiveFloat = _seconds(10, "How long an ingest that stops goes on submitting what it has read")
    user_data_key: str = Field("DispositionCode", description="UserData key that carries the wrap-up code")

    tls_ca_file: FilePath | None = Field(
        None,
        description="PEM file of CAs to trust besides the public and the system's, for gateways, Redis, EXCS and EX "
        "(Temporal: TEMPORAL_TLS_SERVER_CA_CERT_PATH)",
    )
    tls_certificate_file: FilePath | None = Field(
        None, description="Own certificate (PEM) for servers that ask for one (Temporal: TEMPORAL_TLS_CLIENT_CERT_PATH)"
    )
    tls_key_file: FilePath | None = Field(None, description="Its key (PEM, no password)")

    redis_url: RedisUrl | None = Field(
        None, description="The central Redis: redis://[:password@]host:port/db, rediss://…"
    )
    redis_password: SecretStr | None = Field(None, description="Its password, when REDIS_URL holds none")
    redis_stream_cap: PositiveInt = Field(200_000, description="Events the stream holds before it refuses more")

    excs_url: HttpUrl | None = Field(None, description="Base URL of EXCS's REST API")
    excs_refresh: PositiveFloat = _seconds(30, "How often the EXCS snapshot is checked for changes")
    excs_max_age: PositiveFloat = _seconds(300, "An EXCS snapshot unconfirmed for longer counts no DN as unmapped")

    ex_region: Annotated[str, AfterValidator(_region)] | None = Field(
        None, description="EX Org's region, e.g. mypurecloud.com; or EX_API_URL and EX_LOGIN_URL"
    )
    ex_api_url: HttpUrl | None = Field(None, description="Instead of EX_REGION: base URL of the EX Org's API")
    ex_login_url: HttpUrl | None = Field(None, description="Instead of EX_REGION: base URL of the EX Org's login")
    ex_client_id: str | None = Field(None, description="OAuth client with role EX Integration")
    ex_client_secret: SecretStr | None = Field(None, description="Its secret")
    ex_requests_per_minute: PositiveInt = Field(300, description="Request budget of the OAuth client")
    org_id: str | None = Field(
        None, description="EX Org id, a label in the worker's log: EX knows the org by the client"
    )
    tenant_id: str | None = Field(None, description="Engage tenant; Redis keys carry it")

    task_queue: str = Field("excp-calls", description="Temporal task queue of the calls")
    build_id: str = Field(default_factory=lambda: version("excp"), description="Build of this call worker")
    metrics_port: int | None = Field(None, ge=0, lt=65536, description="Port for Prometheus metrics (off when unset)")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING, ERROR")
    log_format: str = Field(
        "auto", pattern="^(auto|json|console)$", description="auto: console on a terminal, else json"
    )

    ivr_after: PositiveFloat = _seconds(1, "A call that stays this long on a Routing Point is in an IVR")
    settle: PositiveFloat = _seconds(3, "How long a telling waits for events of other feeds and sites")
    linger: PositiveFloat = _seconds(10, "How long a conversation stays open after its last call ended")
    wrapup_window: PositiveFloat = _seconds(30, "How long after the call an agent's wrap-up code is still told")
    silence: PositiveFloat = _seconds(4 * 3600, "A call nothing is heard of for this long is ended as lost")

    @property
    def api_url(self) -> str:
        return f"https://api.{self.ex_region}" if self.ex_region else str(self.ex_api_url).rstrip("/")

    @property
    def login_url(self) -> str:
        return f"https://login.{self.ex_region}" if self.ex_region else str(self.ex_login_url).rstrip("/")

    @property
    def redis_address(self) -> str:
        """REDIS_URL with the password: for the connection alone, never to be shown."""
        url = str(self.redis_url)
        if self.redis_password is None:
            return url
        parts = urlsplit(url)
        user, _, host = parts.netloc.rpartition("@")
        password = quote(self.redis_password.get_secret_value(), safe="")
        return urlunsplit(parts._replace(netloc=f"{user}:{password}@{host}"))

    @property
    def tls_files(self) -> TlsFiles:
        return TlsFiles(self.tls_ca_file, self.tls_certificate_file, self.tls_key_file)

    @property
    def key_prefix(self) -> str:
        """What every Redis key begins with."""
        return f"excp:{{{self.tenant_id}}}:"

    @property
    def injection_queue(self) -> str:
        """Temporal task queue of the injection activities."""
        return f"{self.task_queue}-injection"


NEEDS: dict[str, tuple[str, ...]] = {
    "ingest": ("voice servers", "redis_url", "excs_url", "tenant_id"),
    "dispatch": ("redis_url", "tenant_id"),
    "worker": ("redis_url", "excs_url", "ex endpoint", "ex_client_id", "ex_client_secret", "tenant_id"),
    "parked": ("redis_url", "tenant_id"),
    "config": (),
}
"""What each process cannot start without."""
_FIELDS_OF = {
    "voice servers": {"voice_server_vq", "voice_server_agent", "voice_server_call"},
    "ex endpoint": {"ex_region", "ex_api_url", "ex_login_url"},
}
"""The fields of the needs that are not a field themselves."""


def load(process: str) -> Settings:
    """Read the settings for a process of `NEEDS`. Raises SettingsError that lists every fault."""
    settings, wrong = _read()
    faults = [f"{name.upper()}: {reason}" for name, reason in wrong.items()]
    faults += _contradictions(settings)
    needs = [need for need in NEEDS[process] if not wrong.keys() & _FIELDS_OF.get(need, {need})]
    faults += [what for need in needs if (what := _lacks(settings, need))]
    if faults:
        raise SettingsError("\n  ".join([f"excp {process} cannot work with these settings:", *faults]))
    return settings


def _read() -> tuple[Settings, dict[str, str]]:
    """The settings, and what is wrong by field; a wrong one has its default, so that the others can be judged."""
    names = (name.upper() for name in Settings.model_fields if name != "instance")
    read, unread = from_files(environment(), names)
    given: dict[str, Any] = {name.lower(): value for name, value in read.items()}
    wrong = {name.lower(): reason for name, reason in unread.items()}
    try:
        return Settings(**given | _defaults(wrong)), wrong
    except ValidationError as error:
        wrong |= {str(fault["loc"][0]): _reason(fault) for fault in error.errors()}
    return Settings(**given | _defaults(wrong)), wrong


def _defaults(names: Iterable[str]) -> dict[str, Any]:
    return {name: Settings.model_fields[name].get_default() for name in names}


def _contradictions(settings: Settings) -> Iterator[str]:
    """Settings that are each right but not together."""
    if settings.ex_region and (settings.ex_api_url or settings.ex_login_url):
        yield "EX_REGION: set it, or EX_API_URL and EX_LOGIN_URL, not both"
    if settings.redis_password and ":" in urlsplit(str(settings.redis_url)).netloc.rpartition("@")[0]:
        yield "REDIS_PASSWORD: set it, or a password in REDIS_URL, not both"
    if settings.tls_key_file and not settings.tls_certificate_file:
        yield "TLS_KEY_FILE: it is the key of TLS_CERTIFICATE_FILE, which is not set"
    if settings.excs_refresh >= settings.excs_max_age:
        yield (
            f"EXCS_REFRESH ({settings.excs_refresh:g} s) has to be less than EXCS_MAX_AGE "
            f"({settings.excs_max_age:g} s): the snapshot would be too old most of the time"
        )
    for name in ("settle", "linger", "wrapup_window"):
        if settings.silence <= getattr(settings, name):
            yield (
                f"SILENCE ({settings.silence:g} s) has to be more than {name.upper()} "
                f"({getattr(settings, name):g} s): a call that only waits for it would be ended as lost"
            )


def _reason(error: Any) -> str:
    # pydantic's message never holds the input value: a secret must not show
    return str(error["msg"]).removeprefix("Value error, ")


def _lacks(settings: Settings, need: str) -> str | None:
    if need == "voice servers":
        feeds = (settings.voice_server_vq, settings.voice_server_agent, settings.voice_server_call)
        wanted = "VOICE_SERVER_VQ, VOICE_SERVER_AGENT, VOICE_SERVER_CALL: at least one must be set"
        return None if any(feeds) else wanted
    if need == "ex endpoint":
        complete = settings.ex_region or (settings.ex_api_url and settings.ex_login_url)
        return None if complete else "EX_REGION, or both EX_API_URL and EX_LOGIN_URL, must be set"
    field = Settings.model_fields[need]
    return None if getattr(settings, need) else f"{need.upper()} is not set: {field.description}"
