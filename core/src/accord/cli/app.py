"""The commands of `accord` and their options. Each hands over to one module of this package.

In: the arguments of the command line. Out: text on standard output, exit code 0, or one line of
error and exit code 1; a traceback only for errors that are not accord's own.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import accord
from accord.exc import AccordError

app = typer.Typer(
    name="accord",
    help="accord: an ORM whose databases are plugins.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


plugin = typer.Typer(help="Write a plugin of your own.", no_args_is_help=True)
app.add_typer(plugin, name="plugin")
schema = typer.Typer(help="Compare databases with models.", no_args_is_help=True)
app.add_typer(schema, name="schema")


def run() -> None:
    """Run the command line; accord's own errors end it with one line."""
    try:
        app()
    except AccordError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False
        )
        raise SystemExit(1) from None


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"accord {accord.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    pass


@app.command()
def dialects(
    name: Annotated[
        str | None,
        typer.Argument(help="Show every capability of this dialect, with reasons."),
    ] = None,
) -> None:
    """List the installed dialects and plugins: versions, drivers, capabilities."""
    from accord.cli import inventory

    console = Console()
    if name is None:
        inventory.show_all(console)
    else:
        inventory.show_one(console, name)


@app.command()
def explain(
    subject: Annotated[
        str, typer.Argument(metavar="MODULE:CLASS", help="A mapped class, as shop.models:Order.")
    ],
    url: Annotated[
        str | None,
        typer.Option(help="The database to explain it for; it is connected to, not written."),
    ] = None,
) -> None:
    """Show how a mapped class is written: its key plan, and why the other ways were not taken."""
    from accord.cli import explanation

    explanation.show(Console(), subject, url)


@app.command()
def demo(
    rows: Annotated[
        int, typer.Option(min=100, max=5_000_000, help="How many rows one unit of work writes.")
    ] = 40_000,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the database files in this folder.", file_okay=False),
    ] = None,
) -> None:
    """Build a shop over two SQLite files and show what every step costs beside the raw driver."""
    from accord.cli import demo as demonstration

    demonstration.run(Console(), rows=rows, keep=keep)


@schema.command("diff")
def schema_diff(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="MODULE",
            help="The models: module:attribute of a MetaData or Base, or a module that has some.",
        ),
    ],
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The database; it is read, never written.")
    ],
    schemas: Annotated[
        list[str] | None, typer.Option("--schema", help="Only tables of this schema; repeatable.")
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option("--tables", help="Only tables of this name or pattern; repeatable."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", help="Not the tables of this name or pattern; repeatable."),
    ] = None,
    no_drop: Annotated[
        bool, typer.Option("--no-drop", help="Leave alone what only the database has.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON.")] = False,
) -> None:
    """Print the DDL that takes a database to the models; nothing is executed.

    Exit status: 0 nothing differs, 1 something does, 2 an error.
    """
    from accord.cli import schemadiff

    wanted = schemadiff.Request(
        subject=subject,
        url=url,
        schemas=tuple(schemas or ()),
        tables=tuple(tables or ()),
        exclude=tuple(exclude or ()),
        drops=not no_drop,
    )
    raise typer.Exit(schemadiff.run(wanted, as_json=as_json))


@plugin.command("new")
def plugin_new(
    name: Annotated[str, typer.Argument(help="The dialect's name in URLs, as mydb.")],
    directory: Annotated[
        Path | None,
        typer.Option(help="The folder to write; accord-NAME if none is given.", file_okay=False),
    ] = None,
) -> None:
    """Write a complete project for a dialect, whose tests are green at once."""
    from accord.cli import newplugin

    written = newplugin.create(name, directory)
    console = Console(soft_wrap=True)
    for path in written:
        console.print(str(path), highlight=False, markup=False)
    console.print(
        'Next: pip install -e ".[test]" there, then pytest.', highlight=False, markup=False
    )
