"""From a URL to sqlite3's connect arguments, and the pool that fits the database.

``sqlite://`` is a database in memory, ``sqlite:///data.db`` a path relative to the working
directory, ``sqlite:////var/data.db`` an absolute one, ``sqlite:///file:data.db?mode=ro&uri=true``
an SQLite URI. In: a URL. Out: ConnectArgs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import ConnectArgs, URLParts
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TRUE = {"1": True, "true": True, "yes": True, "on": True}
_FALSE = {"0": False, "false": False, "no": False, "off": False}


def _boolean(value: str) -> bool:
    return (_TRUE | _FALSE)[value.lower()]


_DRIVER: Mapping[str, tuple[Callable[[str], object], str]] = {
    "timeout": (float, "seconds, such as 30"),
    "cached_statements": (int, "a whole number"),
    "check_same_thread": (_boolean, "true or false"),
    "uri": (_boolean, "true or false"),
}
"""Options of sqlite3.connect: how each is read, and what is expected when it cannot be."""

_PRAGMAS: Mapping[str, Mapping[str, str]] = {
    "foreign_keys": {
        **dict.fromkeys(_TRUE, "PRAGMA foreign_keys = ON"),
        **dict.fromkeys(_FALSE, "PRAGMA foreign_keys = OFF"),
    },
    "journal_mode": {
        mode: f"PRAGMA journal_mode = {mode.upper()}"
        for mode in ("delete", "truncate", "persist", "memory", "wal", "off")
    },
    "synchronous": {
        mode: f"PRAGMA synchronous = {mode.upper()}" for mode in ("off", "normal", "full", "extra")
    },
    "recursive_triggers": {
        **dict.fromkeys(_TRUE, "PRAGMA recursive_triggers = ON"),
        **dict.fromkeys(_FALSE, "PRAGMA recursive_triggers = OFF"),
    },
}
"""Options that become a statement on every new connection; the text is one of these, never the
user's."""

_REFUSED: Mapping[str, str] = {
    "isolation_level": "use create_engine(..., isolation_level=...)",
    "detect_types": "accord's column types convert values",
    "autocommit": 'use create_engine(..., isolation_level="AUTOCOMMIT")',
}


def connect_args(url: URLParts) -> ConnectArgs:
    """sqlite3's arguments for this URL."""
    _refuse_host(url)
    options, setup, rest = _split(url)
    database = url.database or ":memory:"
    if options.get("uri"):
        from urllib.parse import quote, urlencode  # a file path needs neither

        if not database.startswith("file:"):
            database = "file:" + quote(database)
        if rest:
            database += ("&" if "?" in database else "?") + urlencode(rest)
    elif rest:
        known = ", ".join(sorted((*_DRIVER, *_PRAGMAS)))
        raise ArgumentError(
            f"Unknown option {next(iter(rest))!r} in the SQLite URL; there are {known} "
            "(options of SQLite's own need uri=true)"
        )
    if not is_memory(url):
        options.setdefault("check_same_thread", False)
    return ConnectArgs((database,), options, tuple(setup))


def is_memory(url: URLParts) -> bool:
    """Whether the database lives in memory (so that another connection would see another one)."""
    database = url.database
    if not database or database == ":memory:":
        return True
    if _text(url.query.get("uri", "")).lower() not in _TRUE:
        return False
    return database.startswith("file::memory:") or _text(url.query.get("mode", "")) == "memory"


def default_pool(url: URLParts) -> str:
    """A database in memory belongs to one thread and lives as long as its connection; files are
    pooled."""
    return "SingletonThreadPool" if is_memory(url) else "QueuePool"


def _split(url: URLParts) -> tuple[dict[str, object], list[str], dict[str, str]]:
    options: dict[str, object] = {}
    setup: list[str] = []
    rest: dict[str, str] = {}
    for name, value in url.query.items():
        text = _text(value)
        if name in _REFUSED:
            raise ArgumentError(
                f"Option {name!r} does not belong in an SQLite URL: {_REFUSED[name]}"
            )
        if name in _DRIVER:
            options[name] = _read(name, text)
        elif name in _PRAGMAS:
            setup.append(_pragma(name, text))
        else:
            rest[name] = text
    return options, setup, rest


def _read(name: str, text: str) -> object:
    read, expected = _DRIVER[name]
    try:
        return read(text)
    except (ValueError, KeyError):
        raise ArgumentError(f"Option {name!r} of the SQLite URL takes {expected}") from None


def _pragma(name: str, text: str) -> str:
    statement = _PRAGMAS[name].get(text.lower())
    if statement is None:
        raise ArgumentError(f"Option {name!r} of the SQLite URL takes {', '.join(_PRAGMAS[name])}")
    return statement


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else value[-1]


def _refuse_host(url: URLParts) -> None:
    if url.host or url.port or url.username or url.password:
        raise ArgumentError(
            "An SQLite URL names a file and has no host, port or user: sqlite:///relative/path.db, "
            "sqlite:////absolute/path.db, or sqlite:// for a database in memory"
        )
