"""Database URLs: text or parts in, one frozen `URL` out; the first thing `create_engine` looks at.

A URL is a value: comparable, hashable, changed by `set()` and `update_query_*()` which give a new
one. The password and whatever in the query part looks like a secret are kept out of `str`, `repr`,
pickles and every error message; only `URL.password`, `URL.query` and
``render_as_string(hide_password=False)`` give them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from accord.engine.quoting import pairs, quoted, quoted_plus, unquoted
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from accord.dialect import Dialect

QueryValue: TypeAlias = str | tuple[str, ...]

SHAPE: Final = "dialect[+driver]://user:password@host:port/database?option=value"
MASK: Final = "***"
_EMPTY: Final[Mapping[str, QueryValue]] = MappingProxyType({})
_KEEP: Final = object()
_SCHEME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(\+[A-Za-z0-9_.]+)?")
_SECRET_KEY = re.compile(r"pass|pwd|secret|token|key|wallet|private|credential", re.IGNORECASE)
_SECRET_PART = re.compile(
    r"(?P<name>[\w ]*(?:pass|pwd|secret|token|key|wallet|private|credential)[\w ]*\s*=\s*)"
    r"(?:\{(?:[^}]|\}\})*\}|'[^']*'|\"[^\"]*\"|[^;&\s]*)",
    re.IGNORECASE,
)


class WrongTypeError(ArgumentError, TypeError):
    """A part of a URL is of a type that cannot stand there."""


class URL:
    """Where a database is and how to get in. Made by `make_url(text)` or `URL.create(...)`, never
    changed.
    """

    __slots__ = ("database", "drivername", "host", "password", "port", "query", "username")

    drivername: str
    username: str | None
    password: str | None
    host: str | None
    port: int | None
    database: str | None
    query: Mapping[str, QueryValue]

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError(
            "URL has no public constructor; write URL.create(drivername, ...) or make_url(text)"
        )

    @classmethod
    def create(
        cls,
        drivername: str,
        username: str | None = None,
        password: str | None = None,
        host: str | None = None,
        port: int | None = None,
        database: str | None = None,
        query: Mapping[str, str | Sequence[str]] = _EMPTY,
    ) -> URL:
        """A URL from its parts, none of them quoted."""
        if not _SCHEME.fullmatch(_text("drivername", drivername) or ""):
            raise ArgumentError(
                "drivername has to be 'dialect' or 'dialect+driver', for example "
                "'postgresql+psycopg'"
            )
        return cls._assemble(
            drivername,
            _text("username", username),
            None if password is None else _secret_text(password),
            _text("host", host),
            _port(port),
            _text("database", database),
            _frozen_query(query),
        )

    @classmethod
    def _assemble(
        cls,
        drivername: str,
        username: str | None,
        password: str | None,
        host: str | None,
        port: int | None,
        database: str | None,
        query: Mapping[str, QueryValue],
    ) -> URL:
        self = object.__new__(cls)
        put = object.__setattr__
        put(self, "drivername", drivername)
        put(self, "username", username)
        put(self, "password", password)
        put(self, "host", host)
        put(self, "port", port)
        put(self, "database", database)
        put(self, "query", query)
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"A URL is immutable; write url.set({name}=...), which gives a new one"
        )

    def __delattr__(self, name: str) -> None:
        raise AttributeError("A URL is immutable; write url.set(...), which gives a new one")

    def _parts(self) -> tuple[Any, ...]:
        query = tuple(sorted(self.query.items()))
        return (
            self.drivername,
            self.username,
            self.password,
            self.host,
            self.port,
            self.database,
            query,
        )

    def __eq__(self, other: object) -> bool:
        return self._parts() == other._parts() if isinstance(other, URL) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._parts())

    def __copy__(self) -> URL:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> URL:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickles travel: they carry neither the password nor secret-looking options.
        query = {
            key: value
            for key, value in self.query.items()
            if not _SECRET_KEY.search(key) and _masked(key, value) == value
        }
        return (
            _unpickle,
            (self.drivername, self.username, self.host, self.port, self.database, query),
        )

    # --- derived URLs ---------------------------------------------------------------------------

    def set(
        self,
        drivername: str | None = None,
        username: Any = _KEEP,
        password: Any = _KEEP,
        host: Any = _KEEP,
        port: Any = _KEEP,
        database: Any = _KEEP,
        query: Any = _KEEP,
    ) -> URL:
        """This URL with the given parts replaced; None removes a part."""
        given = {
            "username": username,
            "password": password,
            "host": host,
            "port": port,
            "database": database,
            "query": query,
        }
        parts = {
            name: getattr(self, name) if value is _KEEP else value for name, value in given.items()
        }
        return URL.create(drivername or self.drivername, **parts)

    def update_query_string(
        self, query_string: str, append: bool = False, *, keep_blank_values: bool = False
    ) -> URL:
        """This URL with the options of ``a=1&b=2`` set, or added to when `append`; those without a
        value only with `keep_blank_values`.
        """
        return self.update_query_pairs(pairs(query_string, keep_blank_values), append=append)

    def update_query_dict(
        self, query_parameters: Mapping[str, str | Sequence[str]], append: bool = False
    ) -> URL:
        """This URL with the options of a mapping set, or added to when `append`."""
        pairs = [
            (key, value)
            for key, values in query_parameters.items()
            for value in ((values,) if isinstance(values, str) else values)
        ]
        return self.update_query_pairs(pairs, append=append)

    def update_query_pairs(
        self, key_value_pairs: Iterable[tuple[str, str]], append: bool = False
    ) -> URL:
        """This URL with the given options set, or added to when `append`; repeated keys collect."""
        new = _collect(key_value_pairs)
        merged: dict[str, QueryValue] = dict(self.query)
        for key, value in new.items():
            if append and key in merged:
                value = (*_as_tuple(merged[key]), *_as_tuple(value))
            merged[key] = value
        return self.set(query=merged)

    def difference_update_query(self, names: Iterable[str]) -> URL:
        """This URL without the named options."""
        gone = set(names)
        return self.set(query={key: value for key, value in self.query.items() if key not in gone})

    @property
    def normalized_query(self) -> Mapping[str, tuple[str, ...]]:
        """The options with every value as a tuple."""
        return MappingProxyType({key: _as_tuple(value) for key, value in self.query.items()})

    # --- rendering ------------------------------------------------------------------------------

    def render_as_string(self, hide_password: bool = True) -> str:
        """The URL as text, secrets as ``***`` unless ``hide_password=False``."""
        text = [self.drivername, "://"]
        if self.username is not None or self.password is not None:
            text.append(quoted(self.username or "", safe=" +"))
            if self.password is not None:
                shown = MASK if hide_password else quoted(self.password, safe=" +")
                text.append(f":{shown}")
            text.append("@")
        if self.host is not None:
            text.append(f"[{self.host}]" if ":" in self.host else self.host)
        if self.port is not None:
            text.append(f":{self.port}")
        if self.database is not None:
            text.append("/" + quoted(self.database, safe=" +/:\\"))
        if self.query:
            text.append("?" + "&".join(self._rendered_options(hide_password)))
        return "".join(text)

    def _rendered_options(self, hide: bool) -> list[str]:
        rendered = []
        for key in sorted(self.query):
            value = _masked(key, self.query[key]) if hide else self.query[key]
            for item in _as_tuple(value):
                rendered.append(f"{quoted_plus(key)}={quoted_plus(item, safe='*')}")
        return rendered

    def __str__(self) -> str:
        return self.render_as_string()

    def __repr__(self) -> str:
        return self.render_as_string()

    def secrets(self) -> tuple[str, ...]:
        """The values that must not show: for whoever prints text that came from elsewhere."""
        found = [self.password or ""]
        for key, value in self.query.items():
            if _SECRET_KEY.search(key):
                found.extend(_as_tuple(value))
        return tuple(filter(None, found))

    # --- what the name says ---------------------------------------------------------------------

    def get_backend_name(self) -> str:
        """The dialect part: ``postgresql`` of ``postgresql+psycopg``."""
        return self.drivername.partition("+")[0]

    def get_driver_name(self) -> str:
        """The driver part; the dialect's preferred driver where the URL names none."""
        driver = self.drivername.partition("+")[2]
        return driver or self.get_dialect().default_driver

    def get_dialect(self) -> type[Dialect]:
        """The class of the installed dialect this URL names."""
        from accord.hooks.entrypoints import load_dialect

        return load_dialect(self.get_backend_name())

    def translate_connect_args(
        self, names: Sequence[str] | None = None, **kw: str
    ) -> dict[str, Any]:
        """The parts that are set, as keyword arguments of a driver; ``username="user"`` renames."""
        own = ("host", "database", "username", "password", "port")
        if names is not None:
            kw = dict(zip(own, names, strict=False)) | kw
        found = ((kw.get(name, name), getattr(self, name)) for name in own)
        return {name: value for name, value in found if name and value not in (None, "")}


def make_url(name_or_url: str | URL, *, keep_blank_values: bool = False) -> URL:
    """Parse ``dialect[+driver]://user:password@host:port/database?option=value``; a URL is given
    back. Options without a value are kept with `keep_blank_values`.
    """
    if isinstance(name_or_url, URL):
        return name_or_url
    if not isinstance(name_or_url, str):
        raise ArgumentError(
            f"A database URL is expected as a string or URL, not {type(name_or_url).__name__}; "
            f"write {SHAPE}"
        )
    scheme, separator, rest = name_or_url.partition("://")
    if not separator:
        raise ArgumentError(f"This is not a database URL: it has no '://'; write {SHAPE}")
    if not _SCHEME.fullmatch(scheme):
        raise ArgumentError(
            f"The part of the URL before '://' is not 'dialect' or 'dialect+driver'; write {SHAPE}"
        )
    username, password, rest = _split_credentials(scheme, rest)
    rest, _, query = rest.partition("?")
    location, slash, database = rest.partition("/")
    host, port = _split_location(scheme, location)
    return URL._assemble(
        scheme,
        username,
        password,
        host,
        port,
        unquoted(database) if slash else None,
        _frozen_query(_collect(pairs(query, keep_blank_values))),
    )


def _split_credentials(scheme: str, rest: str) -> tuple[str | None, str | None, str]:
    """``user:password@`` taken off the front, where it is there.

    A user name ends at the first of ``: / ? @``; a password at the next ``@``.
    ``host:5432/...@...`` is a port, not a password.
    """
    first = re.search(r"[:/?@]", rest)
    if first is None or first[0] in "/?":
        return None, None, rest
    user, after = rest[: first.start()], rest[first.end() :]
    if first[0] == "@":
        _refuse_second_at(scheme, after)
        return unquoted(user), None, after
    secret, at, remainder = after.partition("@")
    if not at or user.startswith("[") or re.match(r"\d*[/?]", secret):
        return None, None, rest
    _refuse_second_at(scheme, remainder)
    return unquoted(user), unquoted(secret), remainder


def _refuse_second_at(scheme: str, rest: str) -> None:
    if "@" in re.split(r"[/?]", rest, maxsplit=1)[0]:
        raise ArgumentError(
            f"The {scheme} URL has more than one '@' before the host; write %40 for an '@' (%3A "
            "for ':', "
            "%2F for '/') inside the user name or password, or use URL.create(...)"
        )


def _split_location(scheme: str, location: str) -> tuple[str | None, int | None]:
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", location)
    if bracketed:
        host, port = bracketed[1], bracketed[2]
    else:
        host, _, port = location.partition(":")
    if port and ":" in port:
        raise ArgumentError(
            f"The host part of the {scheme} URL has more than one ':'; write an IPv6 address in "
            "brackets: "
            "[::1]:5432"
        )
    if port and not (port.isascii() and port.isdigit()):
        raise ArgumentError(
            f"The port of the {scheme} URL is not a number; write {SHAPE} (a ':' or '@' inside "
            "the password "
            "is written %3A, %40)"
        )
    return unquoted(host) or None, _port(int(port)) if port else None


def _collect(pairs: Iterable[tuple[str, str]]) -> dict[str, QueryValue]:
    collected: dict[str, QueryValue] = {}
    for key, value in pairs:
        collected[key] = (*_as_tuple(collected[key]), value) if key in collected else value
    return collected


def _as_tuple(value: QueryValue) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _frozen_query(query: Mapping[str, str | Sequence[str]]) -> Mapping[str, QueryValue]:
    if not query:
        return _EMPTY
    frozen: dict[str, QueryValue] = {}
    given: Mapping[object, object] = cast(Any, query)
    for key, value in given.items():
        items: Sequence[Any] = value if isinstance(value, Sequence) else (value,)
        if not isinstance(key, str) or not all(isinstance(item, str) for item in items):
            raise WrongTypeError(
                f"The URL option {key!r} has to be a string or a sequence of strings"
            )
        frozen[key] = value if isinstance(value, str) else tuple(items)
    return MappingProxyType(frozen)


def _masked(key: str, value: QueryValue) -> QueryValue:
    """The value as it may be shown: hidden by key, and by what stands inside (ODBC connect
    strings).
    """
    if _SECRET_KEY.search(key):
        return MASK
    masked = tuple(_SECRET_PART.sub(rf"\g<name>{MASK}", item) for item in _as_tuple(value))
    return masked[0] if isinstance(value, str) else masked


def _text(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise WrongTypeError(f"The {name} of a URL has to be a string, not {type(value).__name__}")


def _secret_text(value: object) -> str:
    """Passwords may be objects whose `str` is the secret (fetched late from a vault)."""
    return value if isinstance(value, str) else str(value)


def _port(value: object) -> int | None:
    if value is None:
        return None
    try:
        port = int(cast(Any, value))
    except (TypeError, ValueError):
        raise ArgumentError("The port of a URL has to be a whole number") from None
    if not 0 < port < 65536:
        raise ArgumentError(f"The port of a URL has to be between 1 and 65535, not {port}")
    return port


def _unpickle(
    drivername: str,
    username: str | None,
    host: str | None,
    port: int | None,
    database: str | None,
    query: dict[str, QueryValue],
) -> URL:
    return URL._assemble(drivername, username, None, host, port, database, _frozen_query(query))
