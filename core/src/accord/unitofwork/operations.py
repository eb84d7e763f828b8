"""The vocabulary of stages 2 to 5: how rows of a table are written, and what is to be written.

`TableWrites` is known once per (engine, mapper) and kept in the engine's plan cache: for each
column the attribute it is read from, how its type travels, what becomes of it where no value is
given. An `Operation` is rows of one table, of one kind and one shape, their values column by
column in `Cell`s. Nothing here knows a relationship.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, cast

from accord import exc
from accord.dialect.texts import wraps_in_place
from accord.records import dataclass, replace
from accord.schema import ColumnDefault, Sequence as SchemaSequence, Table
from accord.state import NOT_LOADED, STATE_KEY, Change, key_of

from .collect import changes_recorded, mapper_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from accord.dialect.steps import AnyColumn, Bind, Expression
    from accord.mapping import Mapper
    from accord.sql.selectable import FromClause
    from accord.sqltypes.entry import TypeEntry
    from accord.state import Identity

NONE_TYPE: Final = type(None)


class Missing(enum.Enum):
    """What becomes of a column of a new row that no value was given for."""

    NULL = "null"
    #: A Python value or function.
    DEFAULT = "default"
    #: An SQL expression in the INSERT.
    EXPRESSION = "expression"
    #: The database fills it in: server default, identity, computed, autoincrement.
    SERVER = "server"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One column of a table and the attribute that holds its value ("" if none does)."""

    column: AnyColumn
    key: str
    #: How messages call it: "User.name".
    label: str
    entry: TypeEntry
    #: Types whose values need no look at all: native to the driver, and not None.
    plain: frozenset[type]
    missing: Missing
    default: ColumnDefault | SchemaSequence | None
    onupdate: ColumnDefault | SchemaSequence | None
    #: Python's None is a value of the type (JSON null), not the absence of one.
    evaluates_none: bool
    #: NOT NULL, and the type makes no value of None.
    not_null: bool
    primary_key: bool
    #: The `bind_expression` of the type has parameters of its own: rows of one value share a batch
    #: (keys have to stand in the rows: there the parameters are written as literals).
    alone: bool

    @property
    def required(self) -> bool:
        """A new row cannot do without a value."""
        return self.not_null and self.missing is Missing.NULL


@dataclass(frozen=True, slots=True, eq=False)
class TableWrites:
    """How rows of one table are written on one engine. `mapper` is None for a secondary table."""

    bind: Bind
    table: Table
    mapper: Mapper | None
    fields: tuple[Field, ...]
    by_key: dict[str, Field]
    by_column: dict[AnyColumn, Field]
    #: The fields of the primary key, in the order of the identity.
    identity: tuple[Field, ...]
    #: The column whose value the database makes when none is given.
    generated_key: Field | None
    version: Field | None
    #: Fields with a value of their own in every UPDATE, or one the database gives them.
    onupdate: tuple[Field, ...]
    server_onupdate: tuple[Field, ...]

    @property
    def name(self) -> str:
        """The class, or the table where there is none; for messages and plans."""
        return self.table.name if self.mapper is None else self.mapper.class_.__name__


def writes_of(bind: Bind, mapper: Mapper, table: FromClause) -> TableWrites:
    """Return how rows of `mapper` are written to `table` on `bind`."""
    if not isinstance(table, Table):
        raise exc.FlushError(
            f"{mapper.class_.__name__} is mapped to a {type(table).__name__}, which can be read "
            "only; map it to a table to write its objects"
        )
    key = ("unitofwork", mapper.uid, table, bind)  # views of an engine share its plans
    found: TableWrites | None = bind.plans.get(key)  # type: ignore[assignment]  # what was put under this key
    if found is None:
        found = _writes(bind, table, mapper)
        bind.plans.put(key, found)
    return found


def secondary_writes(bind: Bind, table: Table) -> TableWrites:
    """Return how rows of a secondary table are written on `bind`."""
    key = ("unitofwork", None, table, bind)
    found: TableWrites | None = bind.plans.get(key)  # type: ignore[assignment]  # what was put under this key
    if found is None:
        found = _writes(bind, table, None)
        bind.plans.put(key, found)
    return found


def _writes(bind: Bind, table: Table, mapper: Mapper | None) -> TableWrites:
    attributes = {} if mapper is None else mapper.key_by_column
    name = table.name if mapper is None else mapper.class_.__name__
    fields = []
    for column in table.columns:
        if mapper is None:
            key = column.name
        elif column in attributes:
            key = attributes[column]
        elif column.default is None and column.onupdate is None:
            continue
        else:
            key = ""
        fields.append(_field(bind, table, column, key, f"{name}.{key or column.name}"))
    version = None if mapper is None else mapper.version_id_col
    if mapper is not None and callable(mapper.version_id_generator):
        fields = [
            _first_version(field, mapper) if field.column is version else field for field in fields
        ]
    by_column = {field.column: field for field in fields}
    key_columns = table.primary_key if mapper is None else mapper.primary_key
    identity = tuple(by_column[column] for column in key_columns if column in by_column)
    return TableWrites(
        bind=bind,
        table=table,
        mapper=mapper,
        fields=tuple(fields),
        by_key={field.key: field for field in fields if field.key},
        by_column=by_column,
        identity=identity,
        generated_key=_generated_key(table, by_column),
        version=None if version is None else by_column.get(version),
        onupdate=tuple(field for field in fields if field.onupdate is not None),
        server_onupdate=tuple(
            field
            for field in fields
            if field.column.server_onupdate is not None or field.column.computed is not None
        ),
    )


def _first_version(field: Field, mapper: Mapper) -> Field:
    """A new row starts with the version the generator makes of None."""
    generator = cast("Callable[[object], object]", mapper.version_id_generator)
    default = ColumnDefault(lambda: generator(None))
    return replace(field, missing=Missing.DEFAULT, default=default)


def _generated_key(table: Table, fields: dict[AnyColumn, Field]) -> Field | None:
    # The same choice as `KeyNeed.of`: the key plan of the table is about this column.
    for column in table.primary_key:
        field = fields.get(column)
        if field is not None and field.missing in (Missing.SERVER, Missing.EXPRESSION):
            return field
    return None


def _field(bind: Bind, table: Table, column: AnyColumn, key: str, label: str) -> Field:
    entry = bind.dialect.target.types.entry(column.type)
    evaluates_none = bool(column.type.should_evaluate_none)
    alone = not (column.primary_key or wraps_in_place(entry, column))
    return Field(
        column=column,
        key=key,
        label=label,
        entry=entry,
        plain=frozenset() if alone else entry.native - {NONE_TYPE},
        missing=_when_missing(bind, table, column),
        default=None if _ignored(bind, column.default) else column.default,
        onupdate=None if _ignored(bind, column.onupdate) else column.onupdate,
        evaluates_none=evaluates_none,
        not_null=not column.nullable and _stays_null(entry),
        primary_key=bool(column.primary_key),
        alone=alone,
    )


def _ignored(bind: Bind, default: ColumnDefault | SchemaSequence | None) -> bool:
    """Whether this is a sequence, and the database of a kind that has none."""
    return isinstance(default, SchemaSequence) and not bind.dialect.uses_sequence(default)


def _when_missing(bind: Bind, table: Table, column: AnyColumn) -> Missing:
    default = column.default
    if default is not None and not _ignored(bind, default):
        if default.is_sequence and column.primary_key:
            return Missing.SERVER
        sql = default.is_clause_element or default.is_sequence
        return Missing.EXPRESSION if sql else Missing.DEFAULT
    by_server = column.server_default is not None or column.computed is not None
    if by_server or column.identity is not None or column is table.autoincrement_column:
        return Missing.SERVER
    return Missing.NULL


def _stays_null(entry: TypeEntry) -> bool:
    if NONE_TYPE in entry.native:
        return True
    try:
        return entry.bind(None) is None
    except Exception:
        # A type that refuses None says so itself, for the value in question.
        return False


# --- operations ----------------------------------------------------------------------------------


class Kind(enum.IntEnum):
    """What an operation does."""

    UPDATE = 0
    INSERT = 1
    DELETE = 2


class _Unlinked(enum.Enum):
    UNLINKED = "unlinked"


#: In `Cell.parents`: this row has a value of its own.
UNLINKED: Final = _Unlinked.UNLINKED


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One column of an operation: a value for each row.

    `parents`, if there are any, are the objects rows take their value from once it is known
    (None: the value is None): it is in the attribute `sources[type(parent)]`. `computed` says
    that `NOT_LOADED` stands for values the field's default function has still to make.
    """

    field: Field
    values: list[object]
    parents: list[object] | None = None
    sources: dict[type, str] | None = None
    #: All values go to the driver as they are.
    native: bool = False
    #: The objects do not hold these values yet: settle writes them.
    settles: bool = False
    computed: bool = False

    def take(self, rows: Sequence[int]) -> Cell:
        """Return the cell for some of the rows."""
        parents = self.parents
        return replace(
            self,
            values=[self.values[row] for row in rows],
            parents=None if parents is None else [parents[row] for row in rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """Rows of one table to be written alike. Never empty."""

    kind: Kind
    writes: TableWrites
    #: One per row: the object, or the pair of objects of a secondary row.
    objs: list[object]
    cells: tuple[Cell, ...] = ()
    #: What rows are found by (UPDATE, DELETE).
    match: tuple[Cell, ...] = ()
    #: Columns the database evaluates, alike for every row.
    expressions: tuple[tuple[Field, Expression], ...] = ()
    #: Columns whose values the database makes, the key aside: unknown afterwards unless fetched.
    generated: tuple[Field, ...] = ()
    #: The key column whose value the database makes.
    key: Field | None = None
    #: Every row has to be found.
    exact: bool = True
    #: An auxiliary write: no version is counted, no event fired, nothing reported.
    quiet: bool = False
    #: The deleted objects whose rows new objects take over (an UPDATE that settles like an INSERT).
    replaced: list[object] | None = None
    #: The instance dicts of `objs`, if they are at hand.
    dicts: list[dict[str, object]] | None = None

    def take(self, rows: Sequence[int]) -> Operation:
        """Return the operation for some of its rows."""
        replaced = self.replaced
        return replace(
            self,
            dicts=None,
            objs=[self.objs[row] for row in rows],
            replaced=None if replaced is None else [replaced[row] for row in rows],
            cells=tuple([cell.take(rows) for cell in self.cells]),
            match=tuple([cell.take(rows) for cell in self.match]),
        )

    @property
    def holders(self) -> list[object]:
        """The objects that know what the rows hold now."""
        return self.objs if self.replaced is None else self.replaced

    def cell(self, column: AnyColumn) -> Cell | None:
        """Return the cell that writes `column`."""
        for cell in self.cells:
            if cell.field.column is column:
                return cell
        return None


def identity_cells(writes: TableWrites, objs: Sequence[object]) -> tuple[Cell, ...]:
    """Return the primary key columns, holding the identities that persistent objects have."""
    fields = writes.identity
    identities = identities_of(objs)
    if len(fields) == 1:
        return (Cell(fields[0], list(identities)),)
    columns = zip(*cast("Iterable[tuple[object, ...]]", identities), strict=True)
    return tuple([Cell(field, list(values)) for field, values in zip(fields, columns, strict=True)])


def identities_of(objs: Sequence[object]) -> list[Identity | None]:
    """Return the identities of persistent objects of one mapper."""
    dicts = list(map(vars, objs))
    states = [values[STATE_KEY] for values in dicts]
    changed = list(map(type, states)).count(Change)
    if changed == len(states):
        return [state.key for state in states]
    if changed:
        return [key_of(obj) for obj in objs]
    return list(map(mapper_of(type(objs[0])).identity_of, dicts))


def held_value(obj: object, key: str) -> object:
    """Return the value that the row of a persistent object has for `key`; `NOT_LOADED` if
    nobody knows.
    """
    mapper = mapper_of(type(obj))
    if key in mapper.pk_keys:
        identity = key_of(obj)
        if len(mapper.pk_keys) == 1:
            return identity
        return cast("tuple[Identity, ...]", identity)[mapper.pk_keys.index(key)]
    changes = changes_recorded(obj)
    return changes[key] if key in changes else vars(obj).get(key, NOT_LOADED)


def name_of(obj: object) -> str:
    """Name an object (or a pair of them) in messages without showing its values."""
    if isinstance(obj, tuple):
        return " and ".join(map(name_of, obj))
    return f"<{type(obj).__name__} at {id(obj):#x}>"
