"""From a URL to pymssql's connect arguments.

``mssql+pymssql://user:secret@host:1433/database?login_timeout=10``. Only options that are known
here are taken, each read into its own kind of value. In: a URL. Out: ConnectArgs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import ConnectArgs, URLParts
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _seconds(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError
        return text

    return read


def _flag(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
        text.lower()
    ]


_ENCRYPTION = ("off", "request", "require")
_TDS = ("7.3", "7.4")
_OPTIONS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "timeout": (_seconds, "whole seconds a statement may take, 0 for any time"),
    "login_timeout": (_seconds, "whole seconds"),
    "appname": (str, "a name"),
    "encryption": (_one_of(*_ENCRYPTION), ", ".join(_ENCRYPTION)),
    "tds_version": (_one_of(*_TDS), " or ".join(_TDS) + " (DATETIME2 needs 7.3)"),
    "read_only": (_flag, "true or false"),
}
_REFUSED: Mapping[str, str] = {
    "charset": "accord sends and reads UTF-8",
    "as_dict": "accord reads rows as tuples",
    "autocommit": 'use create_engine(..., isolation_level="AUTOCOMMIT")',
    "isolation_level": "use create_engine(..., isolation_level=...)",
    "conn_properties": "the settings OUTPUT, computed columns and filtered indexes need are made",
    "use_datetime2": "accord sends dates and times as text, with all their digits",
    "password": "the password stands before the host",
    "user": "the user stands before the host",
    "driver": "the driver stands in the scheme: mssql+pymssql://",
}


def connect_args(url: URLParts) -> ConnectArgs:
    """pymssql's arguments for this URL."""
    options: dict[str, object] = {}
    for name, value in url.query.items():
        text = value if isinstance(value, str) else value[-1]
        if name in _REFUSED:
            raise ArgumentError(
                f"Option {name!r} does not belong in a SQL Server URL: {_REFUSED[name]}"
            )
        if name not in _OPTIONS:
            raise ArgumentError(
                f"Unknown option {name!r} in the SQL Server URL; there are "
                f"{', '.join(sorted(_OPTIONS))}"
            )
        read, expected = _OPTIONS[name]
        try:
            options[name] = read(text)
        except (ValueError, KeyError):
            raise ArgumentError(f"Option {name!r} of the SQL Server URL takes {expected}") from None
    options["server"] = url.host or "localhost"
    options["port"] = str(url.port or 1433)
    options["user"] = url.username
    options["password"] = url.password
    options["database"] = url.database or ""
    return ConnectArgs((), options)
