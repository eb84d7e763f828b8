"""Key strategy "sequence" on SQL Server: numbers drawn first, or NEXT VALUE FOR in the INSERT.

In: KeyNeed with TableFacts. Out: what decides; the core's SequenceKeys sends.
"""

from __future__ import annotations

from accord.dialect import KeyNeed, KeyStrategy, SequenceKeys, Suits
from accord_mssql.catalog import TableFacts
from accord_mssql.keys.output import OutputKeys


class NumberedKeys(SequenceKeys):
    """Keys of a sequence: drawn first for several rows, in the INSERT and by OUTPUT for one."""

    @classmethod
    def refuse_block(cls, need: KeyNeed) -> str | None:
        """A trigger may change the key that is sent."""
        facts = need.facts
        if isinstance(facts, TableFacts) and facts.triggers:
            return "the table has triggers"
        return None

    @classmethod
    def single(cls, need: KeyNeed) -> KeyStrategy | None:
        """OUTPUT, where the table allows it."""
        answer = OutputKeys.suits(need)
        return answer.strategy if isinstance(answer, Suits) else None
