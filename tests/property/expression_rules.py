"""Where databases differ in what an expression means: one table, a row per question.

The random expressions of `expression_language` are evaluated in Python by these rules; everything
that is not in here means the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True)
class Rules:
    """One backend's answers."""

    collation: str
    """In which letters differ by case and accents, and blanks at the end count."""
    like_ignores_case: bool
    """LIKE takes 'A' for 'a' (ASCII letters), whatever the collation."""
    like_escape: str | None
    """What escapes in a pattern without ESCAPE."""
    floor_division_truncates: bool
    """-7 // 2 is -3, not -4."""
    quotient_digits: int | None
    """Decimals of 7 / 2; None: a float."""
    zero_division: str
    """1 / 0 is "null", or an "error"."""
    bits_unsigned: bool
    """-1 & 3 is made of 64 bits without a sign."""
    length_in_bytes: bool
    """length('é') is 2."""
    quantified: bool
    """x > ANY (SELECT ...) is known, and right: MariaDB 10.11 says true to NOT (NOT (x = ALL (...))
    AND y), where the part in parentheses is true by itself."""
    row_nulls: bool
    """((a, b) = (c, d)) IS NULL is true where a is NULL; MariaDB says that rows are never NULL."""
    null_safe_is_known: bool = True
    """(a <=> b) IS NOT NULL is true; MariaDB 10.5 asks a and b instead."""


RULES = {
    "sqlite": Rules("BINARY", True, None, True, None, "null", False, False, False, True),
    "postgresql": Rules("C", False, "\\", True, 16, "error", False, False, True, True),
    "mysql": Rules("utf8mb4_0900_bin", False, "\\", False, 4, "null", True, True, True, True),
    "mariadb": Rules("utf8mb4_nopad_bin", False, "\\", False, 4, "null", True, True, False, False),
}
RULES["mariadb10.5"] = replace(RULES["mariadb"], null_safe_is_known=False)


def rules_of(backend: str, version: str) -> Rules:
    """Those of the version, where it has a row of its own."""
    return RULES.get(f"{backend}{version}", RULES[backend])


def remainder(a: int, b: int) -> int | None:
    """The sign is that of `a`, everywhere."""
    if b == 0:
        return None
    return -(-a % abs(b)) if a < 0 else a % abs(b)


def floor_division(a: int, b: int, rules: Rules) -> int | None:
    if b == 0:
        return None
    return (a - remainder(a, b)) // b if rules.floor_division_truncates else a // b  # type: ignore[operator]  # b is not 0


def quotient(a: int, b: int) -> Fraction | None:
    return None if b == 0 else Fraction(a, b)


def bits(value: int, rules: Rules) -> int:
    return value & (1 << 64) - 1 if rules.bits_unsigned else value


def length(text: str, rules: Rules) -> int:
    return len(text.encode()) if rules.length_in_bytes else len(text)


def like(
    value: str, pattern: str, rules: Rules, escape: str | None, *, caseless: bool = False
) -> bool:
    """LIKE, by backtracking; `escape` None: what escapes without being asked."""
    escape = rules.like_escape if escape is None else escape
    parts: list[tuple[str, str]] = []  # what is to come: "%", "_", or a character itself
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            parts.append(("=", next(characters, "")))
        else:
            parts.append((character, "") if character in "%_" else ("=", character))
    if caseless or rules.like_ignores_case:
        value, parts = ascii_lower(value), [(kind, ascii_lower(text)) for kind, text in parts]
    return _matches(value, parts)


def _matches(value: str, parts: list[tuple[str, str]]) -> bool:
    reached = {0}  # how much of the value may be used up
    for kind, text in parts:
        if kind == "%":
            reached = set(range(min(reached), len(value) + 1)) if reached else set()
        elif kind == "_":
            reached = {at + 1 for at in reached if at < len(value)}
        else:
            reached = {at + len(text) for at in reached if value.startswith(text, at)}
    return len(value) in reached


def ascii_lower(text: str) -> str:
    return "".join([c.lower() if c.isascii() else c for c in text])


def ascii_upper(text: str) -> str:
    return "".join([c.upper() if c.isascii() else c for c in text])
