"""String literals that mean the same whatever sql_mode says about backslashes.

A text with a backslash or NUL is written in hexadecimal; everything else stands between quotes,
which are doubled. In: text. Out: SQL.
"""

from __future__ import annotations

import re

from accord.exc import CompileError

_BEYOND_UTF8MB3 = re.compile("[\U00010000-\U0010ffff]")


def text_literal(text: str) -> str:
    """A character literal."""
    if "\\" in text or "\0" in text:
        return f"_utf8mb4 X'{text.encode().hex().upper()}'"
    return "'" + text.replace("'", "''") + "'"


def bare_text(text: str) -> str:
    """A literal behind SEPARATOR or among the values of an ENUM or SET, where the word before X'…'
    may not stand.
    """
    return f"X'{text.encode().hex().upper()}'" if "\\" in text else text_literal(text)


def ddl_text(text: str) -> str:
    """A literal where DDL takes quotes only; backslashes are escape characters there."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def comment_text(text: str) -> str:
    """The literal behind COMMENT."""
    lost = _BEYOND_UTF8MB3.search(text)
    if lost is not None:
        raise CompileError(
            f"A comment cannot have the character U+{ord(lost.group()):04X}: the catalog of MySQL "
            "and MariaDB has none beyond U+FFFF and would keep a question mark"
        )
    return ddl_text(text)
