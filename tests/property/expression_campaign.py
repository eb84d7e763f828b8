"""Asks a database what random expressions are, and compares.

In: an engine, and bytes for each expression. Out: nothing, or `Disagreement`, which names one
expression, the row, and both answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from expression_language import Language
from expression_rules import Rules, rules_of
from expression_world import OTHER, ROWS, Choices, Tables, Term
from orm_api import BACKEND

from accord import insert, select


class Disagreement(AssertionError):
    """The database and Python do not have the same answer."""


class Campaign:
    """One database with the two tables."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.rules: Rules = rules_of(engine.dialect.name, BACKEND.version)
        self.tables = Tables(self.rules)
        self.evaluated: set[int] = set()

    def language(self, data: bytes) -> Language:
        return Language(self.tables, self.rules, Choices(data))

    def compare(self, batch: Sequence[bytes]) -> None:
        """Each of the expressions in every row, bound and as literals."""
        terms = [self.language(data).term() for data in batch]
        labelled = [term.sql.label(f"x{number}") for number, term in enumerate(terms)]
        main = self.tables.main
        statement = select(*labelled).select_from(main).order_by(main.c.id)
        expected = [[term.python(row) for term in terms] for row in ROWS]
        for form, found in self.answers(statement):
            for row, answers, meant in zip(ROWS, found, expected, strict=True):
                for term, answer, value in zip(terms, answers, meant, strict=True):
                    if not same(answer, value, self.rules):
                        raise Disagreement(
                            f"{form}: {self.literal(term.sql)}\nin {row}: the database says "
                            f"{answer!r}, Python {value!r}"
                        )
        self.note(terms)

    def note(self, terms: Sequence[Term]) -> None:
        """These were evaluated."""
        self.evaluated.update([hash((t.sql.cache_key, str(values(t)))) for t in terms])

    def answers(self, statement: Any) -> Iterator[tuple[str, list[Any]]]:
        """The rows of a statement whose values are bound, and are written into it."""
        with self.engine.connect() as connection:
            yield "bound", connection.execute(statement).all()
            yield "literal", connection.exec_driver_sql(self.literal(statement)).all()

    def literal(self, statement: Any) -> str:
        options = {"literal_binds": True}
        return str(statement.compile(dialect=self.engine.dialect, compile_kwargs=options))


def values(term: Term) -> list[Any]:
    return [bind.value for bind in term.sql.binds]


def same(found: Any, expected: Any, rules: Rules) -> bool:
    if found is None or expected is None:
        return found is expected
    if isinstance(expected, Fraction):
        digits = rules.quotient_digits or 9
        return abs(Fraction(found) - expected) <= Fraction(1, 10 ** min(digits, 9)) * max(
            1, abs(expected)
        )
    return bool(found == expected)


@contextmanager
def campaign(engine: Any) -> Iterator[Campaign]:
    """A campaign on the database of `engine`; its tables are gone afterwards."""
    made = Campaign(engine)
    made.tables.metadata.create_all(engine)
    try:
        with engine.begin() as connection:
            connection.execute(insert(made.tables.main), ROWS)
            connection.execute(insert(made.tables.other), [{"v": value} for value in OTHER])
        yield made
    finally:
        made.tables.metadata.drop_all(engine)
