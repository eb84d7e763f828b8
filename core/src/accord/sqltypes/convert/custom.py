"""Types users write: TypeDecorator and UserDefinedType put together with what they are stored
as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.records import replace
from accord.sqltypes.base import NULLTYPE, to_instance
from accord.sqltypes.custom import UserDefinedType

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.sqltypes.custom import TypeDecorator
    from accord.sqltypes.entry import EntryLookup, TypeEntry


def decorated(type_: TypeDecorator, table: EntryLookup) -> TypeEntry:
    """The entry of `impl` with the process_* methods around it; they see None, too."""
    dialect = table.dialect
    impl = to_instance(type_.load_dialect_impl(dialect))
    if impl is type_:
        raise ArgumentError(
            f"{type(type_).__name__}.load_dialect_impl() answers with itself; "
            "it must answer with the type values are stored in, such as String()"
        )
    inner = table.entry(impl)
    entry = replace(inner, literal=_literal(type_, inner, dialect))
    if type_.overrides("process_bind_param"):
        bind = _bind(type_, inner, dialect)
        entry = replace(entry, native=frozenset(), bind=bind, bind_column=None)
    if type_.overrides("process_result_value"):
        entry = replace(entry, result=_result(type_, inner, dialect))
    return entry


def _bind(type_: TypeDecorator, inner: TypeEntry, dialect: Any) -> Callable[[Any], Any]:
    process, native, inner_bind = type_.process_bind_param, inner.native, inner.bind

    def bind(value: Any) -> Any:
        processed = process(value, dialect)
        return processed if type(processed) in native else inner_bind(processed)

    return bind


def _result(type_: TypeDecorator, inner: TypeEntry, dialect: Any) -> Callable[[Any], Any]:
    process, inner_result = type_.process_result_value, inner.result
    if inner_result is None:
        return lambda value: process(value, dialect)
    return lambda value: process(inner_result(value), dialect)


def _literal(type_: TypeDecorator, inner: TypeEntry, dialect: Any) -> Callable[[Any], str]:
    if type_.overrides("process_literal_param"):
        process = type_.process_literal_param
    elif type_.overrides("process_bind_param"):
        process = type_.process_bind_param
    else:
        return inner.literal
    return lambda value: inner.literal(process(value, dialect))


def user_defined(type_: UserDefinedType, table: EntryLookup) -> TypeEntry:
    """Values go to the driver as they are unless the type has processors (`with_processors`)."""
    written = type(type_).custom_render  # by @compiles
    if written is not None:
        ddl = written(type_, table)
    elif type(type_).get_col_spec is UserDefinedType.get_col_spec:
        ddl = ""  # it can stand in expressions, but in no table
    else:
        ddl = type_.get_col_spec()
    return replace(table.entry(NULLTYPE), ddl=ddl)
