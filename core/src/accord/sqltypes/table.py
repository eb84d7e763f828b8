"""Type tables: which entry a type has on which backend.

A dialect has one `TypeTable` with factories for the types it treats differently and `STANDARD`
(SQL:2016) as parent. Look-up goes along the type's MRO, at each class first through the table's own
factories, then its parents': a factory for DateTime also serves TIMESTAMP, whose keyword it gets
from `ddl_name`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from accord.exc import CompileError
from accord.records import dataclass
from accord.sqltypes.array import ARRAY, TupleType
from accord.sqltypes.base import NullType, TypeEngine, to_instance
from accord.sqltypes.binary import LargeBinary
from accord.sqltypes.boolean import Boolean
from accord.sqltypes.convert import numeric, plain, temporal, text
from accord.sqltypes.custom import TypeDecorator, UserDefinedType
from accord.sqltypes.entry import SQL_NULL, BindError, TypeEntry, replace
from accord.sqltypes.enumeration import Enum
from accord.sqltypes.json import JSON, JSONPathType
from accord.sqltypes.numeric import Float, Integer, Numeric
from accord.sqltypes.temporal import Date, DateTime, Interval, Time
from accord.sqltypes.text import String
from accord.sqltypes.uuid import Uuid

Factory = Callable[[Any, Any], TypeEntry]
JSONFunctions = tuple[Callable[[Any], str] | None, Callable[[str], Any] | None]

_CACHE_SIZE = 2000


@dataclass(frozen=True, slots=True)
class TypeDialect:
    """What TypeDecorator methods get as `dialect` where no real one is at hand."""

    name: str

    def type_descriptor(self, type_: TypeEngine | type[TypeEngine]) -> TypeEngine:
        """The type as this dialect has it; accord's types are the same everywhere."""
        return to_instance(type_)


class TypeTable:
    """The types of one backend.

    `entries` maps type classes to factories ``(type, table) -> TypeEntry``; `name` selects variants
    (`TypeEngine.with_variant`); `dialect` is what TypeDecorator methods receive; `keywords` are the
    upper-case names the database knows as types, None where it takes any name.
    """

    __slots__ = ("_cache", "_factories", "dialect", "json", "keywords", "name", "parent")

    def __init__(
        self,
        entries: Mapping[type[TypeEngine], Factory],
        *,
        parent: TypeTable | None = None,
        name: str = "default",
        dialect: Any = None,
        keywords: frozenset[str] | None = None,
    ) -> None:
        self._factories = dict(entries)
        self._cache: dict[tuple[Any, ...], TypeEntry] = {}
        self.parent = parent
        self.name = name
        self.keywords: frozenset[str] | None = keywords or (parent.keywords if parent else None)
        self.dialect: Any = TypeDialect(name) if dialect is None else dialect
        self.json: JSONFunctions = (None, None) if parent is None else parent.json
        """What writes and reads JSON instead of the backend's own functions."""

    def bound_to(self, dialect: Any) -> TypeTable:
        """The same table giving `dialect` to the methods of TypeDecorators."""
        return TypeTable({}, parent=self, name=self.name, dialect=dialect)

    def with_json(
        self, serializer: Callable[[Any], str] | None, deserializer: Callable[[str], Any] | None
    ) -> TypeTable:
        """The same table with other functions for JSON; None keeps the backend's own."""
        made = TypeTable({}, parent=self, name=self.name, dialect=self.dialect)
        made.json = (serializer, deserializer)
        return made

    def entry(self, type_: TypeEngine) -> TypeEntry:
        """How `type_` travels on this backend."""
        found = self._cache.get(type_.key)
        if found is not None:
            return found
        entry = self._resolve(type_)
        if len(self._cache) >= _CACHE_SIZE:
            self._cache = {}
        self._cache[type_.key] = entry
        return entry

    def ddl(self, type_: TypeEngine) -> str:
        """The type in a column definition or CAST; CompileError where it cannot stand there."""
        custom = type(type_).custom_render
        return self.plain_ddl(type_) if custom is None else custom(type_, self)

    def plain_ddl(self, type_: TypeEngine) -> str:
        """`ddl` as this table has it, whatever `@compiles` says."""
        if isinstance(type_, (NullType, TupleType)):
            raise _no_ddl(type_)
        ddl = self.entry(type_).ddl
        if not ddl:
            raise _no_ddl(type_)
        known, keyword = self.keywords, type_.sql_name
        if known is None or keyword is None or keyword in known:
            return ddl
        if ddl.partition("(")[0].partition(" COLLATE")[0] == keyword:  # handed on as it is
            raise self._lacks(type_)
        return ddl

    def _lacks(self, type_: TypeEngine) -> CompileError:
        name = type(type_).__name__
        return CompileError(
            f"{self.name} has no type {name}; say what the column is there: "
            f"{name}(...).with_variant(String(50), {self.name!r})"
        )

    def chain(self) -> Iterator[TypeTable]:
        """This table and its parents."""
        table: TypeTable | None = self
        while table is not None:
            yield table
            table = table.parent

    def _resolve(self, type_: TypeEngine) -> TypeEntry:
        for table in self.chain():
            variant = type_.variants.get(table.name)
            if variant is not None:
                return self.entry(variant)
        for cls in type(type_).__mro__:
            for table in self.chain():
                factory = table._factories.get(cls)
                if factory is not None:
                    return with_processors(type_, factory(type_, self), self.dialect)
        raise self._lacks(type_)

    def __repr__(self) -> str:
        return f"<TypeTable {self.name}: {len(self._factories)} types>"


def _at_first_use(module: str, name: str) -> Factory:
    """A factory of types that many programs do not have; its module waits for one that does."""

    def factory(type_: Any, table: Any) -> TypeEntry:
        found: Factory = getattr(import_module(f"accord.sqltypes.convert.{module}"), name)
        return found(type_, table)

    return factory


def _no_ddl(type_: TypeEngine) -> CompileError:
    name = type(type_).__name__
    if isinstance(type_, UserDefinedType):
        return CompileError(f"{name} has no DDL; let its get_col_spec() answer with it: 'POINT'")
    return CompileError(f"{name} has no DDL; give the column a type: Column('name', String(50))")


def with_processors(type_: TypeEngine, entry: TypeEntry, dialect: Any) -> TypeEntry:
    """`entry` with the processors and the SQL expressions a user's type has."""
    cls = type(type_)
    if _own(cls, "bind_expression"):
        entry = replace(entry, bind_expression=type_.bind_expression)
    if _own(cls, "column_expression"):
        entry = replace(entry, column_expression=type_.column_expression)
    if _own(cls, "bind_processor"):
        bind = type_.bind_processor(dialect)
        if bind is not None:
            entry = replace(entry, native=frozenset(), bind=bind, bind_column=None)
    if _own(cls, "result_processor"):
        entry = replace(entry, result=type_.result_processor(dialect, None))
    if _own(cls, "literal_processor"):
        literal = type_.literal_processor(dialect)
        if literal is not None:
            entry = replace(entry, literal=literal)
    return entry


def _own(cls: type[TypeEngine], name: str) -> bool:
    return getattr(cls, name) is not getattr(TypeEngine, name)


STANDARD = TypeTable(
    {
        NullType: plain.unknown,
        Integer: numeric.integer,
        Numeric: numeric.numeric,
        Float: numeric.float_,
        String: text.string,
        Enum: text.enum,
        Boolean: plain.boolean,
        LargeBinary: plain.binary,
        Uuid: plain.uuid_,
        Date: temporal.date,
        DateTime: temporal.datetime,
        Time: temporal.time,
        Interval: temporal.interval,
        JSON: _at_first_use("composed", "json_"),
        JSONPathType: _at_first_use("composed", "json_path"),
        ARRAY: _at_first_use("composed", "array"),
        TupleType: _at_first_use("composed", "tuple_"),
        TypeDecorator: _at_first_use("custom", "decorated"),
        UserDefinedType: _at_first_use("custom", "user_defined"),
    }
)
"""SQL:2016, with two words everybody writes: TEXT for CLOB, and JSON and UUID by name."""

TypeEngine.standard = STANDARD

__all__ = ["SQL_NULL", "STANDARD", "BindError", "TypeDialect", "TypeEntry", "TypeTable"]
