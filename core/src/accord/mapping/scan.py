"""Reading a class body: from a declarative class to its table and properties.

Called by `declarative` (and `registry.mapped`) for each class to be mapped. In: the class with its
mixins. Out: its mapper. The nearest definition of a name wins; columns of mixins are copied,
`declared_attr` methods are called once per class. When something is wrong the MetaData is left as
it was.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from accord import exc
from accord.records import dataclass
from accord.schema import Column, MetaData, Table
from accord.sql.selectable import FromClause

from .annotations import (
    MappedAnnotation,
    class_annotations,
    column_meaning,
    is_class_variable,
    read_annotation,
)
from .declared import Declared, Declaring
from .mapped import MappedColumn
from .properties import ColumnProperty, MapperProperty
from .registry import refuse_mapped
from .relationships import RelationshipProperty
from .typemap import sql_type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .mapper import Mapper
    from .registry import registry as Registry

_MAPPABLE: Final = (MappedColumn, Column, MapperProperty)


def map_class(
    registry: Registry, cls: type, table_options: Mapping[str, Any] | None = None
) -> Mapper:
    """Map `cls` as its body says; `table_options` are further arguments of its Table."""
    refuse_mapped(cls)
    with Declaring(cls):
        body = ClassBody(registry, cls)
        body.read()
        table_arguments = body.directive("__table_args__")
        mapper_arguments = body.mapper_arguments()
        given = body.directive("__table__")
        if given is not None:
            table = _given_table(body, given)
            return registry.make_mapper(cls, table, body.properties, mapper_arguments)
        table = _new_table(body, table_arguments, table_options or {})
        type.__setattr__(cls, "__table__", table)
        try:
            return registry.make_mapper(cls, table, body.properties, mapper_arguments)
        except Exception:
            type.__delattr__(cls, "__table__")
            if not body.extends_table:
                table.metadata.remove(table)
            raise


@dataclass(slots=True)
class Definition:
    """One name in the body of the class or of a mixin (`base`)."""

    base: type
    name: str
    value: Any
    raw: Any
    assigned: bool
    annotation: MappedAnnotation | None = None


class ClassBody:
    """What a class and its mixins declare. `properties` and `columns` are by attribute name, in
    order.
    """

    def __init__(self, registry: Registry, cls: type) -> None:
        self.registry = registry
        self.cls = cls
        self.properties: dict[str, Any] = {}
        self.columns: dict[str, Column[Any]] = {}
        self.annotated_only: set[str] = set()
        self.sort_order: dict[str, int] = {}
        self.extends_table = False
        self._copies: dict[int, Any] = {}
        self._allow_unmapped = bool(getattr(cls, "__allow_unmapped__", False))

    def read(self) -> None:
        """Collect columns and properties, those of mixins included."""
        found = list(self._definitions())
        for entry in found:
            # First all columns, so that a declared_attr method finds `cls.name` whatever the order.
            if not isinstance(entry.value, Declared):
                self._prepare(entry)
        for entry in found:
            if isinstance(entry.value, Declared):
                self._declare_method(entry)
            elif isinstance(entry.value, _MAPPABLE):
                self._take(entry.name, entry.value, entry.annotation)

    def _definitions(self) -> Iterator[Definition]:
        """What the class and its mixins define, the nearest definition of each name."""
        seen: set[str] = set()
        for base in self._bases():
            annotations = class_annotations(base)
            for name in _names_in_order(vars(base), annotations):
                if name not in seen and not name.startswith("__"):
                    seen.add(name)
                    yield Definition(
                        base, name, vars(base).get(name), annotations.get(name), name in vars(base)
                    )

    def _bases(self) -> Iterator[type]:
        for base in self.cls.__mro__:
            if not base.__module__.startswith(("accord.mapping.", "typing")) and base is not object:
                yield base

    # --- one name ---------------------------------------------------------------------------------

    def _declare_method(self, entry: Definition) -> None:
        method: Declared = entry.value
        value = method.value_for(self.cls)
        if isinstance(value, _MAPPABLE):
            raw = method.return_annotation
            self._take(entry.name, value, _annotation_of(entry.base, entry.name, raw))
        elif value is not None and not method.is_directive:
            type.__setattr__(
                self.cls, entry.name, value
            )  # a hybrid, an association proxy, a constant

    def _prepare(self, entry: Definition) -> None:
        """Read the annotation; make the class's own column of a mixin's or of a mere annotation."""
        base, name, value, raw = entry.base, entry.name, entry.value, entry.raw
        if raw is not None and is_class_variable(raw, base):
            return
        entry.annotation = annotation = _annotation_of(base, name, raw)
        if isinstance(value, _MAPPABLE):
            if annotation is None and raw is not None and not isinstance(value, Column):
                self._refuse_bare(base, name, raw, value)
            if base is not self.cls:
                entry.value = self._own_copy(base, name, value)
        elif annotation is not None and not entry.assigned:
            self.annotated_only.add(name)
            entry.value = MappedColumn((), {}, {}, {})
            type.__setattr__(self.cls, name, entry.value)
        elif annotation is not None and not hasattr(value, "__get__"):
            raise exc.ArgumentError(
                f"{base.__name__}.{name}: a mapped attribute takes its default from its column; "
                f"write {name}: Mapped[...] = mapped_column(default=...)"
            )
        elif isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], _MAPPABLE):
            warnings.warn(
                f"{base.__name__}.{name} is a tuple and is not mapped: there is a comma at the "
                "end of its line",
                exc.AccordWarning,
                stacklevel=7,
            )

    def _take(self, name: str, value: Any, annotation: MappedAnnotation | None) -> None:
        self._refuse_dataclass(name, value)
        if isinstance(value, RelationshipProperty):
            if annotation is not None:
                value.annotated(annotation)
        elif isinstance(value, ColumnProperty):
            self._take_columns_within(name, value, annotation)
        elif isinstance(value, MappedColumn):
            self._complete(value, annotation)
            self._take_column(name, value.column)
            self.sort_order[name] = value.sort_order
        elif isinstance(value, Column) and value.table is None:
            self._take_column(name, value)
        self.properties[name] = value

    def _take_columns_within(
        self, name: str, prop: ColumnProperty[Any], annotation: MappedAnnotation | None
    ) -> None:
        """The new column of ``deferred(Column(...))`` or ``column_property(Column(...))``."""
        for item in prop.given:
            if isinstance(item, MappedColumn) and not item.is_placed:
                self._complete(item, annotation)
                self._take_column(name, item.column)
            elif (
                isinstance(item, Column)
                and item.table is None
                and item not in self.columns.values()
            ):
                self._take_column(name, item)

    def _own_copy(self, base: type, name: str, value: Any) -> Any:
        """The class's own version of a mixin's column; visible on the class for declared_attr
        methods.
        """
        if isinstance(value, MappedColumn):
            copied: Any = value.copied()
        elif isinstance(value, Column):
            copied = value.copy() if value.table is None else value
        else:
            raise exc.InvalidRequestError(
                f"{base.__name__}.{name}: a {type(value).__name__} on a mixin has to be made "
                f"anew for each class; write @declared_attr above def {name}(cls): return ..."
            )
        self._copies[id(value)] = copied
        type.__setattr__(self.cls, name, copied)
        return copied

    def _complete(self, column: MappedColumn[Any], annotation: MappedAnnotation | None) -> None:
        """Fill in what the arguments of `mapped_column()` left to the annotation."""
        if annotation is None:
            return
        meaning = column_meaning(annotation)
        if meaning.mapped_column is not None:
            column.absorb(meaning.mapped_column)
        if not column.options.get("primary_key"):
            column.complete(nullable=meaning.optional)
        if column.needs_type:
            known = self.registry.type_annotation_map
            column.complete(type_=sql_type_of(meaning.candidates, known, annotation))

    def _take_column(self, name: str, column: Column[Any]) -> None:
        if column.name is None:
            column.name = name
        if column.key is None:
            column.key = column.name
        self.columns[name] = column

    # --- refusals ---------------------------------------------------------------------------------

    def _refuse_bare(self, base: type, name: str, raw: Any, value: Any) -> None:
        if self._allow_unmapped:
            return
        shown = raw if isinstance(raw, str) else getattr(raw, "__name__", str(raw))
        raise exc.MappedAnnotationError(
            f"{base.__name__}.{name} is annotated {shown} and assigned a {type(value).__name__}; "
            f"write {name}: Mapped[{shown}] = ... (or set __allow_unmapped__ = True on the class "
            "to have such annotations ignored)"
        )

    def _refuse_dataclass(self, name: str, value: Any) -> None:
        arguments = getattr(value, "dataclass", None)
        if arguments:
            listed = ", ".join(f"{argument}=" for argument in arguments)
            raise exc.ArgumentError(
                f"{self.cls.__name__}.{name} has dataclass arguments ({listed}), but "
                f"{self.cls.__name__} is no dataclass; leave them out (a column default is "
                "default= alone)"
            )

    # --- directives -------------------------------------------------------------------------------

    def directive(self, name: str) -> Any:
        """Return ``__tablename__`` and its like: the nearest definition, methods called."""
        for base in self.cls.__mro__:
            if name in vars(base):
                value = vars(base)[name]
                if isinstance(value, Declared):
                    value = value.value_for(self.cls)
                elif isinstance(value, classmethod):
                    value = value.__get__(None, self.cls)()
                return value
        return None

    def mapper_arguments(self) -> dict[str, Any]:
        """Return ``__mapper_args__``, columns of mixins replaced by the class's own."""
        given = self.directive("__mapper_args__")
        if given is None:
            return {}
        if not isinstance(given, dict):
            raise exc.ArgumentError(
                f"Class {self.cls.__name__}: __mapper_args__ must be a dict, not a "
                f"{type(given).__name__}"
            )
        return {name: self.own(value) for name, value in given.items()}

    def own(self, value: Any) -> Any:
        """Return the class's own version of a mixin's column, also within a list."""
        if isinstance(value, list | tuple):
            return type(value)(self.own(item) for item in value)
        return self._copies.get(id(value), value)


def _annotation_of(base: type, name: str, raw: Any) -> MappedAnnotation | None:
    return None if raw is None else read_annotation(base, name, raw)


def _names_in_order(values: Any, annotations: dict[str, Any]) -> list[str]:
    """The names of a class body; those that are only annotated stand where the body has them, as
    far as it tells.
    """
    pending = list(annotations)
    ordered: list[str] = []
    for name in values:
        if name in annotations:
            while pending and pending[0] != name:
                ordered.append(pending.pop(0))
            if pending:
                ordered.append(pending.pop(0))
        else:
            while pending and pending[0] not in values:
                ordered.append(pending.pop(0))
            ordered.append(name)
    return list(dict.fromkeys([*ordered, *pending]))


# --- tables ---------------------------------------------------------------------------------------


def _given_table(body: ClassBody, table: Any) -> FromClause:
    cls = body.cls
    if not isinstance(table, FromClause):
        raise exc.ArgumentError(
            f"Class {cls.__name__}: __table__ must be a Table, not a {type(table).__name__}; a "
            "name goes into __tablename__"
        )
    for name, column in list(body.columns.items()):
        present = table.c.get(column.key or name)
        if name in body.annotated_only and present is not None:
            del body.properties[name]
            continue
        what = "is annotated" if name in body.annotated_only else "is declared"
        raise exc.ArgumentError(
            f"Class {cls.__name__}: column {name!r} {what}, but __table__ is a finished table "
            "without it; add it to the Table, or write __tablename__ and declare all columns in "
            "the class"
        )
    return table


def _new_table(body: ClassBody, table_arguments: Any, more: Mapping[str, Any]) -> Table:
    cls = body.cls
    name = body.directive("__tablename__")
    if name is None:
        raise exc.InvalidRequestError(
            f"Class {cls.__name__} has no table: write __tablename__ = "
            f'"{cls.__name__.lower()}" in its body, or __abstract__ = True if it is only a '
            "base of other classes"
        )
    if not isinstance(name, str):
        raise exc.ArgumentError(
            f"Class {cls.__name__}: __tablename__ must be a string, not a {type(name).__name__}"
        )
    items, options = _split_arguments(cls, table_arguments)
    options.update(more)
    inherited = "__table_args__" not in vars(cls)
    if inherited and not isinstance(_static(cls, "__table_args__"), Declared):
        items = tuple(_copied_item(item) for item in items)
    columns = sorted(body.columns.items(), key=lambda entry: body.sort_order.get(entry[0], 0))
    metadata = getattr(cls, "metadata", None)
    if not isinstance(metadata, MetaData):
        metadata = body.registry.metadata
    body.extends_table = _exists(metadata, name, options)
    try:
        return Table(name, metadata, *[column for _, column in columns], *items, **options)
    except exc.DuplicateTableError as error:
        raise exc.DuplicateTableError(
            f"Class {cls.__name__}: {error.args[0]}. If the class is defined a second time (a "
            f"reloaded module, a notebook cell), __table_args__ = {{'extend_existing': True}} "
            "takes the table that is there"
        ) from error


def _exists(metadata: MetaData, name: str, options: dict[str, Any]) -> bool:
    schema = options.get("schema", metadata.schema)
    return (f"{schema}.{name}" if isinstance(schema, str) else name) in metadata.tables


def _static(cls: type, name: str) -> Any:
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def _copied_item(item: Any) -> Any:
    copy = getattr(item, "copy", None)
    return item if copy is None else copy()


def _split_arguments(cls: type, given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if given is None:
        return (), {}
    if isinstance(given, dict):
        return (), dict(given)
    if isinstance(given, tuple | list):
        items = tuple(given)
        if items and isinstance(items[-1], dict):
            return items[:-1], dict(items[-1])
        return items, {}
    raise exc.ArgumentError(
        f"Class {cls.__name__}: __table_args__ must be a tuple or a dict, not a "
        f"{type(given).__name__}; a tuple of one needs a comma: __table_args__ = "
        f"({type(given).__name__}(...),)"
    )


__all__ = ["ClassBody", "map_class"]
