"""The gate in pytest: watches the whole run and turns it red at the end, naming statement and test.

In: the hooks of pytest; the processes of one run hand their findings to the one that started them.
Out: a section of the summary, and an exit status.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import pytest

from grammar.recorder import Recorder, watch

HELP = (
    "sqlglot does not read these statements as what their verbs say. One that is wrong wants "
    "mending; what the database runs, and only sqlglot does not know, goes into "
    "tests/grammar/exceptions.py."
)


class Gate:
    """One run's statements, and what sqlglot says about them."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.objections: list[str] = []
        self.read = 0
        self.left_out = 0
        self.seconds = 0.0
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        watch(self.recorder, self._patch)

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """Nothing is wrapped meanwhile: every frame is accord's own."""
        self._patch.undo()
        yield
        watch(self.recorder, self._patch)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker is done: its findings are ours."""
        self._add(*getattr(node, "workeroutput", {}).get("grammar", (0, 0, 0.0, [])))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._patch.undo()
        self._add(*self._findings())
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["grammar"] = (self.read, self.left_out, self.seconds, self.objections)
        elif self.objections and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _add(self, read: int, left_out: int, seconds: float, objections: list[str]) -> None:
        self.read += read
        self.left_out += left_out
        self.seconds += seconds
        self.objections += objections

    def _findings(self) -> tuple[int, int, float, list[str]]:
        if not len(self.recorder):
            return 0, 0, 0.0, []
        from grammar.reading import objection

        began = time.process_time()
        found = []
        for seen in self.recorder:
            why = objection(seen)
            if why is not None:
                found.append(f"{seen.dialect}: {why}\n    {seen.text}\n    made by {seen.test}")
        seconds = time.process_time() - began
        return len(self.recorder), self.recorder.left_out, seconds, found

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.objections:
            terminalreporter.section("statements that sqlglot cannot read", red=True)
            for text in self.objections:
                terminalreporter.line(text)
            terminalreporter.line(HELP)
        terminalreporter.line(f"sqlglot read {self.read} statements in {self.seconds:.1f} s")
        if self.left_out:
            terminalreporter.line(f"and not {self.left_out} others of tests that make thousands")


def register(config: pytest.Config) -> None:
    """Watch this run, if sqlglot is there to read and ACCORD_GRAMMAR is not "off"."""
    if find_spec("sqlglot") is not None and os.environ.get("ACCORD_GRAMMAR") != "off":
        config.pluginmanager.register(Gate(), "grammar")
