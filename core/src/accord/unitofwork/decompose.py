"""Stage 2: objects into operations on single tables.

In: `Work` and `Relations`. Out: `Operation`s, in no particular order. Values that depend on
rows not written yet (foreign keys of new parents) stay references, values of Python default
functions are left for stage 4: nothing here runs user code or changes an object. A row that
cannot be written (NOT NULL without a value, a key that would vanish) is refused before anything
is sent. Works column by column; rows are told apart only where some lack a value that others
have.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from accord import exc
from accord.schema import ColumnDefault, Sequence
from accord.sql.coercion import expression
from accord.sql.expressions import Null
from accord.sqltypes.entry import SQL_NULL
from accord.state import NOT_LOADED, key_of

from .collect import ByMapper, ByNames, Work, by_mapper, is_sql, net_changes, same_value
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
    from accord.dialect.steps import AnyColumn, Expression
    from accord.mapping import Mapper

    from .protocols import FlushSession
    from .relate import Link, Relations

Links = dict["AnyColumn", "Link"]


def decompose(session: FlushSession, work: Work, relations: Relations) -> list[Operation]:
    """Return what has to be done to which table."""
    operations: list[Operation] = []
    deleted = relations.deleted
    linked = _kept(relations) if relations.linked else {}
    for mapper in dict.fromkeys([*work.changed, *linked]):
        changed = work.changed.get(mapper, {})
        if deleted:
            changed = _without(changed, deleted)
        for writes in tables(session, mapper):
            operations += updates(writes, changed, linked.get(mapper, []), relations)
    for mapper, objs in work.new.items():
        for writes in tables(session, mapper):
            operations += _additions(writes, objs, relations)
    if relations.pairs or relations.rekeyed:
        operations += secondary_operations(session, relations)
    taken = set(map(id, relations.taken.values()))
    gone = [obj for key, obj in deleted.items() if key not in taken]
    for mapper, objs in by_mapper(gone).items() if gone else ():
        for writes in tables(session, mapper):
            match = identity_cells(writes, objs)
            operations.append(Operation(Kind.DELETE, writes, objs, match=match))
    return operations


def _additions(writes: TableWrites, objs: list[object], relations: Relations) -> list[Operation]:
    """Return what brings new objects into their table."""
    if not relations.taken:
        return inserts(writes, objs, relations.links)
    operations = takeovers(writes, objs, relations)
    rest = [obj for obj in objs if id(obj) not in relations.taken]
    return operations + (inserts(writes, rest, relations.links) if rest else [])


def _kept(relations: Relations) -> ByMapper:
    """Return the persistent children that are not deleted."""
    deleted = relations.deleted
    return by_mapper([obj for key, obj in relations.linked.items() if key not in deleted])


def _without(groups: ByNames, deleted: dict[int, object]) -> ByNames:
    """Leave out what turned out to be deleted."""
    return {
        names: [obj for obj in objs if id(obj) not in deleted] for names, objs in groups.items()
    }


def tables(session: FlushSession, mapper: Mapper) -> list[TableWrites]:
    """Return the tables an object of `mapper` has a row in, base table first (one, without
    inheritance).
    """
    bind = session.route(mapper)
    return [writes_of(bind, mapper, table) for table in mapper.tables]


# --- INSERT --------------------------------------------------------------------------------------


def inserts(writes: TableWrites, objs: list[object], links: Links) -> list[Operation]:
    """Return the INSERTs of new objects: one for each set of columns that is given."""
    shaped = _Shaped(objs, _when_missing)
    shaped.take(writes.fields, links, writes.generated_key)
    return shaped.operations(Kind.INSERT, writes)


def takeovers(writes: TableWrites, objs: list[object], relations: Relations) -> list[Operation]:
    """Return the UPDATEs by which new objects take over the rows of deleted ones.

    Every column but the key is written; what an INSERT leaves to the database stays as it is.
    """
    objs = [obj for obj in objs if id(obj) in relations.taken]
    if not objs:
        return []
    shaped = _Shaped(objs, _when_missing)
    fields = [field for field in writes.fields if not field.primary_key]
    shaped.take(fields, relations.links)
    found: list[Operation] = []
    for operation in shaped.operations(Kind.UPDATE, writes):
        match = identity_cells(writes, operation.objs)
        replaced = [relations.taken[id(obj)] for obj in operation.objs]
        # Where nothing else is to be set, the key is set to itself.
        cells = operation.cells if operation.cells or operation.expressions else match
        found.append(replace(operation, cells=cells, match=match, replaced=replaced))
    return found


def _when_missing(field: Field, obj: object) -> tuple[str, object]:
    """Return what a new row does with a column no value was given for, and the value if it has
    one.
    """
    if field.missing is Missing.DEFAULT:
        return VALUE, _made(field.default)
    if field.missing is Missing.SERVER:
        return SERVER, None
    if field.missing is Missing.EXPRESSION:
        return EXPRESSION, None
    return _when_emptied(field, obj)


# --- UPDATE --------------------------------------------------------------------------------------


def updates(
    writes: TableWrites, changed: ByNames, linked: list[object], relations: Relations
) -> list[Operation]:
    """Return the UPDATEs of persistent objects: one for each set of columns that differ."""
    mapper, links = writes.mapper, relations.links
    assert mapper is not None
    groups = net_changes(mapper, changed)
    fields = [field for field in writes.fields if field.column in links] if linked else []
    if fields:
        known = {id(obj) for objs in groups.values() for obj in objs}
        groups.setdefault((), []).extend([obj for obj in linked if id(obj) not in known])
        groups = _with_links(groups, fields, relations)
    found: list[Operation] = []
    for names, objs in groups.items():
        written = [name for name in names if name in writes.by_key]
        if not written or not objs:
            continue
        shaped = _Shaped(objs, _when_emptied)
        shaped.take([writes.by_key[name] for name in written], links)
        found += [_completed(op, written) for op in shaped.operations(Kind.UPDATE, writes)]
    return found


def _with_links(groups: ByNames, fields: list[Field], relations: Relations) -> ByNames:
    """Group anew, with the foreign keys that relationships change."""
    found: ByNames = {}
    for names, objs in groups.items():
        for obj in objs:
            more = [field.key for field in fields if _differs(field, relations, obj)]
            both = tuple(sorted({*names, *more})) if more else names
            found.setdefault(both, []).append(obj)
    return found


def _differs(field: Field, relations: Relations, obj: object) -> bool:
    """Tell whether the foreign key of the row is not what relationships make it."""
    link = relations.links[field.column]
    parent = link.parents.get(id(obj), UNLINKED)
    if parent is UNLINKED:
        return False
    old = held_value(obj, field.key)
    if parent is None:
        return old is not None
    if key_of(parent) is None and id(parent) not in relations.taken:
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
            made = _made(onupdate)
            values: list[object] = [made] * len(operation.objs)
            cells.append(Cell(field, values, settles=True, computed=made is NOT_LOADED))
    generated += [field for field in writes.server_onupdate if field.key not in names]
    return Operation(
        Kind.UPDATE,
        writes,
        operation.objs,
        tuple(cells),
        identity_cells(writes, operation.objs),
        tuple(expressions),
        tuple(dict.fromkeys(generated)),
    )


def _when_emptied(field: Field, obj: object) -> tuple[str, object]:
    """Return what stands for None in a column: SQL NULL, if the column can be NULL."""
    if not field.not_null:
        return VALUE, SQL_NULL if field.evaluates_none else None
    what = f"{field.label} of {name_of(obj)}"
    if not field.primary_key:
        raise exc.MissingValueError(
            f"{what} has no value: its column is NOT NULL and has no default. Set it before the "
            "flush, or give the column default= or server_default="
        )
    if key_of(obj) is None:
        raise exc.MissingValueError(
            f"{what} has no value: it is part of the primary key, and neither Python nor the "
            "database makes one. Set it before the flush, or give the column default= or "
            "autoincrement=True"
        )
    raise exc.FlushError(
        f"{what} is part of its primary key and cannot become None: the object lost the parent it "
        'takes the value from. Delete it with its parent (cascade="all, delete-orphan"), leave it '
        'to the database (passive_deletes="all"), or give it another parent'
    )


# --- rows of different shapes ----------------------------------------------------------------

#: What a row does with a column, as part of its shape (an SQL expression has a mark of its own).
VALUE: Final = "value"
SERVER: Final = "server"
EXPRESSION: Final = "expression"

Policy = Callable[[Field, object], tuple[str, object]]


class _Shaped:
    """Objects taken apart column by column, and the shapes their rows fall into.

    `policy` says what stands where an object has no value.
    """

    def __init__(self, objs: list[object], policy: Policy) -> None:
        self.objs = objs
        self.dicts = list(map(vars, objs))
        self.policy = policy
        self.cells: list[Cell] = []
        #: Position of a column → what all rows do with it, or what each does; not in either if
        #: every row has a value.
        self.uniform: dict[int, Hashable] = {}
        self.mixed: dict[int, list[Hashable]] = {}

    def take(self, fields: Iterable[Field], links: Links, counted: Field | None = None) -> None:
        """Take the values of columns; `counted` is the key column the database may make."""
        for field in fields:
            key = field.key
            try:
                values: list[object] = [values[key] for values in self.dicts]
            except KeyError:
                values = [values.get(key) for values in self.dicts]
            kinds = set(map(type, values))
            if links and field.column in links:
                parents = _parents(self.objs, links[field.column])
                if parents is not None:
                    self._take_linked(field, values, kinds, parents, links[field.column])
                    continue
            if field.plain.issuperset(kinds):
                self.cells.append(Cell(field, values, native=True))
            elif field is counted and kinds == _NULL and field.missing is Missing.SERVER:
                self.uniform[len(self.cells)] = SERVER
                self.cells.append(Cell(field, values))
            else:
                self._take_odd(field, values, kinds)

    def _take_odd(self, field: Field, values: list[object], kinds: set[type]) -> None:
        """Take a column with values that need a look: None, SQL, types the driver does not know."""
        lacking: list[int] = []
        if NONE_TYPE in kinds:
            lacking = [row for row, value in enumerate(values) if value is None]
            if field.evaluates_none:
                lacking = [row for row in lacking if field.key not in self.dicts[row]]
        made = self._fill(field, values, lacking) if lacking else None
        sql = {kind for kind in kinds - field.plain if kind is not NONE_TYPE and is_sql(kind)}
        if sql:
            self._mark_sql(values, sql, range(len(values)))
        self.cells.append(
            Cell(
                field,
                values,
                native=made is None and not sql and field.entry.native.issuperset(kinds),
                settles=bool(sql or lacking),
                computed=made is NOT_LOADED,
            )
        )

    def _take_linked(
        self,
        field: Field,
        values: list[object],
        kinds: set[type],
        parents: list[object],
        link: Link,
    ) -> None:
        """Take a foreign key column in which some rows take their value from a parent."""
        lacking: list[int] = []
        own: list[int] = []
        if not {type(UNLINKED), NONE_TYPE}.isdisjoint(map(type, parents)):
            own = [row for row, parent in enumerate(parents) if parent is UNLINKED]
            lacking = [row for row, parent in enumerate(parents) if parent is None]
            lacking += [row for row in own if values[row] is None]
        made = self._fill(field, values, lacking) if lacking else None
        for row in lacking:
            parents[row] = UNLINKED
        sql = {kind for kind in kinds - field.plain if kind is not NONE_TYPE and is_sql(kind)}
        if own and sql:
            self._mark_sql(values, sql, own)
        computed = made is NOT_LOADED
        self.cells.append(
            Cell(field, values, parents, link.sources, settles=True, computed=computed)
        )

    def _fill(self, field: Field, values: list[object], lacking: list[int]) -> object:
        """Put what stands for a missing value where one is missing, and return it."""
        mark, value = self.policy(field, self.objs[lacking[0]])
        if mark is VALUE:
            for row in lacking:
                values[row] = value
        elif len(lacking) == len(values):
            self.uniform[len(self.cells)] = mark
        else:
            marks: list[Hashable] = [VALUE] * len(values)
            for row in lacking:
                marks[row] = mark
            self.mixed[len(self.cells)] = marks
        return value

    def _mark_sql(self, values: list[object], sql: set[type], rows: Iterable[int]) -> None:
        """Mark rows whose value is an SQL expression; `null()` is a value like any other."""
        marks = self.mixed.get(len(self.cells)) or [VALUE] * len(values)
        for row in rows:
            value = values[row]
            if type(value) is Null:
                values[row] = SQL_NULL
            elif type(value) in sql:
                marks[row] = _expression_key(value)
                self.mixed[len(self.cells)] = marks

    def operations(self, kind: Kind, writes: TableWrites) -> list[Operation]:
        """Return the rows as operations, one for each shape."""
        if not self.mixed:
            return [self._operation(kind, writes, self.uniform, None)]
        shapes: dict[tuple[Hashable, ...], list[int]] = {}
        for row, shape in enumerate(zip(*self.mixed.values(), strict=True)):
            shapes.setdefault(shape, []).append(row)
        found: list[Operation] = []
        for shape, rows in shapes.items():
            marks = {**self.uniform, **dict(zip(self.mixed, shape, strict=True))}
            found.append(self._operation(kind, writes, marks, rows))
        return found

    def _operation(
        self,
        kind: Kind,
        writes: TableWrites,
        marks: dict[int, Hashable],
        rows: list[int] | None,
    ) -> Operation:
        """Return the rows of one shape; None stands for all rows."""
        cells: list[Cell] = []
        expressions: list[tuple[Field, Expression]] = []
        generated: list[Field] = []
        key: Field | None = None
        for index, cell in enumerate(self.cells):
            mark = marks.get(index, VALUE)
            if mark is VALUE:
                cells.append(cell if rows is None else cell.take(rows))
                continue
            field = cell.field
            if field is writes.generated_key and kind is Kind.INSERT:
                key = field
            else:
                generated.append(field)
            if mark is EXPRESSION:
                expressions.append((field, _default_expression(field.default)))
            elif mark is not SERVER:
                expressions.append((field, _sql(cell.values[rows[0] if rows else 0])))
        objs = self.objs if rows is None else [self.objs[row] for row in rows]
        return Operation(
            kind,
            writes,
            objs,
            tuple(cells),
            expressions=tuple(expressions),
            generated=tuple(generated),
            key=key,
            dicts=self.dicts if rows is None else None,
        )


_NULL: Final = frozenset({NONE_TYPE})


def _parents(objs: list[object], link: Link) -> list[object] | None:
    """Return the parent of each object; None if the link is about none of them."""
    found = link.parents
    parents: list[object] = [found.get(id(obj), UNLINKED) for obj in objs]
    return None if set(map(type, parents)) == {type(UNLINKED)} else parents


def _sql(value: object) -> Expression:
    element: Expression = expression(value)
    return element


def _made(default: ColumnDefault | Sequence | None) -> object:
    """Return the value of a Python default; `NOT_LOADED` if its function has still to make it."""
    constant: object = NOT_LOADED
    if isinstance(default, ColumnDefault) and default.is_scalar:
        constant = default.arg
    return constant


def _default_expression(default: ColumnDefault | Sequence | None) -> Expression:
    if isinstance(default, Sequence):
        return default.next_value()
    assert default is not None
    return _sql(default.arg)


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
