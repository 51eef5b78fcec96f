"""A Redis that refuses, is read-only, out of memory, loading or away: said clearly, events held, the gateway slowed."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from tests.integration.conftest import start_redis, stop
from tests.integration.dispatching import Gate
from tests.integration.eventually import WAIT, eventually
from tests.integration.gateways import SAMPLES, ScriptedGateway
from tests.integration.test_ingest import Instance, Store, call_created, one_instance, serving_excs
from tests.integration.test_lease import Who
from workers.dispatch.lease import Lease, hold_lease
from workers.dispatch.store import DispatchStore
from workers.event_stream import EventStream
from workers.redis_server import RedisAwayError, check_redis, open_redis, trouble
from workers.settings import ServerPair

DOCUMENTED = Path(__file__).parents[2].joinpath("deploy/redis.md").read_text(encoding="utf-8")
[DOCUMENTED_RIGHTS] = re.findall(r"ACL user: `([^`]+)`", DOCUMENTED)


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Store]:
    store = Store(redis_url, "excp:{t}:")
    yield store
    await store.redis.aclose()


@pytest.fixture
async def excs_url() -> AsyncIterator[str]:
    async with serving_excs(SAMPLES / "mapping.yaml") as url:
        yield url


@asynccontextmanager
async def a_redis(folder: Path, *options: str) -> AsyncIterator[tuple[Redis, str]]:
    server, url = start_redis(folder, *options)
    try:
        async with open_redis(url) as client:
            yield client, url
    finally:
        stop(server)


async def recovers(instance: Instance, total: int) -> None:
    await eventually(lambda: instance.total("first") == total, 2 * WAIT)
    assert instance.total("read") == total
    assert instance.ingest.pending == 0


async def test_a_primary_that_becomes_a_replica(store: Store, excs_url: str, tmp_path: Path) -> None:
    port = store.url.rpartition(":")[2].partition("/")[0]
    async with a_redis(tmp_path) as (redis, url):
        with capture_logs() as logs:
            async with one_instance(Store(url, store.prefix), excs_url) as (instance, gateway):
                gateway.say(call_created(1))
                await eventually(lambda: instance.total("first") == 1)
                await redis.replicaof("127.0.0.1", port)
                await eventually(lambda: any("read-only replica" in str(line.get("reason")) for line in logs))
                gateway.say(call_created(2))
                await eventually(lambda: instance.total("read") == 2)
                await redis.replicaof("NO", "ONE")
                await recovers(instance, 2)
    assert any(line["event"] == "submitting again" for line in logs)


async def test_out_of_memory(excs_url: str, tmp_path: Path) -> None:
    async with a_redis(tmp_path, "--maxmemory-policy", "noeviction") as (redis, url):
        with capture_logs() as logs:
            async with one_instance(Store(url, "excp:{t}:"), excs_url) as (instance, gateway):
                gateway.say(call_created(1))
                await eventually(lambda: instance.total("first") == 1)
                await redis.config_set("maxmemory", "1")
                gateway.say(call_created(2), call_created(3))
                await eventually(lambda: any("out of memory" in str(line.get("reason")) for line in logs))
                assert instance.total("first") == 1
                await redis.config_set("maxmemory", "0")
                await recovers(instance, 3)


@pytest.mark.parametrize("restarted", [False, True])
async def test_dispatch_makes_room_in_a_redis_that_is_full(restarted: bool, excs_url: str, tmp_path: Path) -> None:
    """Only what dispatch commits frees memory, so it is not refused: neither the lease nor an index written back."""
    prefix, total = "excp:{t}:", 4_000
    async with a_redis(tmp_path, "--maxmemory-policy", "noeviction") as (redis, url):
        run = "another-run" if restarted else str((await redis.info("server"))["run_id"])
        await redis.set(f"{prefix}author", f"1 another-token {run}")
        limit = (await redis.info("memory"))["used_memory"] + 6_000_000  # a batch takes up to 1.5 MB itself
        await redis.config_set("maxmemory", limit)
        with capture_logs() as logs:
            async with one_instance(Store(url, prefix), excs_url) as (instance, gateway):
                for number in range(1, total + 1):
                    gateway.say(call_created(number, CallUUID="0" * 32, DNIS="1" * 2_000))
                await eventually(lambda: any("out of memory" in str(line.get("reason")) for line in logs))
                await redis.config_set("maxmemory", limit - 1_500_000)
                async with asyncio.timeout(WAIT), hold_lease(redis, prefix, asyncio.Event(), Who()) as lease:
                    assert lease is not None
                    assert lease.standing is not restarted
                    dispatch = DispatchStore(redis, prefix, lease)
                    await dispatch.write_back({"call|X": "{}"})

                    async def all_stored() -> bool:
                        await dispatch.commit(await dispatch.read(100), {"call|X": "{}"}, False, [])
                        return instance.total("first") == total

                    await eventually(all_stored, 2 * WAIT)


async def test_the_password_is_changed(excs_url: str, tmp_path: Path) -> None:
    async with a_redis(tmp_path, "--requirepass", "right") as (_, bare):
        url = bare.replace("//", "//:right@")
        async with open_redis(url) as redis:
            with capture_logs() as logs:
                async with one_instance(Store(url, "excp:{t}:"), excs_url) as (instance, gateway):
                    gateway.say(call_created(1))
                    await eventually(lambda: instance.total("first") == 1)
                    await redis.config_set("requirepass", "other")
                    await redis.client_kill_filter(_type="normal", skipme=True)
                    gateway.say(call_created(2))
                    await eventually(lambda: any("user or password" in str(line.get("reason")) for line in logs))
                    await redis.config_set("requirepass", "right")
                    await recovers(instance, 2)
    assert "right@" not in str(logs)


async def test_the_rights_the_documentation_names_are_enough(tmp_path: Path) -> None:
    async with a_redis(tmp_path) as (redis, url):
        keys, *commands = DOCUMENTED_RIGHTS.split()
        await redis.acl_setuser(
            "excp",
            enabled=True,
            passwords=["+word"],
            reset=True,
            keys=[keys.removeprefix("~")],
            categories=[each.replace("@", "") for each in commands if "@" in each],
            commands=[each for each in commands if "@" not in each],
        )
        async with open_redis(url.replace("//", "//excp:word@")) as limited:
            await check_redis(limited)
            prefix = "excp:{t}:"
            await EventStream(limited, prefix, 10).submit("a", None, [])
            await limited.set(f"{prefix}lease", "token")
            store = DispatchStore(limited, prefix, Lease("token", 1, "run", standing=True))
            reading = await store.read(10)
            assert re.fullmatch("[0-9a-f]{40}", reading.run)
            await store.write_back({"call|X": "{}"})
            await store.commit(reading, {"call|Y": "{}"}, True, ["parked"])
            assert sorted(await store.index()) == ["call|X", "call|Y"]
            with pytest.raises(RedisError):
                await limited.flushall()


async def test_loading_its_data(tmp_path: Path) -> None:
    """It answers after each 2 MB, here each half second."""
    async with a_redis(tmp_path, "--rdbcompression", "no") as (redis, _):
        await redis.mset({f"key {number}": "x" * 20_000 for number in range(1_000)})
        await redis.save()
    server, url = start_redis(tmp_path, "--key-load-delay", "5000", ready="Server initialized")
    try:
        async with open_redis(url) as loading:
            with pytest.raises(RedisAwayError, match="loading its data"):
                await check_redis(loading)
            with pytest.raises(RedisError, match="loading") as refused:
                await loading.set("a", "b")
            assert trouble(refused.value).startswith("Redis: it is loading its data")
    finally:
        stop(server)


async def test_away_under_load_holds_what_fits_and_then_the_gateway(store: Store, excs_url: str) -> None:
    """Past EVENTS_HELD_MAX reading stops, is counted and said; then everything is stored, once and in order."""
    total, held = 3_000, 500
    stopped = REGISTRY.get_sample_value("excp_ingest_reading_stopped_total") or 0
    async with Gate(store.url.removeprefix("redis://").removesuffix("/0")).listening() as gate:
        away = Store(f"redis://{gate.address}/0", store.prefix)
        with capture_logs() as logs:
            async with one_instance(away, excs_url, events_held_max=held) as (instance, gateway):
                gateway.say(call_created(1))
                await eventually(lambda: instance.total("first") == 1)
                gate.close()
                for number in range(2, total + 1):
                    gateway.say(call_created(number, Filler="x" * 5_000))
                await eventually(lambda: instance.ingest.held >= held)
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.3):
                        await gateway.writer.drain()
                assert instance.ingest.held <= held + 1
                gate.open()

                async def all_passed() -> bool:
                    await store.dispatch()
                    return instance.total("first") == total and instance.ingest.held == 0

                await eventually(all_passed, 3 * WAIT)
    assert (REGISTRY.get_sample_value("excp_ingest_reading_stopped_total") or 0) > stopped
    said = [line["event"] for line in logs]
    assert "reading stopped, EVENTS_HELD_MAX reached: the gateways have to wait" in said
    assert "reading goes on" in said


async def test_a_gateway_lost_after_reading_was_stopped_is_counted(store: Store, excs_url: str) -> None:
    name, labels = "excp_ingest_gaps_under_pressure_total", {"site": "SIPS1", "feed": "CALL"}
    before = REGISTRY.get_sample_value(name, labels) or 0
    with capture_logs() as logs:
        async with ScriptedGateway.listening() as gateway:
            servers = {"CALL": ServerPair("SIPS1", (gateway.address,))}
            limits = {"redis_stream_cap": 10, "events_held_max": 20, "reconnect_hold": 0.01}
            async with Instance("a", store.url, servers, excs_url, **limits).running() as instance:
                first = await gateway.connected()
                await first.subscribed()
                first.say(*map(call_created, range(1, 40)))
                await eventually(lambda: instance.ingest.held >= 20)
                first.writer.transport.abort()

                async def passes() -> bool:
                    await store.dispatch()
                    return instance.ingest.held < 10

                await eventually(passes)
                await (await gateway.connected()).subscribed()
                await eventually(lambda: (REGISTRY.get_sample_value(name, labels) or 0) == before + 1)
    assert any(line["event"].startswith("gateway lost soon after reading was stopped") for line in logs)
