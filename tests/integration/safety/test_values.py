"""Safety rule: a value comes back as it went in, or is refused with one clear error before it is
lost."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from accord import (
    JSON,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
    exc,
    insert,
    select,
)

UTC = dt.UTC
EAST = dt.timezone(dt.timedelta(hours=5, minutes=30))
CASES: list[tuple[str, Any, list[Any]]] = [
    (
        "decimal",
        Numeric(20, 4),
        [Decimal("0.0001"), Decimal("-12345678.9012"), Decimal("0"), Decimal("99999999999.9999")],
    ),
    ("money", Numeric(10, 2), [Decimal("0.10"), Decimal("-0.01"), Decimal("99999999.99")]),
    (
        "moment",
        DateTime(),
        [dt.datetime(2024, 2, 29, 23, 59, 59), dt.datetime(1999, 12, 31)],
    ),
    (
        "aware",
        DateTime(timezone=True),
        [dt.datetime(2024, 1, 1, 12, tzinfo=EAST), dt.datetime(2024, 7, 1, tzinfo=UTC)],
    ),
    ("text", String(200), ["", " ", " a ", "日本語", "\N{PILE OF POO}", "e\u0301", "a\r\nb"]),
    ("long", Text(2**20), ["x" * 70_000, "\N{SNOWMAN}" * 20_000]),
    ("bytes", LargeBinary(2**20), [b"", b"\0\xff\0", bytes(range(256)) * 300]),
    ("float", Float(53), [0.1, -1e300, 5e-324, 1 / 3, 2.0**53]),
    ("int", Integer(), [0, -(2**31), 2**31 - 1]),
    ("json", JSON(), [{"a": [1, None, "é", {"b": 1.5}]}, [], "text", 7, True, {"k'\"\\": "%s"}]),
]


@pytest.fixture
def values(engine: Any) -> Iterator[Any]:
    metadata = MetaData()
    table = Table(
        "safety_value",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        *[Column(name, type_, nullable=True) for name, type_, _ in CASES],
        Column("uuid", Uuid()),
    )
    metadata.create_all(engine)
    yield table
    metadata.drop_all(engine)


def roundtrip(engine: Any, table: Any, name: str, value: Any) -> Any:
    with engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, name: value})
        return connection.execute(select(table.c[name]).where(table.c.id == 1)).scalar()


PAIRS = [(name, value) for name, _, given in CASES for value in given]


@pytest.mark.parametrize(
    ("name", "value"), PAIRS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(PAIRS)]
)
def test_a_value_comes_back_as_it_went_in(engine: Any, values: Any, name: str, value: Any) -> None:
    if value == "" and not engine.dialect.capabilities.values.empty_string:
        pytest.skip(f"{engine.dialect.name}: '' is NULL, as its capabilities say")
    back = roundtrip(engine, values, name, value)
    assert back == value
    assert type(back) is type(value)
    if isinstance(value, Decimal):
        assert back.as_tuple().digits == back.quantize(back).as_tuple().digits
    if isinstance(value, dt.datetime):
        assert (back.tzinfo is None) == (value.tzinfo is None)


@pytest.mark.parametrize("name", [name for name, _, _ in CASES])
def test_null_comes_back_as_none(engine: Any, values: Any, name: str) -> None:
    given = None
    assert roundtrip(engine, values, name, given) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_float_that_is_no_number_comes_back_or_is_refused(
    engine: Any, values: Any, value: float
) -> None:
    try:
        back = roundtrip(engine, values, "float", value)
    except exc.StatementError:
        assert not engine.dialect.capabilities.values.nan
        return
    assert back == value or (math.isnan(back) and math.isnan(value))


@pytest.mark.parametrize("value", ["a\0b", "\0"])
def test_text_with_nul_comes_back_or_is_refused(engine: Any, values: Any, value: str) -> None:
    try:
        back = roundtrip(engine, values, "text", value)
    except exc.StatementError:
        assert not engine.dialect.capabilities.values.text_nul
        return
    assert back == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "lone \ud800 surrogate"),
        ("moment", dt.datetime(2024, 1, 1, tzinfo=UTC)),
        ("aware", dt.datetime(2024, 1, 1)),
        ("money", "abc"),
        ("money", Decimal("1e20")),
        ("int", 2**70),
        ("int", "seven"),
        ("bytes", "text"),
        ("float", "0.1x"),
        ("uuid", "not a uuid"),
        ("json", {"a": {1, 2}}),
        ("json", math.nan),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused_and_not_bent(
    engine: Any, values: Any, name: str, value: Any
) -> None:
    if name == "money" and isinstance(value, Decimal) and engine.dialect.name == "sqlite":
        pytest.skip("sqlite: NUMERIC(10, 2) has no bounds there")
    with pytest.raises((exc.StatementError, exc.DBAPIError)):
        roundtrip(engine, values, name, value)
    with engine.connect() as connection:
        assert connection.execute(select(values)).all() == []
