"""The fault matrix. Each fault is a name and a function that injects and heals it; traffic flows all the while.

A function returns when its fault is over; what it killed and did not start again is restored after its window.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from deploy.lab.readings import disturb
from deploy.lab.scenario import SiteView
from tests.chaos.mapping_changes import changed_mapping, with_another_agent, without_queues
from tests.chaos.pipeline import SETTINGS, Pipeline
from tests.chaos.traffic import CONSULT, Traffic, linked

sleep = asyncio.sleep
"""How long a fault lasts is what is tried out; whatever can be awaited is awaited."""

Inject = Callable[[Pipeline], Awaitable[None]]
MIXED = Traffic()
ONE_MINUTE = Traffic(seconds=60, caps=1.0)


@dataclass(frozen=True)
class Fault:
    """A line of the matrix."""

    name: str
    inject: Inject
    traffic: Traffic = MIXED
    quick: bool = False
    """Part of `make test`."""
    soak: bool = True
    """Part of `make soak`."""
    refuses: bool = False
    """The EX Org refuses events for good: it was told to."""
    note: str = ""


MATRIX: list[Fault] = []


def fault(
    name: str,
    traffic: Traffic = MIXED,
    *,
    quick: bool = False,
    soak: bool = True,
    refuses: bool = False,
    note: str = "",
) -> Callable[[Inject], Inject]:
    """Add a function to the matrix."""

    def add(inject: Inject) -> Inject:
        MATRIX.append(Fault(name, inject, traffic, quick, soak, refuses, note))
        return inject

    return add


@fault("none", soak=False)
async def none(rig: Pipeline) -> None:
    pass


# SIP Servers and their gateways


@fault("SIP Servers switch over")
async def switchover(rig: Pipeline) -> None:
    await rig.told(20)
    rig.command("switchover")


@fault("connections to the primary lost")
async def connections_lost(rig: Pipeline) -> None:
    await rig.told(20)
    rig.command("drop", server="primary")


@fault("connection lost, and switchover")
async def lost_and_switched(rig: Pipeline) -> None:
    await rig.told(20)
    rig.command("drop", server="primary")
    rig.command("switchover")


@fault("gateway killed, back after 3 s")
async def gateway_killed(rig: Pipeline) -> None:
    await rig.told(20)
    rig.command("away", server="primary")
    await sleep(3)
    rig.command("back")


@fault("a snapshot broken off half-way", soak=False)
async def broken_snapshot(rig: Pipeline) -> None:
    await rig.told(20)
    rig.command("break_snapshots", times=3)
    rig.command("drop", server="primary")


# Ingest


@fault("ingest killed", quick=True)
async def ingest_killed(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.kill("ingest-a")


@fault("ingest away for the whole window", soak=False)
async def ingest_away(rig: Pipeline) -> None:
    await rig.kill("ingest-b")
    await rig.settled_traffic()


@fault("ingest stands still for 8 s")
async def ingest_frozen(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.frozen("ingest-a"):
        await sleep(8)


@fault(
    "a gap of 1 s on one ingest, the other 5 s behind",
    soak=False,
    note="judged loosely: order may break, RECONNECT_HOLD is 3 s",
)
async def gap_on_one(rig: Pipeline) -> None:
    await rig.told(20)
    rig.loose.update(rig.window.calls)
    async with rig.frozen("ingest-b"):
        rig.command("drop", server="primary", client="ingest-a", seconds=1)
        await sleep(5)


# Redis


@fault("Redis restarted empty")
async def redis_restarted(rig: Pipeline) -> None:
    await rig.told(40)
    async with rig.crashed("redis"):
        pass


@fault("Redis restarted empty, with a backlog")
async def redis_restarted_with_backlog(rig: Pipeline) -> None:
    await rig.told(40)
    async with rig.frozen("dispatch-a", "dispatch-b"):
        await sleep(3)
        async with rig.crashed("redis"):
            pass


@fault("Redis restarted empty, its dispatcher killed")
async def redis_and_dispatcher_gone(rig: Pipeline) -> None:
    await rig.told(40)
    await rig.kill("dispatch-a", "dispatch-b")
    async with rig.crashed("redis"):
        pass
    await rig.start("dispatch-a", "dispatch-b")


@fault("calls end unheard, then Redis restarted empty, its dispatcher killed", soak=False)
async def ends_unheard_and_index_lost(rig: Pipeline) -> None:
    """No snapshot has these calls, and no index."""
    await rig.told(40)
    rig.command("away", server="primary")
    await sleep(5)
    await redis_and_dispatcher_gone(rig)
    rig.command("back")


@fault("Redis away for 10 s", quick=True)
async def redis_away_10(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.cut("redis"):
        await sleep(10)


@fault("Redis away for 60 s", ONE_MINUTE, soak=False)
async def redis_away_60(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.cut("redis"):
        await sleep(60)


@fault("Redis stands still for 10 s")
async def redis_frozen(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.frozen("redis"):
        await sleep(10)


# Dispatch


@fault("lease holder killed", quick=True)
async def holder_killed(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.kill(await rig.holder())


@fault("lease holder still for 10 s, wakes as a zombie")
async def holder_zombie(rig: Pipeline) -> None:
    await rig.told(20)
    holder = await rig.holder()
    async with rig.frozen(holder):
        await sleep(10)


@fault("dispatch killed between signal and acknowledgement")
async def killed_before_acknowledgement(rig: Pipeline) -> None:
    await rig.told(20)
    holder = await rig.holder()
    rig.lab.wires["temporal"].lag = 3
    await rig.told_more(10)
    await rig.kill(holder)
    rig.lab.wires["temporal"].lag = 0


@fault("dispatch killed between accept and commit")
async def killed_before_commit(rig: Pipeline) -> None:
    await rig.told(20)
    holder = await rig.holder()
    wire = rig.lab.wires["redis"]
    wire.request_lag = 0.7
    await rig.until(rig.accepted_and_not_committed())
    await rig.kill(holder)
    wire.request_lag = 0


# Temporal and the call workers


@fault("Temporal away for 10 s")
async def temporal_away_10(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.crashed("temporal"):
        await sleep(10)


@fault("Temporal away for 60 s", ONE_MINUTE, soak=False)
async def temporal_away_60(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.crashed("temporal"):
        await sleep(60)


@fault("worker killed", quick=True)
async def worker_killed(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.kill("worker-a")


@fault("both workers killed, back at once")
async def workers_killed(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.kill("worker-a", "worker-b")
    await rig.start("worker-a", "worker-b")


@fault("worker stands still for 10 s with queued events")
async def worker_frozen(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.frozen("worker-a"):
        await sleep(10)


@fault("new build in mid-call, old one stopped when done", soak=False)
async def new_build(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.start_build("worker-c", "2")
    await rig.settled_traffic()
    await rig.calls_ended()
    await rig.stop("worker-a", "worker-b")


@fault("old build stopped with open calls, moved to the new one", soak=False)
async def old_build_gone(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.start_build("worker-c", "3")
    await rig.kill("worker-a", "worker-b")
    await rig.move_calls()


@fault("calls ended by an operator while events come", soak=False)
async def operator_ends(rig: Pipeline) -> None:
    await rig.told(40)
    for call in await rig.open_calls(4):
        rig.loose.add(call)
        await rig.lab.temporal.get_workflow_handle(f"call-{call}").signal("end_conversation", "tried out")


@fault("items and fields of a newer dispatch", soak=False)
async def newer_dispatch(rig: Pipeline) -> None:
    await rig.told(20)
    future = [{"item": "warmed_up", "time": rig.window.origin}, {"event": "EventCallWarmed", "heat": {"degrees": 9}}]
    for call in await rig.open_calls(5):
        await rig.lab.temporal.get_workflow_handle(f"call-{call}").signal("tlib_events", future)


# EX Org


@fault("EX: 429 with Retry-After 5 s")
async def too_many(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.disturbed(status=429, headers={"Retry-After": "5"}, times=1):
        await rig.struck(1)
        await sleep(5)


@fault("EX: tokens revoked (401)", quick=True)
async def revoked(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.ex_org.revoke_tokens()


@fault("EX: login refused for 5 s")
async def login_refused(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.ex_org.disturb(path="/oauth/", status=401, body='{"error": "invalid_client"}')
    await rig.ex_org.revoke_tokens()
    await sleep(5)
    await rig.ex_org.disturb()


@fault("EX: 400 for whole requests with one event", refuses=True, soak=False)
async def poisoned_event(rig: Pipeline) -> None:
    await rig.poison(every=1000)
    await rig.settled_traffic()


@fault("EX: every tenth call poisoned (400)", Traffic(seconds=12, caps=4), refuses=True, soak=False)
async def poisoned_calls(rig: Pipeline) -> None:
    await rig.poison(every=10)
    await rig.settled_traffic()


@fault("EX: single events refused for good", refuses=True, soak=False)
async def refused_events(rig: Pipeline) -> None:
    await rig.poison(every=10, kind="refused")
    await rig.settled_traffic()


@fault("EX: single events refused retryable, 3 times", soak=False)
async def retryable_events(rig: Pipeline) -> None:
    again = {rig.window.of_call(call)[-1]: 3 for call in rig.window.told_calls[::4]}
    await rig.ex_org.fault_events(repeated=again)
    await rig.settled_traffic()


@fault("EX: 413 above 1,500 bytes for 3 s")
async def too_large(rig: Pipeline) -> None:
    await rig.told(20)
    await rig.ex_org.fault_events(max_bytes=1500)  # an event has up to 700
    await sleep(3)
    await rig.ex_org.fault_events()


@fault("EX: 500 five times")
async def server_errors(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.disturbed(status=500, times=5):
        await rig.struck(5)


@fault("EX: 503 for 10 s", quick=True)
async def unavailable(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.disturbed(status=503, headers={"Retry-After": "1"}):
        await sleep(10)


@fault("EX: no answer for 20 s")
async def no_answer(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.disturbed(hang=True):
        await sleep(20)


@fault("EX: connection cut after the request was read")
async def cut_after(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.disturbed(cut="after", times=5):
        await rig.struck(5)


@fault("EX: slow answers, 4 s each")
async def slow_answers(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.disturbed(delay=4):
        await sleep(12)


@fault("EX: garbage bodies")
async def garbage(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.disturbed(status=200, body="<html>captive portal</html>", times=4):
        await rig.struck(4)


@fault("EX: away for 60 s", ONE_MINUTE, soak=False)
async def ex_away(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.cut("ex-org"):
        await sleep(60)


# EXCS


@fault("EXCS: away at start", soak=False)
async def excs_away_at_start(rig: Pipeline) -> None:
    await rig.kill("ingest-a", "ingest-b", "worker-a", "worker-b")
    async with rig.cut("excs"):
        starting = asyncio.gather(rig.start("ingest-a", "ingest-b"), rig.start("worker-a", "worker-b"))
        await sleep(6)
    await starting


@fault("EXCS: away longer than EXCS_MAX_AGE", Traffic(seconds=16))
async def excs_away(rig: Pipeline) -> None:
    await rig.told(20)
    async with rig.cut("excs"):
        await sleep(1.5 * float(SETTINGS["EXCS_MAX_AGE"]))


@fault("EXCS: slow, and a worker starts")
async def excs_slow(rig: Pipeline) -> None:
    await _excs(rig, 8, delay=3)


@fault("EXCS: 404, and a worker starts")
async def excs_404(rig: Pipeline) -> None:
    await _excs(rig, 8, status=404)


@fault("EXCS: 500, and a worker starts")
async def excs_500(rig: Pipeline) -> None:
    await _excs(rig, 8, status=500)


@fault("EXCS: garbage, and a worker starts")
async def excs_garbage(rig: Pipeline) -> None:
    await _excs(rig, 8, status=200, body="<html>")


async def _excs(rig: Pipeline, seconds: float, **how: object) -> None:
    await rig.told(20)
    await rig.kill("worker-a")
    await disturb(rig.http, rig.lab.addresses["EXCS"], path="/v1/", **how)
    starting = asyncio.create_task(rig.start("worker-a"))
    await sleep(seconds)
    await disturb(rig.http, rig.lab.addresses["EXCS"])
    await starting


@fault("EXCS: a DN re-assigned in mid-call", soak=False)
async def reassigned(rig: Pipeline) -> None:
    await rig.told(40)
    with changed_mapping(rig.mapping, with_another_agent("0007001")):
        await rig.settled_traffic()


QUEUED_LATE = CONSULT.replace(
    "    0.5  7001 rings\n", "    4.8  queued VQ_B\n    5    7001 rings\n    5    diverted VQ_B to 7001\n"
)
QUEUED_LATE = (
    QUEUED_LATE.replace("    1.5 ", "    5.5 ")
    .replace("    3 ", "    6 ")
    .replace("    3.1 ", "    6.1 ")
    .replace("    5    B", "    7    B")
)


@fault("EXCS: a queue added while running", Traffic(tables=[QUEUED_LATE]), soak=False)
async def queue_added(rig: Pipeline) -> None:
    with changed_mapping(rig.mapping, without_queues("000VQ_B")):
        await sleep(2)
    await rig.settled_traffic()


# Calls


def _ten_thousand(site: SiteView, dn: str) -> None:
    call = site.inbound("+15550199999", "+15550900")
    agent = call.rings(dn)
    agent.answers()
    for number in range(10_000):
        if number % 100 == 50:
            agent.holds() if number % 200 == 50 else agent.retrieves()
        else:
            call.data(Step=str(number))
        site.scenario.wait(0.002)
    call.hung_up_by(agent)


def _large(site: SiteView, dn: str) -> None:
    call = site.inbound("+15550199998", "+15550900")
    call.data(Transcript="a" * 70_000)
    agent = call.rings(dn)
    agent.answers()
    site.scenario.wait(2)
    call.data(**{f"Key{number}": "b" * 700 for number in range(100)})
    call.data(DispositionCode="c" * 70_000)
    call.hung_up_by(agent)


@fault("a call with 10,000 events", Traffic(script=_ten_thousand), soak=False)
async def many_events(rig: Pipeline) -> None:
    await rig.settled_traffic()


@fault("70 KB of user data", Traffic(script=_large), soak=False)
async def large_user_data(rig: Pipeline) -> None:
    await rig.settled_traffic()


@fault("links before, with, 1 s and 30 s after", Traffic(tables=[linked(at) for at in (-0.5, 0, 1, 30)]), soak=False)
async def links(rig: Pipeline) -> None:
    await rig.settled_traffic()
