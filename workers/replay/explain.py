"""`excp explain`: why was a call told this way? Each decision with its cause and its rule."""

import sys
from collections.abc import Iterator
from typing import Annotated, TextIO

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from workers.replay.command import HideNumbers, Logs, Mapping
from workers.replay.log_events import MergedLogs
from workers.replay.mapping_file import load_mapping
from workers.replay.numbers import Numbers, listed_dns
from workers.replay.replayed_calls import Lost
from workers.replay.run import Account, find_logs, progress, tell
from workers.replay.story import Moment, Stories, Story
from workers.replay.table import console_for, event_line, outcome, title, told_lines
from workers.replay.words import FLOWS, VIOLATIONS, Names, clock
from workers.settings import load
from workflows.call.calls import Party
from workflows.call.communications import Mode
from workflows.call.directory import Role
from workflows.call.roles import Who, queue_id
from workflows.call.rules import RULES

_INDENT = (0, 0, 0, 14)


def explain(
    call: Annotated[str, typer.Argument(metavar="CALLUUID", help="CallUUID of any of its calls, or conversationId")],
    logs: Logs,
    mapping: Mapping,
    all_events: Annotated[bool, typer.Option("--all", help="Also the events that led to nothing")] = False,
    hide_numbers: HideNumbers = False,
) -> None:
    """Say why a call was told to EX the way it was: each decision with the event or the wait that caused it, and the
    rule by which it was made.

    The logs are those of `excp replay`, which finds the CallUUID.
    """
    settings = load("config")
    known = load_mapping(mapping)
    sources = find_logs(logs, known)
    lost: list[Lost] = []
    account = Account(say=lambda text: None, on_lost=lost.append)
    numbers = Numbers(listed_dns(known), hidden=hide_numbers)
    explainer = Explainer(sys.stdout, numbers, all_events=all_events)
    with progress(sources, account, shown=sys.stderr.isatty()) as on_read:
        source = MergedLogs(sources, {settings.user_data_key}, account.faults, on_read)
        tell(source, known, settings, Stories(explainer, source.place, {call}), account)
    explainer.left_out([each for each in lost if each.event.call == call], account)


class Explainer:
    """Writes the decisions of a call."""

    def __init__(self, output: TextIO, numbers: Numbers, *, all_events: bool = False) -> None:
        self._console = console_for(output)
        self._numbers = numbers
        self._all_events = all_events

    def story(self, story: Story) -> None:
        self._console.print(f"[bold]{escape(title(story))}[/]")
        self._console.print(outcome(story.summary))
        for code, meaning in ((story.summary.flow, FLOWS), (story.summary.violation, VIOLATIONS)):
            if code:
                self._console.print(f"  {code}: {meaning.get(code, '')}", style="dim")
        self._who_is_who(story)
        self._console.print("\n[bold]Decisions[/]")
        names = Names()
        for moment in story.moments:
            if moment.told or moment.violation or self._all_events:
                self._moment(story, moment, names)
        for line in _nothing_told(story):
            self._console.print(line)
        silent = sum(not moment.told and not moment.violation for moment in story.moments)
        if silent and not self._all_events:
            self._console.print(f"{silent} more events led to nothing (--all shows them)", style="dim")

    def close(self, account: str) -> None:
        pass

    def left_out(self, lost: list[Lost], account: Account) -> None:
        """What of the logs did not reach the call, or may not have."""
        for each in lost:
            self._console.print(f"not taken: {clock(each.event.time)} {each.event.event}, {each.reason}")
        if account.faults.unreadable:
            self._console.print(f"{account.faults.unreadable} events of these logs cannot be read: see `excp replay`")

    def _who_is_who(self, story: Story) -> None:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
        for row in dict.fromkeys(_identities(story, self._numbers)):
            table.add_row(*map(escape, row))
        self._console.print("\n[bold]Who is who[/]")
        self._console.print(Padding(table, (0, 0, 0, 2), expand=False))

    def _moment(self, story: Story, moment: Moment, names: Names) -> None:
        self._console.print(f"{clock(moment.at)}  {self._cause(story, moment)}")
        if moment.violation:
            mode = story.conversation.state.mode
            then = "the call is ignored" if mode is Mode.IGNORED else "from here on only ends are told"
            found = f"[yellow]{moment.violation}[/], {VIOLATIONS.get(moment.violation, '')}: "
            self._console.print(Padding(f"{found}{escape(moment.reason or '')}; {then}", _INDENT, expand=False))
        rule = None
        for told in moment.told:
            if told.rule != rule:
                rule = told.rule
                because = f"[cyan]{rule}[/]: {escape(RULES.get(rule or '', ''))}"
                self._console.print(Padding(because, _INDENT, expand=False))
            self._console.print(Padding(told_lines([told], names), (0, 0, 0, 16), expand=False))

    def _cause(self, story: Story, moment: Moment) -> str:
        if moment.event is not None:
            place = f"  [dim]{escape(moment.place)}[/]" if moment.place else ""
            return event_line(moment.event, self._numbers) + place
        begun = story.moments[moment.begun_by] if moment.begun_by is not None else None
        if begun is None or begun.event is None:
            return moment.cause
        return f"{moment.cause}, begun {clock(begun.at)} by {event_line(begun.event, self._numbers)}"


def _identities(story: Story, numbers: Numbers) -> Iterator[tuple[str, str]]:
    conversation = story.conversation
    topology = conversation.state.topology
    for party in topology.parties.values():
        yield f"{numbers.dn(party.dn) or '(no DN)'} at {party.site}", _who(story, party)
    for visit in topology.visits.values():
        mapped = queue_id(visit, conversation.directory) is not None
        yield f"{visit.vq} at {visit.site}", "Virtual Queue" if mapped else "Virtual Queue that is not mapped: left out"


def _who(story: Story, party: Party) -> str:
    """Who a party is, and by what."""
    identity = story.conversation.scene.identity(party)
    role = story.conversation.directory.dn(party.site, party.dn or "").role
    if identity.who is Who.USER:
        by = f"logged in as {party.agent}" if party.agent else "the Extension's fixed agent"
        return f"agent {identity.name}: {by}"
    if identity.who is Who.UNSEATED:
        return "Extension on which no mapped agent is logged in"
    if identity.who is Who.IVR:
        return "Routing Point: an IVR when the call stays on it"
    if identity.who is Who.EXTERNAL:
        return "external: a trunk" if role == Role.TRUNK else "external: a number that the mapping does not list"
    if role == Role.SERVICE:
        return "nobody: listed as service"
    return "nobody: the way to another site, or listed nowhere and no number"


def _nothing_told(story: Story) -> Iterator[str]:
    if story.summary.events or story.summary.violation:
        return
    yield "Nothing was told: EX needs two communications, the caller and a queue, an agent, a number or an IVR."
