"""The command `accord-conformance`: run the kit, verify a report, list tests, make the table.

In: the arguments of the command line. Out: text on standard output, files, an exit code: 0 proven,
1 something is broken (or undeclared, with --strict), 2 the kit could not be run.
"""

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from accord.exc import AccordError
from accord_conformance import pages, report as reports
from accord_conformance.kit import Kit
from accord_conformance.model import GROUPS, Result, Test, Verdict
from accord_conformance.registry import all_tests, select_tests
from accord_conformance.runner import run_tests

if TYPE_CHECKING:
    from collections import Counter

STYLES = {
    Verdict.PROVEN: "green",
    Verdict.BROKEN: "bold red",
    Verdict.ABSENT: "dim",
    Verdict.UNDECLARED: "yellow",
    Verdict.UNPROVEN: "yellow",
}

app = typer.Typer(
    name="accord-conformance",
    help="The kit that proves an accord dialect.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point; errors of accord end it with one line and code 2."""
    try:
        app()
    except AccordError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False
        )
        raise SystemExit(2) from None


Url = Annotated[str, typer.Argument(metavar="URL", help="The database, as for create_engine().")]
GroupOption = Annotated[
    list[str] | None, typer.Option("--group", "-g", help="Only this group; may be repeated.")
]
NameOption = Annotated[
    list[str] | None, typer.Option("--name", "-k", help="Only tests whose id contains this.")
]
IKnow = Annotated[
    bool,
    typer.Option("--i-know", help="Use a database whose name does not say that it is for tests."),
]
Double = Annotated[
    bool, typer.Option("--double", help="The driver is a double: no server stands behind it.")
]


@app.command()
def run(
    url: Url,
    strict: Annotated[bool, typer.Option(help="UNDECLARED capabilities fail, too.")] = False,
    group: GroupOption = None,
    name: NameOption = None,
    json: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The report as Markdown.")] = None,
    html: Annotated[Path | None, typer.Option(help="The report as a page.")] = None,
    badge: Annotated[Path | None, typer.Option(help="A badge (SVG).")] = None,
    double: Double = False,
    traceback: Annotated[bool, typer.Option(help="Show tracebacks of what is broken.")] = False,
    i_know: IKnow = False,
) -> None:
    """Run the kit against a database and say what it proved."""
    console = Console()
    tests = _chosen(group, name)
    started = time.perf_counter()
    with Kit(url, double=double, i_know=i_know) as kit:
        results = _run(console, kit, tests)
        found = reports.make_report(kit, results, time.perf_counter() - started)
    _show(console, found, traceback=traceback)
    for path, text in (
        (markdown, pages.markdown(found)),
        (html, pages.html(found)),
        (badge, pages.badge(found)),
    ):
        if path is not None:
            path.write_text(text, "utf-8")
    if json is not None:
        reports.save(found, json)
    if found.failed(strict=strict):
        raise typer.Exit(1)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="REPORT", help="A report that `run` wrote.")],
    url: Url,
    share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="The share of its tests to run again.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(help="Which of them.")] = 0,
    double: Double = False,
    i_know: IKnow = False,
) -> None:
    """Run a part of a report's tests again and compare."""
    console = Console()
    known = reports.load(file)
    ids = {result.id for result in known.results}
    tests = [test for test in all_tests() if test.id in ids]
    count = max(1, round(len(tests) * share))
    tests = random.Random(seed).sample(tests, count)
    with Kit(url, double=double, i_know=i_know) as kit:
        results = _run(console, kit, tests)
    found = reports.differences(known, results)
    for line in found:
        console.print(line, style="red", markup=False, highlight=False)
    console.print(f"{len(results)} of {len(ids)} run again, {len(found)} differ", highlight=False)
    if found:
        raise typer.Exit(1)


@app.command("list")
def list_tests(group: GroupOption = None, name: NameOption = None) -> None:
    """List the tests: id, and what holds."""
    console = Console(soft_wrap=True)
    for test in _chosen(group, name):
        console.print(f"[bold]{escape(test.id)}[/bold]  {escape(test.doc)}", highlight=False)


@app.command()
def table(
    files: Annotated[list[Path], typer.Argument(metavar="REPORT…", help="Reports of `run`.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it here.")] = None,
) -> None:
    """Make the table "what works where" from reports."""
    text = pages.what_works_where([reports.load(path) for path in files])
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")


def _chosen(groups: list[str] | None, names: list[str] | None) -> list[Test]:
    try:
        tests = select_tests(groups or (), names or ())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not tests:
        raise typer.BadParameter("no test has such an id; accord-conformance list shows them")
    return tests


def _run(console: Console, kit: Kit, tests: list[Test]) -> list[Result]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(kit.url.drivername, total=len(tests))

        def each(test: Test, result: Result) -> None:
            progress.update(task, advance=1, description=test.group)

        return run_tests(kit, tests, each=each)


def _show(console: Console, found: reports.Report, *, traceback: bool) -> None:
    shown = Table("group", *(verdict.value for verdict in Verdict), title_justify="left")
    for group in GROUPS:
        counts: Counter[Verdict] = found.counts(group)
        if counts:
            cells = [
                f"[{STYLES[verdict]}]{counts[verdict]}[/]" if counts[verdict] else ""
                for verdict in Verdict
            ]
            shown.add_row(group, *cells)
    console.print(shown)
    for result in found.results:
        if result.verdict in (Verdict.BROKEN, Verdict.UNDECLARED, Verdict.UNPROVEN):
            line = f"{result.verdict:10} {result.id}  {result.detail}"
            console.print(
                line, style=STYLES[result.verdict], markup=False, highlight=False, soft_wrap=True
            )
            if traceback and result.traceback:
                console.print(result.traceback, markup=False, highlight=False)
    console.print(f"{pages.summary(found)} ({found.seconds} s)", highlight=False, markup=False)
