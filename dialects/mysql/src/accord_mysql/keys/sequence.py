"""Key strategy "sequence" on MariaDB: numbers drawn first, many in one SELECT.

In: KeyNeed; a sequence and a count. Out: Suits or Refusal; Steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import Execute, SequenceKeys, table_name
from accord_mysql.catalog import TableFacts

if TYPE_CHECKING:
    from accord.dialect import Bind, KeyNeed, Steps
    from accord.schema import Sequence

DRAWN = 1_000
"""Numbers one SELECT draws."""


class MariaDBSequence(SequenceKeys):
    """Numbers of a sequence as keys; on tables whose triggers may change them, row by row."""

    @classmethod
    def refuse_block(cls, need: KeyNeed) -> str | None:
        """Triggers on INSERT may put another key in the place of the one drawn."""
        facts = need.facts
        if isinstance(facts, TableFacts) and facts.triggers:
            return f"INSERT triggers: {', '.join(facts.triggers)}"
        return None


def values_steps(bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
    """``SELECT NEXTVAL(s) FROM (VALUES …)``: one number for each row of VALUES."""
    name = table_name(bind, sequence)
    numbers: list[int] = []
    while len(numbers) < count:
        rows = min(DRAWN, count - len(numbers))
        values = ", ".join(["(0)"] * rows)
        text = f"SELECT NEXTVAL({name}) FROM (VALUES {values}) accord_v"
        reply = yield Execute(bind, text, write=True)
        numbers += [int(str(row[0])) for row in reply.rows]
    return numbers
