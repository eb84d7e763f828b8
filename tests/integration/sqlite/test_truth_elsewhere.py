"""Conditions as values on databases where a condition is none (SQL Server, Oracle): SQLite, which
reads their CASE expressions, answers them as it answers its own text: true, false and unknown, in
every place a value or a condition can stand.
"""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from accord import (
    Boolean,
    Column,
    Integer,
    MetaData,
    Table,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    insert,
    literal_column,
    not_,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)
from accord.dialects import mssql, oracle

facts = Table(
    "facts",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("a", Integer),
    Column("b", Integer),
    Column("x", Boolean),
    Column("y", Boolean),
)
a, b, x, y = facts.c.a, facts.c.b, facts.c.x, facts.c.y
greater = a > b
other = facts.alias("other")

CONDITIONS: dict[str, Any] = {
    "comparison": greater,
    "is_null": a.is_(None),
    "is_not_null": x.is_not(None),
    "x_is_true": x.is_(True),
    "x_is_not_true": x.is_not(True),
    "x_is_false": x.is_(False),
    "x_is_not_false": x.is_not(False),
    "comparison_is_true": greater.is_(True),
    "comparison_is_not_true": greater.is_not(True),
    "comparison_is_false": greater.is_(False),
    "comparison_is_not_false": greater.is_not(False),
    "comparison_is_null": greater.is_(None),
    "not": not_(x),
    "not_and": not_(and_(x.is_(True), greater)),
    "not_or": not_(or_(x.is_(False), y)),
    "and": and_(x, greater),
    "or": or_(x, y.is_(True)),
    "between": a.between(1, b),
    "in": a.in_([1, 3]),
    "not_in": a.not_in([1, 3]),
    "in_nothing": a.in_([]),
    "not_in_nothing": a.not_in([]),
    "exists": exists().where(other.c.a > a),
    "equal_conditions": greater == (a == 1),
    "different_conditions": greater != y,
    "condition_is_true_by_value": greater == True,  # noqa: E712 (an expression)
    "condition_among": greater.in_([True, False]),
    "conditions_between": greater.between(x, y),
    "rows": tuple_(a, b) == tuple_(1, b),
    "case": case((greater, x), else_=y),
    "not_case": not_(case((greater, True), else_=y)),
    "label": greater.label("found"),
    "coerced": type_coerce(greater, Boolean),
    "coalesced": func.coalesce(greater, x.is_(True)),
    "cast": cast(greater, Integer) == 1,
    "subquery": select(other.c.a > other.c.b).where(other.c.id == 1).scalar_subquery().is_(False),
    "constants": and_(or_(x, false()), or_(true(), y)),
}

PLACES: dict[str, Callable[[Any], Any]] = {
    "selected": lambda found: select(facts.c.id, found.label("found")),
    "where": lambda found: select(facts.c.id).where(found),
    "not": lambda found: select(facts.c.id).where(not_(found)),
    "ordered": lambda found: select(facts.c.id).order_by(found.desc(), facts.c.id),
    "tested": lambda found: select(facts.c.id, case((found, 1), else_=0)),
    "result": lambda found: select(facts.c.id, case((a == 1, found), else_=x).label("found")),
    "grouped": lambda found: select(found.label("f"), func.count()).group_by(found).having(found),
    "compared": lambda found: select(facts.c.id).where(found == x),
    "argument": lambda found: select(facts.c.id, func.coalesce(found, y).label("found")),
    "largest": lambda found: select(func.max(found)),
}


@pytest.fixture
def connection(engine: Any) -> Any:
    with engine.begin() as connection:
        facts.metadata.create_all(connection)
        numbers, truths = (None, 1, 2), (None, True, False)
        rows = itertools.product(numbers, numbers, truths, truths)
        names = ("a", "b", "x", "y")
        connection.execute(insert(facts), [dict(zip(names, row, strict=True)) for row in rows])
        yield connection


@pytest.mark.parametrize("module", [mssql, oracle], ids=["mssql", "oracle"])
@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_are_what_they_are_everywhere(connection: Any, module: Any, name: str) -> None:
    condition = CONDITIONS[name]
    for place, put in PLACES.items():
        if name in ("subquery", "exists") and place in ("largest", "grouped"):
            continue  # no database takes a query there
        statement = put(condition)
        expected = connection.execute(statement).all()
        text = str(
            statement.compile(dialect=module.dialect(), compile_kwargs={"literal_binds": True})
        )
        found = connection.exec_driver_sql(text.replace(" FROM dual", "")).all()
        assert _numbers(found) == _numbers(expected), (place, text)


def _numbers(rows: Any) -> list[Any]:
    return sorted(
        [[int(cell) if isinstance(cell, bool) else cell for cell in row] for row in rows], key=repr
    )


def test_the_order_is_that_of_the_values(connection: Any) -> None:
    statement = select(facts.c.id).order_by(greater.desc(), literal_column("id"))
    text = str(statement.compile(dialect=oracle.dialect()))
    assert "ORDER BY CASE WHEN facts.a > facts.b THEN 1 WHEN NOT (facts.a > facts.b)" in text
    assert connection.exec_driver_sql(text).all() == connection.execute(statement).all()
