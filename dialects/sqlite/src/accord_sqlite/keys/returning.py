"""Key strategy "returning" on SQLite: it knows about triggers, views and virtual tables.

In: KeyNeed with TableFacts; batches. Out: Steps.
"""

from __future__ import annotations

from accord.dialect import KeyNeed, Refusal, Suits
from accord.dialect.keys import Returning
from accord_sqlite.keys.refusals import refuse_relation, refuse_uncounted


class SQLiteReturning(Returning):
    """RETURNING, row by row; on a table with INSERT triggers the rows are read again, because
    RETURNING shows them as they were before the triggers ran.

    A trigger that another program makes later is noticed by the next key block of the table, not by
    single rows: it would have to change the key after the fact to matter.
    """

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits ordinary tables; views and virtual tables have no usable RETURNING."""
        answer = super().suits(need)
        facts = need.facts
        from accord_sqlite.catalog import TableFacts  # for programs that insert

        if isinstance(answer, Refusal) or not isinstance(facts, TableFacts):
            return answer
        refusal = refuse_relation(facts) or refuse_uncounted(need, facts)
        if refusal is not None:
            return refusal
        if facts.insert_triggers:
            why = "read again after its triggers ran"
        elif facts.kind == "missing":
            why = "read again, because its triggers are not known"
        else:
            return answer
        return Suits(cls(reselect=True), f"one row a statement, {why}")
