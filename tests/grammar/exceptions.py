"""What sqlglot cannot read, fragment by fragment, each with a statement that a server runs.

A fragment is read as another one that sqlglot knows; the rest of the statement is checked like any
other. `tests/integration/grammar` runs `example` of each: the database answers, the fragment is in
what was sent, and sqlglot still does not read it. So an entry that is not needed any more is red.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from grammar import examples


@dataclass(frozen=True)
class Fragment:
    """A pattern, what is read in its place, why, and something that makes accord write it:
    ``example(engine)``.
    """

    dialects: tuple[str, ...]
    pattern: re.Pattern[str]
    read_as: str
    why: str
    example: Callable[[Any], None]


def _fragment(
    dialects: str, pattern: str, read_as: str, why: str, example: Callable[[Any], None]
) -> Fragment:
    return Fragment(tuple(dialects.split()), re.compile(pattern), read_as, why, example)


FRAGMENTS = (
    _fragment(
        "mysql mariadb",
        r"ESCAPE _utf8mb4 X'(?:[0-9A-F]{2})+'",
        "ESCAPE '/'",
        "a literal with an introducer: a backslash whatever the server's sql_mode",
        examples.escape_by_backslash,
    ),
    _fragment(
        "postgresql",
        r"ESCAPE E'(?:[^'\\]|\\.|'')+'",
        "ESCAPE '/'",
        "a literal with escapes: a backslash whatever the server's settings",
        examples.escape_by_backslash,
    ),
    _fragment(
        "mariadb",
        r"\bIN \(VALUES \(",
        "IN ((",
        "tuples as a table value constructor",
        examples.rows_in_values,
    ),
    _fragment(
        "mariadb",
        r"= \(VALUES\(([^()]+)\)",
        r"= (\1",
        "the value a row of an upsert was to get, first in parentheses",
        examples.sum_with_the_value_of_an_upsert,
    ),
    _fragment(
        "postgresql",
        r"\bOVERRIDING SYSTEM VALUE ",
        "",
        "values for GENERATED ALWAYS AS IDENTITY",
        examples.key_of_an_identity_always,
    ),
    _fragment(
        "postgresql",
        r"(?i)(::\"?)(oid|regclass)(?=\[\])",
        r"\1INT",
        "arrays of types that only PostgreSQL has",
        examples.array_of_oids,
    ),
    _fragment(
        "postgresql",
        r"::BIT VARYING\b",
        "::TEXT",
        "strings of bits",
        examples.bit_varying,
    ),
    _fragment(
        "postgresql",
        r"\bdelete\(",
        "without(",
        "a function of this name: hstore's",
        examples.function_called_delete,
    ),
    _fragment(
        "oracle",
        r" RETURNING (?:(?! INTO :).)+ INTO :\w+(?:, :\w+)*$",
        "",
        "values come back through out binds",
        examples.returning_into,
    ),
    _fragment(
        "oracle",
        r"(?<![\w.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)d\b",
        r"\1",
        "a number of type BINARY_DOUBLE",
        examples.double_beyond_numbers,
    ),
    _fragment(
        "oracle",
        r" RETURNING CLOB WITH WRAPPER\)",
        ")",
        "the type and the wrapper of JSON_QUERY together",
        examples.json_member,
    ),
    _fragment(
        "mssql",
        r" OUTPUT (?:inserted|deleted)\.[^()]+?(?= DEFAULT VALUES| FROM | WHERE |$)",
        "",
        "OUTPUT in DELETE, and before DEFAULT VALUES",
        examples.output_of_a_delete,
    ),
    _fragment(
        "mssql",
        r"^DELETE FROM (\S+) FROM ",
        r"DELETE \1 FROM ",
        "a second FROM",
        examples.delete_beside_another_table,
    ),
    _fragment(
        "mssql",
        r"; SELECT CAST\(SCOPE_IDENTITY\(\) AS BIGINT\) AS accord_key$",
        "",
        "two statements in one round trip",
        examples.scope_identity,
    ),
)


def readable(dialect: str, text: str, fragments: Iterable[Fragment]) -> str:
    """`text` with what sqlglot cannot read replaced by what it can."""
    for fragment in fragments:
        if dialect in fragment.dialects:
            text = fragment.pattern.sub(fragment.read_as, text)
    return text
