"""Which attributes a mapper has: the given properties, then the columns of the table nobody
mentioned.

Called once per mapper. In: class, table, `properties` and options. Out: properties by attribute
name, in the order of the table, and the attribute of each column. Column properties come first,
since they are what a row consists of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.records import dataclass
from accord.schema import Column
from accord.sql.coercion import element_of
from accord.sql.joins import Join
from accord.sql.nodes import ColumnElement
from accord.sql.selectable import FromClause

from .attribute_events import Validator
from .mapped import MappedColumn
from .properties import RECONSTRUCTOR_MARK, VALIDATES_MARK, ColumnProperty, MapperProperty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .mapper import Mapper
    from .options import MapperOptions

#: Attribute names that mean something else on a mapped class.
RESERVED = frozenset({"metadata", "registry", "__mapper__", "__table__", "_sa_instance_state"})


@dataclass(frozen=True, slots=True)
class Collected:
    """The result: `properties` in order, and the attribute each column of the table is under."""

    properties: dict[str, Any]
    key_by_column: dict[Any, str]


def collect(
    cls: type, table: FromClause, given: Mapping[str, Any], options: MapperOptions
) -> Collected:
    """Return the properties of the mapping of `cls` to `table`."""
    _check_table(cls, table)
    explicit = {
        key: property_of(cls, key, item, table)
        for key, item in {**options.properties, **given}.items()
    }
    _drop_excluded(cls, table, explicit, options)
    _map_synonym_columns(cls, table, explicit)
    key_by_column = {
        column: key
        for key, prop in explicit.items()
        if isinstance(prop, ColumnProperty) and not prop.is_expression
        for column in prop.columns
    }
    columns: dict[str, Any] = {}
    for column in table.c:
        key = key_by_column.get(column)
        if key is not None:
            columns[key] = explicit[key]
            continue
        key = f"{options.column_prefix}{column.key}"
        if _is_excluded(column, key, options):
            continue
        if key in explicit:
            raise exc.ArgumentError(
                f"Class {cls.__name__}: column {column.name!r} and the "
                f"{type(explicit[key]).__name__} {key!r} want the same attribute name; map the "
                f"column under another one, such as {key}_ = {table.name}.c.{column.key}"
            )
        columns[key] = ColumnProperty(column)
        key_by_column[column] = key
    return Collected({**columns, **explicit}, key_by_column)


def _check_table(cls: type, table: FromClause) -> None:
    if isinstance(table, Join):
        raise exc.ArgumentError(
            f"Class {cls.__name__} cannot be mapped to a join in this version; map each table to "
            "a class of its own and relate the two"
        )
    if not isinstance(table, FromClause):
        raise exc.ArgumentError(
            f"Class {cls.__name__} must be mapped to a Table or a subquery, not to a "
            f"{type(table).__name__}"
        )


def property_of(cls: type, key: str, item: Any, table: FromClause) -> Any:
    """Return the property that `item`, mapped under `key`, stands for."""
    if key in RESERVED:
        raise exc.InvalidRequestError(
            f"Attribute name {key!r} is reserved on a mapped class; give the attribute of "
            f"{cls.__name__} another name and the column its own: {key}_ = "
            f'mapped_column("{key}", ...)'
        )
    if isinstance(item, MappedColumn):
        loading = item.loading
        return ColumnProperty(
            item.column,
            deferred=loading.get("deferred", False),
            group=loading.get("deferred_group"),
            raiseload=loading.get("deferred_raiseload", False),
            active_history=loading.get("active_history", False),
            doc=item.options.get("doc"),
        )
    if isinstance(item, list | tuple):
        item = ColumnProperty(*item)
    elif not isinstance(item, MapperProperty):
        element = element_of(item)
        if not isinstance(element, ColumnElement):
            raise exc.ArgumentError(
                f"{cls.__name__}.{key}: a {type(item).__name__} cannot be mapped; write a "
                "column, relationship(), column_property() or synonym()"
            )
        item = ColumnProperty(element)
    if isinstance(item, ColumnProperty):
        _check_columns(cls, key, item, table)
    return item


def _check_columns(cls: type, key: str, prop: ColumnProperty[Any], table: FromClause) -> None:
    for column in prop.columns:
        if isinstance(column, Column) and not table.c.contains_column(column):
            where = f"table {column.table.name!r}" if column.table is not None else "no table"
            raise exc.ArgumentError(
                f"{cls.__name__}.{key}: column {column.name!r} belongs to {where}, not to "
                f"{table.name!r}; a value from another table is written "
                "column_property(select(...).scalar_subquery())"
            )


def _map_synonym_columns(cls: type, table: FromClause, explicit: dict[str, Any]) -> None:
    """``"email": synonym("_email", map_column=True)`` maps the column email as `_email`."""
    for key, prop in list(explicit.items()):
        if getattr(prop, "map_column", False):
            column = table.c.get(key)
            if column is None:
                raise exc.ArgumentError(
                    f"{cls.__name__}.{key}: synonym(map_column=True) needs a column {key!r} in "
                    f"table {table.name!r}"
                )
            explicit.setdefault(prop.name, ColumnProperty(column))


def _drop_excluded(
    cls: type, table: FromClause, explicit: dict[str, Any], options: MapperOptions
) -> None:
    """Columns declared in the class that include_properties or exclude_properties leave out."""
    for key, prop in list(explicit.items()):
        if not isinstance(prop, ColumnProperty) or prop.is_expression:
            continue
        if all(
            (key == column.key or column.omitted) and _is_excluded(column, key, options)
            for column in prop.columns
        ):
            del explicit[key]
            if key in vars(cls):
                type.__delattr__(cls, key)


def _is_excluded(column: Any, key: str, options: MapperOptions) -> bool:
    if column.omitted:
        return True
    names = {key, column.key, column.name}
    if options.include_properties is not None and not names & options.include_properties:
        return True
    return bool(names & options.exclude_properties)


def marked_methods(mapper: Mapper) -> dict[str, Validator]:
    """Return the validators by attribute name; reconstructors are registered as listeners of the
    load event.
    """
    validators: dict[str, Validator] = {}
    seen: set[str] = set()
    for base in mapper.class_.__mro__:
        for name, method in list(vars(base).items()):
            if name in seen:
                continue
            seen.add(name)
            names: Iterable[str]
            mark = getattr(method, VALIDATES_MARK, None)
            if mark is not None:
                names, include_removes, include_backrefs = mark
                for attribute in names:
                    if attribute in validators:
                        raise exc.InvalidRequestError(
                            f"Class {mapper.class_.__name__} has two validators for "
                            f"{attribute!r}; an attribute takes one"
                        )
                    validators[attribute] = Validator(method, include_removes, include_backrefs)
            if getattr(method, RECONSTRUCTOR_MARK, False):
                _call_on_load(mapper, method)
    return validators


def _call_on_load(mapper: Mapper, method: Any) -> None:
    from accord.event import Listener

    def reconstruct(target: object, context: object) -> None:
        method(target)

    mapper.dispatch.add("load", Listener(method, reconstruct, propagate=True))


__all__ = ["Collected", "collect", "marked_methods", "property_of"]
