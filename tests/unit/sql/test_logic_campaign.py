"""Random expressions: SQLite's answer is Python's, for parentheses, precedence, NULL logic, IN,
BETWEEN, LIKE."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings, strategies as st
from world import SQLITE, render

from accord.sql import and_, case, column, func, literal, not_, or_, select, table
from accord.sqltypes import Integer, String

T = table("t", column("i", Integer), column("j", Integer), column("s", String), column("u", String))
Row = dict[str, Any]
Case = tuple[Any, Callable[[Row], Any]]

small = st.integers(-9, 9)
words = st.text(alphabet="ab%_/Z'\\", max_size=4)
rows = st.fixed_dictionaries(
    {"i": st.none() | small, "j": st.none() | small, "s": st.none() | words, "u": st.none() | words}
)


def lifted(function: Callable[..., Any]) -> Callable[..., Any]:
    """NULL in, NULL out."""
    return lambda *values: None if any(value is None for value in values) else function(*values)


def pair(sql: Callable[..., Any], python: Callable[..., Any]) -> Callable[[Case, Case], Case]:
    return lambda one, two: (sql(one[0], two[0]), lambda row: python(one[1](row), two[1](row)))


def columns(*names: str) -> st.SearchStrategy[Case]:
    return st.sampled_from(names).map(lambda name: (T.c[name], lambda row, name=name: row[name]))


numbers: st.SearchStrategy[Case] = st.deferred(
    lambda: (
        columns("i", "j")
        | small.map(lambda n: (literal(n), lambda row: n))
        | st.builds(pair(lambda a, b: a + b, lifted(lambda a, b: a + b)), numbers, numbers)
        | st.builds(pair(lambda a, b: a - b, lifted(lambda a, b: a - b)), numbers, numbers)
        | st.builds(pair(lambda a, b: a * b, lifted(lambda a, b: a * b)), numbers, numbers)
        | st.builds(
            pair(lambda a, b: a.bitwise_and(b), lifted(lambda a, b: a & b)), numbers, numbers
        )
        | st.builds(
            pair(lambda a, b: a.bitwise_or(b), lifted(lambda a, b: a | b)), numbers, numbers
        )
        | numbers.map(lambda n: (-n[0], lambda row: lifted(lambda a: -a)(n[1](row))))
        | numbers.map(lambda n: (n[0].bitwise_not(), lambda row: lifted(lambda a: ~a)(n[1](row))))
        | st.builds(
            lambda test, one, two: (
                case((test[0], one[0]), else_=two[0]),
                lambda row: one[1](row) if test[1](row) else two[1](row),
            ),
            conditions,
            numbers,
            numbers,
        )
        | st.builds(
            pair(lambda a, b: func.coalesce(a, b), lambda a, b: b if a is None else a),
            numbers,
            numbers,
        )
    )
)

strings: st.SearchStrategy[Case] = st.deferred(
    lambda: (
        columns("s", "u")
        | words.map(lambda w: (literal(w), lambda row: w))
        | st.builds(pair(lambda a, b: a + b, lifted(lambda a, b: a + b)), strings, strings)
    )
)


def like(pattern: str, value: str, escape: str | None = None) -> bool:
    """SQLite's LIKE: ASCII letters in any case."""
    made, characters = "", iter(pattern)
    for char in characters:
        if char == escape:
            made += re.escape(next(characters, ""))
        else:
            made += ".*" if char == "%" else "." if char == "_" else re.escape(char)
    return re.fullmatch(made, value, re.IGNORECASE | re.DOTALL) is not None


def both(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def opposite(a: bool | None) -> bool | None:
    return None if a is None else not a


def member(value: Any, options: list[Any]) -> bool | None:
    if not options:
        return False
    if value is None:
        return None
    if value in [option for option in options if option is not None]:
        return True
    return None if None in options else False


COMPARISONS = [
    (lambda a, b: a == b, lifted(lambda a, b: a == b)),
    (lambda a, b: a != b, lifted(lambda a, b: a != b)),
    (lambda a, b: a < b, lifted(lambda a, b: a < b)),
    (lambda a, b: a <= b, lifted(lambda a, b: a <= b)),
    (lambda a, b: a > b, lifted(lambda a, b: a > b)),
    (lambda a, b: a >= b, lifted(lambda a, b: a >= b)),
    (lambda a, b: a.is_distinct_from(b), lambda a, b: a != b),
    (lambda a, b: a.is_not_distinct_from(b), lambda a, b: a == b),
]

conditions: st.SearchStrategy[Case] = st.deferred(
    lambda: (
        st.builds(
            lambda kind, a, b: pair(*kind)(a, b), st.sampled_from(COMPARISONS), numbers, numbers
        )
        | st.builds(
            lambda kind, a, b: pair(*kind)(a, b), st.sampled_from(COMPARISONS), strings, strings
        )
        | numbers.map(lambda n: (n[0] == None, lambda row: n[1](row) is None))  # noqa: E711
        | numbers.map(lambda n: (n[0] != None, lambda row: n[1](row) is not None))  # noqa: E711
        | st.builds(
            lambda n, low, high: (
                n[0].between(low[0], high[0]),
                lambda row: both(
                    lifted(lambda a, b: a <= b)(low[1](row), n[1](row)),
                    lifted(lambda a, b: a <= b)(n[1](row), high[1](row)),
                ),
            ),
            numbers,
            numbers,
            numbers,
        )
        | st.builds(
            lambda n, options: (n[0].in_(options), lambda row: member(n[1](row), options)),
            numbers,
            st.lists(st.none() | small, max_size=5),
        )
        | st.builds(
            lambda n, options: (
                n[0].not_in(options),
                lambda row: opposite(member(n[1](row), options)),
            ),
            numbers,
            st.lists(st.none() | small, max_size=5),
        )
        | st.builds(
            lambda s, part: (
                s[0].contains(part, autoescape=True),
                lambda row: lifted(lambda a: part.lower() in a.lower())(s[1](row)),
            ),
            strings,
            words,
        )
        | st.builds(
            lambda s, part: (
                s[0].startswith(part, autoescape=True),
                lambda row: lifted(lambda a: a.lower().startswith(part.lower()))(s[1](row)),
            ),
            strings,
            words,
        )
        | st.builds(
            lambda s, part: (
                s[0].endswith(part, autoescape=True),
                lambda row: lifted(lambda a: a.lower().endswith(part.lower()))(s[1](row)),
            ),
            strings,
            words,
        )
        | st.builds(
            lambda s, p: (s[0].like(p), lambda row: lifted(lambda a: like(p, a))(s[1](row))),
            strings,
            words,
        )
        | st.lists(conditions, min_size=1, max_size=3).map(
            lambda parts: (
                and_(*[p[0] for p in parts]),
                lambda row: all_of([p[1](row) for p in parts]),
            )
        )
        | st.lists(conditions, min_size=1, max_size=3).map(
            lambda parts: (
                or_(*[p[0] for p in parts]),
                lambda row: opposite(all_of([opposite(p[1](row)) for p in parts])),
            )
        )
        | conditions.map(lambda c: (not_(c[0]), lambda row: opposite(c[1](row))))
        | conditions.map(lambda c: ((c[0] == False), lambda row: opposite(c[1](row))))
    )  # noqa: E712
)


def all_of(values: list[bool | None]) -> bool | None:
    found: bool | None = True
    for value in values:
        found = both(found, value)
    return found


CONNECTION = sqlite3.connect(":memory:")
CONNECTION.execute("create table t (i integer, j integer, s text, u text)")


def answer(expression: Any, row: Row, **options: Any) -> Any:
    CONNECTION.execute("delete from t")
    CONNECTION.execute("insert into t values (:i, :j, :s, :u)", row)
    statement = select(expression.label("x")).select_from(T)
    compiled = render(statement, SQLITE, **options)
    if options:
        return CONNECTION.execute(compiled.text).fetchone()[0]
    sql, values = compiled.parameters(statement.binds)
    return CONNECTION.execute(sql, values).fetchone()[0]


@settings(max_examples=600, deadline=None)
@given(conditions | numbers | strings, rows)
def test_the_database_agrees_with_python(expression_and_meaning, row):
    expression, meaning = expression_and_meaning
    expected = meaning(row)
    found = answer(expression, row)
    assert found == expected, str(expression)
    assert answer(expression, row, literal_binds=True) == expected


@settings(max_examples=200, deadline=None)
@given(conditions, rows)
def test_where_keeps_exactly_what_is_true(condition_and_meaning, row):
    condition, meaning = condition_and_meaning
    CONNECTION.execute("delete from t")
    CONNECTION.execute("insert into t values (:i, :j, :s, :u)", row)
    statement = select(literal(1)).select_from(T).where(condition)
    sql, values = render(statement, SQLITE).parameters(statement.binds)
    assert bool(CONNECTION.execute(sql, values).fetchall()) == (meaning(row) is True)
