"""TLS on every connection: the whole pipeline with certificates on both sides, and servers of a foreign authority."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from activities.ex_client import ExClient, Verdict
from activities.ex_token import LoginUnreachableError
from activities.excs import ExcsClient, ExcsError
from activities.tls import TlsError, TlsFiles, client_context
from deploy.lab.lab import Lab
from deploy.lab.sample_logs import SAMPLES
from deploy.lab.tls import server_context
from tests.integration.certificates import Authority
from tests.integration.ex_org_server import CLIENT, SECRET, TestOrg, ex_org
from tests.integration.test_pipeline import LINGER, MAPPING, assert_as_replayed
from tests.integration.tls_fronts import Fronts
from workers.redis_server import RedisAwayError, RedisUnusableError, check_redis, open_redis
from workers.settings import Settings

FOREIGN = (
    "the server's certificate is not accepted: unable to get local issuer certificate; "
    "if it is the right server, give its CA (TLS_CA_FILE)"
)
WANTED = "a certificate of ours"


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
async def fronts() -> AsyncIterator[Fronts]:
    async with Fronts() as fronts:
        yield fronts


async def test_the_whole_pipeline_speaks_tls(tmp_path: Path, ours: Authority, fronts: Fronts) -> None:
    server = server_context(ours.certificate(), ours.file)
    grpc = server_context(ours.certificate(), ours.file)
    grpc.set_alpn_protocols(["h2"])
    own = str(ours.certificate("excp"))
    behind: set[str] = set()

    async def secured(plain: Mapping[str, str]) -> Mapping[str, str]:
        voice = plain["VOICE_SERVER_CALL"]
        gateways = voice.removeprefix("SIPS1=").split("/")
        redis = plain["REDIS_URL"].removeprefix("redis://").removesuffix("/0")
        excs, ex = (plain[name].removeprefix("http://") for name in ("EXCS_URL", "EX_API_URL"))
        temporal = plain["TEMPORAL_ADDRESS"]
        behind.update((*gateways, redis, excs, ex, temporal))
        pair = f"SIPS1=tls://{'/'.join([await fronts.put(each, server) for each in gateways])}"
        ex_front = f"https://{await fronts.put(ex, server)}"
        return {
            **plain,
            **{f"VOICE_SERVER_{feed}": pair for feed in ("VQ", "AGENT", "CALL")},
            "REDIS_URL": f"rediss://{await fronts.put(redis, server)}/0",
            "EXCS_URL": f"https://{await fronts.put(excs, server)}",
            "EX_API_URL": ex_front,
            "EX_LOGIN_URL": ex_front,
            "TLS_CA_FILE": str(ours.file),
            "TLS_CERTIFICATE_FILE": own,
            "TEMPORAL_ADDRESS": await fronts.put(temporal, grpc),
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(ours.file),
            "TEMPORAL_TLS_CLIENT_CERT_PATH": own,
            "TEMPORAL_TLS_CLIENT_KEY_PATH": own,
        }

    logs = [SAMPLES / "F03.log"]
    async with Lab(tmp_path, MAPPING, {"SIPS1": logs}, settings=LINGER, between=secured) as lab:
        lab.play()
        await lab.settle()
        await assert_as_replayed(lab, logs, MAPPING)
    assert {address for address, number in fronts.connections.items() if number} == behind
    assert len(behind) == 6


async def test_redis_with_a_foreign_certificate_is_refused(
    ours: Authority, tmp_path: Path, fronts: Fronts, redis_url: str
) -> None:
    foreign = Authority(tmp_path, "foreign")
    behind = redis_url.removeprefix("redis://").removesuffix("/0")
    address = await fronts.put(behind, server_context(foreign.certificate()))
    async with open_redis(f"rediss://{address}/0", TlsFiles(ours.file)) as redis:
        with pytest.raises(RedisUnusableError) as raised:
            await check_redis(redis)
    assert str(raised.value) == f"Redis cannot be reached (REDIS_URL): {FOREIGN}"
    async with open_redis(f"rediss://{address}/0?ssl_ca_certs={foreign.file}") as redis:
        await check_redis(redis)


async def test_redis_by_a_name_its_certificate_does_not_have(ours: Authority, fronts: Fronts, redis_url: str) -> None:
    behind = redis_url.removeprefix("redis://").removesuffix("/0")
    address = await fronts.put(behind, server_context(ours.certificate("redis.example.com")))
    async with open_redis(f"rediss://{address}/0", TlsFiles(ours.file)) as redis:
        with pytest.raises(RedisUnusableError, match="use a name the certificate has"):
            await check_redis(redis)


async def test_plain_redis_behind_rediss(ours: Authority, redis_url: str) -> None:
    async with open_redis(redis_url.replace("redis:", "rediss:"), TlsFiles(ours.file)) as redis:
        with pytest.raises(RedisAwayError, match=r"does this port speak TLS \(rediss://\)\?"):
            await check_redis(redis)


async def test_redis_that_wants_tls(ours: Authority, fronts: Fronts) -> None:
    address = await fronts.put("127.0.0.1:1", server_context(ours.certificate()))
    async with open_redis(f"redis://{address}/0") as redis:
        with pytest.raises(RedisAwayError, match=r"does this port want TLS \(rediss://\)\?"):
            await check_redis(redis)


@pytest.fixture
def org() -> Iterator[TestOrg]:
    with ex_org() as running:
        yield running


async def test_excs_with_a_foreign_certificate_is_refused(ours: Authority, tmp_path: Path, fronts: Fronts) -> None:
    foreign = Authority(tmp_path, "foreign")
    address = await fronts.put("127.0.0.1:1", server_context(foreign.certificate()))
    excs = ExcsClient(f"https://{address}", tls=client_context(TlsFiles(ours.file)))
    with pytest.raises(ExcsError) as raised:
        await excs.snapshot()
    await excs.close()
    assert str(raised.value) == f"EXCS at https://{address}/v1/snapshot does not answer (EXCS_URL): {FOREIGN}"


async def test_an_ex_org_with_a_foreign_certificate_is_refused(
    ours: Authority, tmp_path: Path, fronts: Fronts, org: TestOrg
) -> None:
    """At the login, and at the API behind a good login."""
    foreign, behind = Authority(tmp_path, "foreign"), org.url.removeprefix("http://")
    bad = f"https://{await fronts.put(behind, server_context(foreign.certificate()))}"
    good = f"https://{await fronts.put(behind, server_context(ours.certificate()))}"
    tls = client_context(TlsFiles(ours.file))
    async with ExClient(good, bad, CLIENT, SECRET, tls) as client:
        with pytest.raises(LoginUnreachableError) as raised:
            await client.log_in()
        assert str(raised.value) == (
            f"EX login at {bad}/oauth/token does not answer (EX_REGION, EX_LOGIN_URL): {FOREIGN}"
        )
    async with ExClient(bad, good, CLIENT, SECRET, tls) as client:
        reply = await client.inject(b"{}", frozenset())
        assert (reply.verdict, reply.reason) == (Verdict.FAILED, FOREIGN)


async def test_a_server_that_wants_a_client_certificate_gets_it(ours: Authority, fronts: Fronts, org: TestOrg) -> None:
    behind = org.url.removeprefix("http://")
    url = f"https://{await fronts.put(behind, server_context(ours.certificate(), ours.file))}"
    async with ExClient(url, url, CLIENT, SECRET, client_context(TlsFiles(ours.file, ours.certificate("excp")))) as ex:
        await ex.log_in()
    async with ExClient(url, url, CLIENT, SECRET, client_context(TlsFiles(ours.file))) as ex:
        with pytest.raises(LoginUnreachableError):
            await ex.log_in()


def test_files_that_cannot_be_used_are_named(ours: Authority, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    certificate = ours.certificate()
    for files, setting in (
        (TlsFiles(empty), "TLS_CA_FILE"),
        (TlsFiles(ours.file, empty), "TLS_CERTIFICATE_FILE"),
        (TlsFiles(ours.file, certificate, ours.file), "TLS_KEY_FILE"),
        (TlsFiles(ours.file, None, certificate), "TLS_KEY_FILE without TLS_CERTIFICATE_FILE"),
    ):
        with pytest.raises(TlsError, match=setting):
            client_context(files)
    with pytest.raises(TlsError, match="TLS_CA_FILE"):
        open_redis("rediss://127.0.0.1:1/0", TlsFiles(empty))
    assert Settings.model_fields.keys() >= {"tls_ca_file", "tls_certificate_file", "tls_key_file"}
