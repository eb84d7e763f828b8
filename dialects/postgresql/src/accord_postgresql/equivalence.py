"""What PostgreSQL's catalog rewrites: casts it adds, types by their long names, IN as = ANY.

In: text of a program or of the catalog. Out: the form they share, for comparing schemas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from accord.dialect import Execute
from accord.dialect.sqlwords import Habits

_NAMES = {
    "INT": "INTEGER", "INT4": "INTEGER", "INT8": "BIGINT", "INT2": "SMALLINT",
    "DECIMAL": "NUMERIC", "BOOL": "BOOLEAN", "CHARACTER VARYING": "VARCHAR", "CHARACTER": "CHAR",
    "DOUBLE": "DOUBLE PRECISION", "FLOAT8": "DOUBLE PRECISION", "FLOAT4": "REAL",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE", "TIMESTAMP": "TIMESTAMP WITHOUT TIME ZONE",
    "TIME": "TIME WITHOUT TIME ZONE",
}  # fmt: skip
_TYPE = re.compile(r"(?P<name>[^(\[]+)\s*(?P<size>\([^)]*\))?(?P<rest>[^\[]*)(?P<array>\[.*)?\Z")
if TYPE_CHECKING:
    from accord.dialect import Bind, Steps

_WORDS = {"btrim": "trim", "bool": "boolean"}


class Equivalence:
    """The part of PostgreSQLReflection that says what means the same."""

    __slots__ = ()

    habits = Habits(synonyms=_WORDS, adds_casts=True)

    restricts = True

    def same_constant_steps(
        self, bind: Bind, declared: str, found: str, type_text: str
    ) -> Steps[bool]:
        kind = type_text.replace("%", "%%")
        one, other = declared.replace("%", "%%"), found.replace("%", "%%")
        text = f"SELECT CAST({one} AS {kind})::text = CAST({other} AS {kind})::text"
        reply = yield Execute(bind, text)
        return reply.rows[0][0] is True

    def same_query_steps(
        self, bind: Bind, declared: str, found: str, create: str
    ) -> Steps[bool | None]:
        """By what the planner makes of both: nothing is read, and nothing made."""
        plans = []
        for query in (declared, found):
            reply = yield Execute(bind, f"EXPLAIN (VERBOSE, COSTS OFF) {query.rstrip('; ')}")
            plans.append(reply.rows)
        return plans[0] == plans[1]

    def canonical_type(self, text: str) -> str:
        upper = " ".join(text.upper().replace(", ", ",").split())
        match = _TYPE.match(upper)
        if match is None:
            return upper
        name, size, rest = match["name"].strip(), match["size"] or "", match["rest"]
        array = "[]" if match["array"] else ""
        if name == "FLOAT":
            digits = int(size.strip("()") or 53)
            name, size = ("REAL" if digits <= 24 else "DOUBLE PRECISION"), ""
        if name in ("TIMESTAMP", "TIME") and rest:
            name, rest = f"{name}{rest}", ""
        name = _NAMES.get(name, name)
        if name == "NUMERIC" and size and "," not in size:
            size = f"{size[:-1]},0)"
        if name == "CHAR" and not size:
            size = "(1)"
        return f"{name}{size}{rest}{array}"
