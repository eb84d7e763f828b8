"""Values that travel to Oracle and back, on the double: exact, or refused."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from decimal import Decimal
from typing import Any

import pytest
from doubles.oracle import Server

from accord import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Enum,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
    Uuid,
    func,
    insert,
    literal,
    select,
    text,
)
from accord.exc import DataError, StatementError
from accord_oracle import DATE, RAW

ZONE = dt.timezone(dt.timedelta(hours=-8))


def round_trip(engine: Any, type_: Any, *values: Any) -> list[Any]:
    table = Table(
        "values_of_a_type", MetaData(), Column("id", Integer, primary_key=True), Column("v", type_)
    )
    table.create(engine)
    try:
        with engine.begin() as connection:
            connection.execute(insert(table), [{"id": i, "v": v} for i, v in enumerate(values)])
        with engine.connect() as connection:
            return list(connection.scalars(select(table.c.v).order_by(table.c.id)))
    finally:
        table.drop(engine)


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        (Integer(), [0, -1, 2**31, 2**63, 10**37, None]),
        (BigInteger(), [2**62, -(2**62)]),
        (Numeric(38, 10), [Decimal("0.0000000001"), Decimal("9" * 28 + "." + "9" * 10)]),
        (Numeric(10, 2), [Decimal("12.50"), Decimal("-0.10")]),
        (Numeric(), [Decimal("0.1"), Decimal("1e-30"), Decimal(10) ** 37, Decimal("-12.50")]),
        (Double(), [0.1, 1e300, -1e-300, math.inf, -math.inf]),
        (Boolean(), [True, False, None]),
        (String(20), ["a", "ä€😀", "it's", None, "x" * 20]),
        (Text(), ["long " * 5000, "a"]),
        (LargeBinary(), [b"\x00\xff", b"x" * 70_000]),
        (RAW(16), [b"\x00" * 16]),
        (Date(), [dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
        (DATE(), [dt.datetime(2024, 2, 29, 23, 59, 59)]),
        (DateTime(), [dt.datetime(2024, 2, 29, 23, 59, 59, 999_999)]),
        (Time(), [dt.time(0), dt.time(23, 59, 59, 999_999)]),
        (Interval(), [dt.timedelta(days=400, microseconds=1), -dt.timedelta(hours=5)]),
        (Uuid(), [uuid.UUID(int=5), uuid.UUID(int=2**128 - 1)]),
        (JSON(), [{"a": [1, None, "ä"]}, [], "x", 5, True]),
        (Enum("red", "green"), ["red", "green"]),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, list) else "",
)  # fmt: skip
def test_comes_back_as_it_went(oracle_engine: Any, type_: Any, values: list[Any]) -> None:
    found = round_trip(oracle_engine, type_, *values)
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]
    if isinstance(type_, Numeric) and type_.scale is not None:
        assert [str(value) for value in found] == [str(value) for value in values]


def test_nan_comes_back(oracle_engine: Any) -> None:
    (found,) = round_trip(oracle_engine, Double(), math.nan)
    assert math.isnan(found)


def test_an_aware_datetime_is_the_same_moment(oracle_engine: Any) -> None:
    moment = dt.datetime(2024, 1, 1, 12, 0, 0, 5, tzinfo=ZONE)
    (found,) = round_trip(oracle_engine, DateTime(timezone=True), moment)
    assert found == moment
    assert found.tzinfo is dt.UTC


def test_a_moment_another_program_wrote_with_its_zone(
    oracle_engine: Any, oracle_double: Server
) -> None:
    """python-oracledb would give the fields of the zone and drop the zone."""
    table = Table("m", MetaData(), Column("id", Integer, primary_key=True),
                  Column("at", DateTime(timezone=True)))  # fmt: skip
    table.create(oracle_engine)
    raw = oracle_double.creator()
    raw.cursor().execute(
        "INSERT INTO m (id, at) VALUES (1, TIMESTAMP '2024-01-01 12:00:00 -08:00')"
    )
    raw.commit()
    with oracle_engine.connect() as connection:
        found = connection.scalar(select(table.c.at))
    assert found == dt.datetime(2024, 1, 1, 20, tzinfo=dt.UTC)


def test_a_moment_of_the_server_comes_back_in_utc(oracle_engine: Any) -> None:
    at = Column("at", DateTime(timezone=True), server_default=text("SYSTIMESTAMP"))
    table = Table("m", MetaData(), Column("id", Integer, primary_key=True), at)
    table.create(oracle_engine)
    with oracle_engine.begin() as connection:
        (returned,) = connection.scalars(insert(table).values(id=1).returning(table.c.at))
        selected = connection.scalar(select(table.c.at))
    assert returned == selected
    assert abs(returned - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_the_empty_string_is_null(oracle_engine: Any) -> None:
    assert round_trip(oracle_engine, String(5), "", "x") == [None, "x"]


def test_a_text_that_is_too_long_is_the_servers_error(oracle_engine: Any) -> None:
    with pytest.raises(DataError, match="ORA-12899") as caught:
        round_trip(oracle_engine, String(5), "123456")
    assert caught.value.kind == "data"


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Integer(), 10**38),
        (Numeric(), Decimal("NaN")),
        (Numeric(), Decimal("1." + "1" * 38)),
        (DateTime(), dt.datetime.now(dt.UTC)),
        (DateTime(timezone=True), dt.datetime(2024, 1, 1)),
        (DATE(), dt.datetime(2024, 1, 1, 0, 0, 0, 1)),
        (Date(), dt.datetime(2024, 1, 1)),
        (Boolean(), 2),
        (String(5), 5),
        (Uuid(), "x"),
    ],
)
def test_what_would_be_changed_is_refused(oracle_engine: Any, type_: Any, value: Any) -> None:
    with pytest.raises(StatementError, match="v"):
        round_trip(oracle_engine, type_, value)


def test_a_column_that_begins_with_null_takes_its_later_values(oracle_engine: Any) -> None:
    for type_, value in (
        (Integer(), 5),
        (Numeric(10, 2), Decimal("1.25")),
        (String(20), "later"),
        (Double(), 1.5),
        (DateTime(), dt.datetime(2024, 1, 1, 1, 1, 1, 1)),
        (LargeBinary(), b"x"),
        (Interval(), dt.timedelta(1)),
    ):
        assert round_trip(oracle_engine, type_, None, value) == [None, value]


def test_numbers_of_expressions_are_exact(oracle_engine: Any) -> None:
    with oracle_engine.connect() as connection:
        row = connection.execute(text("SELECT 1/8 AS a, 10 AS b, 0.1 AS c FROM dual")).one()
    assert row == (Decimal("0.125"), 10, Decimal("0.1"))
    assert type(row.b) is int


def test_counts_are_ints(oracle_engine: Any) -> None:
    with oracle_engine.connect() as connection:
        assert type(connection.scalar(select(func.count()).select_from(text("dual")))) is int


def test_names_of_columns_come_in_lower_case(oracle_engine: Any) -> None:
    with oracle_engine.connect() as connection:
        result = connection.exec_driver_sql('SELECT 1 AS plain, 2 AS "Mixed" FROM dual')
        assert list(result.keys()) == ["plain", "Mixed"]


def test_json_members(oracle_engine: Any) -> None:
    table = Table("j", MetaData(), Column("id", Integer, primary_key=True), Column("doc", JSON))
    table.create(oracle_engine)
    with oracle_engine.begin() as connection:
        connection.execute(insert(table).values(id=1, doc={"a": {"b": [1, "x"]}, "n": 5}))
        assert connection.scalar(select(table.c.doc["a"])) == {"b": [1, "x"]}
        assert connection.scalar(select(table.c.doc["n"])) == 5
        assert connection.scalar(select(table.c.doc["a"]["b"][1])) == "x"


def test_literals_are_the_same_values(oracle_engine: Any) -> None:
    values = [5, Decimal("1.25"), "it's", dt.datetime(2024, 1, 1, 1, 2, 3, 4)]
    with oracle_engine.connect() as connection:
        for value in values:
            compiled = str(
                select(literal(value)).compile(
                    dialect=oracle_engine.dialect, compile_kwargs={"literal_binds": True}
                )
            )
            assert connection.exec_driver_sql(compiled).scalar() == value
