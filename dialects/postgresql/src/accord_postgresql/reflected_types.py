"""From the text of a column's type, as format_type() writes it, to a type of accord.

In: ``character varying(50)``, ``numeric(10,2)[]``. Out: the type; NullType with a warning for one
nobody knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.dialect.reflection import sql_text, unknown_type
from accord.sqltypes import (
    BIGINT,
    BOOLEAN,
    CHAR,
    DATE,
    INTEGER,
    NUMERIC,
    REAL,
    SMALLINT,
    TEXT,
    VARCHAR,
    TypeEngine,
)

from . import ranges, types
from .domains import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[list[int], str], TypeEngine[Any]]

_SHAPE = re.compile(r"(?P<name>[^(\[]+)(?:\((?P<arguments>[-\d,\s]+)\))?(?P<rest>[^\[]*)\Z")


def _plain(kind: type[TypeEngine[Any]]) -> Make:
    return lambda arguments, rest: kind()


def _sized(kind: Any) -> Make:
    return lambda arguments, rest: kind(*arguments)


def _moment(kind: Any) -> Make:
    def make(arguments: list[int], rest: str) -> TypeEngine[Any]:
        return kind(  # type: ignore[no-any-return]  # one of the two classes with these arguments
            timezone=rest.strip().startswith("with time"),
            precision=arguments[0] if arguments else None,
        )

    return make


def _interval(arguments: list[int], rest: str) -> TypeEngine[Any]:
    fields = rest.strip().upper() or None
    return types.INTERVAL(precision=_first(arguments), fields=fields)


def _first(arguments: list[int]) -> int | None:
    return arguments[0] if arguments else None


_MAKE: dict[str, Make] = {
    "integer": _plain(INTEGER),
    "bigint": _plain(BIGINT),
    "smallint": _plain(SMALLINT),
    "numeric": _sized(NUMERIC),
    "real": _plain(REAL),
    "double precision": _plain(types.DOUBLE_PRECISION),
    "boolean": _plain(BOOLEAN),
    "character varying": _sized(VARCHAR),
    "character": _sized(CHAR),
    "bpchar": _plain(CHAR),
    '"char"': lambda arguments, rest: CHAR(1),
    "name": lambda arguments, rest: VARCHAR(63),
    "text": _plain(TEXT),
    "citext": _plain(types.CITEXT),
    "bytea": _plain(types.BYTEA),
    "date": _plain(DATE),
    "timestamp": _moment(types.TIMESTAMP),
    "time": _moment(types.TIME),
    "interval": _interval,
    "uuid": _plain(types.UUID),
    "json": _plain(types.JSON),
    "jsonb": _plain(types.JSONB),
    "jsonpath": _plain(types.JSONPATH),
    "hstore": _plain(types.HSTORE),
    "inet": _plain(types.INET),
    "cidr": _plain(types.CIDR),
    "macaddr": _plain(types.MACADDR),
    "macaddr8": _plain(types.MACADDR8),
    "money": _plain(types.MONEY),
    "oid": _plain(types.OID),
    "regclass": _plain(types.REGCLASS),
    "regconfig": _plain(types.REGCONFIG),
    "tsvector": _plain(types.TSVECTOR),
    "tsquery": _plain(types.TSQUERY),
    "bit": lambda arguments, rest: types.BIT(_first(arguments)),
    "bit varying": lambda arguments, rest: types.BIT(_first(arguments), varying=True),
    **{
        str(kind.sql_name).lower(): _plain(kind)
        for pair in ranges.MULTIRANGES.items()
        for kind in pair
    },
}


def column_type(
    column: str,
    text: str,
    own: TypeEngine[Any] | None,
    item_own: TypeEngine[Any] | None,
    dimensions: int,
) -> TypeEngine[Any]:
    """The type of a column; `own` and `item_own` where the type, or that of an array's items, is an
    enum or a domain.
    """
    if dimensions:
        item = item_own or _single(column, text.removesuffix("[]"))
        return types.ARRAY(item, dimensions=dimensions if dimensions > 1 else None)
    return own or _single(column, text)


def enum_type(row: Any) -> TypeEngine[Any]:
    """The enum of (name, schema, labels)."""
    name, schema, labels = row
    return types.ENUM(*labels, name=name, schema=schema)


def domain_type(row: Any) -> TypeEngine[Any]:
    """The domain of (name, schema, base type, NOT NULL, default, constraint, its text)."""
    name, schema, base, not_null, default, constraint, check = row
    inner = check.removeprefix("CHECK (").removesuffix(")") if check else None
    return DOMAIN(
        name,
        _single(name, base),
        schema=schema,
        not_null=bool(not_null) or None,
        default=None if default is None else sql_text(default),
        constraint_name=constraint,
        check=inner,
    )


def _single(column: str, text: str) -> TypeEngine[Any]:
    found = _SHAPE.match(_without_schema(text))
    if found is None:
        return unknown_type(text, column)
    name, arguments, rest = found["name"].strip(), found["arguments"], found["rest"]
    for words in (" without time zone", " with time zone"):
        if name.endswith(words):
            name, rest = name.removesuffix(words), words
    if name.startswith("interval "):
        name, rest = "interval", name.removeprefix("interval ")
    make = _MAKE.get(name)
    if make is None:
        return unknown_type(text, column)
    numbers = [int(number) for number in arguments.split(",")] if arguments else []
    return make(numbers, rest)


def _without_schema(text: str) -> str:
    """Types of extensions may stand with the schema the extension lives in."""
    head, dot, tail = text.rpartition(".")
    return tail if dot and tail in ("citext", "hstore") and head else text
