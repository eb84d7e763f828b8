"""Starts a process for each (library, workload), lets them take turns, and collects the medians."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import model
from benchmarks.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]

IMPORTS = {
    "raw": (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('SELECT id, name FROM item LIMIT 1').fetchone()"
    ),
    "orm": (
        "import sys; from {lib} import create_engine, select, Integer, String; "
        "from {lib}.orm import DeclarativeBase, Session, mapped_column\n"
        "class Base(DeclarativeBase): pass\n"
        "class Item(Base):\n"
        "    __tablename__ = 'item'\n"
        "    id = mapped_column(Integer, primary_key=True)\n"
        "    name = mapped_column(String(50))\n"
        "with Session(create_engine('sqlite:///' + sys.argv[1])) as session:\n"
        "    session.scalars(select(Item)).first()"
    ),
}


@dataclass(frozen=True)
class Workload:
    name: str
    unit: str  # what `each` is shown in
    scale: float  # seconds → unit
    #: DESIGN §3: ratio to raw on SQLite, PostgreSQL and MariaDB, or one absolute limit.
    bars: tuple[float, ...]
    absolute: bool = False

    def bar(self, database: str) -> float | None:
        if len(self.bars) == 1:
            return self.bars[0]
        columns = ("sqlite", "postgresql", "mariadb")
        return self.bars[columns.index(database)] if database in columns else None


WORKLOADS = (
    Workload("insert", "µs/row", 1e6, (2.0, 1.3, 1.3)),
    Workload("insert_graph", "µs/row", 1e6, (2.5, 1.5, 1.5)),
    Workload("load", "µs/row", 1e6, (2.0, 2.0, 2.0)),
    Workload("load_graph", "µs/row", 1e6, (2.5, 2.5, 2.5)),
    Workload("get", "µs", 1e6, (2.0, 1.3, 1.3)),
    Workload("update", "µs/row", 1e6, (3.0, 1.5, 1.5)),
    Workload("update_few", "ms", 1e3, (2.0, 2.0, 2.0)),
    Workload("delete", "µs/row", 1e6, (3.0, 1.5, 1.5)),
    Workload("query", "µs", 1e6, (2.5, 1.3, 1.3)),
    Workload("read", "ns", 1e9, (25,), absolute=True),
    Workload("set", "ns", 1e9, (150,), absolute=True),
    Workload("memory", "bytes", 1, (500,), absolute=True),
    Workload("import", "ms", 1e3, (80,), absolute=True),
)

#: What the way of writing rows makes a difference to.
WRITING = ("insert", "insert_graph")


@dataclass(frozen=True)
class Measured:
    library: str
    workload: str
    each: float | None  # seconds (bytes for memory) per unit, median; None: it failed
    cpu: float | None
    turns: tuple[float, ...]
    error: str = ""


class Contestant:
    """A worker process; `turn()` answers the times of one turn."""

    def __init__(self, library: str, workload: str, n: int, url: str, folder: str) -> None:
        self.library = library
        command = [sys.executable, "-m", "benchmarks", "worker", library, workload]
        self.process = subprocess.Popen(
            [*command, str(n), url, folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.turns: list[tuple[float, float]] = []
        self.error = ""
        self._read()  # the warm-up

    def turn(self) -> None:
        if not self.error and self.process.stdin is not None:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
            if (times := self._read()) is not None:
                self.turns.append(times)

    def _read(self) -> tuple[float, float] | None:
        assert self.process.stdout is not None and self.process.stderr is not None
        line = self.process.stdout.readline()
        if not line:
            lines = self.process.stderr.read().strip().splitlines()
            self.error = lines[-1] if lines else "the process ended"
            return None
        times = json.loads(line)
        return times["each"], times["cpu"]

    def close(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(60)


def run_workload(
    workload: str, libraries: Sequence[str], n: int, repeats: int, url: str
) -> list[Measured]:
    if workload == "import":
        return [_import_time(library, repeats) for library in libraries if library != "raw-copy"]
    if workload not in WRITING:
        libraries = [library for library in libraries if library != "raw-copy"]
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        contestants = [Contestant(library, workload, n, url, folder) for library in libraries]
        for _ in range(repeats):
            for contestant in contestants:
                contestant.turn()
        for contestant in contestants:
            contestant.close()
    return [
        _median(contestant.library, workload, contestant.turns, contestant.error)
        for contestant in contestants
    ]


def _median(
    library: str, workload: str, turns: Sequence[tuple[float, float]], error: str
) -> Measured:
    if error or not turns:
        return Measured(library, workload, None, None, (), error or "no turn")
    wall, cpu = zip(*turns, strict=True)
    return Measured(library, workload, statistics.median(wall), statistics.median(cpu), wall)


def _import_time(library: str, repeats: int) -> Measured:
    code = IMPORTS["raw"] if library == "raw" else IMPORTS["orm"].format(lib=library)
    turns = []
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        place = Database.of("sqlite:").place("import", folder)
        model.create(place)
        path = place.url.removeprefix("sqlite:///")
        # Byte code is cached for all alike, wherever their sources are.
        cached = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        for _ in range(max(3, repeats) + 1):
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", code, path],
                capture_output=True,
                text=True,
                check=False,
                env=cached,
            )
            turns.append((time.perf_counter() - start, 0.0))
            if done.returncode:
                return _median(library, "import", (), done.stderr.strip().splitlines()[-1])
    return _median(library, "import", turns[1:], "")  # the first wrote the byte code


def run_all(
    workloads: Sequence[Workload],
    libraries: Sequence[str],
    n: int,
    repeats: int,
    url: str,
    report: Callable[[Workload, list[Measured]], None],
) -> list[Measured]:
    results: list[Measured] = []
    for workload in workloads:
        measured = run_workload(workload.name, libraries, n, repeats, url)
        report(workload, measured)
        results += measured
    return results


def machine(database: Database) -> dict[str, str | int | None]:
    return {
        "python": platform.python_version(),
        "database": database.version,
        "machine": platform.machine(),
        "processors": os.cpu_count(),
    }
