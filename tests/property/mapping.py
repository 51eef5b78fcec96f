"""The contact center of the property tests: who is who."""

from workflows.call.directory import Snapshot

SITE, FAR_SITE, VQ_SERVER = "SIPS1", "SIPS2", "VQS"
AGENTS = tuple(str(dn) for dn in range(7001, 7010))
FAR_AGENTS = ("7101", "7102", "7103")
FREE_SEATS = ("7050", "7051", "7052")
"""Extensions where agents log in; their AgentIDs begin with an A."""
UNMAPPED = "7099"
CALLER, DNIS = "+15550100", "+15550900"
NUMBERS = ("+15550200", "+15550201")
ROUTING_POINTS = ("9001", "9002")
TRUNK, FAR_TRUNK = "T1", "T2"
RECORDER = "rec"
MAPPED_QUEUES = ("VQ_A", "VQ_B")
QUEUES = (*MAPPED_QUEUES, "VQ_U")
WRAPUPS = ("Sold", "Nonsense")


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _seats(dns: tuple[str, ...]) -> dict[str, object]:
    return {dn: {"agent": f"a.{dn}", "user_id": _uuid(int(dn))} for dn in dns}


QUEUE_IDS = {queue: _uuid(number) for number, queue in enumerate(MAPPED_QUEUES, 101)}
_QUEUES = {queue: {"queue_id": QUEUE_IDS.get(queue)} for queue in QUEUES}

MAPPING = Snapshot.model_validate(
    {
        "source_id": _uuid(1),
        "agents": {f"A{dn}": {"agent": f"a.{dn}", "user_id": _uuid(int(dn))} for dn in FREE_SEATS},
        "sites": [
            {
                "name": SITE,
                "routing_points": ROUTING_POINTS,
                "trunks": [TRUNK],
                "services": [RECORDER],
                "extensions": {**_seats(AGENTS), **{dn: {} for dn in FREE_SEATS}, UNMAPPED: None},
                "virtual_queues": _QUEUES,
            },
            {"name": FAR_SITE, "trunks": [FAR_TRUNK], "extensions": _seats(FAR_AGENTS)},
            {"name": VQ_SERVER, "virtual_queues": _QUEUES},
        ],
        "wrapup_codes": {"Sold": _uuid(201)},
    }
)


def user_of(dn: str) -> str:
    """The EX user on an Extension, when somebody is logged in."""
    return _uuid(int(dn))
