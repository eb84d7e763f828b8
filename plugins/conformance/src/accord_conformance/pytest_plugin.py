"""The kit under pytest: ``pytest --accord-url URL --pyargs accord_conformance``.

Every test of the kit is an item ``accord_conformance/suite.py::group/name[dialect]``, so -k, -x,
IDEs and junit files work as ever. BROKEN fails, UNDECLARED fails with --accord-strict, ABSENT and
UNPROVEN are skips that say what the dialect says or what the server lacks. Loaded by pytest through
the entry point `accord_conformance`; it imports nothing until a URL is given.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord_conformance.kit import Kit
    from accord_conformance.model import Result, Test

SUITE = "suite.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the kit."""
    options = parser.getgroup("accord", "accord-conformance")

    def add(name: str, told: str, **more: Any) -> None:
        options.addoption(name, help=told, **more)

    add("--accord-url", "run the conformance kit against this database (may be repeated)",
        action="append", default=[], metavar="URL")  # fmt: skip
    add("--accord-group", "only this group of the kit (may be repeated)",
        action="append", default=[], metavar="GROUP")  # fmt: skip
    add("--accord-strict", "what works and is not declared fails", action="store_true")
    add("--accord-double", "the driver is a double: no server stands behind it",
        action="store_true")  # fmt: skip
    add("--accord-i-know", "use a database whose name does not say that it is for tests",
        action="store_true")  # fmt: skip
    add("--accord-json", "write the report of the run here", metavar="FILE")


def pytest_collect_file(file_path: Path, parent: Any) -> Any:
    """The module `suite` of this package stands for the kit."""
    if file_path.name == SUITE and file_path.parent == Path(__file__).parent:
        if not parent.config.getoption("--accord-url"):
            return None
        return SuiteFile.from_parent(parent, path=file_path)
    return None


class SuiteFile(pytest.File):
    """All tests, for every URL."""

    def collect(self) -> Iterator[KitItem]:
        """One item for each test and URL."""
        from accord_conformance.registry import select_tests

        option = self.config.getoption
        tests = select_tests(option("--accord-group"))
        for url in option("--accord-url"):
            run = PytestRun(self.config, url)
            for test in tests:
                name = f"{test.id}[{run.label}]"
                yield KitItem.from_parent(self, name=name, run=run, test=test)


class PytestRun:
    """One URL: its kit is opened by the first item and closed at the end of the session."""

    def __init__(self, config: pytest.Config, url: str) -> None:
        self.config = config
        self.url = url
        self.label = url.partition("://")[0].partition("+")[0]
        self.results: list[Result] = []
        self.started = time.perf_counter()
        self._kit: Kit | None = None

    @property
    def kit(self) -> Kit:
        """The open kit."""
        if self._kit is None:
            from accord_conformance.kit import Kit

            option = self.config.getoption
            self._kit = Kit(
                self.url, double=option("--accord-double"), i_know=option("--accord-i-know")
            )
            self.config.add_cleanup(self.close)
        return self._kit

    def close(self) -> None:
        """Write the report, drop the tables."""
        kit, self._kit = self._kit, None
        if kit is None:
            return
        path = self.config.getoption("--accord-json")
        if path:
            from accord_conformance.report import make_report, save

            found = make_report(kit, self.results, time.perf_counter() - self.started)
            save(found, Path(path))
        kit.close()


class KitItem(pytest.Item):
    """One test of the kit against one URL."""

    def __init__(self, *, run: PytestRun, test: Test, **options: Any) -> None:
        super().__init__(**options)
        self.run = run
        self.test = test

    def runtest(self) -> None:
        """Run it; the verdict decides."""
        from accord_conformance.runner import run_test

        result = run_test(self.run.kit, self.test)
        self.run.results.append(result)
        report_result(result, strict=self.config.getoption("--accord-strict"))

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The traceback of the test itself, without pytest's."""
        if isinstance(excinfo.value, Broken):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """What a list of failures calls it."""
        return self.path, None, self.name


class Broken(AssertionError):
    """A test of the kit failed."""


def report_result(result: Result, *, strict: bool = False) -> None:
    """Pass, fail or skip in pytest's words."""
    from accord_conformance.model import Verdict

    if result.failed(strict):
        raise Broken(f"{result.verdict.upper()} {result.id}: {result.detail}\n{result.traceback}")
    if result.verdict is not Verdict.PROVEN:
        pytest.skip(f"{result.verdict.upper()}: {result.detail}")
