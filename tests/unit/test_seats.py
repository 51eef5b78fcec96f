"""Who sits on which DN."""

from tests.unit.test_linker import MAIN, ev
from workflows.linking.seats import MOST, Seats, place


def seats(*events: tuple[str, float, str, str | None]) -> Seats:
    """Seats after events of site S1: name, seconds, DN, AgentID."""
    found = Seats(lambda at: None)
    for name, at, dn, agent in events:
        found.note(ev(name, None, at, dn=dn, agent=agent))
    return found


def test_the_last_agent_heard_of_sits_there() -> None:
    found = seats(
        ("AgentLogin", 0, "7001", "1001"), ("AgentLogin", 5, "7001", "1002"), ("Registered", 3, "7001", "1001")
    )
    assert (found.agent(place("S1", "7001")), found.agent(place("S2", "7001"))) == ("1002", None)


def test_after_a_logout_nobody_sits_there() -> None:
    found = seats(("AgentLogin", 0, "7001", "1001"), ("AgentLogout", 5, "7001", None))
    assert found.agent("S1|7001") == ""
    assert found.of_same_agent("S1|7001") == ("S1|7001",)


def test_the_places_of_an_agent() -> None:
    found = seats(
        ("AgentLogin", 0, "7051", "1001"), ("AgentLogin", 1, "7001", "1001"), ("AgentLogin", 1, "7002", "1002")
    )
    assert found.of_same_agent("S1|7001") == found.of_same_agent("S1|7051") == ("S1|7001", "S1|7051")
    assert found.of_same_agent("S1|7099") == ("S1|7099",)


def test_news_names_the_places_of_both_agents() -> None:
    found = seats(("AgentLogin", 0, "7051", "1001"), ("AgentLogin", 1, "7001", "1001"))
    assert found.note(ev("AgentLogin", None, 2, dn="7001", agent="1001")) == set()
    assert found.note(ev("AgentLogin", None, 3, dn="7001", agent="1002")) == {"S1|7001", "S1|7051"}
    assert found.note(ev("Queued", MAIN, 4, dn="VQ", agent="1003")) == set()


def test_an_agent_id_of_very_many_dns_is_no_one_s() -> None:
    found = seats(*[("AgentLogin", n, f"{7000 + n}", "1001") for n in range(MOST)])
    assert len(found.of_same_agent("S1|7000")) == MOST
    found.note(ev("AgentLogin", None, 99, dn="7099", agent="1001"))
    assert found.of_same_agent("S1|7000") == ("S1|7000",)


def test_a_kept_text_is_taken_back() -> None:
    found = seats(("AgentLogin", 0, "7001", "1001"))
    other = Seats(lambda at: None)
    for at in found:
        other.load(at, found.text(at))
    assert other.of_same_agent("S1|7001") == ("S1|7001",)
    assert other.agent("S1|7001") == "1001"


def test_of_the_same_time_the_last_one_sits_there() -> None:
    found = seats(("AgentLogin", 0, "7001", "1001"), ("AgentLogin", 0, "7001", "1002"))
    assert found.agent("S1|7001") == "1002"


def test_an_agent_whose_dn_another_one_took_is_on_the_others_alone() -> None:
    found = seats(
        ("AgentLogin", 0, "7051", "1001"), ("AgentLogin", 1, "7001", "1001"), ("AgentLogin", 2, "7001", "1002")
    )
    assert found.of_same_agent("S1|7051") == ("S1|7051",)


def test_an_agent_without_a_dn_sits_nowhere() -> None:
    found = Seats(lambda at: None)
    assert found.note(ev("CallPartyState", MAIN, 1, party="P", agent="1001")) == set()
    assert list(found) == []
