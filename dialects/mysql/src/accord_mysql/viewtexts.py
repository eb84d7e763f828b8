"""Whether two queries are one: MySQL and MariaDB rewrite a view's query beyond recognition, so both
are given to EXPLAIN, whose note says what the server has understood.

In: two queries. Out: True, False, or None where the server looks into rows while it plans (a table
of one row, a key that is looked up at once) and the note says less than the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import Execute
from accord.dialect.equivalence import words

if TYPE_CHECKING:
    from accord.dialect import Bind, Row, Steps
    from accord.dialect.sqlwords import Habits

_SAID_LESS = ("system", "const", "Impossible", "no matching row", "Select tables optimized away")
_NOTE = "1003"


def same_query_steps(
    bind: Bind, declared: str, found: str, word: str, habits: Habits
) -> Steps[bool | None]:
    """`word` is EXPLAIN as this server wants it, to tell."""
    notes: list[list[str]] = []
    certain = True
    for query in (declared, found):
        plan = (yield Execute(bind, f"{word} {query}")).rows
        certain = certain and not any(_says_less(row) for row in plan)
        warnings = (yield Execute(bind, "SHOW WARNINGS")).rows
        notes.append([str(row[2]) for row in warnings if str(row[1]) == _NOTE])
    if not notes[0]:
        return None
    if notes[0] != notes[1]:
        return False
    return True if certain or _loosely(declared, habits) == _loosely(found, habits) else None


def _says_less(row: Row) -> bool:
    return any(text in str(cell) for cell in row for text in _SAID_LESS)


def _loosely(query: str, habits: Habits) -> list[str]:
    """The words without parentheses, without names of databases and tables, without AS."""
    found: list[str] = []
    for kind, text in words(query, habits):
        if (text == "." and kind == "sign") or (found and found[-1] == "as"):
            found.pop()
        elif text not in ("(", ")"):
            found.append(text)
    return found
