"""From a URL to python-oracledb's connect arguments.

``oracle+oracledb://user:pw@host:1521/?service_name=FREEPDB1`` names a service,
``oracle+oracledb://user:pw@host:1521/ORCL`` an SID, ``oracle+oracledb://user:pw@alias`` an entry
of tnsnames.ora. In: a URL. Out: ConnectArgs; unknown options are refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import ConnectArgs, URLParts
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PORT = 1521
_TRUE = {"1": True, "true": True, "yes": True, "on": True}
_FALSE = {"0": False, "false": False, "no": False, "off": False}
_MODES = {"SYSDBA": 2, "SYSOPER": 4, "SYSASM": 32768, "SYSBACKUP": 131072, "SYSDG": 262144,
          "SYSKM": 524288}  # fmt: skip


def _boolean(value: str) -> bool:
    return (_TRUE | _FALSE)[value.lower()]


def _mode(value: str) -> int:
    return _MODES[value.upper()]


_BOOLEAN = (_boolean, "true or false")
_NUMBER = (int, "a whole number")
_SECONDS = (float, "a number of seconds")
_TEXT = (str, "text")
_OPTIONS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "service_name": _TEXT,
    "sid": _TEXT,
    "mode": (_mode, f"one of {', '.join(_MODES)}"),
    "protocol": _TEXT,
    "server_type": _TEXT,
    "edition": _TEXT,
    "config_dir": _TEXT,
    "wallet_location": _TEXT,
    "wallet_password": _TEXT,
    "ssl_server_cert_dn": _TEXT,
    "ssl_server_dn_match": _BOOLEAN,
    "https_proxy": _TEXT,
    "https_proxy_port": _NUMBER,
    "tcp_connect_timeout": _SECONDS,
    "expire_time": _NUMBER,
    "retry_count": _NUMBER,
    "retry_delay": _NUMBER,
    "stmtcachesize": _NUMBER,
    "sdu": _NUMBER,
    "events": _BOOLEAN,
    "disable_oob": _BOOLEAN,
    "externalauth": _BOOLEAN,
    "program": _TEXT,
    "machine": _TEXT,
    "proxy_user": _TEXT,
}
"""Options of oracledb.connect: how each is read, and what is expected when it cannot be."""


def connect_args(url: URLParts) -> ConnectArgs:
    """oracledb's arguments for this URL."""
    options = {name: _read(name, value) for name, value in url.query.items()}
    if url.username is not None:
        options["user"] = url.username
    if url.password is not None:
        options["password"] = url.password
    options.update(_where(url, options))
    return ConnectArgs((), options)


def _where(url: URLParts, options: Mapping[str, object]) -> dict[str, object]:
    named = [name for name in ("service_name", "sid") if name in options]
    if url.database:
        named.append("the path")
    if len(named) > 1:
        raise ArgumentError(
            f"An Oracle URL names one database, this one several ({', '.join(named)}): write "
            "?service_name=... for a service, or /SID for an SID"
        )
    if not url.host:
        raise ArgumentError(
            "An Oracle URL needs a host: oracle+oracledb://user:password@host:1521/?service_name=..."
        )
    if not named:
        if url.port is not None:
            raise ArgumentError(
                "An Oracle URL with a port needs a service or an SID: "
                "oracle+oracledb://user:password@host:1521/?service_name=..."
            )
        return {"dsn": url.host}
    where: dict[str, object] = {"host": url.host, "port": url.port or PORT}
    if url.database:
        where["sid"] = url.database
    return where


def _read(name: str, value: str | tuple[str, ...]) -> object:
    text = value if isinstance(value, str) else value[-1]
    option = _OPTIONS.get(name)
    if option is None:
        raise ArgumentError(
            f"Unknown option {name!r} in the Oracle URL; there are {', '.join(sorted(_OPTIONS))}"
        )
    read, expected = option
    try:
        return read(text)
    except (ValueError, KeyError):
        raise ArgumentError(f"Option {name!r} of the Oracle URL takes {expected}") from None
