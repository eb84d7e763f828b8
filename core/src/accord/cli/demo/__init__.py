"""``accord demo``: the main job on the embedded default, shown and measured.

In: a console and how many rows. Out: a table of what was done, with times beside the raw driver's.
Works in a temporary folder unless told to keep the files.
"""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from accord import URL, create_engine
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from rich.console import Console

    from accord.cli.demo.job import Databases, Step

FILES = {
    "catalogue": "catalogue.sqlite",
    "orders": "orders.sqlite",
    "raw_catalogue": "raw-catalogue.sqlite",
    "raw_orders": "raw-orders.sqlite",
}


def run(console: Console, rows: int = 40_000, keep: Path | None = None) -> list[Step]:
    """Do the main job and print the report; returns its steps."""
    folder = (
        tempfile.TemporaryDirectory(prefix="accord-demo-") if keep is None else nullcontext(keep)
    )
    with folder as path:
        databases = _databases(Path(path))
        try:
            steps = _work(console, databases, rows)
        finally:
            databases.dispose()
    console.print(_table(steps))
    kept = f"are in {keep}" if keep is not None else "were temporary; --keep DIR keeps them"
    console.print(
        "The raw driver writes rows whose keys it is given; accord has them made by the database.\n"
        f"The database files {kept}",
        highlight=False,
        markup=False,
    )
    return steps


def _databases(folder: Path) -> Databases:
    from accord.cli.demo.job import Databases

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError(f"--keep {folder}: {error.strerror}") from None
    taken = [name for name in FILES.values() if (folder / name).exists()]
    if taken:
        raise ArgumentError(
            f"{folder} holds {', '.join(taken)} already; give --keep an empty folder"
        )
    return Databases(
        **{
            role: create_engine(URL.create("sqlite", database=str(folder / name)))
            for role, name in FILES.items()
        }
    )


def _work(console: Console, databases: Databases, rows: int) -> list[Step]:
    from accord.cli.demo import job, shop

    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        building = progress.add_task("building objects", total=rows)
        started = perf_counter()
        built = shop.build(rows, lambda count: progress.advance(building, count))
        done = [job.Step("build the objects", rows, perf_counter() - started, None, "in memory")]
        databases.create()
        planned = list(job.steps(databases, built))
        working = progress.add_task("", total=len(planned))
        for description, perform in planned:
            progress.update(working, description=description)
            done.append(perform())
            progress.advance(working)
    return done


def _table(steps: list[Step]) -> Table:
    table = Table(title="A shop over two SQLite files", title_justify="left")
    table.add_column("step")
    for name in ("rows", "accord", "raw driver", "ratio"):
        table.add_column(name, justify="right", no_wrap=True)
    for step in steps:
        raw, ratio = "", ""
        if step.raw_seconds is not None:
            raw = _milliseconds(step.raw_seconds)
            ratio = f"{step.seconds / step.raw_seconds:.1f}"
        what = Text.assemble(step.name, ("\n" + step.outcome, "dim"))
        table.add_row(what, f"{step.rows:,}", _milliseconds(step.seconds), raw, ratio)
    return table


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"
