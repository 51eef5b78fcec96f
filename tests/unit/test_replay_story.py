"""A call as a story: what each event and each wait led to."""

from deploy.lab.sample_logs import SAMPLES
from workers.replay.log_events import Log, MergedLogs
from workers.replay.mapping_file import load_mapping
from workers.replay.numbers import Numbers, listed_dns
from workers.replay.run import Account, tell
from workers.replay.story import Stories, Story
from workers.settings import load
from workflows.call.rules import RULES

MAPPING = load_mapping(SAMPLES / "mapping.yaml")


class Kept:
    """Keeps the stories."""

    def __init__(self) -> None:
        self.stories: list[Story] = []
        self.account = ""

    def story(self, story: Story) -> None:
        self.stories.append(story)

    def close(self, account: str) -> None:
        self.account = account


def stories(*names: str, calls: tuple[str, ...] = ()) -> list[Story]:
    kept, account = Kept(), Account()
    source = MergedLogs([Log("SIPS1", SAMPLES / name) for name in names], {"DispositionCode"}, account.faults)
    tell(source, MAPPING, load("config"), Stories(kept, source.place, calls), account)
    assert kept.account == str(account)
    return kept.stories


def test_a_wait_knows_what_began_it() -> None:
    (story,) = stories("F01.log")
    over = next(moment for moment in story.moments if moment.event is None)
    assert over.begun_by is not None
    begun = story.moments[over.begun_by].event
    assert begun is not None
    assert (begun.event, begun.dn) == ("EventCallPartyAdded", "9001")
    assert over.cause == "a wait is over"
    assert over.at - begun.time == 1_000_000


def test_what_an_event_led_to_is_told_with_it() -> None:
    (story,) = stories("F03.log")
    for moment in story.moments:
        assert {told.cause for told in moment.told} <= {moment.event.id if moment.event else None}
        assert {told.rule for told in moment.told} <= set(RULES)
    assert sum(len(moment.told) for moment in story.moments) == story.summary.events


def test_a_violation_is_found_by_an_event() -> None:
    (story,) = stories("V2.log")
    (found,) = [moment for moment in story.moments if moment.violation]
    assert found.event is not None
    assert (found.violation, found.event.dn, found.reason) == ("V2", "7007", story.summary.reason)
    assert story.suspended_at == found.at


def test_every_event_has_its_place() -> None:
    for story in stories("F06.log", "two-calls.log"):
        assert all(moment.place and ".log:" in moment.place for moment in story.moments if moment.event)


def test_only_the_calls_asked_for() -> None:
    first, second = stories("two-calls.log")
    assert [story.call for story in stories("two-calls.log", calls=(second.call,))] == [second.call]
    assert [story.call for story in stories("two-calls.log", calls=(first.summary.conversation_id,))] == [first.call]


class TestNumbers:
    numbers = Numbers(listed_dns(MAPPING), hidden=True)

    def test_the_same_number_has_the_same_name(self) -> None:
        numbers = Numbers(hidden=True)
        assert [numbers.number("+15550111"), numbers.dn("+15550112"), numbers.dn("+15550111")] == [
            *("number 1", "number 2", "number 1"),
        ]

    def test_what_the_mapping_lists_stays(self) -> None:
        assert [self.numbers.dn(dn) for dn in ("7001", "9001", "VQ_Sales", "gcti::park")] == [
            *("7001", "9001", "VQ_Sales", "gcti::park"),
        ]

    def test_a_caller_that_is_no_number_is_hidden_where_callers_stand(self) -> None:
        numbers = Numbers(hidden=True)
        assert numbers.dn("jane.doe") == "jane.doe"
        assert numbers.number("jane.doe") == "number 1"
        assert numbers.dn("jane.doe") == "number 1"

    def test_nothing_is_hidden_unless_asked_for(self) -> None:
        assert Numbers().number("+15550111") == "+15550111"

    def test_what_is_absent_or_anonymous_stays(self) -> None:
        assert [self.numbers.number(value) for value in (None, "", "anonymous")] == [None, "", "anonymous"]
