"""SQL and DDL where DuckDB differs; keys from the sequence that is made and dropped with a table.
In: nodes of accord.sql and accord.schema, tables. Out: text; keys drawn from the sequence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import accord.dialect as ad

if TYPE_CHECKING:
    from accord.schema import Column, CreateTable, DropTable
    from accord.sql.expressions import BinaryExpression


class DuckDBRenderer(ad.OnConflictClause):
    def visit_floordiv_op(self, node: BinaryExpression[Any]) -> str:
        return self.plain_binary(node)

    def visit_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"regexp_matches({self.process(node.left)}, {self.process(node.right)})"


class DuckDBDDL(ad.DDLRenderer):
    supports_alter = False  # not for foreign keys
    supports_identity = False
    supports_comments = True
    materialized_views = False

    def _counter(self, table: Any) -> str | None:
        """The sequence behind a table's key, quoted; None: nothing counts."""
        key = table.autoincrement_column
        if key is None or key.default is not None or key.server_default is not None:
            return None
        name = f"{table.name}_{key.name}_seq".replace('"', '""')  # of any length
        schema = self.target.schema_of(table.schema)
        return f'"{name}"' if schema is None else f'{self.identifier(schema)}."{name}"'

    def visit_create_table(self, create: CreateTable) -> str:
        text, counter = super().visit_create_table(create), self._counter(create.element)
        return text if counter is None else f"CREATE SEQUENCE IF NOT EXISTS {counter}; {text}"

    def visit_drop_table(self, drop: DropTable) -> str:
        text, counter = super().visit_drop_table(drop), self._counter(drop.element)
        return text if counter is None else f"{text}; DROP SEQUENCE IF EXISTS {counter}"

    def default_text(self, column: Column[Any]) -> str | None:
        table: Any = column.table
        counter = self._counter(table) if table.autoincrement_column is column else None
        name = (counter or "").replace("'", "''")
        return f"nextval('{name}')" if counter else super().default_text(column)


@dataclass(frozen=True, slots=True)
class Counter(ad.KeyFacts):
    """The DEFAULT of a key column, as the catalog has it."""

    default: str
    settled: bool


class CountedKeys(ad.KeyBlock):
    """Keys drawn from the sequence in the column's default, as many as there are rows."""

    name = "key block"

    def __init__(self, fallback: ad.KeyStrategy, default: str) -> None:
        super().__init__(fallback)
        self.default = default

    @classmethod
    def suits(cls, need: ad.KeyNeed) -> ad.Suits | ad.Refusal:
        facts, fallback = need.facts, ad.Returning.suits(need)
        if isinstance(fallback, ad.Suits) and isinstance(facts, Counter) and facts.default:
            return ad.Suits(cls(fallback.strategy, facts.default), "the column has a sequence")
        return ad.Refusal("the key has no sequence of its own")

    def reserve_steps(self, batch: ad.InsertBatch, count: int) -> ad.Steps[list[object]]:
        text = f"SELECT {self.default} FROM range({count:d})"
        reply = yield ad.Execute(batch.bind, text, (), write=True)
        return [row[0] for row in reply.rows]
