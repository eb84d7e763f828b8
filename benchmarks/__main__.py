"""Command line: `python -m benchmarks run | list` (and `worker`, which `run` starts itself)."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from benchmarks import orchestrate, report
from benchmarks.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure, print the table, write results and chart")
    run.add_argument("--workloads", default="", help="names, separated by commas (default: all)")
    run.add_argument(
        "--url",
        default="sqlite:",
        help="postgresql://, mariadb:// or mysql:// of a database to fill (default: SQLite files)",
    )
    run.add_argument("--peers", default="", help="further libraries: sqlalchemy, raw-copy")
    run.add_argument("--without-accord", action="store_true", help="the peers only")
    run.add_argument("-n", "--n", type=int, default=20000, help="rows (default: 20000)")
    run.add_argument("--repeats", type=int, default=5, help="turns of each (default: 5)")
    commands.add_parser("list", help="the workloads")
    worker = commands.add_parser("worker")
    for name in ("library", "workload", "n", "url", "folder"):
        worker.add_argument(name)
    given = parser.parse_args(arguments)
    if given.command == "worker":
        from benchmarks.worker import run as take_turns

        take_turns(given.library, given.workload, int(given.n), given.url, given.folder)
        return 0
    if given.command == "list":
        print("\n".join(workload.name for workload in orchestrate.WORKLOADS))
        return 0
    return _run(given)


def _run(given: argparse.Namespace) -> int:
    wanted = [name for name in given.workloads.split(",") if name]
    known = {workload.name: workload for workload in orchestrate.WORKLOADS}
    if unknown := [name for name in wanted if name not in known]:
        print(f"no workload {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    workloads = [known[name] for name in wanted] or list(orchestrate.WORKLOADS)
    peers = [name for name in given.peers.split(",") if name]
    libraries = ["raw", *([] if given.without_accord else ["accord"]), *peers]

    database = Database.of(given.url)
    if "raw-copy" in peers and database.name != "postgresql":
        print("raw-copy is COPY, which PostgreSQL has", file=sys.stderr)
        return 2

    def done(workload: orchestrate.Workload, measured: list[orchestrate.Measured]) -> None:
        row = report.cells(workload, measured, libraries, database.name)[:-1]
        print("  ".join(row), file=sys.stderr, flush=True)

    results = orchestrate.run_all(workloads, libraries, given.n, given.repeats, database.url, done)
    machine = orchestrate.machine(database)
    settings = {"n": given.n, "repeats": given.repeats, **machine}
    title = (
        f"ratio to raw: wall / CPU (time), n = {given.n}, {given.repeats} turns, "
        f"Python {machine['python']}, {machine['database']}"
    )
    report.table(workloads, results, libraries, title, database.name)
    print(f"wrote {report.write_json(results, settings, database.name)}")
    subtitle = f"{machine['database']}, n = {given.n}, Python {machine['python']}"
    for path in report.chart(workloads, results, subtitle, database.name) or ():
        print(f"wrote {path}")
    return 1 if any(result.error for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
