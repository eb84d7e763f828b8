"""What operators of one type and another answer, in Python's types, on every backend."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from requirements import only

from accord import (
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    Interval,
    MetaData,
    Numeric,
    String,
    Table,
    insert,
    select,
)

metadata = MetaData()
t = Table(
    "t",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("i", Integer),
    Column("n", Numeric(10, 2)),
    Column("m", Numeric(10, 2, asdecimal=False)),
    Column("f", Float),
    Column("s", String(20)),
    Column("d", Date),
    Column("at", DateTime),
    Column("span", Interval),
)
ROW = {
    "id": 1, "i": 7, "n": Decimal("2.50"), "m": 2.5, "f": 0.5, "s": "ab",
    "d": dt.date(2024, 3, 1), "at": dt.datetime(2024, 3, 1, 12), "span": dt.timedelta(hours=30),
}  # fmt: skip


@pytest.fixture
def answer(engine: Any) -> Any:
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(t), ROW)
        yield lambda expression: connection.scalar(select(expression))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (t.c.i / 2, Decimal("3.5")),
        (t.c.i // 2, 3),
        (t.c.i % 4, 3),
        (t.c.i * 3 - 1, 20),
        (-t.c.i, -7),
        (t.c.n + 1, Decimal("3.50")),
        (t.c.i * t.c.n, Decimal("17.50")),
        (t.c.n - Decimal("0.25"), Decimal("2.25")),
        (t.c.m + 1, 3.5),
        (t.c.f * 2, 1.0),
        (t.c.f + t.c.i, 7.5),
        (t.c.i + t.c.f, 7.5),
        (t.c.n * t.c.f, Decimal("1.25")),
        (t.c.s + "c", "abc"),
        (t.c.s.concat("c"), "abc"),
        ("x" + t.c.s, "xab"),
    ],
    ids=str,
)
def test_numbers_and_texts(answer: Any, expression: Any, expected: Any) -> None:
    found = answer(expression)
    assert found == expected
    assert type(found) is type(expected)


@only("postgresql", "the others have no arithmetic of dates and intervals by + and -")
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (t.c.at - dt.datetime(2024, 3, 1), dt.timedelta(hours=12)),
        (t.c.at + t.c.span, dt.datetime(2024, 3, 2, 18)),
        (t.c.at - dt.timedelta(days=1), dt.datetime(2024, 2, 29, 12)),
        (t.c.d + dt.timedelta(days=1), dt.datetime(2024, 3, 2)),
        (t.c.d - dt.date(2024, 2, 1), 29),
        (t.c.d + 1, dt.date(2024, 3, 2)),
        (t.c.span + t.c.span, dt.timedelta(hours=60)),
        (t.c.span * 2, dt.timedelta(hours=60)),
    ],
    ids=str,
)
def test_dates_and_intervals(answer: Any, expression: Any, expected: Any) -> None:
    found = answer(expression)
    assert found == expected
    assert type(found) is type(expected)
