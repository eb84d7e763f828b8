"""What sqlglot says about a statement: None, or why it is not the statement its verb says.

In: a `Seen`. Out: words for the end of the run.
"""

from __future__ import annotations

import logging

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from grammar.exceptions import FRAGMENTS, Fragment, readable
from grammar.recorder import Seen

#: The names sqlglot has for our dialects.
READS = {
    "sqlite": "sqlite",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "oracle": "oracle",
    "mssql": "tsql",
    "duckdb": "duckdb",
}
#: The node of each verb.
NODES: dict[str, type[exp.Expression]] = {
    "SELECT": exp.Query,
    "INSERT": exp.Insert,
    "REPLACE": exp.Insert,
    "UPDATE": exp.Update,
    "DELETE": exp.Delete,
    "MERGE": exp.Merge,
}

logging.getLogger("sqlglot").setLevel(logging.ERROR)


def verb(tokens: list[Token]) -> str:
    """The statement's verb: the first one, or behind WITH the first one outside of parentheses."""
    depth = 0
    behind_with = tokens[0].token_type is TokenType.WITH
    for token in tokens:
        if token.token_type is TokenType.L_PAREN:
            depth += 1
        elif token.token_type is TokenType.R_PAREN:
            depth -= 1
        elif token.text.upper() in NODES and not (behind_with and depth):
            return token.text.upper()
    return ""


def objection(seen: Seen, *, without: Fragment | None = None) -> str | None:
    """Why sqlglot does not take the statement for what it is, the exceptions spared; `without` is
    one that is not.
    """
    dialect = sqlglot.Dialect.get_or_raise(READS[seen.dialect])
    text = readable(seen.dialect, seen.text, [f for f in FRAGMENTS if f is not without])
    try:
        wanted = verb(dialect.tokenize(text))
        statements = dialect.parse(text)
    except SqlglotError as error:
        return str(error).partition("\n")[0]
    if len(statements) != 1:
        return f"it is {len(statements)} statements"
    if not wanted:
        return "it has no verb"
    if not isinstance(statements[0], NODES[wanted]):
        return f"it is read as {type(statements[0]).__name__}, not as {wanted}"
    return None
