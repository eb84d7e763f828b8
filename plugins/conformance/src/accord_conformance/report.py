"""The report of one run: what it holds, how it is written to a file and read back.

A report is JSON with a version of its own schema. Everything else (Markdown, HTML, the badge, the
table "what works where") is made from it. In: a kit and results. Out: a Report, a file.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import accord
from accord.exc import ArgumentError
from accord_conformance.model import GROUPS, Result, Verdict
from accord_conformance.registry import all_tests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from accord_conformance.kit import Kit

SCHEMA = 1


@dataclass(frozen=True)
class Report:
    """One run against one database."""

    dialect: str
    distribution: str
    driver: str
    server: str
    accord: str
    python: str
    date: str
    double: bool
    complete: bool
    seconds: float
    results: tuple[Result, ...]

    @property
    def title(self) -> str:
        """The dialect, and that it is a double where it is."""
        return f"{self.dialect} (double)" if self.double else self.dialect

    def counts(self, group: str | None = None) -> Counter[Verdict]:
        """How many of each verdict, in all or in one group."""
        return Counter(result.verdict for result in self.results if group in (None, result.group))

    def groups(self) -> list[str]:
        """The groups that were run, in order."""
        run = {result.group for result in self.results}
        return [group for group in GROUPS if group in run]

    def capabilities(self) -> dict[str, Result]:
        """Verdict by capability."""
        found = {}
        for result in self.results:
            group, _, name = result.id.partition("/")
            if group == "capabilities":
                found[name] = result
        return found

    def failed(self, *, strict: bool = False) -> list[Result]:
        """What makes the run fail."""
        return [result for result in self.results if result.failed(strict)]

    def as_json(self) -> dict[str, Any]:
        """The report as it is written."""
        return {
            "schema": SCHEMA,
            "dialect": self.dialect,
            "distribution": self.distribution,
            "driver": self.driver,
            "server": self.server,
            "accord": self.accord,
            "python": self.python,
            "date": self.date,
            "double": self.double,
            "complete": self.complete,
            "seconds": self.seconds,
            "counts": {
                group: {verdict.value: n for verdict, n in sorted(self.counts(group).items())}
                for group in self.groups()
            },
            "capabilities": {
                name: {"verdict": result.verdict.value, "detail": result.detail}
                for name, result in self.capabilities().items()
            },
            "tests": {
                result.id: _entry(result)
                for result in self.results
                if result.group != "capabilities"
            },
        }


def _entry(result: Result) -> Any:
    """A test that passed is its verdict only; reports stay small enough to read."""
    if not result.detail:
        return result.verdict.value
    return {"verdict": result.verdict.value, "detail": result.detail}


def make_report(kit: Kit, results: Sequence[Result], seconds: float) -> Report:
    """The report of what was run just now."""
    known = {test.id for test in all_tests()}
    return Report(
        dialect=kit.url.drivername.partition("+")[0],
        distribution=_distribution(kit),
        driver=f"{kit.engine.driver} {kit.dialect.driver.version}",
        server=kit.server.version_text,
        accord=accord.__version__,
        python=platform.python_version(),
        date=dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        double=kit.double,
        complete={result.id for result in results} == known,
        seconds=round(seconds, 1),
        results=tuple(results),
    )


def _distribution(kit: Kit) -> str:
    from accord.hooks import installed_dialects

    scheme = kit.url.drivername.partition("+")[0]
    for plugin in installed_dialects():
        if plugin.name == scheme:
            return f"{plugin.distribution} {plugin.version}"
    return kit.dialect_class.__module__


# --- files ----------------------------------------------------------------------------------------


def save(report: Report, path: Path) -> None:
    """Write the report as JSON."""
    text = json.dumps(report.as_json(), indent=1, ensure_ascii=False, sort_keys=False)
    path.write_text(text + "\n", "utf-8")


def load(path: Path) -> Report:
    """Read a report; a file that is none is refused with the reason."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ArgumentError(f"{path} cannot be read as a report: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise ArgumentError(
            f"{path} is no report of schema {SCHEMA}; make one with "
            "accord-conformance run URL --json FILE"
        )
    results = [*_read(content["tests"], ""), *_read(content["capabilities"], "capabilities/")]
    names = (
        "dialect", "distribution", "driver", "server", "accord", "python", "date", "double",
        "complete", "seconds",
    )  # fmt: skip
    return Report(results=tuple(results), **{name: content[name] for name in names})


def _read(entries: Mapping[str, Any], prefix: str) -> list[Result]:
    found = []
    for name, entry in entries.items():
        if isinstance(entry, str):
            entry = {"verdict": entry, "detail": ""}
        found.append(Result(prefix + name, Verdict(entry["verdict"]), 0.0, entry["detail"]))
    return found


def differences(report: Report, results: Sequence[Result]) -> list[str]:
    """Where a new run says something else than the report, one line each."""
    known = {result.id: result.verdict for result in report.results}
    found = []
    for result in results:
        before = known.get(result.id)
        if before is None:
            found.append(f"{result.id}: {result.verdict}, and not in the report")
        elif before is not result.verdict:
            found.append(f"{result.id}: {result.verdict}, the report says {before}")
    return found
