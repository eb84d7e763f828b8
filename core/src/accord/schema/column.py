"""Column: everything a table, the DDL, the unit of work and the loaders know about one column.

A subclass of the SQL layer's ColumnClause, so it is an expression; here it gains defaults, keys,
constraints, and attachment to a Table. What is given as arguments attaches itself
(`SchemaItem.attach`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from accord.exc import ArgumentError, DuplicateColumnError
from accord.schema.constraints import CheckConstraint, UniqueConstraint
from accord.schema.defaults import ColumnDefault, Computed, DefaultClause, FetchedValue, Identity
from accord.schema.foreignkey import ForeignKey
from accord.schema.index import Index
from accord.schema.items import SchemaItem, next_order
from accord.schema.sequence import Sequence
from accord.schema.typechecks import attach_type_checks, placed_type
from accord.sql.identifiers import quoted_name
from accord.sql.nodes import T_co, next_uid
from accord.sql.selectable import ColumnClause
from accord.sql.selectbase import INTEGER
from accord.sqltypes.base import NULLTYPE, TypeEngine, to_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accord.schema.constraints import Constraint

AutoIncrement = bool | Literal["auto", "ignore_fk"]


class NoArgument:
    """The argument was not given; None may be a value."""

    def __repr__(self) -> str:
        return "not given"


NO_ARG: Final = NoArgument()


class Column(ColumnClause[T_co], SchemaItem):
    """A column of a Table: ``Column("name", String(50), nullable=False)``.

    Name and type come first (the name may be left to a declarative class), then foreign keys,
    Sequence, Identity, Computed, CHECK constraints. ``sensitive=True`` is accord's own: values of
    the column never appear in logs, exceptions or reprs. ``insert_sentinel=True``: rows of an
    INSERT that come back are told apart by this column.
    """

    has_identity = True
    _pickled_slots = ("name", "key", "type", "is_literal", "table")
    default: ColumnDefault | Sequence | None = None
    onupdate: ColumnDefault | Sequence | None = None
    server_default: FetchedValue | None = None
    server_onupdate: FetchedValue | None = None
    computed: Computed | None = None
    identity: Identity | None = None
    insert_sentinel: bool | Literal["counted"] = False
    """"counted": each INSERT numbers its rows in it."""
    omitted: bool = False

    def __init__(
        self,
        __name_pos: str | TypeEngine[T_co] | type[TypeEngine[T_co]] | SchemaItem | None = None,
        __type_pos: TypeEngine[T_co] | type[TypeEngine[T_co]] | SchemaItem | None = None,
        /,
        *args: Any,
        name: str | None = None,
        type_: TypeEngine[T_co] | type[TypeEngine[T_co]] | None = None,
        autoincrement: AutoIncrement = "auto",
        default: Any = NO_ARG,
        insert_default: Any = NO_ARG,
        doc: str | None = None,
        key: str | None = None,
        index: bool | None = None,
        unique: bool | None = None,
        info: Mapping[Any, Any] | None = None,
        nullable: bool | None = None,
        onupdate: Any = None,
        primary_key: bool = False,
        server_default: Any = None,
        server_onupdate: Any = None,
        quote: bool | None = None,
        system: bool = False,
        comment: str | None = None,
        insert_sentinel: bool | Literal["counted"] = False,
        _omit_from_statements: bool = False,
        sensitive: bool = False,
        **dialect_kwargs: Any,
    ) -> None:
        positional = [given for given in (__name_pos, __type_pos, *args) if given is not None]
        name, type_, items = _name_type_items(positional, name, type_)
        super().__init__(
            name if quote is None or not name else quoted_name(name, quote), type_, key=key
        )
        self._set_dialect_options(dialect_kwargs)
        self._set_flags(index, unique)
        self.primary_key = bool(primary_key)
        self.nullable_given = nullable is not None
        self.nullable = bool(nullable) if nullable is not None else not self.primary_key
        self.autoincrement: AutoIncrement = autoincrement
        self.quote = quote
        self.system = system
        self.comment = comment
        self.doc = doc
        self.sensitive = sensitive
        self.insert_sentinel = insert_sentinel
        self.omitted = bool(_omit_from_statements)
        self.creation_order = next_order()
        self.foreign_keys: set[ForeignKey] = set()
        self.constraints: set[Constraint] = set()
        self._when_attached: list[Callable[[Any], None]] = []
        if info:
            self.info = info
        default = insert_default if insert_default is not NO_ARG else default
        self._set_defaults(default, onupdate, server_default, server_onupdate)
        for item in items:
            self._attach_item(item)

    def _set_flags(self, index: bool | None, unique: bool | None) -> None:
        for flag, given, kind in (
            ("index", index, "Index"),
            ("unique", unique, "UniqueConstraint"),
        ):
            if isinstance(given, str):
                raise ArgumentError(
                    f"{flag}= of column {self.name!r} takes True or False; give the table one with "
                    "a "
                    f"name: {kind}"
                )
        self.index = index
        self.unique = unique

    def _set_defaults(
        self, default: Any, onupdate: Any, server_default: Any, server_onupdate: Any
    ) -> None:
        if default is not NO_ARG and default is not None:
            made = (
                default
                if isinstance(default, (ColumnDefault, Sequence))
                else ColumnDefault(default)
            )
            made.attach(self)
        if onupdate is not None:
            given = isinstance(onupdate, (ColumnDefault, Sequence))
            made = onupdate if given else ColumnDefault(onupdate, for_update=True)
            made.for_update = True
            made.attach(self)
        if server_default is not None:
            self._server(server_default, False).attach(self)
        if server_onupdate is not None:
            self._server(server_onupdate, True).attach(self)

    @staticmethod
    def _server(given: Any, for_update: bool) -> FetchedValue:
        if isinstance(given, FetchedValue):
            return given._as_for_update(for_update)
        return DefaultClause(given, for_update=for_update)

    def _attach_item(self, item: Any) -> None:
        if isinstance(item, Computed) and (
            self.server_default is not None or self.default is not None
        ):
            raise ArgumentError(
                f"column {self.name!r} is Computed and cannot have a default besides"
            )
        if not isinstance(
            item, (ForeignKey, Sequence, FetchedValue, ColumnDefault, CheckConstraint)
        ):
            shown = getattr(item, "__qualname__", type(item).__name__)
            raise ArgumentError(
                f"column {self.name!r} was given {shown}; a Column takes a name, a type, then "
                "ForeignKey, "
                "CheckConstraint, Sequence, Identity, Computed or FetchedValue objects"
            )
        item.attach(self)

    # --- attachment to a table -------------------------------------------------------------------

    def call_when_attached(self, function: Callable[[Any], None]) -> None:
        """Call `function(column)` once the column belongs to a table."""
        if self.table is not None:
            function(self)
        else:
            self._when_attached.append(function)

    def _set_parent(self, parent: Any) -> None:
        self._add_to(parent, replace=False)

    def attach_replacing(self, table: Any) -> None:
        """Attach to `table`, taking the place of a column of the same key."""
        self.notify("before_parent_attach", table)
        self._add_to(table, replace=True)
        self.notify("after_parent_attach", table)

    def _add_to(self, table: Any, *, replace: bool) -> None:
        if not self.name:
            raise ArgumentError(
                f"a column of table {table.fullname!r} has no name; write Column('name', ...)"
            )
        if self.table is not None:
            raise ArgumentError(
                f"column {self.name!r} belongs to table {getattr(self.table, 'fullname', '?')!r} "
                "already; "
                f"give table {table.fullname!r} a copy: column.copy()"
            )
        if not self.key:
            self.key = self.name
        self.type = placed_type(to_instance(self.type), table)
        replaced = self._place(table, replace)
        self.table = table
        if self.primary_key:
            table.primary_key.add_column(self, replaced)
        elif replaced is not None and replaced.primary_key:
            table.primary_key.remove_column(replaced)
        self._attach_flags(table)
        pending, self._when_attached = self._when_attached, []
        for function in pending:
            function(self)
        for default in (self.default, self.onupdate):
            if isinstance(default, Sequence):
                default.column_attached_to_table(table)
        attach_type_checks(self, table)
        table.constraints_changed()

    def _place(self, table: Any, replace: bool) -> Any:
        same_key = table.c.get(self.key)
        same_name = next((c for c in table.c if c.name == self.name and c is not same_key), None)
        if not replace and (same_key is not None or same_name is not None):
            raise DuplicateColumnError(
                f"table {table.fullname!r} has a column {self.name!r} already; rename one, or pass "
                "append_column(column, replace_existing=True)"
            )
        for old in (same_key, same_name):
            if old is not None:
                table.forget_column(old)
        if same_key is not None:
            table.c.replace(self, self.key)
            if same_name is not None:
                table.c.supplant(same_name, None, self.key)
        elif same_name is not None:  # it had another key: a table has no name twice
            table.c.supplant(same_name, self, self.key)
        else:
            table.c.add(self)
        return same_key if same_key is not None else same_name

    def _attach_flags(self, table: Any) -> None:
        if self.insert_sentinel:
            others = [c.name for c in table.c if c.insert_sentinel and c is not self]
            if others:
                raise ArgumentError(
                    f"table {table.fullname!r} has the insert_sentinel {others[0]!r} already; one "
                    f"is enough, so leave it out of column {self.name!r}"
                )
        if self.index:
            index = Index(None, str(self.key), unique=bool(self.unique))
            index.from_column = True
            index.attach(table)
        elif self.unique:
            constraint = UniqueConstraint(str(self.key))
            constraint.from_column = True
            constraint.attach(table)

    def append_foreign_key(self, fk: ForeignKey) -> None:
        """Add a foreign key."""
        fk.attach(self)

    def references(self, column: Column[Any]) -> bool:
        """Whether a foreign key of this column points at `column`."""
        return any(key.column is column for key in self.foreign_keys)

    # --- copies ----------------------------------------------------------------------------------

    def copy(self) -> Column[T_co]:
        """The same definition for another table (mixins, `Table.to_metadata`)."""
        new: Column[T_co] = object.__new__(type(self))
        for slot in ("name", "key", "type", "is_literal"):
            setattr(new, slot, getattr(self, slot))
        new.table = None
        new.cache_key = ("c", next_uid())
        own = dict(vars(self))
        for name in _REMADE:
            own.pop(name, None)
        vars(new).update(own)
        if self.info:
            new.info = self.info
        new.creation_order = next_order()
        new.foreign_keys = set()
        new.constraints = set()
        new._when_attached = []
        self._copy_items(new)
        return new

    _copy = copy

    def _copy_items(self, new: Column[T_co]) -> None:
        for default in (self.default, self.onupdate, self.server_default):
            if default is not None:
                default.copy().attach(new)
        if self.server_onupdate is not None and not isinstance(self.server_onupdate, Computed):
            self.server_onupdate.copy().attach(new)
        for constraint in sorted(self.constraints, key=lambda c: c.creation_order):
            constraint.copy().attach(new)  # type: ignore[attr-defined]  # only CHECKs belong to columns
        for key in sorted(self.foreign_keys, key=lambda k: k.creation_order):
            if key.constraint is None or (self.table is None and len(key.constraint.elements) == 1):
                key.copy().attach(new)

    def __getstate__(self) -> dict[str, Any]:
        return {**SchemaItem.__getstate__(self), "_when_attached": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        SchemaItem.__setstate__(self, state)
        self.cache_key = ("c", next_uid())

    def __repr__(self) -> str:
        parts = [repr(self.name)]
        if self.key != self.name:
            parts.append(f"key={self.key!r}")
        parts.append(repr(self.type))
        parts += [repr(key) for key in sorted(self.foreign_keys, key=lambda k: k.creation_order)]
        if self.table is not None:
            parts.append(f"table=<{getattr(self.table, 'description', self.table)}>")
        if self.primary_key:
            parts.append("primary_key=True")
        if not self.nullable:
            parts.append("nullable=False")
        parts += [
            f"{name}={getattr(self, name)!r}"
            for name in ("default", "onupdate", "server_default", "server_onupdate", "comment")
            if getattr(self, name) is not None
        ]
        return f"Column({', '.join(parts)})"


def insert_sentinel(
    name: str | None = None,
    type_: Any = None,
    *,
    default: Any = None,
    omit_from_statements: bool = True,
) -> Column[Any]:
    """A column for nothing but telling the rows of one INSERT apart when they come back.

    ``returning(…, sort_by_parameter_order=True)`` of many rows needs it where a table has no key
    that would do: each INSERT numbers its rows in it. Otherwise it is NULL.

    Args:
        name: its name, if the place it is put in does not say.
        type_: its type, Integer if left out.
        default: a function that makes other values than numbers.
        omit_from_statements: whether ``select(table)`` leaves it out, and mapped classes do.

    Returns:
        The column.
    """
    return Column(
        name,
        INTEGER if type_ is None else type_,
        default=NO_ARG if default is None else default,
        insert_sentinel="counted" if default is None else True,
        _omit_from_statements=omit_from_statements,
    )


_REMADE = (
    "default", "onupdate", "server_default", "server_onupdate", "computed", "identity",
    "foreign_keys", "constraints", "dispatch", "_info", "_when_attached",
)  # fmt: skip


def _name_type_items(
    positional: list[Any], name: str | None, type_: Any
) -> tuple[str | None, TypeEngine, list[Any]]:
    items = list(positional)
    if items and isinstance(items[0], str):
        if name is not None:
            raise ArgumentError(
                f"the name of column {name!r} is given twice: by position and as name="
            )
        name = items.pop(0)
    if items and _is_type(items[0]):
        if type_ is not None:
            raise ArgumentError(
                f"the type of column {name!r} is given twice: by position and as type_="
            )
        type_ = items.pop(0)
    elif items and not isinstance(items[0], SchemaItem):
        given = items[0]
        shown = given.__qualname__ if isinstance(given, type) else type(given).__qualname__
        raise ArgumentError(
            f"column {name!r}: an SQL type such as String(50) or Integer is expected, not {shown}"
        )
    return name, NULLTYPE if type_ is None else to_instance(type_), items


def _is_type(given: Any) -> bool:
    return isinstance(given, TypeEngine) or (
        isinstance(given, type) and issubclass(given, TypeEngine)
    )
