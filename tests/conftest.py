"""For all tests: databases of the backend under test (ACCORD_TEST_BACKEND), and distributions made
of two files in a temporary folder, visible to importlib.metadata.
"""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grammar.plugin
import pytest
from servers.databases import Database, Databases
from servers.provide import UNDELIVERED, Provider, Unavailable, Undelivered
from servers.table import wanted

from accord.hooks import forget_entry_points

Install = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    """What accord writes during the run is read by sqlglot at its end."""
    grammar.plugin.register(config)


def pytest_report_header() -> str:
    """Which backend the run is about."""
    return f"backend under test: {wanted()}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """On a server: what was skipped, by reason."""
    skipped = terminalreporter.stats.get("skipped", ())
    if wanted().entry is None or not skipped:
        return
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in skipped
        if isinstance(report.longrepr, tuple)
    )
    terminalreporter.section(f"skipped on {wanted()}")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:5} {reason}")


@pytest.fixture(scope="module")
def small_heap() -> Iterator[None]:
    """What other tests have left is no business of the garbage collector: a collection in a process
    that has run thousands of tests takes half a second.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


_provider = Provider()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Before the first test: a server that could not be downloaded ends the run, as itself."""
    needed = any("databases" in getattr(item, "fixturenames", ()) for item in session.items)
    if wanted().entry is None or not needed or session.config.option.collectonly:
        return
    try:
        _provider.server(wanted())
    except Unavailable:
        pass  # every test that needs it says so
    except Undelivered as reason:
        pytest.exit(f"DOWNLOAD FAILED: {reason}", returncode=UNDELIVERED)


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """Servers by name; those started here end with the run."""
    yield _provider
    _provider.close()


@pytest.fixture
def mssql_double() -> Iterator[Any]:
    """A double of SQL Server and pymssql, empty."""
    pytest.importorskip("pymssql", reason="the double writes values with it: pip install pymssql")
    pytest.importorskip("sqlglot", reason="the double reads T-SQL with it: pip install sqlglot")
    from doubles.mssql import Double

    double = Double()
    yield double
    double.close()


@pytest.fixture(scope="session")
def databases(provider: Provider) -> Iterator[Databases]:
    """Databases of the backend under test."""
    databases = Databases(wanted(), provider)
    yield databases
    databases.close()


@pytest.fixture
def take_database(databases: Databases, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """``take_database("name")`` is an empty database of this test."""
    taken = []

    def take(label: str) -> Database:
        taken.append(_taken(databases, label, tmp_path))
        return taken[-1]

    yield take
    for database in taken:
        databases.give_back(database)


@pytest.fixture(scope="module")
def module_database(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database that the tests of a module share."""
    database = _taken(databases, "module", tmp_path_factory.mktemp("module"))
    yield database
    databases.give_back(database)


def _taken(databases: Databases, label: str, folder: Path) -> Database:
    try:
        return databases.take(label, folder)
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """``install(distribution, group, {name: target}, module=source)`` puts one distribution on
    sys.path.
    """
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(distribution: str, group: str, entries: dict[str, str], **modules: str) -> None:
        info = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n"
        )
        lines = [f"{name} = {target}" for name, target in entries.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines, ""]))
        for module, source in modules.items():
            (tmp_path / f"{module}.py").write_text(source)
        forget_entry_points()

    yield install
    forget_entry_points()
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]
