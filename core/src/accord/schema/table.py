"""Table: a named set of columns with their constraints and indexes, registered in a MetaData.

A subclass of the SQL layer's TableClause, so it can stand in FROM and be inserted into.
`Table(name, metadata, …)` makes each name once: a second call is an error unless it says what it
wants (extend_existing, keep_existing) or gives no definition at all.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from accord.exc import ArgumentError, DuplicateTableError, InvalidRequestError
from accord.schema.autoincrement import autoincrement_column
from accord.schema.column import Column
from accord.schema.constraints import Constraint, PrimaryKeyConstraint
from accord.schema.foreignkey import ForeignKeyConstraint, ForeignKeyTarget
from accord.schema.index import Index
from accord.schema.items import SchemaItem, bind_for, known_names
from accord.sql.identifiers import quoted_name
from accord.sql.nodes import next_uid
from accord.sql.selectable import TableClause

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from accord.schema.conditions import CheckFirst
    from accord.schema.elements import DDLElement
    from accord.schema.foreignkey import ForeignKey
    from accord.schema.metadata import MetaData
    from accord.sql.collection import ColumnCollection

TableKind = Literal["table", "view", "materialized_view"]


class SchemaMarker:
    """A schema argument that is not a name."""

    def __init__(self, meaning: str) -> None:
        self._meaning = meaning

    def __repr__(self) -> str:
        return self._meaning


BLANK_SCHEMA: Final = SchemaMarker("BLANK_SCHEMA")
"""`schema=BLANK_SCHEMA`: no schema, although the MetaData has a default one."""
RETAIN_SCHEMA: Final = SchemaMarker("RETAIN_SCHEMA")

_UNKNOWN: Final = object()


def table_key(name: str, schema: str | None) -> str:
    """The key of a table in `MetaData.tables`."""
    return name if schema is None else f"{schema}.{name}"


def _schema_of(metadata: MetaData, schema: Any) -> str | None:
    if schema is None:
        return metadata.schema
    return None if schema is BLANK_SCHEMA else str(schema)


#: Options that ask for a table, whether it is there already or not, and define nothing.
_LOOK_UP: Final = {
    "schema", "must_exist", "keep_existing", "extend_existing", "autoload_with",
    "autoload_replace", "include_columns", "resolve_fks",
}  # fmt: skip


class Table(TableClause, SchemaItem):
    """A table of the database: ``Table("user", metadata, Column("id", Integer,
    primary_key=True))``.
    """

    has_identity = True
    _pickled_slots = ("name", "schema", "c")
    c: ColumnCollection[Column[Any]]
    kind: TableKind = "table"
    """Whether the database has it as a table or as a view; reflection and CreateView say so."""
    creator: DDLElement | None = None
    """The statement that makes it, where that is not CREATE TABLE."""
    dropper: DDLElement | None = None
    """The statement that drops it, where it is not the plain one."""
    metadata: MetaData
    primary_key: PrimaryKeyConstraint
    foreign_keys: set[ForeignKey]
    indexes: set[Index]
    constraints: set[Constraint]

    def __new__(cls, name: Any = None, metadata: Any = None, /, *args: Any, **options: Any) -> Self:
        if metadata is None:
            return object.__new__(cls)  # unpickling and copying make an empty one first
        if not hasattr(metadata, "tables"):
            raise ArgumentError(
                f"Table({name!r}, …) takes a MetaData as second argument, not "
                f"{type(metadata).__name__}"
            )
        key = table_key(str(name), _schema_of(metadata, options.get("schema")))
        existing: Self | None = metadata.tables.get(key)
        if existing is None:
            if options.get("must_exist"):
                raise InvalidRequestError(
                    f"table {key!r} is not defined; there is {known_names(sorted(metadata.tables))}"
                )
            return object.__new__(cls)
        keep, extend = options.get("keep_existing"), options.get("extend_existing")
        if keep and extend:
            raise ArgumentError("keep_existing and extend_existing exclude each other")
        defines = bool(args) or not options.keys() <= _LOOK_UP
        if defines and not keep and not extend:
            raise DuplicateTableError(
                f"table {key!r} is defined twice in this MetaData; pass extend_existing=True to "
                "change the "
                "existing table, keep_existing=True to get it as it is, or use another MetaData "
                "for "
                "another database"
            )
        return existing

    def __init__(
        self,
        name: str,
        metadata: MetaData,
        /,
        *args: Any,
        schema: str | SchemaMarker | None = None,
        quote: bool | None = None,
        quote_schema: bool | None = None,
        keep_existing: bool = False,
        extend_existing: bool = False,
        must_exist: bool = False,
        implicit_returning: bool = True,
        comment: str | None = None,
        info: dict[Any, Any] | None = None,
        listeners: Sequence[tuple[str, Callable[..., Any]]] | None = None,
        prefixes: Sequence[str] | None = None,
        autoload_with: Any = None,
        autoload_replace: bool = True,
        include_columns: Collection[str] | None = None,
        resolve_fks: bool = True,
        **dialect_kwargs: Any,
    ) -> None:
        if "metadata" in vars(self):
            if extend_existing:
                if autoload_with is not None:
                    kept = () if autoload_replace else [str(column.name) for column in self.c]
                    self._reflect(autoload_with, include_columns, kept, resolve_fks, ())
                self._extend(args, comment, info, prefixes, dialect_kwargs)
            return
        given: Any = name
        if not isinstance(given, str) or not given:
            raise ArgumentError("a Table needs a name: Table('name', metadata, ...)")
        schema_name = _schema_of(metadata, schema)
        if quote is not None:
            name = quoted_name(name, quote)
        if schema_name is not None and quote_schema is not None:
            schema_name = quoted_name(schema_name, quote_schema)
        super().__init__(name, schema=schema_name)
        self.quote = quote
        self.quote_schema = quote_schema
        self.implicit_returning = implicit_returning
        self.comment = comment
        self.prefixes = list(prefixes or ())
        self.foreign_keys = set()
        self.indexes = set()
        self.constraints = set()
        self.dependencies: set[Table] = set()
        self.metadata = metadata
        self._derived: dict[str, Any] = {}
        self.primary_key = PrimaryKeyConstraint(_implicit=True)
        self.primary_key.attach(self)
        self._set_dialect_options(dialect_kwargs)
        if info:
            self.info = info
        self.early_listeners = tuple(listeners or ())
        self.notify("before_parent_attach", metadata)
        if autoload_with is not None:
            metadata.table_added(self)  # circles of foreign keys come back to this table
            try:
                self._reflect(autoload_with, include_columns, (), resolve_fks, args)
            except BaseException:
                metadata.remove(self)
                raise
        self._add_items(args, replace=autoload_with is not None)
        metadata.table_added(self)
        self.notify("after_parent_attach", metadata)

    def _reflect(
        self,
        bind: Any,
        include: Collection[str] | None,
        exclude: Collection[str],
        resolve_fks: bool,
        items: Sequence[Any],
    ) -> None:
        if not hasattr(bind, "reflect_table"):
            raise ArgumentError(
                f"autoload_with= of table {self.fullname!r} is an engine, a connection or an "
                f"Inspector, not {type(bind).__name__}"
            )
        bind.reflect_table(
            self,
            include_columns=include,
            exclude_columns=exclude,
            resolve_fks=resolve_fks,
            declared={str(item.name): item for item in items if isinstance(item, Column)},
        )

    def _add_items(self, items: Sequence[Any], *, replace: bool = False) -> None:
        if items and isinstance(items[0], type):
            from accord.schema.typedcolumns import with_columns  # few programs have such classes

            items = with_columns(items)
        for item in items:
            if not isinstance(item, (Column, Constraint, Index)):
                shown = getattr(item, "__qualname__", type(item).__name__)
                raise ArgumentError(
                    f"table {self.fullname!r} was given {shown}; a Table takes Column, constraint "
                    "and "
                    "Index objects"
                )
        for item in items:
            if isinstance(item, Column) and (item.table is not self or not replace):
                self.append_column(item, replace_existing=replace)
        for item in items:
            if not isinstance(item, Column):
                item.attach(self)

    def _extend(
        self,
        items: Sequence[Any],
        comment: str | None,
        info: dict[Any, Any] | None,
        prefixes: Sequence[str] | None,
        options: dict[str, Any],
    ) -> None:
        if comment is not None:
            self.comment = comment
        if info:
            self.info.update(info)
        if prefixes:
            self.prefixes = list(prefixes)
        if options:
            self._set_dialect_options({**self.kwargs, **options})
        self._add_items(items, replace=True)
        self.metadata.table_added(self)

    # --- parts -----------------------------------------------------------------------------------

    def append_column(self, column: Any, *, replace_existing: bool = False) -> None:
        """Add a column; `replace_existing` lets it take the place of one of the same key."""
        if not isinstance(column, Column):
            raise ArgumentError(
                f"append_column() of table {self.fullname!r} takes a Column, not "
                f"{type(column).__name__}"
            )
        if replace_existing:
            column.attach_replacing(self)
        else:
            column.attach(self)

    def append_constraint(self, constraint: Constraint) -> None:
        """Add a constraint."""
        constraint.attach(self)

    def forget_column(self, column: Column[Any]) -> None:
        """A column is being replaced: drop what was made for it."""
        for key in column.foreign_keys:
            self.foreign_keys.discard(key)
            if key.constraint is not None and len(key.constraint.elements) == 1:
                self.constraints.discard(key.constraint)
        self.indexes = {i for i in self.indexes if not (i.from_column and column in i.columns)}
        self.constraints = {
            constraint
            for constraint in self.constraints
            if getattr(constraint, "bound_column", None) is not column
            and not (constraint.from_column and column in getattr(constraint, "columns", ()))
        }

    def constraints_changed(self) -> None:
        """Forget everything that was derived from columns, constraints and indexes."""
        self._derived.clear()

    def derived(self, name: str, make: Callable[[Table], Any]) -> Any:
        """What `make(table)` answers, computed once until a column, constraint or index is
        added.
        """
        found = self._derived.get(name, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._derived[name] = make(self)
        return found

    @property
    def is_view(self) -> bool:
        """Whether this is a view: made by CreateView, or reflected as one."""
        return self.kind != "table"

    @property
    def foreign_key_constraints(self) -> set[ForeignKeyConstraint]:
        """The foreign keys as constraints."""
        return {c for c in self.constraints if isinstance(c, ForeignKeyConstraint)}

    @property
    def sorted_constraints(self) -> list[Constraint]:
        """The constraints in the order they were made."""
        return sorted(self.constraints, key=lambda constraint: constraint.creation_order)

    @property
    def sorted_indexes(self) -> list[Index]:
        """The indexes in the order they were made."""
        return sorted(self.indexes, key=lambda index: index.creation_order)

    @property
    def autoincrement_column(self) -> Column[Any] | None:
        """The column of the primary key the database numbers by itself, if there is one."""
        found: Column[Any] | None = self.derived("autoincrement", autoincrement_column)
        return found

    def add_is_dependent_on(self, table: Table) -> None:
        """Create this table after `table`, although no foreign key says so."""
        self.dependencies.add(table)

    def set_creator_ddl(self, ddl: DDLElement) -> None:
        """What `create()` and `MetaData.create_all()` execute for this table:
        ``CreateTable(table, if_not_exists=True)``, say.
        """
        self.creator = ddl

    def set_dropper_ddl(self, ddl: DDLElement) -> None:
        """What `drop()` and `MetaData.drop_all()` execute for this table."""
        self.dropper = ddl

    # --- create, drop, copy ----------------------------------------------------------------------

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            is_column = not name.startswith("_") and name != "c" and name in self.c
            instead = f"; write table.c.{name}" if is_column else ""
            raise AttributeError(f"'Table' object has no attribute {name!r}{instead}", name=name)

    def create(self, bind: Any, checkfirst: bool | CheckFirst = False) -> None:
        """CREATE TABLE."""
        bind_for("create", bind).create_tables(self.metadata, [self], checkfirst)

    def drop(self, bind: Any, checkfirst: bool | CheckFirst = False) -> None:
        """DROP TABLE."""
        bind_for("drop", bind).drop_tables(self.metadata, [self], checkfirst)

    def to_metadata(
        self,
        metadata: MetaData,
        schema: str | SchemaMarker | None = RETAIN_SCHEMA,
        referred_schema_fn: Callable[[Table, str | None, ForeignKeyConstraint, str | None], Any]
        | None = None,
        name: str | None = None,
    ) -> Table:
        """A copy of this table in another MetaData (or, under another name or schema, in the
        same).
        """
        name = name or self.name
        target_schema = self.schema if schema is RETAIN_SCHEMA else _schema_of(metadata, schema)
        key = table_key(name, target_schema)
        if key in metadata.tables:
            warnings.warn(
                f"table {key!r} exists in the given MetaData already; it is not copied",
                stacklevel=2,
            )
            existing: Table = metadata.tables[key]
            return existing
        copied = Table(
            name,
            metadata,
            *[column.copy() for column in self.c],
            schema=BLANK_SCHEMA if target_schema is None else target_schema,
            comment=self.comment,
            info=dict(self.info) or None,
            prefixes=self.prefixes,
            quote=self.quote,
            **self.kwargs,
        )
        copied.kind = self.kind

        def retarget(key: ForeignKey) -> ForeignKeyTarget:
            assert key.constraint is not None
            return self._retargeted(key, key.constraint, target_schema, referred_schema_fn)

        self._copy_constraints(copied, retarget)
        for index in self.sorted_indexes:
            if not index.from_column:
                index.copy().attach(copied)
        return copied

    tometadata = to_metadata  # SQLAlchemy's older name

    def _copy_constraints(
        self, copied: Table, retarget: Callable[[ForeignKey], ForeignKeyTarget]
    ) -> None:
        for constraint in self.sorted_constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                constraint.copy(copied, retarget).attach(copied)
            elif isinstance(constraint, PrimaryKeyConstraint):
                if not constraint.implicit:
                    constraint.copy(copied).attach(copied)
            elif not constraint.type_bound and not getattr(constraint, "from_column", False):
                constraint.copy(copied).attach(copied)  # type: ignore[attr-defined]  # constraints only

    def _retargeted(
        self,
        key: ForeignKey,
        constraint: ForeignKeyConstraint,
        schema: str | None,
        referred_schema_fn: Callable[..., Any] | None,
    ) -> ForeignKeyTarget:
        referred_schema = key.referred_schema
        if referred_schema_fn is not None:
            chosen = referred_schema_fn(self, schema, constraint, referred_schema)
            target = None if chosen is BLANK_SCHEMA else chosen
        else:
            target = schema if referred_schema == self.schema else referred_schema
        return ForeignKeyTarget(target, key.target_tokens.table_name, key.target_column_name)

    def __getstate__(self) -> dict[str, Any]:
        return {**SchemaItem.__getstate__(self), "_derived": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        SchemaItem.__setstate__(self, state)
        self.cache_key = ("t", next_uid())

    def __str__(self) -> str:
        return self.fullname

    def __repr__(self) -> str:
        parts = [
            repr(self.name),
            repr(self.metadata),
            *map(repr, self.c),
            f"schema={self.schema!r}",
        ]
        return f"Table({', '.join(parts)})"
