"""Characters of four bytes (emoji) in the catalog: its own tables hold three at most, and show "?"
for each or for each of its bytes.

In: what information_schema says about a table. Out: the same, with the texts that hold a question
mark asked for anew where the server still has them: DEFAULT(column), SHOW CREATE TABLE.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from accord.dialect import Execute, quoted
from accord.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accord.dialect import Bind, Row, Steps
    from accord.dialect.reflection import ReflectedCheck

_CHECK = re.compile(r"^\s*CONSTRAINT `((?:[^`]|``)*)` CHECK \((.*)\),?$", re.MULTILINE)
_HEXADECIMAL = re.compile(
    r"^\s*`((?:[^`]|``)*)` (?:[^']|'(?:[^'\\]|\\.|'')*')*? DEFAULT 0x([0-9A-F]+)", re.MULTILINE
)
_GENERATED = re.compile(
    r"^\s*`((?:[^`]|``)*)` .*? GENERATED ALWAYS AS \((.*)\) (?:STORED|VIRTUAL)", re.MULTILINE
)


def whole_texts_steps(
    bind: Bind, columns: list[Row], name: str, schema: str | None, written: Callable[[str], str]
) -> Steps[list[Row]]:
    """The rows of columns with whole defaults and expressions; `written` says how the catalog has a
    constant default.
    """
    constants = [
        str(row[0])
        for row in columns
        if "?" in str(row[4] or "")
        and row[2] is not None
        and "GENERATED" not in str(row[5]).upper()
    ]
    values = yield from _defaults_steps(bind, constants, name, schema)
    expressions: dict[str, str] = {}
    if any("?" in str(row[7] or "") for row in columns):
        shown = yield from _shown_steps(bind, name, schema)
        expressions = {_plain(found[1]): found[2] for found in _GENERATED.finditer(shown)}
    return [
        (
            *row[:4],
            written(values[str(row[0])]) if str(row[0]) in values else row[4],
            *row[5:7],
            expressions.get(str(row[0]), row[7]) if "?" in str(row[7] or "") else row[7],
        )
        for row in columns
    ]


def whole_checks_steps(
    bind: Bind, checks: Sequence[ReflectedCheck], name: str, schema: str | None
) -> Steps[tuple[ReflectedCheck, ...]]:
    """The checks with their whole conditions."""
    if not any("?" in check.sqltext for check in checks):
        return tuple(checks)
    shown = yield from _shown_steps(bind, name, schema)
    texts = {_plain(found[1]): found[2] for found in _CHECK.finditer(shown)}
    return tuple(
        [
            replace(check, sqltext=texts.get(str(check.name), check.sqltext))
            if "?" in check.sqltext
            else check
            for check in checks
        ]
    )


def _defaults_steps(
    bind: Bind, columns: list[str], name: str, schema: str | None
) -> Steps[dict[str, str]]:
    """Constant defaults by name: MySQL shows them as hexadecimal digits, MariaDB must be asked for
    DEFAULT(column), which an outer join answers without a row if the column may be NULL.
    """
    if not columns:
        return {}
    shown = yield from _shown_steps(bind, name, schema)
    digits = {_plain(found[1]): found[2] for found in _HEXADECIMAL.finditer(shown)}
    found = {column: digits[column] for column in columns if column in digits}
    values = {
        column: bytes.fromhex(text).decode("utf-8", "replace") for column, text in found.items()
    }
    if digits:
        return values
    wanted = ", ".join(f"DEFAULT({quoted(bind, column)})" for column in columns)
    table = _path(bind, name, schema)
    for source in (f"(SELECT 1 AS one) AS once LEFT JOIN {table} ON 1 = 0", f"{table} LIMIT 1"):
        try:
            reply = yield Execute(bind, f"SELECT {wanted} FROM {source}")
        except DBAPIError:
            break  # not for this user's eyes
        for row in reply.rows:
            pairs = zip(columns, row, strict=True)
            values.update({column: value for column, value in pairs if isinstance(value, str)})
    return values


def _shown_steps(bind: Bind, name: str, schema: str | None) -> Steps[str]:
    try:
        reply = yield Execute(bind, f"SHOW CREATE TABLE {_path(bind, name, schema)}")
    except DBAPIError:
        return ""
    return str(reply.rows[0][1])


def _path(bind: Bind, name: str, schema: str | None) -> str:
    table = quoted(bind, name)
    return table if schema is None else f"{quoted(bind, schema)}.{table}"


def _plain(name: str) -> str:
    return name.replace("``", "`")
