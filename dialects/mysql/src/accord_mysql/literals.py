"""String literals that mean the same whatever sql_mode says about backslashes.

A text with a backslash or NUL is written in hexadecimal; everything else stands between quotes,
which are doubled. In: text. Out: SQL.
"""

from __future__ import annotations


def text_literal(text: str) -> str:
    """A character literal."""
    if "\\" in text or "\0" in text:
        return f"_utf8mb4 X'{text.encode().hex().upper()}'"
    return "'" + text.replace("'", "''") + "'"


def member_text(text: str) -> str:
    """A literal among the values of an ENUM or SET, where the word before X'…' may not stand."""
    return f"X'{text.encode().hex().upper()}'" if "\\" in text else text_literal(text)


def ddl_text(text: str) -> str:
    """A literal where DDL takes quotes only (COMMENT); backslashes are escape characters there."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
