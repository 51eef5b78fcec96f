"""How many tables begin and end: the rows they share."""

TALKING = """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
"""

FROM_QUEUE = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
"""

CONSULT = (
    TALKING
    + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
"""
)

ENDS_7002 = """
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
"""

IN_IVR = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        1    wait                  | +X@0 +I@0
"""

CONSULTING = (
    CONSULT
    + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
"""
)

ENDS = """
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
"""

IVR_AND_QUEUE = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_D @VQS      | +X@0 +I@0 I>VQ_D +VQ_D >>VQ_D completed -I:TransferACD
        6    9001 leaves Route     |
"""

CONSULT_ACROSS = (
    TALKING
    + """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        10.1 B: call inbound linked L @SIPS2 |
        10.1 B: T2 enters connected |
"""
)

IN_QUEUE = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
"""

TRANSFERRED_ACROSS = (
    TALKING
    + """
        10   7001 leaves SingleStepTransfer |
        10   T1 enters alerting    |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: T2 enters connected |
"""
)

ON_THE_OTHER_SITE = (
    TRANSFERRED_ACROSS
    + """
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        12   B: 7101 answers       | 7101! completed
        12   T1 connected          |
"""
)

ACROSS_ENDS = """
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer
        40.2 B: ends               |
"""


def ended(agent: str) -> str:
    """The caller, with this agent, hangs up after 40 s."""
    return f"""
        40   X leaves by X         | -X:Self
        40   {agent} leaves           | -{agent}:Peer
        40   ends                  |
"""
