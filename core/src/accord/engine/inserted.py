"""What a statement wrote: Python-side defaults before it runs, keys of new rows afterwards.

In: a DML statement, its `Compiled`, the values given. Out: the values of column defaults, the
primary key of an inserted row (given, made by a default, `lastrowid`, or returned).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.engine.row import Row, shape_of
from accord.sql.nodes import BindParameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.engine.connection import Connection
    from accord.engine.engine import Engine
    from accord.sql.compiled import Compiled
    from accord.sql.target import RenderTarget

    Given = Mapping[str, Any]


class DefaultContext:
    """What a default function that takes an argument gets: the row as far as it is known."""

    def __init__(
        self, connection: Connection, compiled: Compiled, statement: Any, values: dict[str, Any]
    ) -> None:
        self.connection = self.root_connection = connection
        self.engine = connection.engine
        self.dialect = connection.engine.dialect
        self.compiled = compiled
        self.statement = statement
        self.isinsert = bool(statement.is_insert)
        self.isupdate = bool(statement.is_update)
        self.current_column: Any = None
        self.current_parameters = values

    def get_current_parameters(self, isolate_multiinsert_groups: bool = True) -> dict[str, Any]:
        """The values of the row, by column name; those of later defaults are not in it yet."""
        return self.current_parameters


def defaults_for(
    connection: Connection, compiled: Compiled, statement: Any, given: Given
) -> dict[str, Any]:
    """`given` with the values of the Python-side column defaults that the statement needs."""
    values = dict(given)
    rows: dict[int, dict[str, Any]] = {}
    for position, column in compiled.prefetch:
        name = str(compiled.slots[position])
        if name in values:
            continue
        number = _row_number(statement, column, name)
        row = rows.get(number)
        if row is None:
            row = rows[number] = _row_so_far(statement, compiled, given, number)
        default = column.onupdate if statement.is_update else column.default
        if default.is_callable:
            context = DefaultContext(connection, compiled, statement, row)
            context.current_column = column
            value = default.arg(context)
        elif default.is_sequence or default.is_clause_element:
            value = connection.scalar(default if default.is_sequence else default.arg)
        else:
            value = default.arg
        values[name] = row[str(column.key)] = value
    return values


def _row_number(statement: Any, column: Any, name: str) -> int:
    """Which row of a multi-row VALUES the parameter `name` belongs to; 0 for a single row."""
    if statement.is_insert and statement.parts.rows is not None:
        return int(name.removeprefix(f"{column.key}_m"))
    return 0


def _row_so_far(statement: Any, compiled: Compiled, given: Given, number: int) -> dict[str, Any]:
    block = statement.parts.rows if statement.is_insert else None
    if block is None:
        return _written_values(statement, compiled, given)
    cells = zip(block.columns, block.rows[number], strict=True)
    values = [(column, node) for column, node in cells if isinstance(node, BindParameter)]
    return {str(column.key): node.effective_value for column, node in values}


# --- afterwards ----------------------------------------------------------------------------------


class Written:
    """What an INSERT, UPDATE or DELETE was, for a result to answer questions about it.

    `fetched` are raw rows that came back because accord asked for them, not the program.
    """

    __slots__ = ("_compiled", "_counted", "_fetched", "_sets", "_statement", "many")

    def __init__(
        self,
        statement: Any,
        compiled: Compiled,
        sets: Sequence[Given],
        *,
        many: bool,
        count: int = -1,
        fetched: list[Any] | None = None,
    ) -> None:
        self._statement = statement
        self._compiled = compiled
        self._sets = sets
        self._counted = count
        self._fetched = fetched
        self.many = many

    @property
    def is_insert(self) -> bool:
        """Whether it was an INSERT."""
        return bool(self._statement.is_insert)

    @property
    def is_update(self) -> bool:
        """Whether it was an UPDATE."""
        return bool(self._statement.is_update)

    @property
    def has_returning(self) -> bool:
        """Whether the user asked for rows."""
        return bool(self._statement.parts.returning_columns)

    def values(self) -> Any:
        """The values written, by column name; a list for several sets."""
        rows = [_written_values(self._statement, self._compiled, given) for given in self._sets]
        return rows if self.many else rows[0]

    def prefetched(self) -> list[Any]:
        """Columns whose Python-side default was made before the statement ran."""
        return list(dict.fromkeys([column for _, column in self._compiled.prefetch]))

    def postfetched(self) -> list[Any]:
        """Columns whose value was made by the database: SQL defaults, SQL given as a value."""
        statement, given = self._statement, self._sets[0] if self._sets else {}
        assigned = dict(getattr(statement.parts, "assignments", {}))
        found = []
        for column in statement.table.c:
            pair = assigned.get(column.cache_key)
            if str(column.key) in given or (pair is not None and _is_value(pair[1])):
                continue
            if pair is not None or (not column.primary_key and _generated(column, statement)):
                found.append(column)
        return found

    def returned_rows(self) -> list[Row[Any]] | None:
        """What was fetched beside the statement."""
        if not self._fetched:
            return None
        shape = shape_of(self._compiled.columns)
        rows = self._fetched if shape.converter is None else shape.converter(self._fetched)
        return [shape.row_class(row) for row in rows]

    def primary_key(self, lastrowid: int | None) -> Row[Any]:
        """The key of the one row inserted."""
        values = self.values() if self._is_one_row() else {}
        returned = self.returned_rows()
        if returned:
            values = {**values, **returned[0]._asdict()}
        elif self._numbered_by_driver() and lastrowid is not None:
            key = str(self._statement.table.autoincrement_column.key)
            if values.get(key) is None:
                values = {**values, key: lastrowid}
        return self._key_row(values)

    def primary_keys(self) -> list[Row[Any]]:
        """The keys of several rows, as far as they are known."""
        returned = self.returned_rows()
        rows: list[dict[str, Any]] = self.values()
        if returned is not None and len(returned) == len(rows):
            pairs = zip(rows, returned, strict=True)
            rows = [{**values, **fetched._asdict()} for values, fetched in pairs]
        return [self._key_row(values) for values in rows]

    def _key_row(self, values: Mapping[str, Any]) -> Row[Any]:
        names = tuple([str(column.key) for column in self._statement.table.primary_key])
        return shape_of(names).row_class([values.get(name) for name in names])

    def _is_one_row(self) -> bool:
        parts = self._statement.parts
        return parts.rows is None and parts.query is None

    def _numbered_by_driver(self) -> bool:
        """Whether `lastrowid` is the key of a row this statement has inserted."""
        if not self._is_one_row() or self._counted == 0 or self._statement.parts.is_inline:
            return False
        return _counting_column(self._statement.table, self._compiled.target) is not None


def _written_values(statement: Any, compiled: Compiled, given: Given) -> dict[str, Any]:
    """The values of one row by column key: in the statement, given, made by defaults."""
    values: dict[str, Any] = {}
    for column, node in statement.parts.assignments.values():
        if isinstance(node, BindParameter):
            name = str(node.name)
            values[str(column.key)] = given.get(name, node.effective_value)
    own = {str(column.key) for column in statement.table.c}
    values.update({name: value for name, value in given.items() if name in own})
    return values


def implicit_returning(
    engine: Engine, statement: Any, compiled: Compiled, keys: tuple[str, ...] | None
) -> Any:
    """The statement with RETURNING added, when that is how its key or defaults come back; else
    None.
    """
    parts = statement.parts
    asked = parts.returned_defaults is not None
    if compiled.returns_rows or not (asked or statement.is_insert):
        return None
    if not asked and _key_needs_nothing(engine, statement):
        return None
    upserts = statement.is_insert and bool(parts.post_values_clauses)
    if upserts and not engine.dialect.target.upsert_returning:
        return None
    remembered = engine.plans.get(("returning", statement.key, keys))
    if remembered is not None:
        columns: tuple[Any, ...] = remembered
    else:
        columns = tuple(columns_to_fetch(engine, statement, compiled, keys))
        engine.plans.put(("returning", statement.key, keys), columns)
    return returning_beside(statement, columns) if columns else None


def returning_beside(statement: Any, columns: Sequence[Any]) -> Any:
    """The statement with RETURNING of columns that only accord asks for."""
    return statement._then("returning", tuple(columns), False)


def _key_needs_nothing(engine: Engine, statement: Any) -> bool:
    """Whether the driver's `lastrowid` answers for the whole key, as in the frequent case."""
    table = statement.table
    capabilities = engine.capabilities
    if capabilities is None or not capabilities.keys.lastrowid:
        return False
    counting = _counting_column(table, engine.dialect.target)
    if statement.parts.post_values_clauses and capabilities.dml.returning_insert:
        return False  # of a row that was there already, `lastrowid` knows nothing
    return len(table.primary_key) == 1 and counting is not None


def _counting_column(table: Any, target: RenderTarget) -> Any:
    """The key column that the INSERT itself numbers, so that `lastrowid` is about it: not one that
    takes its numbers from a sequence.
    """
    column = getattr(table, "autoincrement_column", None)
    default = None if column is None else column.default
    if default is not None and default.is_sequence and target.uses_sequence(default):
        return None
    return column


def columns_to_fetch(
    engine: Engine, statement: Any, compiled: Compiled, keys: tuple[str, ...] | None
) -> list[Any]:
    """The columns that RETURNING has to bring back beside the statement: key and defaults."""
    capabilities, parts, table = engine.capabilities, statement.parts, statement.table
    if capabilities is None or getattr(parts, "is_inline", False):
        return []
    if not getattr(capabilities.dml, f"returning_{statement.visit_name}"):
        return []
    if statement.is_delete:
        return [*(parts.returned_defaults or table.primary_key), *parts.supplemental]
    known = {column.cache_key for column, node in parts.assignments.values() if _is_value(node)}
    known |= {column.cache_key for column in table.c if str(column.key) in (keys or ())}
    known |= {column.cache_key for _, column in compiled.prefetch}
    asked = parts.returned_defaults
    wanted: list[Any] = []
    if asked is not None:
        wanted = [*(asked or [c for c in table.c if _is_left_open(c, statement)])]
    if statement.is_insert:
        if parts.rows is not None or parts.query is not None:
            return []
        wanted = [*_keys_to_fetch(engine, statement, bool(wanted)), *wanted]
    fetched = {c.cache_key for c in wanted} - known | {c.cache_key for c in parts.supplemental}
    return [c for c in table.c if c.cache_key in fetched]


def _keys_to_fetch(engine: Engine, statement: Any, fetching: bool) -> list[Any]:
    """Key columns whose value RETURNING has to bring: all that are not known, unless `lastrowid`
    answers; it is looked at only where nothing is returned.
    """
    table, capabilities = statement.table, engine.capabilities
    assert capabilities is not None
    auto = _counting_column(table, engine.dialect.target)
    if fetching or auto is None or not _key_needs_nothing(engine, statement):
        return list(table.primary_key)
    return [c for c in table.primary_key if c is not auto]


def _is_left_open(column: Any, statement: Any) -> bool:
    """Whether `return_defaults()` without columns is about this one: it gets no value from the
    program, or the database makes one.
    """
    if not statement.is_insert:
        return _generated(column, statement)
    default = column.default
    return not column.omitted and (default is None or bool(default.is_clause_element))


def _generated(column: Any, statement: Any) -> bool:
    """Whether the database makes the value of a column that is given none."""
    if statement.is_insert:
        default, server = column.default, column.server_default
    else:
        default, server = column.onupdate, column.server_onupdate
    return server is not None or (default is not None and default.is_clause_element)


def _is_value(node: Any) -> bool:
    return isinstance(node, BindParameter)
