"""Stage 2, the columns: objects of one class into columns of values, told apart by shape.

In: objects, and what stands where one of them has no value. Out: `Operation`s of rows that set the
same columns in the same way. Works column by column: rows are told apart only where some lack a
value that others have, or hold an SQL expression.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from accord.schema import ColumnDefault, Sequence
from accord.sql.coercion import expression
from accord.sql.expressions import Null
from accord.sql.nodes import BindParameter
from accord.sqltypes.entry import SQL_NULL
from accord.state import NOT_LOADED

from .collect import is_sql
from .operations import (
    NONE_TYPE,
    UNLINKED,
    Cell,
    Field,
    Kind,
    Missing,
    Operation,
    TableWrites,
)

if TYPE_CHECKING:
    from accord.dialect.steps import AnyColumn, Expression

    from .links import Link

#: The foreign key columns of new rows, and whom they take their values from.
Links = dict["AnyColumn", "Link"]

#: What a row does with a column, as part of its shape (an SQL expression has a mark of its own).
VALUE: Final = "value"
SERVER: Final = "server"
EXPRESSION: Final = "expression"

Policy = Callable[[Field, object], tuple[str, object]]


class Sent(NamedTuple):
    """The mark of a value inside SQL with parameters of its own, which its type's `bind_expression`
    makes: equal values go out together.
    """

    value: Hashable


class Shaped:
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
        if field.alone:
            self._mark_sent(values)
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

    def _mark_sent(self, values: list[object]) -> None:
        """Mark rows whose value goes out inside the SQL expression of its type."""
        marks = self.mixed.get(len(self.cells)) or [VALUE] * len(values)
        for row, value in enumerate(values):
            if marks[row] is VALUE and value is not None and value is not SQL_NULL:
                marks[row] = Sent(_value_key(value))
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
            if type(mark) is Sent:
                value = cell.values[rows[0] if rows else 0]
                expressions.append((field, BindParameter(value, field.column.type, field.key)))
                continue
            if field is writes.generated_key and kind is Kind.INSERT:
                key = field
            else:
                generated.append(field)
            if mark is EXPRESSION:
                expressions.append((field, default_expression(field.default)))
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
    parents: list[object] = list(map(found.get, map(id, objs), repeat(UNLINKED)))
    return None if set(map(type, parents)) == {type(UNLINKED)} else parents


def _sql(value: object) -> Expression:
    element: Expression = expression(value)
    return element


def default_value(default: ColumnDefault | Sequence | None) -> object:
    """Return the value of a Python default; `NOT_LOADED` if its function has still to make it."""
    constant: object = NOT_LOADED
    if isinstance(default, ColumnDefault) and default.is_scalar:
        constant = default.arg
    return constant


def default_expression(default: ColumnDefault | Sequence | None) -> Expression:
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


def _value_key(value: object) -> Hashable:
    try:
        hash(value)
    except TypeError:
        return id(value)
    return (type(value), value)
