"""What random expressions are about: two small tables, and the pieces expressions are made of.

In: a backend's `Rules`. Out: `Tables`, with the rows they hold; `Term`, an expression beside its
meaning; `Choices`, decisions taken from bytes (the less and the lower they are, the simpler the
expression, which is how Hypothesis makes a failing one small).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from expression_rules import Rules

from accord import Column, Integer, MetaData, String, Table

Row = dict[str, Any]

ROWS: list[Row] = [
    {"id": 1, "i": 0, "j": 1, "s": "", "u": "a"},
    {"id": 2, "i": 3, "j": -2, "s": "aB", "u": "Ab"},
    {"id": 3, "i": None, "j": 5, "s": "%", "u": "a%b"},
    {"id": 4, "i": -7, "j": 2, "s": "_/", "u": "a_b/"},
    {"id": 5, "i": 30_000, "j": None, "s": "\\", "u": "\\%"},
    {"id": 6, "i": 2, "j": 2, "s": "'", "u": None},
    {"id": 7, "i": -1, "j": 0, "s": None, "u": "日b😀"},
    {"id": 8, "i": None, "j": None, "s": "a ", "u": "a"},
]
OTHER: list[int] = [-2, 0, 2, 3]
LARGEST = 2**31 - 1


class Tables:
    """What the expressions are about."""

    def __init__(self, rules: Rules) -> None:
        self.metadata = MetaData()
        self.main = Table(
            "campaign",
            self.metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("i", Integer),
            Column("j", Integer),
            Column("s", String(20, collation=rules.collation)),
            Column("u", String(20, collation=rules.collation)),
        )
        self.other = Table(
            "campaign_other",
            self.metadata,
            Column("v", Integer, primary_key=True, autoincrement=False),
        )


@dataclass(frozen=True)
class Term:
    """An expression and what it means for a row; how far from zero a number can be; whether a text
    says by itself how its letters compare.
    """

    sql: Any
    python: Callable[[Row], Any]
    bound: int = 0
    collated: bool = False


def term(
    sql: Callable[..., Any],
    python: Callable[..., Any],
    *parts: Term,
    bound: int = 0,
    collated: bool = False,
) -> Term:
    """The term made of others: `sql` of their expressions means `python` of their values."""
    return Term(
        sql(*[part.sql for part in parts]),
        lambda row: python(*[part.python(row) for part in parts]),
        bound,
        collated,
    )


def constant(sql: Any, value: Any, *, bound: int = 0) -> Term:
    return Term(sql, lambda row: value, bound)


class Choices:
    """Decisions taken from bytes; the first option when they are used up."""

    def __init__(self, data: bytes) -> None:
        self._bytes = iter(data)

    def below(self, count: int) -> int:
        return next(self._bytes, 0) % count

    def of(self, options: Sequence[Any]) -> Any:
        return options[self.below(len(options))]

    def several(self, make: Callable[[], Any], least: int, most: int) -> list[Any]:
        return [make() for _ in range(least + self.below(most - least + 1))]


class Kinds:
    """The kinds of terms; each is made by a class of its own out of terms of all kinds."""

    def __init__(self, tables: Tables, rules: Rules, choices: Choices) -> None:
        self.main = tables.main
        self.t: Any = tables.main.c
        self.o = tables.other
        self.rules = rules
        self.choices = choices

    def number(self, depth: int) -> Term:
        raise NotImplementedError

    def text(self, depth: int) -> Term:
        raise NotImplementedError

    def condition(self, depth: int) -> Term:
        raise NotImplementedError

    def bits(self, depth: int) -> Term:
        raise NotImplementedError

    def collated(self, a: Term) -> Term:
        raise NotImplementedError
