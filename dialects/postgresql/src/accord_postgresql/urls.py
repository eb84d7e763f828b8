"""From a URL to psycopg's connect arguments: SQLAlchemy's URLs, libpq's options.

``postgresql://user:secret@host:5432/name?sslmode=require``. Several hosts are written
``?host=a:5432&host=b:5433`` or ``?host=/var/run/postgresql`` for a socket. Only the options listed
here are taken; passwords and keys never stand in a message. In: a URL. Out: ConnectArgs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import ConnectArgs, URLParts
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = frozenset(
    """application_name channel_binding client_encoding fallback_application_name gssencmode
    gsslib hostaddr krbsrvname load_balance_hosts options passfile replication require_auth
    requirepeer service sslcert sslcertmode sslcrl sslcrldir sslkey sslmode sslnegotiation
    sslpassword sslrootcert sslsni ssl_max_protocol_version ssl_min_protocol_version
    target_session_attrs""".split()  # noqa: SIM905 (a list of words reads best as words)
)
_NUMBERS = frozenset(
    """connect_timeout keepalives keepalives_count keepalives_idle keepalives_interval
    prepare_threshold tcp_user_timeout""".split()  # noqa: SIM905 (a list of words reads best as words)
)
_HOSTS = frozenset({"host", "port"})
_REFUSED: Mapping[str, str] = {
    "user": "write it before the host: postgresql://user@host/name",
    "password": "write it before the host: postgresql://user:secret@host/name",
    "dbname": "write it as the path: postgresql://host/name",
    "autocommit": 'use create_engine(..., isolation_level="AUTOCOMMIT")',
    "isolation_level": "use create_engine(..., isolation_level=...)",
    "row_factory": "accord reads plain tuples",
    "cursor_factory": "accord brings its own cursor",
}
DEFAULT_PORT = 5432


def connect_args(url: URLParts) -> ConnectArgs:
    """psycopg's arguments for this URL."""
    arguments: dict[str, object] = {}
    for name, value in url.query.items():
        if name in _HOSTS:
            continue
        arguments[name] = _option(name, value)
    hosts, ports = _addresses(url)
    if hosts:
        arguments["host"] = ",".join(hosts)
    if any(ports):
        arguments["port"] = ",".join(ports)
    for name, given in (("dbname", url.database), ("user", url.username)):
        if given:
            arguments[name] = given
    if url.password is not None:
        arguments["password"] = url.password
    arguments.setdefault("client_encoding", "UTF8")
    return ConnectArgs((), arguments)


def _option(name: str, value: str | tuple[str, ...]) -> object:
    text = value if isinstance(value, str) else value[-1]
    if name in _REFUSED:
        raise ArgumentError(
            f"Option {name!r} does not belong in a PostgreSQL URL: {_REFUSED[name]}"
        )
    if name in _NUMBERS:
        if name == "prepare_threshold" and text.lower() in ("none", "never"):
            return None
        try:
            return int(text)
        except ValueError:
            raise ArgumentError(
                f"Option {name!r} of the PostgreSQL URL takes a whole number"
            ) from None
    if name == "client_encoding" and text.replace("-", "").lower() not in ("utf8", "unicode"):
        raise ArgumentError(
            "client_encoding is always UTF8 with accord; the server converts to the encoding of "
            "the database"
        )
    if name not in _TEXT:
        known = ", ".join(sorted(_TEXT | _NUMBERS | _HOSTS))
        raise ArgumentError(f"Unknown option {name!r} in the PostgreSQL URL; there are {known}")
    return text


def _addresses(url: URLParts) -> tuple[list[str], list[str]]:
    """Hosts and their ports, as libpq pairs them."""
    asked = _several(url.query.get("host", ()))
    if not asked:
        hosts = [url.host] if url.host else []
        own = str(url.port) if url.port else ""
        given = _several(url.query.get("port", ()))
        return hosts, given or ([own] if own else [])
    if url.host:
        raise ArgumentError(
            "The PostgreSQL URL names a host before the path and in ?host=; write all hosts as "
            "?host=a:5432&host=b:5432"
        )
    hosts, ports = [], []
    for one in asked:
        name, port = _split(one)
        hosts.append(name)
        ports.append(port)
    separate = _several(url.query.get("port", ()))
    if separate:
        if any(ports):
            raise ArgumentError("Ports stand in ?host=name:port or in ?port=, not in both")
        if len(separate) not in (1, len(hosts)):
            raise ArgumentError(
                f"The PostgreSQL URL names {len(hosts)} hosts and {len(separate)} ports"
            )
        return hosts, separate
    if any(ports):
        ports = [port or str(DEFAULT_PORT) for port in ports]
    return hosts, ports


def _several(value: str | tuple[str, ...]) -> list[str]:
    values = (value,) if isinstance(value, str) else value
    return [part for one in values for part in one.split(",") if part]


def _split(address: str) -> tuple[str, str]:
    """``name:port``, ``[::1]:port``, or a path."""
    if address.startswith("/"):
        return address, ""
    if address.startswith("["):
        name, _, rest = address[1:].partition("]")
        port = rest.removeprefix(":")
    elif address.count(":") == 1:
        name, _, port = address.partition(":")
    else:
        name, port = address, ""
    if port and not port.isdigit():
        raise ArgumentError("The port in ?host=name:port is a number")
    return name, port
