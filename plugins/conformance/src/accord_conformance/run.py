"""The kit inside the tests of a plugin: one fixture, one parametrized test.

::

    @pytest.fixture(scope="module")
    def run(tmp_path_factory):
        with Run(f"mydb:///{tmp_path_factory.mktemp('kit')}/conformance.db") as run:
            yield run


    @pytest.mark.parametrize("name", test_ids())
    def test_conformance(run, name):
        run.check(name)

In: a URL, and a dialect class where it is not installed. Out: tests that pass, fail, or are skipped
with what the dialect says or the server lacks.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from accord_conformance.kit import Kit
from accord_conformance.pytest_plugin import report_result
from accord_conformance.registry import all_tests, select_tests
from accord_conformance.report import Report, make_report, save
from accord_conformance.runner import run_test

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from accord import URL
    from accord_conformance.model import Result


def test_ids(*groups: str) -> list[str]:
    """The id of every test, or of some groups' tests."""
    return [test.id for test in select_tests(groups)]


test_ids.__test__ = False  # type: ignore[attr-defined]  # pytest is not to collect it


class Run:
    """One run against one database, test by test. `strict`: what works and is not declared fails.

    Further options are those of `Kit`: dialect, double, i_know, connect_args.
    """

    def __init__(self, url: str | URL, *, strict: bool = False, **options: Any) -> None:
        self.kit = Kit(url, **options)
        self.strict = strict
        self.results: list[Result] = []
        self._tests = {test.id: test for test in all_tests()}
        self._started = time.perf_counter()

    def check(self, name: str) -> None:
        """Run one test by its id; fails, or is skipped, in pytest's words."""
        result = run_test(self.kit, self._tests[name])
        self.results.append(result)
        report_result(result, strict=self.strict)

    def all(self, groups: Sequence[str] = ()) -> list[Result]:
        """Run everything, or some groups, and only say what came of it."""
        for test in select_tests(groups):
            self.results.append(run_test(self.kit, test))
        return self.results

    def report(self) -> Report:
        """What was run so far."""
        return make_report(self.kit, self.results, time.perf_counter() - self._started)

    def save(self, path: Path) -> None:
        """Write the report."""
        save(self.report(), path)

    def close(self) -> None:
        """Drop what is left."""
        self.kit.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
