"""Key strategy "lastrowid" on SQLite: where the key is the rowid.

In: KeyNeed with TableFacts; batches. Out: Steps.
"""

from __future__ import annotations

from accord.dialect import KeyNeed, Refusal, Suits
from accord.dialect.keys import LastRowId
from accord_sqlite.keys.refusals import refuse_relation, refuse_uncounted


class SQLiteLastRowId(LastRowId):
    """lastrowid, where the key is the rowid."""

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits rowid tables and virtual tables."""
        facts = need.facts
        from accord_sqlite.catalog import TableFacts  # for programs that insert

        if isinstance(facts, TableFacts):
            if facts.kind == "view":
                return refuse_relation(facts) or Refusal("a view has no keys")
            if facts.kind == "table" and not facts.rowid_alias:
                return refuse_uncounted(need, facts) or Refusal("the key is not the rowid")
        return super().suits(need)
