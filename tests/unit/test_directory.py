"""What a DN is: it means something only together with its site."""

from tests.flows.notation import MAPPING
from workflows.call.directory import NOT_MAPPED, Role, dn_key


def test_the_own_site_s_dn_comes_first() -> None:
    assert MAPPING.answer(dn_key("SIPS1", "7030")).agent == "a.7030"
    assert MAPPING.answer(dn_key("SIPS2", "7030")).agent == "a.7130"


def test_else_that_of_another_site_that_alone_has_it() -> None:
    assert MAPPING.answer(dn_key("VQS", "9001")).role == Role.ROUTING_POINT
    assert MAPPING.answer(dn_key("VQS", "7030")) == NOT_MAPPED
    assert MAPPING.answer(dn_key("VQS", "7000")) == NOT_MAPPED
