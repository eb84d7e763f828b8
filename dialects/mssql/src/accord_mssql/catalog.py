"""What SQL Server's catalog says about a table that rows are to be written into: one query.

Triggers decide whether OUTPUT may return rows, an INSTEAD OF trigger whether the key can be known
at all, the identity column whether a key that is given needs SET IDENTITY_INSERT. In: a table. Out:
TableFacts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accord.dialect import Bind, Execute, KeyFacts, Row, Steps
from accord.dialect.texts import table_name

from .identity import identity_column

if TYPE_CHECKING:
    from accord.schema import Table

_QUERY = (
    "SELECT o.type AS kind, i.name AS identity_name, "
    "(SELECT COUNT(*) FROM sys.triggers AS t WHERE t.parent_id = o.object_id "
    "AND t.is_disabled = 0) AS triggers, "
    "(SELECT COUNT(*) FROM sys.triggers AS t INNER JOIN sys.trigger_events AS e "
    "ON e.object_id = t.object_id WHERE t.parent_id = o.object_id AND t.is_disabled = 0 "
    "AND t.is_instead_of_trigger = 1 AND e.type = 1) AS instead_of_insert, "
    "COALESCE(m.is_memory_optimized, 0) AS in_memory "
    "FROM sys.objects AS o "
    "LEFT JOIN sys.identity_columns AS i ON i.object_id = o.object_id "
    "LEFT JOIN sys.tables AS m ON m.object_id = o.object_id "
    "WHERE o.object_id = OBJECT_ID(%s)"
)


@dataclass(frozen=True, slots=True)
class TableFacts(KeyFacts):
    """A table as SQL Server has it.

    `kind` is table, view, temporary or missing; `identity` the name of the identity column;
    `triggers`: any trigger is enabled (one is enough to forbid OUTPUT without INTO);
    `instead_of_insert`: an INSTEAD OF trigger takes the rows; `in_memory`: a memory-optimized
    table, which MERGE cannot write.
    """

    kind: str
    identity: str | None = None
    triggers: bool = False
    instead_of_insert: bool = False
    in_memory: bool = False
    settled: bool = True


def facts_steps(
    bind: Bind, table: Table, *, write: bool = True, fresh: bool = False
) -> Steps[TableFacts]:
    """The facts of a table, remembered once it exists."""
    if table.name.startswith("#"):
        counted = identity_column(table)
        return TableFacts("temporary", None if counted is None else str(counted.name))
    key = ("mssql facts", table.cache_key)
    known = None if fresh else bind.plans.get(key)
    if isinstance(known, TableFacts):
        return known
    name = table_name(bind, table)
    reply = yield Execute(bind, _QUERY, (name,), write=write)
    facts = _read(reply.rows)
    if facts.settled:
        bind.plans.put(key, facts)
    return facts


def _read(rows: list[Row]) -> TableFacts:
    if not rows:
        return TableFacts("missing", settled=False)
    kind, identity, triggers, instead, in_memory = rows[0]
    return TableFacts(
        kind="view" if str(kind).strip() == "V" else "table",
        identity=None if identity is None else str(identity),
        triggers=bool(triggers),
        instead_of_insert=bool(instead),
        in_memory=bool(in_memory),
    )
