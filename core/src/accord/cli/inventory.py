"""``accord dialects``: what is installed, whether it works, and what it can do.

In: entry points. Out: tables on the console. Every plugin is looked at on its own, so that one
which cannot be imported is one line with its error and the others are listed as ever.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from accord import hooks
from accord.dialect import Support
from accord.exc import AccordError, PluginWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from accord.dialect import Capabilities, Dialect


@dataclass(frozen=True, slots=True)
class DriverReport:
    """A driver of a dialect: its version when it can be imported, else why not."""

    name: str
    version: str
    error: str | None


@dataclass(frozen=True, slots=True)
class DialectReport:
    """One installed dialect; `error` says why it cannot be used."""

    name: str
    source: str
    dialect: type[Dialect] | None
    drivers: tuple[DriverReport, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One capability: the group it belongs to, the question's name, the answer and its reason."""

    group: str
    name: str
    answer: str
    reason: str


def reports() -> list[DialectReport]:
    """Every installed dialect, each loaded on its own."""
    found = []
    for plugin in hooks.installed_dialects():
        source = f"{plugin.distribution} {plugin.version}"
        try:
            dialect = hooks.load_dialect(plugin.name)
            drivers = tuple(_driver(dialect, driver) for driver in dialect.drivers)
        except Exception as error:
            found.append(DialectReport(plugin.name, source, None, (), _reason(error)))
        else:
            found.append(DialectReport(plugin.name, source, dialect, drivers, None))
    return found


def answers(capabilities: Capabilities) -> Iterator[Answer]:
    """Every answer of a dialect, in the order of `Capabilities`."""
    for group in fields(capabilities):
        value = getattr(capabilities, group.name)
        if not is_dataclass(value):
            yield _answer("general", group.name, value)
            continue
        for item in fields(value):
            yield _answer(group.name, item.name, getattr(value, item.name))


def show_all(console: Console) -> None:
    """Print the tables of dialects and of what they can, then that of hook plugins."""
    table = Table("dialect", "from", "drivers", title="Dialects", title_justify="left")
    capabilities = []
    for report in reports():
        if report.dialect is None:
            table.add_row(report.name, report.source, Text(f"broken: {report.error}", "red"))
        else:
            table.add_row(report.name, report.source, _drivers(report))
            capabilities.append((report.name, report.dialect.capabilities))
    console.print(table)
    if capabilities:
        console.print(_matrix(capabilities))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)  # the table says the same
        hooks.load_plugins()
    plugins = hooks.plugins()
    if plugins:
        table = Table("plugin", "from", "state", title="Plugins", title_justify="left")
        for plugin in plugins:
            state = Text(f"broken: {plugin.error}", "red") if plugin.error else Text("works")
            table.add_row(plugin.name, plugin.source, state)
        console.print(table)
    console.print("accord dialects NAME shows every capability with its reason.", highlight=False)


def show_one(console: Console, name: str) -> None:
    """Print every capability of one dialect."""
    dialect = hooks.load_dialect(name)
    table = Table(
        "", "capability", "answer", "reason", title=f"Dialect {name}", title_justify="left"
    )
    group = ""
    for answer in answers(dialect.capabilities):
        table.add_row(
            answer.group if answer.group != group else "", answer.name, answer.answer, answer.reason
        )
        group = answer.group
    console.print(table)


def _driver(dialect: type[Dialect], name: str) -> DriverReport:
    try:
        driver = dialect(name).driver
    except Exception as error:
        return DriverReport(name, "", _reason(error))
    return DriverReport(name, driver.version, None)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, AccordError) else f"{type(error).__name__}: {error}"


def _drivers(report: DialectReport) -> Text:
    text = Text()
    for driver in report.drivers:
        if text:
            text.append("\n")
        if driver.error is None:
            text.append(f"{driver.name} {driver.version}")
        else:
            text.append(f"{driver.name}: {driver.error}", "red")
    return text


_STYLES = {"yes": "green", "since": "", "not yet": "yellow", "no": "dim"}


def _matrix(dialects: list[tuple[str, Capabilities]]) -> Table:
    """Which capability has which answer in which dialect; menus and limits are `show_one`'s."""
    table = Table("capability", *[name for name, _ in dialects], title="Capabilities")
    table.title_justify = "left"
    columns = [list(answers(capabilities)) for _, capabilities in dialects]
    for row in zip(*columns, strict=True):
        if all(answer.answer in _STYLES for answer in row):
            words = [Text(answer.answer, _STYLES[answer.answer]) for answer in row]
            table.add_row(row[0].name.replace("_", " "), *words)
    return table


def _answer(group: str, name: str, value: object) -> Answer:
    if isinstance(value, Support):
        return Answer(group, name, *_words(value))
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        choices = [
            f"{choice} ({_words(support)[0]})"
            for choice, support in value
            if isinstance(support, Support)
        ]
        return Answer(group, name, "menu", ", ".join(choices))
    if isinstance(value, tuple):
        return Answer(group, name, "menu", ", ".join(map(str, value)) or "none")
    return Answer(group, name, str(value), "")


def _words(support: Support) -> tuple[str, str]:
    kind = type(support).__name__
    word = {"Always": "yes", "Never": "no", "Unimplemented": "not yet", "Since": "since"}.get(
        kind, kind
    )
    return word, support.reason
