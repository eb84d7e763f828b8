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
        if parts.rows is not None or parts.query is not None or parts.returning_columns:
            raise CompileError(
                "an upsert on Oracle takes one row and returns nothing; execute the statement "
                "with a list of rows, and select them afterwards"
            )
        if isinstance(clause, UpsertRule):
            clause.refuse_unknown(self.target.dialect_name)
        row = self.row_values(parts, "default")
        values = [(self.quote(str(column.name)), text) for column, text in row]
        conflict = clause.resolved([column for column, _ in row])
        # A sequence cannot be drawn in the source of a MERGE (ORA-02287).
        drawn = {name: text for name, text in values if text.endswith(".nextval")}
        source = ", ".join(f"{text} AS {name}" for name, text in values if name not in drawn)
        table = self.process(parts.table)
        own = self.qualifier(parts.table)
        keys = self._keys(parts, conflict)
        missing = [key for key in keys if key not in dict(values) or key in drawn]
        if missing or not source:
            raise CompileError(
                f"an upsert on Oracle needs the values of {', '.join(missing or keys)}: they tell "
                "which row is meant"
            )
        on = " AND ".join(f"{own}.{key} = {SOURCE}.{key}" for key in keys)
        names = ", ".join(name for name, _ in values)
        cells = ", ".join(drawn.get(name, f"{SOURCE}.{name}") for name, _ in values)
        return (
            f"MERGE INTO {table} USING (SELECT {source} FROM dual) {SOURCE} ON ({on})"
            f"{self._matched(conflict, keys)}"
            f" WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({cells})"
        )

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
