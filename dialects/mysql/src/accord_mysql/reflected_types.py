"""From the text of a column's type in the catalog to a type of this package.

``int(10) unsigned``, ``enum('a','b''c')``, ``decimal(10,2)``, ``varchar(50)`` with its collation.
In: the text. Out: a type; NullType, with a warning, for what there is no class for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord import sqltypes
from accord.dialect.reflection import unknown_type

from . import types as own

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE = re.compile(
    r"(?P<name>[a-z0-9_]+)\s*(?:\((?P<arguments>.*)\))?(?P<rest>[a-z ]*)(?:/\*.*)?\Z", re.DOTALL
)
_WORD = re.compile(r"'((?:[^'\\]|''|\\.)*)'")

_WHOLE: Mapping[str, type[Any]] = {
    "tinyint": own.TINYINT,
    "smallint": own.SMALLINT,
    "mediumint": own.MEDIUMINT,
    "int": own.INTEGER,
    "integer": own.INTEGER,
    "bigint": own.BIGINT,
}
_FRACTION: Mapping[str, type[Any]] = {
    "decimal": own.DECIMAL,
    "numeric": own.NUMERIC,
    "float": own.FLOAT,
    "double": own.DOUBLE,
    "real": own.REAL,
}
_TEXT: Mapping[str, type[Any]] = {"varchar": own.VARCHAR, "char": own.CHAR}
_LONG_TEXT: Mapping[str, type[Any]] = {
    "tinytext": own.TINYTEXT,
    "text": own.TEXT,
    "mediumtext": own.MEDIUMTEXT,
    "longtext": own.LONGTEXT,
}
_BYTES: Mapping[str, type[Any]] = {"varbinary": sqltypes.VARBINARY, "binary": sqltypes.BINARY}
_PLAIN: Mapping[str, type[Any]] = {
    "tinyblob": own.TINYBLOB,
    "blob": sqltypes.BLOB,
    "mediumblob": own.MEDIUMBLOB,
    "longblob": own.LONGBLOB,
    "date": sqltypes.DATE,
    "json": sqltypes.JSON,
    "uuid": sqltypes.UUID,
    "inet6": own.INET6,
    "inet4": own.INET4,
    "year": own.YEAR,
}
_MOMENT: Mapping[str, type[Any]] = {
    "datetime": own.DATETIME,
    "timestamp": own.TIMESTAMP,
    "time": own.TIME,
}
_WORDS: Mapping[str, type[Any]] = {"enum": own.ENUM, "set": own.SET}


def reflected_type(text: str, collation: str | None, column: str) -> Any:
    """The type a catalog text means."""
    match = _TYPE.match(text if text.startswith(("enum", "set")) else text.lower())
    if match is None:
        return unknown_type(text, column)
    name, arguments, rest = match["name"], match["arguments"], match["rest"].split()
    if name in _WORDS:
        words = [_unescaped(word) for word in _WORD.findall(arguments or "")]
        return _WORDS[name](*words, **_charset(collation))
    numbers = [int(part) for part in (arguments or "").split(",") if part.strip().isdigit()]
    first = numbers[0] if numbers else None
    if name in _WHOLE or name in _FRACTION:
        return _number(name, numbers, rest)
    return _other(name, first, collation) or unknown_type(text, column)


def _number(name: str, numbers: list[int], words: list[str]) -> Any:
    options = {word: True for word in ("unsigned", "zerofill") if word in words}
    if name in _WHOLE:
        return _WHOLE[name](display_width=numbers[0] if numbers else None, **options)
    return _FRACTION[name](*numbers, **options)


def _other(name: str, first: int | None, collation: str | None) -> Any:
    if name in _TEXT:
        return _TEXT[name](first, **_charset(collation))
    if name in _LONG_TEXT:
        return _LONG_TEXT[name](**_charset(collation))
    if name in _BYTES:
        return _BYTES[name](first)
    if name in _MOMENT:
        return _MOMENT[name](fsp=first or 0)
    if name == "bit":
        return own.BIT(first)
    return _PLAIN[name]() if name in _PLAIN else None


def _charset(collation: str | None) -> dict[str, str]:
    if collation is None:
        return {}
    return {"charset": collation.partition("_")[0], "collation": collation}


def _unescaped(word: str) -> str:
    return word.replace("''", "'").replace("\\\\", "\\")
