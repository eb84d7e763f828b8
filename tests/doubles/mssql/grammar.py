"""Does sqlglot read a statement as T-SQL, and as what?

Every statement the dialect emits is read here to its node type. What sqlglot cannot read although
it is T-SQL stands in `EXCEPTIONS`, each with the reason and the page of the product's reference
that says it is: the statement is then read without that part. In: one statement. Out: the name of
sqlglot's node.
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from .scanner import split_at, take_output, without_empty_bytes, words

_NAME = r"(?:\[[^\]]*\]|\w+)"
EXCEPTIONS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"SAVE\s+TRANSACTION\s+\w+\Z", re.I),
        "SaveTransaction",
        "sqlglot has no SAVE TRANSACTION (reference: SAVE TRANSACTION)",
    ),
    (
        re.compile(rf"SET\s+IDENTITY_INSERT\s+{_NAME}(?:\.{_NAME})*\s+(?:ON|OFF)\Z", re.I),
        "Set",
        "sqlglot keeps it as unread text (reference: SET IDENTITY_INSERT)",
    ),
    (
        re.compile(r"SET\s+TRANSACTION\s+ISOLATION\s+LEVEL\s+[A-Z ]+\Z", re.I),
        "Set",
        "sqlglot knows no SNAPSHOT there (reference: SET TRANSACTION ISOLATION LEVEL)",
    ),
    (
        re.compile(r"EXEC\(N'(?:[^']|'')*'\)\Z", re.I),
        "Execute",
        "sqlglot has no EXEC of a string (reference: EXECUTE)",
    ),
    (
        re.compile(r"EXEC\s+sys\.sp_\w+\s+@[^;]*\Z", re.I),
        "Execute",
        "sqlglot does not read OUTPUT arguments (reference: EXECUTE)",
    ),
)
PARTS: tuple[tuple[str, str], ...] = (
    ("OUTPUT … INTO @table (columns)", "sqlglot has no column list there (reference: OUTPUT)"),
    ("OUTPUT … DEFAULT VALUES", "sqlglot wants VALUES after OUTPUT (reference: INSERT)"),
    ("DELETE … OUTPUT", "sqlglot has no OUTPUT in DELETE (reference: DELETE)"),
    ("DELETE FROM t FROM t, other", "sqlglot has no second FROM (reference: DELETE)"),
    ("CLUSTERED, NONCLUSTERED", "sqlglot has them with a constraint's name only (CREATE TABLE)"),
    ("0x", "sqlglot takes the constant of no bytes for a name (reference: Constants)"),
    ("IF … ELSE", "sqlglot has no ELSE without blocks (reference: IF...ELSE)"),
)
"""What is cut off before sqlglot reads the rest; OUTPUT's own list is read as a select list."""


def read(text: str) -> exp.Expression:
    """sqlglot's tree; an error when it cannot be read, or is kept as unread text."""
    text = without_empty_bytes(text)
    tree = sqlglot.parse_one(text, read="tsql", error_level=ErrorLevel.RAISE)
    if isinstance(tree, exp.Command):
        raise ValueError(f"not read: {text}")
    return tree


def node_type(statement: str) -> str:
    """The name of the node a statement is read as."""
    for pattern, name, _ in EXCEPTIONS:
        if pattern.match(statement):
            return name
    if re.match(r"IF\s", statement, re.I):
        return _if(statement)
    bare, output, _ = take_output(statement)
    if output is not None:
        read(f"SELECT {output}")
    if re.match(r"DELETE\s", bare, re.I):
        bare = _one_from(bare)
    if re.match(r"CREATE\s|ALTER\s", bare, re.I):
        bare = re.sub(r"\b(?:NON)?CLUSTERED\s+", "", bare)
    return type(read(bare)).__name__


def _one_from(text: str) -> str:
    froms = [begin for word, begin, _ in words(text) if word == "FROM"]
    if len(froms) < 2:
        return text
    rest = split_at(text[froms[1] :], "WHERE")
    source = text[froms[1] :] if rest is None else rest[0]
    read(f"SELECT 1 AS x {source}")
    return text[: froms[1]] + ("" if rest is None else rest[1])


def _if(text: str) -> str:
    verbs = ("ROLLBACK", "COMMIT", "CREATE", "DROP", "ALTER", "EXEC", "SELECT", "INSERT", "UPDATE")
    cut = split_at(text, *verbs)
    if cut is None:
        raise ValueError(f"not read: {text}")
    read(f"SELECT 1 AS x WHERE {cut[0][2:]}")
    parts = split_at(cut[1], "ELSE")
    then, other = (cut[1], None) if parts is None else (parts[0], parts[1][4:])
    node_type(then.strip())
    if other is not None:
        node_type(other.strip())
    return "If"
