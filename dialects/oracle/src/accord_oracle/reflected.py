"""Rows of Oracle's catalog views as the frozen values of `accord.dialect.reflection`.

In: rows of the statements in `reflection.py`. Out: columns with their types, keys, constraints,
indexes, all names as programs write them.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from accord.dialect import (
    ReflectedCheck,
    ReflectedColumn,
    ReflectedComputed,
    ReflectedForeignKey,
    ReflectedIdentity,
    ReflectedIndex,
    ReflectedPrimaryKey,
    ReflectedUnique,
    Row,
)
from accord.dialect.reflection import unknown_type
from accord.sqltypes import (
    BLOB,
    BOOLEAN,
    CHAR,
    CLOB,
    DOUBLE_PRECISION,
    FLOAT,
    INTEGER,
    JSON,
    NCHAR,
    REAL,
    TIMESTAMP,
    TypeEngine,
)

from .named import (
    BINARY_DOUBLE,
    BINARY_FLOAT,
    DATE,
    INTERVAL,
    LONG,
    NCLOB,
    NUMBER,
    NVARCHAR2,
    RAW,
    ROWID,
    VARCHAR2,
)
from .target import unfolded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLAIN: dict[str, type[TypeEngine[Any]]] = {
    "CLOB": CLOB, "NCLOB": NCLOB, "BLOB": BLOB, "LONG": LONG, "DATE": DATE, "ROWID": ROWID,
    "BINARY_DOUBLE": BINARY_DOUBLE, "BINARY_FLOAT": BINARY_FLOAT, "JSON": JSON, "BOOLEAN": BOOLEAN,
}  # fmt: skip
_SIZED: dict[str, type[TypeEngine[Any]]] = {
    "VARCHAR2": VARCHAR2, "NVARCHAR2": NVARCHAR2, "CHAR": CHAR, "NCHAR": NCHAR,
}  # fmt: skip
_TIMESTAMP = re.compile(r"TIMESTAMP\(\d\)(?P<zone> WITH (?:LOCAL )?TIME ZONE)?\Z")
_INTERVAL = re.compile(r"INTERVAL DAY\((\d)\) TO SECOND\((\d)\)\Z")
_OPTION = re.compile(r"([A-Z_ ]+): ([^,]+)")
_NOT_NULL = re.compile(r'"[^"]+" IS NOT NULL\Z')


# --- columns -------------------------------------------------------------------------------------


def columns(rows: Iterable[Row], identities: Iterable[Row]) -> tuple[ReflectedColumn, ...]:
    """Columns in their order."""
    counted = {str(row[0]): _identity(row) for row in identities}
    return tuple([_column(row, counted) for row in rows])


def _column(row: Row, counted: dict[str, ReflectedIdentity]) -> ReflectedColumn:
    name, nullable, default, virtual, comment = row[0], row[6], row[7], row[8], row[11]
    text = None if default is None else str(default).strip()
    identity = counted.get(str(name))
    computed = None
    if virtual == "YES":
        computed = ReflectedComputed(sqltext=text or "", persisted=False)
    return ReflectedColumn(
        name=unfolded(str(name)),
        type=_type(row),
        nullable=nullable == "Y",
        default=None if computed or identity or text in (None, "NULL") else text,
        autoincrement=identity is not None,
        identity=identity,
        computed=computed,
        comment=None if comment is None else str(comment),
    )


def _type(row: Row) -> TypeEngine[Any]:
    name, word = str(row[0]), str(row[1])
    precision, scale, characters, length = [None if n is None else _int(n) for n in row[2:6]]
    if word == "NUMBER":
        if precision is None:
            return INTEGER() if scale == 0 else NUMBER()
        return NUMBER(precision, scale)
    if word == "FLOAT":
        return _float(precision)
    if word in _SIZED:
        return _SIZED[word](characters)  # type: ignore[call-arg]  # strings take their length
    if word == "RAW":
        return RAW(length)
    if word in _PLAIN:
        return _PLAIN[word]()
    stamp = _TIMESTAMP.match(word)
    if stamp is not None:
        return TIMESTAMP(timezone=stamp["zone"] is not None)
    interval = _INTERVAL.match(word)
    if interval is not None:
        return INTERVAL(day_precision=int(interval[1]), second_precision=int(interval[2]))
    return unknown_type(word, unfolded(name))


def _float(bits: int | None) -> TypeEngine[Any]:
    if bits in (126, None):
        return DOUBLE_PRECISION()
    return REAL() if bits == 63 else FLOAT(bits)


def _identity(row: Row) -> ReflectedIdentity:
    options = {key.strip(): value.strip() for key, value in _OPTION.findall(str(row[2]))}

    def number(key: str) -> int | None:
        return int(options[key]) if key in options else None

    return ReflectedIdentity(
        always=row[1] == "ALWAYS",
        start=number("START WITH"),
        increment=number("INCREMENT BY"),
        minvalue=number("MIN_VALUE"),
        maxvalue=number("MAX_VALUE"),
        cycle=options.get("CYCLE_FLAG") == "Y",
        cache=number("CACHE_SIZE"),
        order=options.get("ORDER_FLAG") == "Y",
    )


def _int(value: object) -> int:
    return int(str(value))


# --- constraints ---------------------------------------------------------------------------------


class Constraints:
    """The constraints of a table, from one row for each of their columns."""

    def __init__(self, rows: Sequence[Row], schema: str | None, owner: str) -> None:
        self._schema = schema
        self._owner = owner
        self._groups: dict[str, list[Row]] = {}
        for row in rows:
            self._groups.setdefault(str(row[0]), []).append(row)

    def _of(self, kind: str) -> list[tuple[str, list[Row]]]:
        """By name, those that Oracle has named last."""
        found = [(name, rows) for name, rows in self._groups.items() if rows[0][1] == kind]
        return sorted(found, key=lambda item: (_name(item[1][0]) is None, item[0]))

    def primary_key(self) -> ReflectedPrimaryKey | None:
        """The primary key."""
        for _, rows in self._of("P"):
            return ReflectedPrimaryKey(columns=_columns(rows), name=_name(rows[0]))
        return None

    def primary_index(self) -> str | None:
        """The index of the primary key."""
        for _, rows in self._of("P"):
            return None if rows[0][11] is None else str(rows[0][11])
        return None

    def uniques(self) -> tuple[ReflectedUnique, ...]:
        """UNIQUE constraints."""
        return tuple(
            [
                ReflectedUnique(columns=_columns(rows), name=_name(rows[0]))
                for _, rows in self._of("U")
            ]
        )

    def unique_indexes(self) -> dict[str, str]:
        """Indexes of UNIQUE constraints, and the constraints."""
        return {str(rows[0][11]): unfolded(name) for name, rows in self._of("U")}

    def foreign_keys(self) -> tuple[ReflectedForeignKey, ...]:
        """Foreign keys."""
        return tuple([self._foreign_key(rows) for _, rows in self._of("R")])

    def _foreign_key(self, rows: list[Row]) -> ReflectedForeignKey:
        first = rows[0]
        owner, table, rule, deferrable, deferred = first[4], first[5], first[7], first[8], first[9]
        return ReflectedForeignKey(
            columns=_columns(rows),
            referred_table=unfolded(str(table)),
            referred_columns=tuple([unfolded(str(row[6])) for row in rows]),
            referred_schema=None if owner == self._owner else unfolded(str(owner)),
            name=_name(first),
            ondelete=None if rule in (None, "NO ACTION") else str(rule),
            deferrable=True if deferrable == "DEFERRABLE" else None,
            initially="DEFERRED" if deferred == "DEFERRED" else None,
        )

    def checks(self) -> tuple[ReflectedCheck, ...]:
        """CHECK constraints, without those that are NOT NULL only."""
        return tuple(
            [
                ReflectedCheck(sqltext=str(rows[0][3]), name=_name(rows[0]))
                for _, rows in self._of("C")
                if rows[0][3] is not None and not _NOT_NULL.match(str(rows[0][3]))
            ]
        )


def _name(row: Row) -> str | None:
    """The name somebody gave; None for one that Oracle made."""
    return None if row[10] == "GENERATED NAME" else unfolded(str(row[0]))


def _columns(rows: list[Row]) -> tuple[str, ...]:
    return tuple([unfolded(str(row[2])) for row in rows])


# --- indexes -------------------------------------------------------------------------------------


def indexes(rows: Iterable[Row], keys: Constraints) -> tuple[ReflectedIndex, ...]:
    """Indexes by name, that of the primary key left out."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row[0]), []).append(row)
    groups.pop(str(keys.primary_index()), None)
    uniques = keys.unique_indexes()
    return tuple([_index(name, found, uniques.get(name)) for name, found in sorted(groups.items())])


def _index(name: str, rows: list[Row], constraint: str | None) -> ReflectedIndex:
    first = rows[0]
    options: dict[str, object] = {}
    if "BITMAP" in str(first[2]):
        options["oracle_bitmap"] = True
    if first[3] == "ENABLED":
        options["oracle_compress"] = True if first[4] is None else _int(first[4])
    names: list[str | None] = []
    expressions: list[str] = []
    sorting: dict[str, tuple[str, ...]] = {}
    for row in rows:
        expression = None if row[7] is None else str(row[7])
        descending = row[6] == "DESC"
        plain = expression is None or (descending and re.fullmatch(r'"[^"]+"', expression))
        if not plain:
            names.append(None)
            expressions.append(str(expression))
            continue
        # A descending column is kept as an expression on its quoted name.
        shown = unfolded(str(row[5]) if expression is None else expression.strip('"'))
        names.append(shown)
        expressions.append(shown)
        if descending:
            sorting[shown] = ("desc",)
    return ReflectedIndex(
        name=unfolded(name),
        columns=tuple(names),
        unique=first[1] == "UNIQUE",
        expressions=tuple(expressions) if None in names else None,
        sorting=MappingProxyType(sorting),
        duplicates_constraint=constraint,
        options=MappingProxyType(options),
    )
