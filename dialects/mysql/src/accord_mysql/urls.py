"""From a URL to the driver's connect arguments; options that are not on the list are refused.

``mysql://user:secret@host:3306/database?charset=utf8mb4``; a socket is ``?unix_socket=/path``. In:
a URL and the driver's name. Out: ConnectArgs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import ConnectArgs, URLParts
from accord.exc import ArgumentError

from .session import CHARSET, setup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


def _boolean(value: str) -> bool:
    if value.lower() not in (*_TRUE, *_FALSE):
        raise ValueError(value)
    return value.lower() in _TRUE


def _seconds(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(value)
    return number


_SECONDS = (_seconds, "a whole number of seconds, at least 1")
_TEXT = (str, "a text")
_BOTH: Mapping[str, tuple[Callable[[str], object], str]] = {
    "unix_socket": _TEXT,
    "connect_timeout": _SECONDS,
    "read_timeout": _SECONDS,
    "write_timeout": _SECONDS,
    "read_default_file": _TEXT,
    "read_default_group": _TEXT,
}
_TLS = ("ssl_ca", "ssl_capath", "ssl_cert", "ssl_key", "ssl_cipher", "ssl_check_hostname")
_PYMYSQL: Mapping[str, tuple[Callable[[str], object], str]] = {
    **_BOTH,
    "ssl_ca": _TEXT,
    "ssl_cert": _TEXT,
    "ssl_key": _TEXT,
    "ssl_key_password": _TEXT,
    "ssl_disabled": (_boolean, "true or false"),
    "ssl_verify_cert": (_boolean, "true or false"),
    "ssl_verify_identity": (_boolean, "true or false"),
    "program_name": _TEXT,
}
_MYSQLDB: Mapping[str, tuple[Callable[[str], object], str]] = {
    **_BOTH,
    **dict.fromkeys(_TLS[:5], _TEXT),
    "ssl_mode": (
        lambda value: value.upper(),
        "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY",
    ),
    "compress": (_boolean, "true or false"),
}
_OPTIONS = {"pymysql": _PYMYSQL, "mysqldb": _MYSQLDB}
_REFUSED: Mapping[str, str] = {
    "init_command": "execute statements in a listener of the event 'connect'",
    "autocommit": 'use create_engine(..., isolation_level="AUTOCOMMIT")',
    "local_infile": "it lets the server read files of the client; pass it in connect_args",
    "use_unicode": "text is always str",
    "client_flag": "accord sets FOUND_ROWS; pass others in connect_args",
    "conv": "accord's column types convert values",
    "cursorclass": "accord reads rows as tuples",
    "password": "write it before the host: mysql://user:password@host/database",
    "passwd": "write it before the host: mysql://user:password@host/database",
}


def connect_args(url: URLParts, driver: str) -> ConnectArgs:
    """The driver's arguments for this URL."""
    kwargs: dict[str, object] = {}
    for name, value in (
        ("host", url.host),
        ("port", url.port),
        ("user", url.username),
        ("password", url.password),
        ("database", url.database),
    ):
        if value is not None:
            kwargs[name] = value
    own: dict[str, str] = {}
    for name, given in url.query.items():
        _option(name, given if isinstance(given, str) else given[-1], driver, kwargs, own)
    if driver == "mysqldb":
        _nest_tls(kwargs)
    return ConnectArgs((), kwargs, setup(own.get("sql_mode"), own.get("time_zone")))


def _option(
    name: str, text: str, driver: str, kwargs: dict[str, object], own: dict[str, str]
) -> None:
    if name == "charset":
        if text.lower() != CHARSET:
            raise ArgumentError(
                f"The connection's charset is always {CHARSET}, which holds every text; leave "
                "charset out of the URL (a column's own is String(..., charset=...))"
            )
        return
    if name in ("sql_mode", "time_zone"):
        own[name] = text
        return
    if name in _REFUSED:
        raise ArgumentError(f"Option {name!r} does not belong in a MySQL URL: {_REFUSED[name]}")
    options = _OPTIONS[driver]
    if name not in options:
        known = ", ".join(sorted((*options, "charset", "sql_mode", "time_zone")))
        raise ArgumentError(
            f"Unknown option {name!r} in the URL for driver {driver!r}; there are {known}"
        )
    read, expected = options[name]
    try:
        kwargs[name] = read(text)
    except ValueError:
        raise ArgumentError(f"Option {name!r} of the URL takes {expected}") from None


def _nest_tls(kwargs: dict[str, object]) -> None:
    """mysqlclient takes certificates as one mapping."""
    tls = {name.removeprefix("ssl_"): kwargs.pop(name) for name in _TLS if name in kwargs}
    if tls:
        kwargs["ssl"] = tls
