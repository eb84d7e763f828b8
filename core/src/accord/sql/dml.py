"""insert(), update(), delete(): builders for statements that change data.

Like select, a statement is the history of its calls; dmlparts.py says what they amount to. Values
are assigned by column: names are resolved when given, so a misspelt one is an error at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self

from accord.exc import ArgumentError, InvalidRequestError

from . import coercion
from .aliases import CTE
from .assigning import RowsBlock, assigned_column, assignments, by_position, rows_block
from .collection import ColumnCollection
from .labels import described, descriptions, name_columns
from .nodes import ClauseElement, ColumnElement, Entity, UpdateBase
from .select import Select, all_selected, as_text
from .selectable import FromClause
from .selectbase import SelectBase
from .statement import Statement

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from .dmlparts import DeleteParts, InsertParts, UpdateParts
    from .statement import TypedReturnsRows
    from .typed import DeleteReturningCall, InsertReturningCall, UpdateReturningCall

    Row = TypeVar("Row", default=tuple[()])  # no RETURNING: no rows
else:
    from typing import TypeVar

    Row = TypeVar("Row")


class DML(Statement, UpdateBase):
    """What INSERT, UPDATE and DELETE share: a table, RETURNING, prefixes, CTEs."""

    __slots__ = ()

    is_dml = True

    def __init__(self, table: Any) -> None:
        node = coercion.element_of(table)
        if not isinstance(node, (Entity, FromClause)):
            shown = node.__qualname__ if isinstance(node, type) else type(node).__qualname__
            raise ArgumentError(f"{self.visit_name}() takes a table or a mapped class, not {shown}")
        self._begin("target", (node,))

    @property
    def target(self) -> Entity | FromClause:
        """What was given: the table, or the mapped class as an Entity."""
        node: Entity | FromClause = self.first_step[0]
        return node

    @property
    def table(self) -> Any:
        """The table whose rows change."""
        target = self.target
        return target.from_clause if isinstance(target, Entity) else target

    @property
    def entity(self) -> Entity | None:
        """The mapped class, if one was given."""
        target = self.target
        return target if isinstance(target, Entity) else None

    @property
    def returns_rows(self) -> bool:
        return bool(self.parts.returning_columns)

    if not TYPE_CHECKING:  # typed.py says what type checkers know of it

        def returning(self, *columns: Any, sort_by_parameter_order: bool = False) -> Self:
            """Have the rows that were changed returned, as these columns, tables or entities.

            With `sort_by_parameter_order` the rows of an INSERT come in the order of the list of
            dicts it is executed with.
            """
            if not columns:
                raise ArgumentError("returning() needs at least one column")
            self._refuse_after("returning()", "return_defaults")
            if sort_by_parameter_order and not self.is_insert:
                raise ArgumentError("sort_by_parameter_order is for INSERT, which has parameters")
            nodes = tuple(all_selected(columns))
            return self._then("returning", nodes, bool(sort_by_parameter_order))

    def return_defaults(
        self,
        *columns: Any,
        supplemental_cols: Iterable[Any] | None = None,
        sort_by_parameter_order: bool = False,
    ) -> Self:
        """Have values that the database makes fetched beside the statement, where it can return
        rows: `result.returned_defaults`. Without columns: the primary key and all server defaults;
        `supplemental_cols` are fetched as well, whoever made their values.
        """
        self._refuse_after("return_defaults()", "returning")
        given = tuple([coercion.expression(column) for column in columns])
        more = tuple([coercion.expression(column) for column in supplemental_cols or ()])
        return self._then("return_defaults", given, more)

    def _refuse_after(self, call: str, *steps: str) -> None:
        """Refuse a call that contradicts an earlier one."""
        step = self.has_step(*steps)
        if step is not None:
            raise InvalidRequestError(
                f"{call} does not go together with {_CALLS[step]} on the same statement; use one "
                "of them"
            )

    @property
    def exported_columns(self) -> ColumnCollection[Any]:
        """What RETURNING gives, by key."""
        return ColumnCollection([(key, column) for _, key, column in self.result_columns()])

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        named = name_columns(self.parts.returning_columns)
        return [(column.name, column.key, column.element) for column in named]

    @property
    def returning_column_descriptions(self) -> list[dict[str, Any]]:
        """What RETURNING gives, as dicts with name, type, expr, aliased and entity."""
        return descriptions(self.parts.returning_columns)

    @property
    def entity_description(self) -> dict[str, Any]:
        """The table or mapped class that is written, as a dict with name and table; of a class
        also type, expr, entity and aliased.
        """
        target = self.target
        if isinstance(target, Entity):
            return {**described(target), "table": self.table}
        return {"name": self.table.name, "table": self.table}

    def prefix_with(self, *texts: Any, dialect: str = "*") -> Self:
        """SQL between the verb and the table."""
        return self._then("prefix", *[(as_text(text), dialect) for text in texts])

    def with_hint(self, text: str, selectable: Any = None, dialect_name: str = "*") -> Self:
        return self._then("hint", coercion.raw_sql(text, "with_hint()"), dialect_name)

    def ext(self, extension: Any) -> Self:
        """A clause that only some databases have, behind WHERE; see what a dialect publishes
        (``accord.dialects.mysql.limit``).
        """
        node = coercion.element_of(extension)
        if not isinstance(node, ClauseElement) or isinstance(node, ColumnElement):
            raise ArgumentError(
                "ext() takes an extension of a dialect, such as accord.dialects.mysql.limit(5)"
            )
        return self._then("extend", node)

    def add_cte(self, *ctes: CTE, nest_here: bool = False) -> Self:
        """Put CTEs into WITH that nothing in the statement refers to; `nest_here` into the WITH of
        this statement where it is inside another one."""
        return self._then("nest_ctes" if nest_here else "add_ctes", *ctes)

    def cte(self, name: str | None = None, recursive: bool = False, nesting: bool = False) -> CTE:
        """This statement as an entry of WITH; its rows are what it returns."""
        return CTE(self, name, recursive, nesting)

    def with_dialect_options(self, **options: Any) -> Self:
        """Options ``<dialect>_<name>=value`` a dialect's renderer knows."""
        return self._then("dialect_options", tuple(sorted(options.items())))


class _Filtered(DML):
    """WHERE: UPDATE and DELETE."""

    __slots__ = ()

    def where(self, *criteria: Any) -> Self:
        """Add conditions, joined by AND."""
        if len(criteria) == 1:
            return self._then_one("where", coercion.condition(criteria[0]))
        return self._then("where", *[coercion.condition(criterion) for criterion in criteria])

    filter = where

    def filter_by(self, **values: Any) -> Self:
        """Conditions ``name = value`` on what is written, or on the only other table of the
        statement that has a column `name`."""
        from .parts import attribute_of, named_in

        others = named_in(self.parts.where_clauses)
        found = [(attribute_of(self.target, key, others), given) for key, given in values.items()]
        return self.where(*[attribute == value for attribute, value in found])

    @property
    def whereclause(self) -> ColumnElement[Any] | None:
        clause: ColumnElement[Any] | None = self.parts.whereclause
        return clause


class _Valued(DML):
    """VALUES: INSERT and UPDATE."""

    __slots__ = ()

    def inline(self) -> Self:
        """Do not fetch generated values, not even the primary key."""
        return self._then("inline")


class Insert(_Valued, Generic[Row]):
    """``INSERT INTO …``"""

    __slots__ = ()

    visit_name = "insert"
    is_insert = True

    if TYPE_CHECKING:
        returning: InsertReturningCall

        @property
        def parts(self) -> InsertParts: ...

    def _new_parts(self) -> InsertParts:
        from .dmlparts import InsertParts

        return InsertParts()

    def values(self, *rows: Any, **values: Any) -> Self:
        """The values of one row (a dict, keywords, a tuple in table order), or of several (a
        list)."""
        if rows and values:
            raise ArgumentError("values() takes either positional values or keywords")
        if not rows:
            return self._one(values)
        given = rows[0] if len(rows) == 1 else rows
        if isinstance(given, Mapping):
            return self._one(given)
        if isinstance(given, (list, tuple)):
            if given and isinstance(given[0], (Mapping, list, tuple)):
                self._refuse_after("a list of rows", "values", "from_select")
                return self._then("many", rows_block(self.target, self.table, given))
            if not given:
                raise ArgumentError("values() was given an empty list of rows")
            return self._one(by_position(self.table, given))
        raise ArgumentError(
            f"values() takes a dict, a tuple or a list of them, not {type(given).__name__}"
        )

    def with_rows(self, rows: Sequence[Any]) -> Self:
        """This INSERT with a VALUES of several rows in the place of its values."""
        kept = tuple([step for step in self.steps if step[0] not in ("values", "many")])
        return self._of_steps((*kept, ("many", (rows_block(self.target, self.table, rows),))))

    def in_blocks(self, size: int) -> list[Self]:
        """This INSERT of many rows as several, of `size` rows at most."""
        block = self.parts.rows
        assert block is not None
        kept = tuple([step for step in self.steps if step[0] != "many"])
        starts = range(0, len(block.rows), size)
        parts = [RowsBlock(block.columns, block.rows[i : i + size]) for i in starts]
        return [self._of_steps((*kept, ("many", (part,)))) for part in parts]

    def _one(self, values: Mapping[Any, Any]) -> Self:
        self._refuse_after("values()", "many", "from_select")
        return self._then("values", assignments(self.target, values.items()))

    def from_select(self, names: Iterable[Any], select: Any, include_defaults: bool = True) -> Self:
        """Insert the rows of a query into the columns `names`."""
        self._refuse_after("from_select()", "values", "many")
        target = self.target
        columns = tuple([assigned_column(target, name) for name in names])
        query = coercion.element_of(select)
        if isinstance(query, (Entity, FromClause)):
            query = Select(query)
        if not isinstance(query, SelectBase):
            raise ArgumentError("from_select() takes a select() as its second argument")
        return self._then("from_select", columns, query, bool(include_defaults))


class Update(_Filtered, _Valued, Generic[Row]):
    """``UPDATE …``"""

    __slots__ = ()

    visit_name = "update"
    is_update = True

    if TYPE_CHECKING:
        returning: UpdateReturningCall

        @property
        def parts(self) -> UpdateParts: ...

    def _new_parts(self) -> UpdateParts:
        from .dmlparts import UpdateParts

        return UpdateParts()

    def values(self, *mappings: Any, **values: Any) -> Self:
        """New values by column: a dict, or keywords."""
        given: dict[Any, Any] = {}
        for mapping in mappings:
            if not isinstance(mapping, Mapping):
                raise ArgumentError(
                    f"values() takes a dict or keywords, not {type(mapping).__name__}"
                )
            given.update(mapping)
        given.update(values)
        self._refuse_after("values()", "ordered_values")
        return self._then("values", assignments(self.target, given.items()))

    def ordered_values(self, *pairs: tuple[Any, Any]) -> Self:
        """New values, set in this order (it matters on some databases)."""
        if any(len(pair) != 2 for pair in pairs):
            raise ArgumentError("ordered_values() takes (column, value) pairs")
        self._refuse_after("ordered_values()", "values", "ordered_values")
        return self._then("ordered_values", assignments(self.target, pairs))


class Delete(_Filtered, Generic[Row]):
    """``DELETE FROM …``"""

    __slots__ = ()

    visit_name = "delete"
    is_delete = True

    if TYPE_CHECKING:
        returning: DeleteReturningCall

        @property
        def parts(self) -> DeleteParts: ...

    def _new_parts(self) -> DeleteParts:
        from .dmlparts import DeleteParts

        return DeleteParts()

    def using(self, *tables: Any) -> Self:
        """Further tables for the conditions: ``DELETE FROM a USING b``."""
        return self._then("using", *[coercion.from_element(table) for table in tables])


# What `returning()` makes of a statement is another class only to type checkers.
if TYPE_CHECKING:

    class ReturningInsert(Insert[Row], TypedReturnsRows[Row]):
        """`Insert` with RETURNING."""

    class ReturningUpdate(Update[Row], TypedReturnsRows[Row]):
        """`Update` with RETURNING."""

    class ReturningDelete(Delete[Row], TypedReturnsRows[Row]):
        """`Delete` with RETURNING."""
else:
    ReturningInsert, ReturningUpdate, ReturningDelete = Insert, Update, Delete


_CALLS = {
    "values": "values()",
    "many": "values() of a list of rows",
    "from_select": "from_select()",
    "ordered_values": "ordered_values()",
    "returning": "returning()",
    "return_defaults": "return_defaults()",
}
