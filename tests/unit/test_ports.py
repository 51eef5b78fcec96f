"""Ports for the lab's servers are nobody else's: no listener's, no other server's, no outgoing connection's."""

import socket

from deploy.lab.ports import free_port, free_ports

ALL = 10_000
OUTGOING = 32_768
"""The first port Linux takes for outgoing connections (ip(7), ip_local_port_range)."""


def test_none_twice_and_none_of_outgoing_connections() -> None:
    ports = free_ports(ALL // 2)
    assert len(set(ports)) == ALL // 2
    assert max(ports) < OUTGOING


def test_none_that_is_listened_on() -> None:
    with socket.socket() as taken:
        port = free_port()
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert port not in free_ports(ALL)
    assert port in free_ports(ALL)
