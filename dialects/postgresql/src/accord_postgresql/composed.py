"""Values made of values: arrays, JSON, hstore, ranges, networks. Their literals, and back.

Part of the type table. What psycopg reads by itself (arrays of built-in types, JSON, ranges) is
taken as it is; arrays of enums and other user types arrive as text and are read here.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from accord.dialect import BindError
from accord.sqltypes.convert import composed as standard
from accord.sqltypes.entry import (
    NONE_TYPE,
    ONLY_NONE,
    EntryLookup,
    TypeEntry,
    expected,
    or_null,
)

from . import texts
from .entry import PGEntry, pg_entry
from .literals import quoted
from .ranges import MultiRange, Range, multirange_text, range_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.sqltypes import ARRAY, JSON

    from .ranges import AbstractRange


# --- JSON ----------------------------------------------------------------------------------------

_standard_json = standard.json_factory()


def json_entry(type_: JSON, table: EntryLookup) -> PGEntry:
    """Text on the way out; psycopg reads it on the way back."""
    entry = _standard_json(type_, table)
    name = type_.sql_name or "JSON"

    def literal(value: Any) -> str:
        text = entry.bind(value)
        return "NULL" if text is None else f"{quoted(text)}::{name}"

    return pg_entry(entry, name, texts.STRINGS, ddl=name, result=None, literal=literal)


# --- arrays --------------------------------------------------------------------------------------


def array_entry(type_: ARRAY, table: EntryLookup) -> PGEntry:
    """The literal of an array; what comes back as text is an array of a type psycopg has no idea
    of."""
    inner = table.entry(type_.item_type)
    form = inner.form if isinstance(inner, PGEntry) else texts.ANYTHING
    item_cast = inner.cast if isinstance(inner, PGEntry) and inner.cast else inner.ddl
    dimensions = dimensions_of(type_)
    native, inner_bind = inner.native, inner.bind

    def bind_item(value: Any) -> Any:
        return value if type(value) in native else inner_bind(value)

    def bind(value: Any) -> str:
        bound = standard.nested(value, bind_item, dimensions)
        return texts.nested_text(form, bound)

    ddl = inner.ddl + "[]" * (dimensions or 1)
    cast = f"{item_cast}[]"
    entry = TypeEntry(
        ddl=ddl,
        native=ONLY_NONE,
        bind=bind,
        result=_array_result(type_, inner.result),
        literal=or_null(lambda value: f"{quoted(bind(value))}::{cast}"),
    )
    return pg_entry(entry, cast, texts.STRINGS, has_arrays=False)


def dimensions_of(type_: ARRAY) -> int | None:
    """How deep the lists go; one where an item may be a list itself (JSON)."""
    if type_.dimensions is None and type_.item_type.affinity == "json":
        return 1
    return type_.dimensions


def _array_result(type_: ARRAY, inner: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    dimensions, as_tuple = dimensions_of(type_), type_.as_tuple

    def result(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, str):
            value = read_array(value)
        if inner is not None:
            value = standard.nested(value, inner, dimensions)
        return standard.tuples(value) if as_tuple else value

    return result


_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{},])|([^{},"]+)', re.S)


def read_array(text: str) -> list[Any]:
    """The strings of an array literal, None for NULL."""
    start = text.index("{")  # after bounds such as [2:3]=
    levels: list[list[Any]] = [[]]
    for match in _TOKEN.finditer(text, start):
        quoted_item, mark, bare = match.groups()
        if mark == "{":
            levels.append([])
        elif mark == "}":
            done = levels.pop()
            levels[-1].append(done)
        elif quoted_item is not None:
            levels[-1].append(re.sub(r"\\(.)", r"\1", quoted_item, flags=re.S))
        elif bare is not None:
            levels[-1].append(None if bare.strip().upper() == "NULL" else bare.strip())
    found: list[Any] = levels[0][0]
    return found


# --- networks ------------------------------------------------------------------------------------

_ADDRESSES = (
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Interface, ipaddress.IPv6Interface,
    ipaddress.IPv4Network, ipaddress.IPv6Network,
)  # fmt: skip


def network_text(value: Any) -> str:
    """An address or network as text."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, _ADDRESSES):
        return str(value)
    raise expected("an address or network of ipaddress, or str", value)


# --- hstore --------------------------------------------------------------------------------------

_PAIR = re.compile(
    r'"((?:[^"\\]|\\.)*)"\s*=>\s*(?:"((?:[^"\\]|\\.)*)"|(NULL))', re.S | re.IGNORECASE
)


def _hstore_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def hstore_text(value: Any) -> str:
    """A dictionary of strings as an hstore literal."""
    if not isinstance(value, dict):
        raise expected("dict", value)
    pairs = []
    for key, item in value.items():
        if not isinstance(key, str) or not (item is None or isinstance(item, str)):
            raise BindError("an HSTORE holds strings by string; values may also be None")
        shown = "NULL" if item is None else _hstore_quoted(item)
        pairs.append(f"{_hstore_quoted(key)}=>{shown}")
    return ", ".join(pairs)


def hstore_value(value: Any) -> Any:
    """An hstore as the server writes it, as a dictionary."""
    if value is None or isinstance(value, dict):
        return value
    found: dict[str, str | None] = {}
    for key, item, null in _PAIR.findall(value):
        found[_unescaped(key)] = None if null else _unescaped(item)
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)


# --- ranges --------------------------------------------------------------------------------------


def _bound_text(type_: AbstractRange, table: EntryLookup) -> Callable[[Any], str]:
    entry = table.entry(type_.bound_type)
    form = entry.form if isinstance(entry, PGEntry) else texts.ANYTHING
    native, bind = entry.native, entry.bind

    def text_of(value: Any) -> str:
        return form.texts([value if type(value) in native else bind(value)])[0]

    return text_of


def range_entry(type_: AbstractRange, table: EntryLookup) -> PGEntry:
    """A `Range` as its literal."""
    text_of = _bound_text(type_, table)

    def bind(value: Any) -> str:
        if isinstance(value, str):
            return str.__str__(value)
        if not isinstance(value, Range):
            raise expected("Range", value)
        return range_text(value, text_of)

    return _range_entry(type_, bind, range_value)


def multirange_entry(type_: AbstractRange, table: EntryLookup) -> PGEntry:
    """A list of `Range` as its literal."""
    text_of = _bound_text(type_, table)

    def bind(value: Any) -> str:
        if isinstance(value, str):
            return str.__str__(value)
        if not isinstance(value, list | tuple) or not all(isinstance(v, Range) for v in value):
            raise expected("a MultiRange or a list of Range", value)
        return multirange_text(value, text_of)

    return _range_entry(type_, bind, multirange_value)


def _range_entry(
    type_: AbstractRange, bind: Callable[[Any], str], result: Callable[[Any], Any]
) -> PGEntry:
    name = str(type_.sql_name)
    entry = TypeEntry(
        ddl=name,
        native=frozenset({NONE_TYPE}),
        bind=bind,
        result=result,
        literal=or_null(lambda value: f"{quoted(bind(value))}::{name}"),
    )
    return pg_entry(entry, name, texts.STRINGS)


def range_value(value: Any) -> Any:
    """psycopg's range as ours."""
    if value is None or isinstance(value, Range):
        return value
    if value.isempty:
        return Range(empty=True)
    return Range(value.lower, value.upper, value.bounds)


def multirange_value(value: Any) -> Any:
    """psycopg's multirange as ours."""
    return None if value is None else MultiRange([range_value(part) for part in value])
