"""What Oracle refuses before it executes anything, found in the tokens and the tree of a statement.

Each rule names its error and the line of the contract (the servers' README) it stands for. In: a
statement and its tree. Out: nothing, or the ORA- error.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from sqlglot import exp, tokenize
from sqlglot.tokens import Token, TokenType

from .failures import ora
from .parsing import parse
from .statement import DML, Statement, read

IDENTIFIER_BYTES = 128
LIST = 1_000
BINDS = 65_535

RESERVED = frozenset(
    """ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER COLUMN COMMENT
    COMPRESS CONNECT CREATE CURRENT DATE DECIMAL DEFAULT DELETE DESC DISTINCT DROP ELSE EXCLUSIVE
    EXISTS FILE FLOAT FOR FROM GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN INCREMENT INDEX INITIAL
    INSERT INTEGER INTERSECT INTO IS LEVEL LIKE LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY
    NOAUDIT NOCOMPRESS NOT NOWAIT NULL NUMBER OF OFFLINE ON ONLINE OPTION OR ORDER PCTFREE PRIOR
    PUBLIC RAW RENAME RESOURCE REVOKE ROW ROWID ROWNUM ROWS SELECT SESSION SET SHARE SIZE SMALLINT
    START SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO TRIGGER UID UNION UNIQUE UPDATE USER VALIDATE
    VALUES VARCHAR VARCHAR2 VIEW WHENEVER WHERE WITH""".split()
)
_PSEUDO = frozenset({"ROWID", "ROWNUM", "LEVEL", "SYSDATE", "USER", "UID", "DEFAULT"})
_ENDS_FROM = frozenset(
    "WHERE GROUP ORDER HAVING UNION MINUS INTERSECT FETCH OFFSET CONNECT FOR SET".split()
)


def check(text: str, version: int = 19) -> exp.Expression:
    """The tree of a statement; refused when the server would refuse it."""
    statement = read(text)
    _binds(statement)
    tokens = tokenize(text, read="oracle")
    _words(Words(statement, tokens, version))
    _aliases(tokens)
    tree = parse(text)
    _identifiers(tree)
    if isinstance(tree, exp.Query | exp.DML | exp.Merge):
        _expressions(tree, version)
    return tree


def _binds(statement: Statement) -> None:
    if len(statement.positions) > BINDS:
        # README: "65535 binds"; Oracle reports it as a bad bind name.
        ora(1745, "invalid host/bind variable name")
    for name in statement.names:
        if name.upper() in RESERVED:
            ora(1745, "invalid host/bind variable name")


class Words:
    """The words of a statement, for the rules below."""

    def __init__(self, statement: Statement, tokens: list[Token], version: int) -> None:
        self.words = [token.text.upper() for token in tokens]
        self.pairs = set(itertools.pairwise(self.words))
        self.verb = statement.verb
        self.returning = statement.returning
        self.version = version

    def follow(self, first: str, second: str) -> bool:
        return (first, second) in self.pairs

    @property
    def is_query(self) -> bool:
        return self.verb in ("SELECT", "WITH")


NOT_ENDED = "SQL command not properly ended"
RULES: tuple[tuple[Callable[[Words], bool], int, str], ...] = (
    (lambda w: w.is_query and "LIMIT" in w.words, 933, NOT_ENDED),
    (lambda w: w.is_query and "EXCEPT" in w.words and w.version < 21, 933, NOT_ENDED),
    # README: "a DML statement with the word RETURNING and then INTO"
    (
        lambda w: w.verb in DML and "RETURNING" in w.words and not w.returning,
        925,
        "missing INTO keyword",
    ),
    (lambda w: w.verb in ("CREATE", "ALTER") and w.follow("ON", "UPDATE"), 905, "missing keyword"),
    (lambda w: w.follow("WITH", "RECURSIVE"), 905, "missing keyword"),
    (lambda w: w.verb == "DROP" and w.follow("IF", "EXISTS") and w.version < 23, 933, NOT_ENDED),
    (
        lambda w: w.verb == "CREATE" and w.follow("IF", "NOT") and w.version < 23,
        922,
        "missing or invalid option",
    ),
    (
        lambda w: w.verb == "CREATE" and "INDEX" in w.words[:3] and "WHERE" in w.words,
        2158,
        "invalid CREATE INDEX option",
    ),
    (lambda w: "ILIKE" in w.words, 920, "invalid relational operator"),
    (
        lambda w: w.verb == "INSERT" and w.follow("DEFAULT", "VALUES"),
        926,
        "missing VALUES keyword",
    ),
    (lambda w: w.verb == "INSERT" and w.follow("ON", "CONFLICT"), 933, NOT_ENDED),
)
"""What Oracle's grammar does not have: a test, the number, the text."""


def _words(words: Words) -> None:
    for applies, code, text in RULES:
        if applies(words):
            ora(code, text)


def _aliases(tokens: list[Token]) -> None:
    """README: no AS before a table alias; Oracle takes it before column aliases only."""
    inside: list[bool] = [False]
    depth_words: list[str] = []
    for place, token in enumerate(tokens):
        word = token.text.upper()
        if token.token_type is TokenType.L_PAREN:
            inside.append(False)
            depth_words.append(tokens[place - 1].text.upper() if place else "")
        elif token.token_type is TokenType.R_PAREN:
            if len(inside) > 1:
                inside.pop()
                depth_words.pop()
        elif token.token_type is TokenType.FROM:
            # EXTRACT(x FROM y) and TRIM(x FROM y) are no FROM clauses.
            inside[-1] = not (depth_words and depth_words[-1] in ("EXTRACT", "TRIM"))
        elif word in _ENDS_FROM and token.token_type is not TokenType.IDENTIFIER:
            inside[-1] = False
        elif word == "SELECT":
            inside[-1] = False
        elif token.token_type is TokenType.ALIAS and inside[-1]:
            ora(933, "SQL command not properly ended")


def _identifiers(tree: exp.Expression) -> None:
    for name in tree.find_all(exp.Identifier):
        text = str(name.this)
        if len(text.encode()) > IDENTIFIER_BYTES:
            ora(972, "identifier is too long")  # README: "at most 128 bytes"
        if not text:
            ora(1741, "illegal zero-length identifier")
        if name.args.get("quoted"):
            continue
        if text.startswith("_"):
            ora(911, "invalid character")
        if text.upper() in RESERVED and text.upper() not in _PSEUDO:
            ora(904, f'"{text.upper()}": invalid identifier')


def _expressions(tree: exp.Expression, version: int) -> None:
    for node in tree.find_all(exp.In):
        if len(node.expressions) > LIST and not isinstance(node.this, exp.Tuple):
            ora(1795, "maximum number of expressions in a list is 1000")  # README: IN lists
    if version >= 23:
        return
    for node in tree.find_all(exp.Boolean):
        # README: "No boolean before 23ai"
        ora(904, f'"{str(node).upper()}": invalid identifier')
    for select in tree.find_all(exp.Select):
        _select(select)
    values = tree.find(exp.Values)
    if values is not None and (len(values.expressions) > 1 or not isinstance(tree, exp.Insert)):
        # README: "Multi-row INSERT VALUES … only in 23ai and later"
        ora(933, NOT_ENDED)


def _select(select: exp.Select) -> None:
    if select.args.get("from_") is None or select.find(exp.Filter):
        ora(923, "FROM keyword not found where expected")
    for column in select.expressions:
        inner = column.this if isinstance(column, exp.Alias) else column
        if isinstance(inner, exp.Predicate | exp.And | exp.Or | exp.Not | exp.Exists):
            ora(923, "FROM keyword not found where expected")
