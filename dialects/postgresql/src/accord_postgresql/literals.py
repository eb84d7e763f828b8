"""String literals that mean the same whatever standard_conforming_strings says about backslashes.

In: text. Out: SQL.
"""

from __future__ import annotations

from accord.sqltypes.entry import quoted as standard


def quoted(text: str) -> str:
    """A character literal; one with backslashes says itself that they are escapes."""
    return f"E{standard(text.replace(chr(92), chr(92) * 2))}" if "\\" in text else standard(text)
