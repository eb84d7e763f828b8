"""The table of servers (`servers.toml`), and which of them is wanted.

In: the name of a backend as a person writes it, "postgresql", "postgresql18", "mysql+mysqldb". Out:
`Wanted`, with the row of the table.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VARIABLE = "ACCORD_TEST_BACKEND"
_NAME = re.compile(r"(?P<name>[a-z]+)(?P<version>\d[\w.-]*)?(?:\+(?P<driver>\w+))?")


@dataclass(frozen=True)
class Entry:
    """One row of the table."""

    name: str
    default: str
    driver: str
    image: str
    container: str
    install: str
    script: str = ""
    setting: str = ""
    local: tuple[str, ...] = ()
    arguments: str = ""
    options: tuple[str, ...] = ()

    @property
    def url_variable(self) -> str:
        """The variable that names a server that is there already."""
        return f"ACCORD_TEST_{self.name.upper()}_URL"


@dataclass(frozen=True)
class Wanted:
    """A backend, its version and driver. SQLite has no row: it needs no server."""

    name: str
    version: str
    driver: str
    entry: Entry | None

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


def table() -> dict[str, Entry]:
    """All rows by name."""
    rows = tomllib.loads((HERE / "servers.toml").read_text("utf-8"))
    return {
        name: Entry(name=name, **{key: _frozen(value) for key, value in row.items()})
        for name, row in rows.items()
    }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def entry(name: str) -> Entry:
    """The row of one backend."""
    rows = table()
    if name not in rows:
        known = ", ".join(["sqlite", *rows])
        raise LookupError(f"no backend {name!r} in tests/servers/servers.toml; there are {known}")
    return rows[name]


def wanted(text: str | None = None) -> Wanted:
    """What `text`, or else the environment's ACCORD_TEST_BACKEND, asks for; SQLite by default."""
    text = text or os.environ.get(VARIABLE) or "sqlite"
    found = _NAME.fullmatch(text)
    if found is None:
        raise LookupError(f"{VARIABLE}={text!r}: write NAME, NAMEVERSION or NAME+DRIVER")
    name, version, driver = found["name"], found["version"] or "", found["driver"] or ""
    if name == "sqlite":
        return Wanted(name, version, driver, None)
    row = entry(name)
    return Wanted(name, version or row.default, driver or row.driver, row)
