"""Statements as sqlglot's Oracle dialect parses them.

sqlglot does not know seven spellings Oracle has, so they are rewritten before it sees the text,
each to one of the same meaning to a parser: numbered binds (:1) to named ones; left out are ``INTO
:a, :b`` of a RETURNING, the precisions of ``INTERVAL DAY(9) TO SECOND(6)``, the word VIRTUAL after
a computed column, the schema before the name of a new index, ``RETURNING CLOB WITH WRAPPER`` of
JSON_QUERY, and the d of a BINARY_DOUBLE (1e-300d). In: text. Out: a tree; ORA-00900 for what is no
statement.
"""

from __future__ import annotations

import logging
import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from .failures import ora
from .statement import Statement, read

logging.getLogger("sqlglot").setLevel(logging.ERROR)

_INTERVAL = re.compile(r"\bINTERVAL\s+DAY\s*\(\d\)\s+TO\s+SECOND\s*\(\d\)", re.IGNORECASE)
_SPAN = re.compile(r"\bDAY\s*\(\d\)\s+TO\s+SECOND\s*\(\d\)", re.IGNORECASE)
_VIRTUAL = re.compile(r"\)\s*VIRTUAL\b", re.IGNORECASE)
_INDEX = re.compile(
    r"\A(\s*CREATE\s+(?:UNIQUE\s+|BITMAP\s+)?INDEX\s+)(?:\w+|\"[^\"]+\")\.", re.IGNORECASE
)
_WRAPPER = re.compile(r"\s+RETURNING\s+CLOB\s+WITH\s+WRAPPER\b", re.IGNORECASE)
_DOUBLE = re.compile(r"('[^']*')|(?<![\w.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)d\b", re.IGNORECASE)
_INTO = re.compile(r"\bINTO\s*\Z", re.IGNORECASE)

NODES = {
    "SELECT": (exp.Select, exp.Union, exp.Except, exp.Intersect, exp.SetOperation),
    "WITH": (exp.Select, exp.Union, exp.Except, exp.Intersect, exp.SetOperation),
    "INSERT": (exp.Insert,),
    "UPDATE": (exp.Update,),
    "DELETE": (exp.Delete,),
    "MERGE": (exp.Merge,),
    "CREATE": (exp.Create,),
    "DROP": (exp.Drop,),
    "ALTER": (exp.Alter,),
    "COMMENT": (exp.Comment,),
    "TRUNCATE": (exp.TruncateTable,),
}
"""The tree each verb has to become."""


def parse(text: str) -> exp.Expression:
    """The tree of a statement, of the node type its verb stands for."""
    statement = read(text)
    prepared = normalised(statement)
    try:
        tree = sqlglot.parse_one(prepared, read="oracle")
    except SqlglotError as error:
        ora(900, f"invalid SQL statement ({str(error).splitlines()[0]})")
    wanted = NODES.get(statement.verb)
    if wanted is not None and not isinstance(tree, wanted):
        ora(900, f"invalid SQL statement (parsed as {type(tree).__name__})")
    return tree


def normalised(statement: Statement) -> str:
    """The text sqlglot is given: every occurrence of a bind is :B1, :B2 …"""
    parts: list[str] = []
    end = 0
    for number, bind in enumerate(statement.binds, 1):
        between = statement.text[end : bind.start]
        if bind.out:
            parts.append(_INTO.sub("", between) if between.strip() != "," else "")
        else:
            parts.append(f"{between}:B{number}")
        end = bind.end
    parts.append(statement.text[end:])
    text = "".join(parts)
    text = _WRAPPER.sub("", _INDEX.sub(r"\1", text))
    text = _DOUBLE.sub(lambda found: found[1] or found[2], text)
    text = _INTERVAL.sub("INTERVAL DAY TO SECOND", text)
    return _VIRTUAL.sub(")", _SPAN.sub("DAY TO SECOND", text))
