"""Foreign keys: `ForeignKey` on one column, `ForeignKeyConstraint` over several.

The target is named ("table.column", "schema.table.column") or given as a Column. It is looked up
when first needed, so tables may be declared in any order; an error then says what is missing and
what there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from accord.exc import (
    ArgumentError,
    InvalidRequestError,
    NoReferencedColumnError,
    NoReferencedTableError,
)
from accord.schema.constraints import (
    Constraint,
    column_object,
    resolve_columns,
    when_attached,
)
from accord.schema.items import SchemaItem, known_names, next_order
from accord.schema.naming import conventional_name
from accord.sql.collection import ColumnCollection
from accord.sqltypes.base import NULLTYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accord.schema.column import Column
    from accord.schema.table import Table


class ForeignKeyTarget(NamedTuple):
    """What a foreign key points at, in names: none of them is told apart by its dots."""

    schema: str | None
    table_name: str
    column_name: str | None
    """None: the column is called as the one that points."""


def _named(target: object) -> Any:
    """A target given as text or as a tuple of names, in names; anything else is the Column."""
    if isinstance(target, str):
        names: list[str] = target.split(".")
        if len(names) < 3:
            return ForeignKeyTarget(None, *names, *[None] * (2 - len(names)))
        return ForeignKeyTarget(".".join(names[:-2]), names[-2], names[-1])
    if isinstance(target, tuple):
        if len(target) not in (2, 3) or not isinstance(target[-2], str):
            raise ArgumentError(
                "the target of a ForeignKey in names is (table, column) or (schema, table, "
                f"column), not {len(target)} of them"
            )
        return ForeignKeyTarget(*((None, *target) if len(target) == 2 else target))
    return target


class ForeignKey(SchemaItem):
    """One column pointing at another: ``Column("user_id", ForeignKey("user.id"))``.

    The target is "table.column", "schema.table.column", "table" (the column is called as this
    one), a tuple of such names, or a Column.
    """

    parent: Column[Any] | None = None
    constraint: ForeignKeyConstraint | None = None

    def __init__(
        self,
        column: Any,
        _constraint: ForeignKeyConstraint | None = None,
        use_alter: bool = False,
        name: str | None = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        link_to_name: bool = False,
        match: str | None = None,
        info: dict[Any, Any] | None = None,
        comment: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        self._target: Any = _named(column if isinstance(column, tuple) else column_object(column))
        if not isinstance(self._target, ForeignKeyTarget) and not hasattr(
            self._target, "call_when_attached"
        ):
            raise ArgumentError(
                "ForeignKey takes 'table.column' or a Column, "
                f"not {getattr(column, '__qualname__', type(column).__name__)}"
            )
        self._set_dialect_options(dialect_kw)
        self.constraint = _constraint
        self.use_alter = use_alter
        self.name = name
        self.onupdate = onupdate
        self.ondelete = ondelete
        self.deferrable = deferrable
        self.initially = initially
        self.link_to_name = link_to_name
        self.match = match
        self.comment = comment
        if info:
            self.info = info
        self.creation_order = next_order()
        self._resolved: Column[Any] | None = None

    # --- the target ------------------------------------------------------------------------------

    @property
    def target_fullname(self) -> str:
        """The target as it was named."""
        if isinstance(self._target, ForeignKeyTarget):
            return ".".join([name for name in self._target if name is not None])
        table = self._target.table
        name = self._target.key
        return f"{table.fullname}.{name}" if table is not None else str(name)

    @property
    def target_column(self) -> Column[Any] | None:
        """The target, where it was given as a Column."""
        return None if isinstance(self._target, ForeignKeyTarget) else self._target

    @property
    def target_tokens(self) -> ForeignKeyTarget:
        """The names of schema, table and column, however the target was given."""
        if isinstance(self._target, ForeignKeyTarget):
            return self._target
        table = self._target.table
        if table is None:
            return ForeignKeyTarget(None, None, self._target.key)  # type: ignore[arg-type]  # no table yet
        return ForeignKeyTarget(table.schema, table.name, self._target.key)

    @property
    def target_column_name(self) -> str:
        """The key (or, with `link_to_name`, the name) of the column pointed at."""
        if not isinstance(self._target, ForeignKeyTarget):
            return str(self._target.key)
        named = self._target.column_name
        if named is None and self.parent is not None:
            return str(self.parent.name if self.link_to_name else self.parent.key)
        return str(named)

    @property
    def target_table_key(self) -> str:
        """Where MetaData.tables has the table pointed at."""
        if not isinstance(self._target, ForeignKeyTarget):
            table = self._target.table
            if table is None:
                raise InvalidRequestError(
                    f"the ForeignKey to column {self._target.name!r} cannot be followed yet: that "
                    "column "
                    "belongs to no table"
                )
            return str(table.key)
        named, schema = self._target.table_name, self.referred_schema
        return named if schema is None else f"{schema}.{named}"

    @property
    def referred_schema(self) -> str | None:
        """The schema of the table pointed at: as named, or the default of the MetaData."""
        schema = self.target_tokens.schema
        if schema is None and isinstance(self._target, ForeignKeyTarget):
            schema = self._default_schema()
        return schema

    @property
    def target_table_name(self) -> str:
        """The name of the table pointed at, without schema."""
        return self.target_tokens.table_name or self.target_table_key  # which raises

    def _default_schema(self) -> str | None:
        table = self.parent.table if self.parent is not None else None
        schema: str | None = table.metadata.schema if table is not None else None  # type: ignore[attr-defined]  # attached by now
        return schema

    @property
    def column(self) -> Column[Any]:
        """The column pointed at; NoReferenced…Error if there is none."""
        if self._resolved is None:
            self._resolved = self._resolve()
            self.share_type()
        return self._resolved

    def _resolve(self) -> Column[Any]:
        if not isinstance(self._target, ForeignKeyTarget):
            if self._target.table is None:
                self.target_table_key  # noqa: B018  # raises the error that says so
            found: Column[Any] = self._target
            return found
        parent, table = self.parent, self.parent.table if self.parent is not None else None
        if parent is None or table is None:
            raise InvalidRequestError(
                f"{self!r} belongs to no column of a table yet, so its target cannot be looked up"
            )
        tables = table.metadata.tables  # type: ignore[attr-defined]  # attached by now
        key = self.target_table_key
        target = tables.get(key)
        here = f"{table.fullname}.{parent.name}"  # type: ignore[attr-defined]  # attached by now
        if target is None:
            raise NoReferencedTableError(
                f"the foreign key of {here} points at {self.target_fullname!r}, but the "
                f"MetaData has no table {key!r}; it has {known_names(sorted(tables))}"
            )
        return self._column_of(target, here)

    def _column_of(self, target: Table, here: str) -> Column[Any]:
        wanted = self.target_column_name
        if self.link_to_name:
            found = next((column for column in target.c if column.name == wanted), None)
        else:
            found = target.c.get(wanted)
        if found is None:
            raise NoReferencedColumnError(
                f"the foreign key of {here} points at {self.target_fullname!r}, but table "
                f"{target.fullname!r} has no column {wanted!r}; it has "
                f"{known_names(target.c.keys())}"
            )
        return found

    def try_column(self) -> Column[Any] | None:
        """The column pointed at if it can be found already."""
        try:
            return self.column
        except (NoReferencedTableError, NoReferencedColumnError, InvalidRequestError):
            return None

    def share_type(self) -> None:
        """A column declared without type has the type of the column it points at."""
        target, parent = self._resolved, self.parent
        if target is not None and parent is not None and parent.type is NULLTYPE:
            parent.type = target.type

    def references(self, table: Any) -> bool:
        """Whether this points at `table`."""
        return table.c.corresponding(self.column) is not None

    def get_referent(self, table: Any) -> Any:
        """The column of `table` (or of an alias of it) this points at, or None."""
        return table.c.corresponding(self.column)

    # --- attachment ------------------------------------------------------------------------------

    def _set_parent(self, parent: Any) -> None:
        if self.parent is not None and self.parent is not parent:
            raise InvalidRequestError(
                f"this ForeignKey belongs to column {self.parent.name!r} already; make a new one "
                "for "
                f"column {parent.name!r}"
            )
        self.parent = parent
        parent.foreign_keys.add(self)
        parent.call_when_attached(self._column_attached)

    def _column_attached(self, column: Any) -> None:
        table = column.table
        table.foreign_keys.add(self)
        if self.constraint is None:
            self.constraint = ForeignKeyConstraint((), (), **self._constraint_arguments())
            self.constraint.adopt(self)
            self.constraint.attach(table)
        table.metadata.foreign_key_attached(self)

    def _constraint_arguments(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "use_alter": self.use_alter,
            "onupdate": self.onupdate,
            "ondelete": self.ondelete,
            "deferrable": self.deferrable,
            "initially": self.initially,
            "link_to_name": self.link_to_name,
            "match": self.match,
            "comment": self.comment,
            "info": dict(self.info) or None,
            **self.kwargs,
        }

    def copy(self, target: Any = None) -> ForeignKey:
        """The same foreign key for another column; `target` replaces what it points at."""
        return type(self)(
            self._target if target is None else target, **self._constraint_arguments()
        )

    def __repr__(self) -> str:
        return f"ForeignKey({self.target_fullname!r})"


class ForeignKeyConstraint(Constraint):
    """FOREIGN KEY (columns) REFERENCES table (columns)."""

    visit_name = "foreign_key"
    convention_key = "fk"

    def __init__(
        self,
        columns: Sequence[Any],
        refcolumns: Sequence[Any],
        name: str | None = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        use_alter: bool = False,
        link_to_name: bool = False,
        match: str | None = None,
        table: Table | None = None,
        info: dict[Any, Any] | None = None,
        comment: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        super().__init__(name, deferrable, initially, info, comment, **dialect_kw)
        if isinstance(columns, str) or isinstance(refcolumns, str):
            raise ArgumentError(
                "ForeignKeyConstraint takes two lists: ForeignKeyConstraint(['a', 'b'], ['t.a', "
                "'t.b'])"
            )
        if len(columns) != len(refcolumns):
            raise ArgumentError(
                f"ForeignKeyConstraint needs as many columns as it references, not {len(columns)} "
                "and "
                f"{len(refcolumns)}"
            )
        self.onupdate = onupdate
        self.ondelete = ondelete
        self.use_alter = use_alter
        self.link_to_name = link_to_name
        self.match = match
        self.given = tuple(map(column_object, columns))
        self.columns: ColumnCollection[Any] = ColumnCollection(owner="ForeignKeyConstraint")
        self.elements: list[ForeignKey] = [
            ForeignKey(target, _constraint=self, link_to_name=link_to_name) for target in refcolumns
        ]
        if table is not None:
            self.attach(table)
        elif self.given and not any(isinstance(column, str) for column in self.given):
            when_attached(self.given, self._attach_once)

    def _attach_once(self, table: Any) -> None:
        if self.table is None:
            self.attach(table)

    def adopt(self, key: ForeignKey) -> None:
        """Become the constraint of a ForeignKey given to a column."""
        self.elements = [key]
        self.given = (key.parent,)

    def _set_parent(self, parent: Any) -> None:
        if not len(self.columns):
            for column in resolve_columns(self.given, parent, "a ForeignKeyConstraint"):
                self.columns.add(column)
        self.table = parent
        for column, element in zip(self.columns, self.elements, strict=True):
            if element.parent is None:
                element.attach(column)
        parent.constraints.add(self)
        self.name = self._named(parent)
        parent.constraints_changed()

    def _named(self, table: Table) -> Any:
        try:
            return conventional_name(self, table)
        except InvalidRequestError:
            if self.name is None and self.elements[0].target_column is not None:
                return None  # its target has no table yet: named when the DDL is written
            raise

    @property
    def final_name(self) -> str | None:
        """The name for DDL, when every table is there."""
        if self.name is None and self.table is not None:
            self.name = conventional_name(self, self.table)
        name: str | None = self.name
        return name

    def naming_columns(self, table: Table) -> Sequence[Any]:
        return list(self.columns)

    @property
    def column_keys(self) -> list[str]:
        """The keys of the local columns."""
        if len(self.columns):
            return [str(column.key) for column in self.columns]
        return [c if isinstance(c, str) else str(c.key) for c in self.given]

    @property
    def referred_table(self) -> Table:
        """The table pointed at."""
        return self.elements[0].column.table  # type: ignore[return-value]  # Columns belong to Tables

    @property
    def referred_columns(self) -> list[Column[Any]]:
        """The columns pointed at, in the order of `columns`."""
        return [element.column for element in self.elements]

    def copy(
        self, target_table: Table | None = None, retarget: Callable[[ForeignKey], Any] | None = None
    ) -> ForeignKeyConstraint:
        """The same constraint, to be attached to another table; `retarget` says what it points
        at.
        """
        targets = [
            element._target if retarget is None else retarget(element) for element in self.elements
        ]
        new: ForeignKeyConstraint = self._copied(type(self)(
            self.column_keys,
            targets,
            onupdate=self.onupdate,
            ondelete=self.ondelete,
            use_alter=self.use_alter,
            link_to_name=self.link_to_name,
            match=self.match,
            **self._copied_arguments(),
        ))  # fmt: skip
        return new

    def contains_column(self, column: object) -> bool:
        """Whether the column is one of the local columns."""
        return self.columns.contains_column(column)

    def __len__(self) -> int:
        return len(self.columns)

    def __repr__(self) -> str:
        targets = [element.target_fullname for element in self.elements]
        name = "" if self.name is None else f", name={self.name!r}"
        return f"ForeignKeyConstraint({self.column_keys!r}, {targets!r}{name})"
