"""Stage 2: objects into operations on single tables.

In: `Work` and `Relations`. Out: `Operation`s, in no particular order. Values that depend on rows not written yet
(foreign keys of new parents) stay references, values of Python default functions are left for stage 4: nothing
here runs user code or changes an object. A row that cannot be written (NOT NULL without a value, a key that
would vanish) is refused before anything is sent. Works column by column; rows are told apart only where some lack
a value that others have.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from accord import exc
from accord.sql.coercion import expression
from accord.sql.expressions import Null
from accord.sql.nodes import ClauseElement
from accord.sqltypes.entry import SQL_NULL
from accord.state import NOT_LOADED, key_of

from .collect import Names, Work, by_mapper, net_changes, same_value
from .operations import (
    NONE_TYPE,
    UNLINKED,
    Cell,
    Field,
    Kind,
    Missing,
    Operation,
    TableWrites,
    held_value,
    identity_cells,
    name_of,
    writes_of,
)
from .secondary import secondary_operations

if TYPE_CHECKING:
    from accord.mapping import Mapper
    from accord.schema import Column
    from accord.schema.defaults import ColumnDefault
    from accord.schema.sequence import Sequence
    from accord.sql.nodes import ColumnElement

    from .protocols import FlushSession
    from .relate import Link, Relations

Links = dict["Column", "Link"]


def decompose(session: FlushSession, work: Work, relations: Relations) -> list[Operation]:
    """Return what has to be done to which table."""
    operations: list[Operation] = []
    deleted = relations.deleted
    linked = by_mapper(obj for key, obj in relations.linked.items() if key not in deleted)
    for mapper in dict.fromkeys([*work.changed, *linked]):
        changed = [obj for obj in work.changed.get(mapper, ()) if id(obj) not in deleted]
        for writes in tables(session, mapper):
            operations += updates(writes, changed, linked.get(mapper, []), relations.links)
    for mapper, objs in work.new.items():
        for writes in tables(session, mapper):
            operations += inserts(writes, objs, relations.links)
    operations += secondary_operations(session, relations)
    for mapper, objs in by_mapper(deleted.values()).items():
        for writes in tables(session, mapper):
            match = identity_cells(writes, objs)
            operations.append(Operation(Kind.DELETE, writes, objs, match=match))
    return operations


def tables(session: FlushSession, mapper: Mapper) -> list[TableWrites]:
    """Return the tables an object of `mapper` has a row in, base table first (one, without inheritance)."""
    bind = session.route(mapper)
    return [writes_of(bind, mapper, table) for table in mapper.tables]


# --- INSERT --------------------------------------------------------------------------------------


def inserts(writes: TableWrites, objs: list[object], links: Links) -> list[Operation]:
    """Return the INSERTs of new objects: one for each set of columns that is given."""
    shaped = _Shaped(objs, _when_missing)
    for field in writes.fields:
        shaped.add(field, links)
    operations = shaped.operations(Kind.INSERT, writes)
    key = writes.generated_key
    if key is None:
        return operations
    return [
        replace(op, key=key, generated=tuple([field for field in op.generated if field is not key]))
        if key in op.generated
        else op
        for op in operations
    ]


def _when_missing(field: Field, obj: object) -> tuple[Mark, object]:
    """Return what a new row does with a column no value was given for, and the value if it has one."""
    if field.missing is Missing.DEFAULT:
        assert field.default is not None
        default = cast("ColumnDefault", field.default)
        return Mark.VALUE, default.arg if default.is_scalar else NOT_LOADED
    if field.missing is Missing.SERVER:
        return Mark.SERVER, None
    if field.missing is Missing.EXPRESSION:
        return Mark.EXPRESSION, None
    return _when_emptied(field, obj)


# --- UPDATE --------------------------------------------------------------------------------------


def updates(
    writes: TableWrites, changed: list[object], linked: list[object], links: Links
) -> list[Operation]:
    """Return the UPDATEs of persistent objects: one for each set of columns that differ from the row."""
    mapper = writes.mapper
    assert mapper is not None
    groups = net_changes(mapper, changed) if changed else {}
    fields = [field for field in writes.fields if field.column in links] if linked else []
    if fields:
        known = set(map(id, changed))
        groups.setdefault((), []).extend([obj for obj in linked if id(obj) not in known])
        groups = _with_links(groups, fields, links)
    found: list[Operation] = []
    for names, objs in groups.items():
        written = [name for name in names if name in writes.by_key]
        if not written:
            continue
        shaped = _Shaped(objs, _when_emptied)
        for name in written:
            shaped.add(writes.by_key[name], links)
        found += [_completed(op, written) for op in shaped.operations(Kind.UPDATE, writes)]
    return found


def _with_links(
    groups: dict[Names, list[object]], fields: list[Field], links: Links
) -> dict[Names, list[object]]:
    """Group anew, with the foreign keys that relationships change."""
    found: dict[Names, list[object]] = {}
    for names, objs in groups.items():
        for obj in objs:
            more = [field.key for field in fields if _differs(field, links[field.column], obj)]
            both = tuple(sorted({*names, *more})) if more else names
            found.setdefault(both, []).append(obj)
    return found


def _differs(field: Field, link: Link, obj: object) -> bool:
    """Tell whether the foreign key of the row is not what `link` makes it."""
    parent = link.parents.get(id(obj), UNLINKED)
    if parent is UNLINKED:
        return False
    old = held_value(obj, field.key)
    if parent is None:
        return old is not None
    if key_of(parent) is None:
        return True
    new = vars(parent).get(link.sources[type(parent)], NOT_LOADED)
    return new is NOT_LOADED or not same_value(field.column.type, old, new)


def _completed(operation: Operation, names: list[str]) -> Operation:
    """Add to an UPDATE what finds its rows, and what every UPDATE of its table writes."""
    writes = operation.writes
    cells, expressions = list(operation.cells), list(operation.expressions)
    generated = list(operation.generated)
    for field in writes.onupdate:
        onupdate = field.onupdate
        if onupdate is None or field.key in names:
            continue
        if onupdate.is_clause_element or onupdate.is_sequence:
            expressions.append((field, _default_expression(onupdate)))
            generated.append(field)
        else:
            made = cast("ColumnDefault", onupdate).arg if onupdate.is_scalar else NOT_LOADED
            values: list[object] = [made] * len(operation.objs)
            cells.append(Cell(field, values, settles=True, computed=made is NOT_LOADED))
    generated += [field for field in writes.server_onupdate if field.key not in names]
    return replace(
        operation,
        cells=tuple(cells),
        match=identity_cells(writes, operation.objs),
        expressions=tuple(expressions),
        generated=tuple(generated),
    )


def _when_emptied(field: Field, obj: object) -> tuple[Mark, object]:
    """Return what stands for None in a column: SQL NULL, if the column can be NULL."""
    if not field.not_null:
        return Mark.VALUE, SQL_NULL if field.evaluates_none else None
    if not field.primary_key:
        raise exc.MissingValueError(
            f"{field.label} of {name_of(obj)} has no value: its column is NOT NULL and has no default. Set it "
            "before the flush, or give the column default= or server_default="
        )
    if key_of(obj) is None:
        raise exc.MissingValueError(
            f"{field.label} of {name_of(obj)} has no value: it is part of the primary key, and neither Python nor "
            "the database makes one. Set it before the flush, or give the column default= or autoincrement=True"
        )
    raise exc.FlushError(
        f"{field.label} of {name_of(obj)} is part of its primary key and cannot become None: the object lost the "
        'parent it takes the value from. Delete it with its parent (cascade="all, delete-orphan"), leave it to '
        'the database (passive_deletes="all"), or give it another parent'
    )


# --- rows of different shapes ------------------------------------------------------------------------


class Mark(enum.Enum):
    """What a row does with a column, as part of its shape (an SQL expression is a mark of its own)."""

    VALUE = enum.auto()
    SERVER = enum.auto()
    EXPRESSION = enum.auto()


Policy = Callable[[Field, object], tuple[Mark, object]]


class _Shaped:
    """Objects taken apart column by column, and the shapes their rows fall into.

    `policy` says what stands where an object has no value.
    """

    def __init__(self, objs: list[object], policy: Policy) -> None:
        self.objs = objs
        self.dicts = list(map(vars, objs))
        self.policy = policy
        self.cells: list[Cell] = []
        #: Column position → the mark of each row; columns in which every row has a value are not in it.
        self.marks: dict[int, list[Hashable]] = {}

    def add(self, field: Field, links: Links) -> None:
        """Take the values of one column."""
        key = field.key
        values: list[object] = [values.get(key) for values in self.dicts]
        kinds = set(map(type, values))
        link = links.get(field.column) if links else None
        parents = None if link is None else self._parents(link)
        if parents is None and field.plain.issuperset(kinds):
            self.cells.append(Cell(field, values, native=True))
            return
        marks: list[Hashable] = []
        computed = False
        lacking = self._lacking(field, values, parents) if parents or NONE_TYPE in kinds else []
        if lacking:
            mark, value = self.policy(field, self.objs[lacking[0]])
            computed = value is NOT_LOADED
            if mark is not Mark.VALUE:
                marks = [Mark.VALUE] * len(values)
            for row in lacking:
                values[row] = value
                if marks:
                    marks[row] = mark
                if parents is not None:
                    parents[row] = UNLINKED
        sql = {kind for kind in kinds - field.plain if _is_sql(kind)}
        if sql:
            marks = self._mark_sql(values, parents, sql, marks)
        if marks:
            self.marks[len(self.cells)] = marks
        sources = None if link is None else link.sources
        self.cells.append(Cell(field, values, parents, sources, settles=True, computed=computed))

    def _parents(self, link: Link) -> list[object] | None:
        found = link.parents
        parents: list[object] = [found.get(id(obj), UNLINKED) for obj in self.objs]
        return None if set(map(type, parents)) == {type(UNLINKED)} else parents

    def _lacking(
        self, field: Field, values: list[object], parents: list[object] | None
    ) -> list[int]:
        """Return the rows that have neither a value nor a parent to take it from."""
        if parents is None:
            lacking = [row for row, value in enumerate(values) if value is None]
        else:
            lacking = [
                row
                for row, parent in enumerate(parents)
                if parent is None or (parent is UNLINKED and values[row] is None)
            ]
        if field.evaluates_none:
            dicts, key = self.dicts, field.key
            return [
                row
                for row in lacking
                if key not in dicts[row] or (parents is not None and parents[row] is None)
            ]
        return lacking

    def _mark_sql(
        self,
        values: list[object],
        parents: list[object] | None,
        sql: set[type],
        marks: list[Hashable],
    ) -> list[Hashable]:
        """Mark rows whose value is an SQL expression; `null()` is a value like any other."""
        for row, value in enumerate(values):
            if type(value) not in sql or (parents is not None and parents[row] is not UNLINKED):
                continue
            if type(value) is Null:
                values[row] = SQL_NULL
                continue
            marks = marks or [Mark.VALUE] * len(values)
            marks[row] = _expression_key(value)
        return marks

    def operations(self, kind: Kind, writes: TableWrites) -> list[Operation]:
        """Return the rows as operations, one for each shape."""
        if not self.marks:
            return [Operation(kind, writes, self.objs, tuple(self.cells))]
        shapes: dict[tuple[Hashable, ...], list[int]] = {}
        for row, shape in enumerate(zip(*self.marks.values(), strict=True)):
            shapes.setdefault(shape, []).append(row)
        return [
            self._operation(kind, writes, dict(zip(self.marks, shape, strict=True)), rows)
            for shape, rows in shapes.items()
        ]

    def _operation(
        self, kind: Kind, writes: TableWrites, shape: dict[int, Hashable], rows: list[int]
    ) -> Operation:
        """Return the rows of one shape."""
        cells: list[Cell] = []
        expressions: list[tuple[Field, ColumnElement]] = []
        generated: list[Field] = []
        every = len(rows) == len(self.objs)
        for index, cell in enumerate(self.cells):
            mark = shape.get(index, Mark.VALUE)
            if mark is Mark.VALUE:
                cells.append(cell if every else cell.take(rows))
                continue
            field = cell.field
            generated.append(field)
            if mark is Mark.EXPRESSION:
                assert field.default is not None
                expressions.append((field, _default_expression(field.default)))
            elif mark is not Mark.SERVER:
                expressions.append((field, _sql(cell.values[rows[0]])))
        return Operation(
            kind,
            writes,
            self.objs if every else [self.objs[row] for row in rows],
            tuple(cells),
            expressions=tuple(expressions),
            generated=tuple(generated),
        )


def _is_sql(kind: type) -> bool:
    return issubclass(kind, ClauseElement) or hasattr(kind, "__clause_element__")


def _sql(value: object) -> ColumnElement:
    element: ColumnElement = expression(value)
    return element


def _default_expression(default: ColumnDefault | Sequence) -> ColumnElement:
    if default.is_sequence:
        return cast("Sequence", default).next_value()
    return _sql(cast("ColumnDefault", default).arg)


def _expression_key(value: object) -> Hashable:
    """Return equal keys for expressions that are the same SQL with the same parameters."""
    element = _sql(value)
    values = [bind.effective_value for bind in element.binds]
    key = (element.cache_key, tuple([(type(item), item) for item in values]))
    try:
        hash(key)
    except TypeError:
        return id(value)
    return key
