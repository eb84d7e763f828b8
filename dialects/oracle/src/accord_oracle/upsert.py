"""`insert`: an INSERT that says what to do on a conflict, written as MERGE.

The rows stand in USING under the name `excluded`, as in the databases that have ON CONFLICT, so a
statement can be the same there and here. In: a table or a mapped class. Out: a statement builder,
then text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from accord.dialect.on_conflict import OnConflict, OnConflictInsert
from accord.dialect.upsert import UpsertRule
from accord.exc import CompileError

from .expressions import Expr, OracleExpressions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accord.sql.assigning import RowsBlock
    from accord.sql.dmlparts import InsertParts

Row = TypeVar("Row")
SOURCE = "excluded"


class Insert(OnConflictInsert[Row], Generic[Row]):
    """An INSERT that becomes a MERGE; MERGE returns nothing, so no key is fetched."""

    __slots__ = ()

    def on_conflict_do_nothing(
        self,
        index_elements: Iterable[object] | None = None,
        index_where: object = None,
        *,
        constraint: object = None,
    ) -> Self:
        """Insert the row unless one with these values is there."""
        return (
            super()
            .on_conflict_do_nothing(index_elements, index_where, constraint=constraint)
            .inline()
        )

    def on_conflict_do_update(
        self,
        index_elements: Iterable[object] | None = None,
        index_where: object = None,
        set_: object = None,
        where: object = None,
        *,
        constraint: object = None,
    ) -> Self:
        """Insert the row, or update the one that is there."""
        return (
            super()
            .on_conflict_do_update(index_elements, index_where, set_, where, constraint=constraint)
            .inline()
        )


def insert(table: Any) -> Insert[tuple[()]]:
    """``insert(t).values(…).on_conflict_do_update(index_elements=["id"], set_={…})``."""
    return Insert(table)


class MergeRenderer(OracleExpressions):
    """Renders an INSERT with `OnConflict`."""

    def conflict_of(self, parts: InsertParts) -> OnConflict | UpsertRule | None:
        """The clause that makes an INSERT a MERGE."""
        clauses = (c for c in parts.post_values_clauses if isinstance(c, OnConflict | UpsertRule))
        return next(clauses, None)

    def merge_text(self, parts: InsertParts, clause: OnConflict | UpsertRule) -> str:
        """``MERGE INTO t USING (…) excluded ON (…) WHEN MATCHED … WHEN NOT MATCHED …``."""
        if parts.query is not None or parts.returning_columns:
            raise CompileError(
                "an upsert on Oracle takes rows, not a query, and returns nothing; select the rows "
                "afterwards"
            )
        if isinstance(clause, UpsertRule):
            clause.refuse_unknown(self.target.dialect_name)
        columns, drawn, source = self._source(parts)
        conflict = clause.resolved(columns)
        names = [self.quote(str(column.name)) for column in columns]
        table = self.process(parts.table)
        own = self.qualifier(parts.table)
        keys = self._keys(parts, conflict)
        missing = [key for key in keys if key not in names or key in drawn]
        if missing or not source:
            raise CompileError(
                f"an upsert on Oracle needs the values of {', '.join(missing or keys)}: they tell "
                "which row is meant"
            )
        on = " AND ".join(f"{own}.{key} = {SOURCE}.{key}" for key in keys)
        cells = ", ".join(drawn.get(name, f"{SOURCE}.{name}") for name in names)
        return (
            f"MERGE INTO {table} USING ({source}) {SOURCE} ON ({on})"
            f"{self._matched(conflict, keys)}"
            f" WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({cells})"
        )

    def _source(self, parts: InsertParts) -> tuple[list[Expr], dict[str, str], str]:
        """The columns written, those of them that a sequence numbers where the row is inserted (it
        cannot be drawn in the source of a MERGE: ORA-02287), and the query of the others.
        """
        drawn: dict[str, str] = {}
        if parts.rows is not None:
            return self._several(parts, parts.rows, drawn)
        row = self.row_values(parts, "default")
        cells = []
        for column, text in row:
            name = self.quote(str(column.name))
            if text.endswith(".nextval"):
                drawn[name] = text
            else:
                cells.append(f"{text} AS {name}")
        source = f"SELECT {', '.join(cells)} FROM dual" if cells else ""
        return [column for column, _ in row], drawn, source

    def _several(
        self, parts: InsertParts, rows: RowsBlock, drawn: dict[str, str]
    ) -> tuple[list[Expr], dict[str, str], str]:
        """The same of several rows."""
        given = {column.cache_key for column in rows.columns}
        filled: list[Any] = []
        for column in parts.table.c:
            if column.cache_key not in given and self.has_default(column, "default"):
                if getattr(column.default, "is_sequence", False):
                    drawn[self.quote(str(column.name))] = self.sequence_value(column.default)
                else:
                    filled.append(column)
        columns = [*rows.columns, *filled]
        names = [self.quote(str(column.name)) for column in columns]
        texts = []
        for number, row in enumerate(rows.rows):
            with self.assigning(zip(rows.columns, row, strict=True), f"_m{number}"):
                cells = [
                    self.row_cell(c, x, number) for c, x in zip(rows.columns, row, strict=True)
                ]
                cells += [self.default_text(c, "default", f"{c.key}_m{number}") for c in filled]
            if number == 0:
                cells = [f"{cell} AS {name}" for cell, name in zip(cells, names, strict=True)]
            texts.append(f"SELECT {', '.join(cells)} FROM dual")
        sequences = [c for c in parts.table.c if self.quote(str(c.name)) in drawn]
        return [*columns, *sequences], drawn, " UNION ALL ".join(texts)

    def _keys(self, parts: InsertParts, conflict: OnConflict) -> list[str]:
        columns: Iterable[Any] = conflict.targets
        if conflict.constraint is not None:
            constraints: Iterable[Any] = getattr(parts.table, "constraints", ())
            found = [c for c in constraints if c.name == conflict.constraint]
            columns = found[0].columns if found else ()
        names = [self.quote(str(column.name)) for column in columns if column.name is not None]
        if not names or conflict.condition is not None:
            raise CompileError(
                "an upsert on Oracle names the columns that tell the row: index_elements=[...], "
                "without index_where"
            )
        return names

    def _matched(self, conflict: OnConflict, keys: list[str]) -> str:
        if conflict.set_columns is None:
            return ""
        sets: list[str] = []
        for column, value in zip(conflict.set_columns, conflict.set_values, strict=True):
            name = self.quote(str(column.name))
            if name in keys:
                raise CompileError(
                    f"{name} tells which row is meant, and cannot be updated by the same MERGE "
                    "(ORA-38104)"
                )
            sets.append(f"{name} = {self._assigned(column, value)}")
        where = "" if conflict.where is None else f" WHERE {self.condition(conflict.where)}"
        return f" WHEN MATCHED THEN UPDATE SET {', '.join(sets)}{where}"

    def _assigned(self, column: Expr, value: Expr) -> str:
        return self.assignment(column, value, wrap=True)
