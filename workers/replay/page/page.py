"""`excp replay --format html`: the calls of the logs as one page that needs nothing else, to be put into a ticket.

Style, script and data are in the page. Each call is a JSON text of its own, written when the call has ended and read
when it is chosen, so that neither the run nor the browser holds them all.
"""

import html
import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any, TextIO

from workers.replay.numbers import Numbers
from workers.replay.page.call_data import call_data, index_entry
from workers.replay.story import Story
from workflows.call.rules import RULES

WITH_NUMBERS = (
    "This page holds numbers of callers, from the log: treat it like the log, or let excp replay hide numbers."
)
WITHOUT_NUMBERS = "The numbers of callers are masked on this page."

SCRIPTS = ("call.js", "chart.js", "page.js")


class PageTeller:
    """Writes the page, call by call."""

    def __init__(
        self, output: TextIO, source: str, new_numbers: Callable[[], Numbers] = Numbers, *, hidden: bool = False
    ) -> None:
        """`source`: of which logs. `hidden`: `new_numbers` masks."""
        self._output = output
        self._source = source
        self._new_numbers = new_numbers
        self._notice = WITHOUT_NUMBERS if hidden else WITH_NUMBERS
        self._index: list[dict[str, Any]] = []
        self._head, _, self._foot = _read("page.html").partition("<!-- calls -->")
        self._begun = False

    def story(self, story: Story) -> None:
        self._begin()
        data = call_data(story, self._new_numbers())
        self._write(_script(data, f"call-{len(self._index)}"))
        self._index.append(index_entry(data))

    def close(self, account: str) -> None:
        self._begin()
        page = {"source": self._source, "account": account, "calls": self._index, "rules": dict(RULES)}
        self._write(_script(page, "page"))
        self._write(self._foot.replace("/* script */", "\n".join(map(_read, SCRIPTS))))

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            head = self._head.replace("/* style */", _read("page.css"))
            head = head.replace("{notice}", html.escape(self._notice))
            self._write(head.replace("{title}", html.escape(self._source)))

    def _write(self, text: str) -> None:
        self._output.write(text)


def _read(name: str) -> str:
    return files("workers.replay.page").joinpath(name).read_text("utf-8")


def _script(data: Any, element: str) -> str:
    """Data for the script to read; nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{element}">{text}</script>\n'
