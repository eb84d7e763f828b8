"""JSON, arrays and tuples: values made of values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from accord.sqltypes.entry import (
    NONE_TYPE,
    ONLY_NONE,
    BindError,
    EntryLookup,
    TypeEntry,
    ddl_name,
    expected,
    or_null,
    quoted,
)
from accord.sqltypes.json import JSON, JSONNull, JSONPathType, path_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.sqltypes.array import ARRAY, TupleType

    Factory = Callable[[Any, Any], TypeEntry]


def json_factory(
    dumps: Callable[[Any], str] | None = None, loads: Callable[[Any], Any] | None = None
) -> Factory:
    """The factory for JSON stored as text, with the serialiser and deserialiser given (or
    Python's).
    """

    def factory(type_: JSON, table: EntryLookup) -> TypeEntry:
        import json  # for programs that have such a column

        # NaN is not JSON: it is refused here and not by whoever reads it next
        own_write, own_read = table.json
        write = own_write or dumps or partial(json.dumps, allow_nan=False)
        read = own_read or loads or json.loads

        def bind(value: Any) -> Any:
            if value is None and type_.none_as_null:
                return None
            try:
                return write(None if type(value) is JSONNull else value)
            except TypeError as error:
                raise BindError(f"the value cannot be written as JSON: {error}") from error
            except ValueError as error:
                raise BindError(
                    "the value cannot be written as JSON: it holds NaN or infinity, or itself"
                ) from error

        return TypeEntry(
            ddl=ddl_name(type_, "JSON"),
            native=ONLY_NONE if type_.none_as_null else frozenset(),
            bind=bind,
            result=lambda value: None if value is None else read(value),
            literal=lambda value: _json_literal(bind(value)),
        )

    return factory


def _json_literal(text: str | None) -> str:
    return "NULL" if text is None else quoted(text)


json_ = json_factory()


def json_path(type_: JSONPathType, table: EntryLookup) -> TypeEntry:
    """A path goes out as the text of SQL/JSON."""
    return TypeEntry(
        ddl="TEXT",
        native=ONLY_NONE,
        bind=path_text,
        result=None,
        literal=or_null(lambda value: quoted(path_text(value))),
    )


def nested(value: Any, each: Callable[[Any], Any], dimensions: int | None) -> list[Any]:
    """A list with `each` applied to the values at the bottom."""
    if not isinstance(value, (list, tuple)):
        raise expected("a list", value)
    if dimensions is None:
        return [nested(v, each, None) if isinstance(v, (list, tuple)) else each(v) for v in value]
    if dimensions == 1:
        return [each(v) for v in value]
    return [nested(v, each, dimensions - 1) for v in value]


def tuples(value: Any) -> Any:
    """Lists to tuples, all the way down."""
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def array(type_: ARRAY, table: EntryLookup) -> TypeEntry:
    """Arrays go to the driver as lists of what the item type makes of its values."""
    inner = table.entry(type_.item_type)
    native, inner_bind, inner_result = inner.native, inner.bind, inner.result
    dimensions = type_.dimensions

    def bind_item(value: Any) -> Any:
        return value if type(value) in native else inner_bind(value)

    def result(value: Any) -> Any:
        if value is not None and inner_result is not None:
            value = nested(value, inner_result, dimensions)
        return tuples(value) if type_.as_tuple else value

    def literal(value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return f"ARRAY[{', '.join(map(literal, value))}]"
        return inner.literal(value)

    return TypeEntry(
        ddl=inner.ddl + " ARRAY" * (dimensions or 1),
        native=ONLY_NONE,
        bind=lambda value: nested(value, bind_item, dimensions),
        result=result if inner_result is not None or type_.as_tuple else None,
        literal=or_null(lambda value: literal(nested(value, lambda item: item, dimensions))),
    )


def tuple_(type_: TupleType, table: EntryLookup) -> TypeEntry:
    entries = [table.entry(item) for item in type_.types]

    def bind(value: Any) -> Any:
        if not isinstance(value, (list, tuple)) or len(value) != len(entries):
            raise expected(f"a tuple of {len(entries)} values", value)
        return tuple(
            item if type(item) in entry.native else entry.bind(item)
            for entry, item in zip(entries, value, strict=True)
        )

    def literal(value: Any) -> str:
        items = (entry.literal(item) for entry, item in zip(entries, value, strict=True))
        return f"({', '.join(items)})"

    return TypeEntry("ROW", frozenset({NONE_TYPE}), bind, None, or_null(literal))
