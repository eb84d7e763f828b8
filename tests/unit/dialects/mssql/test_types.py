"""Types on SQL Server: their DDL, what goes to the driver, and that values come back."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any

import pytest

import accord_mssql as mssql
from accord import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    Unicode,
    Uuid,
    insert,
    select,
)
from accord.exc import ArgumentError, CompileError
from accord.sqltypes import ARRAY, CHAR, CLOB, DOUBLE, TEXT, TIMESTAMP, VARCHAR, BindError
from accord_mssql.typedrows import wide
from accord_mssql.types import TYPES


class Colour(enum.Enum):
    red = 1
    dark_green = 2


@pytest.mark.parametrize(
    ("type_", "ddl"),
    [
        (String(), "NVARCHAR(max)"),
        (String(20), "NVARCHAR(20)"),
        (String(5000), "NVARCHAR(max)"),
        (String(20, collation="Latin1_General_BIN2"), "NVARCHAR(20) COLLATE Latin1_General_BIN2"),
        (Unicode(20), "NVARCHAR(20)"),
        (Text(), "NVARCHAR(max)"),
        (TEXT(), "NVARCHAR(max)"),
        (CLOB(), "NVARCHAR(max)"),
        (VARCHAR(20), "VARCHAR(20)"),
        (VARCHAR(), "VARCHAR(max)"),
        (CHAR(3), "CHAR(3)"),
        (mssql.NCHAR(3), "NCHAR(3)"),
        (mssql.NTEXT(), "NTEXT"),
        (mssql.XML(), "XML"),
        (Integer(), "INTEGER"),
        (BigInteger(), "BIGINT"),
        (SmallInteger(), "SMALLINT"),
        (mssql.TINYINT(), "TINYINT"),
        (Boolean(), "BIT"),
        (mssql.BIT(), "BIT"),
        (Numeric(10, 2), "NUMERIC(10, 2)"),
        (Numeric(10), "NUMERIC(10)"),
        (Numeric(), "NUMERIC(38, 10)"),
        (mssql.DECIMAL(5, 1), "DECIMAL(5, 1)"),
        (mssql.MONEY(), "MONEY"),
        (mssql.SMALLMONEY(), "SMALLMONEY"),
        (Float(), "FLOAT"),
        (Float(24), "FLOAT(24)"),
        (Double(), "DOUBLE PRECISION"),
        (DOUBLE(), "DOUBLE PRECISION"),
        (mssql.REAL(), "REAL"),
        (Date(), "DATE"),
        (Time(), "TIME"),
        (mssql.TIME(3), "TIME(3)"),
        (DateTime(), "DATETIME2"),
        (DateTime(timezone=True), "DATETIMEOFFSET"),
        (TIMESTAMP(), "DATETIME2"),
        (TIMESTAMP(timezone=True), "DATETIMEOFFSET"),
        (mssql.DATETIME(), "DATETIME"),
        (mssql.DATETIME2(3), "DATETIME2(3)"),
        (mssql.DATETIMEOFFSET(0), "DATETIMEOFFSET(0)"),
        (mssql.SMALLDATETIME(), "SMALLDATETIME"),
        (Interval(), "DATETIME2"),
        (Uuid(), "UNIQUEIDENTIFIER"),
        (Uuid(native_uuid=False), "CHAR(32)"),
        (mssql.UNIQUEIDENTIFIER(), "UNIQUEIDENTIFIER"),
        (LargeBinary(), "VARBINARY(max)"),
        (mssql.VARBINARY(16), "VARBINARY(16)"),
        (mssql.BINARY(16), "BINARY(16)"),
        (mssql.IMAGE(), "IMAGE"),
        (mssql.ROWVERSION(), "ROWVERSION"),
        (mssql.TIMESTAMP(), "TIMESTAMP"),
        (JSON(), "NVARCHAR(max)"),
        (Enum(Colour), "NVARCHAR(10)"),
        (mssql.SQL_VARIANT(), "SQL_VARIANT"),
    ],
)
def test_ddl(type_, ddl):
    assert TYPES.ddl(type_) == ddl


@pytest.mark.parametrize(
    ("ddl", "expected"),
    [
        ("NVARCHAR(20) COLLATE Latin1_General_BIN2", "NVARCHAR(4000)"),
        ("NVARCHAR(4000)", "NVARCHAR(max)"),
        ("NVARCHAR(max)", "NVARCHAR(max)"),
        ("VARCHAR(8000)", "NVARCHAR(max)"),
        ("CHAR(3)", "NVARCHAR(4000)"),
        ("VARBINARY(16)", "VARBINARY(8000)"),
        ("VARBINARY(max)", "VARBINARY(max)"),
        ("DATETIME2", "DATETIME2"),
        ("TIMESTAMP", "VARBINARY(max)"),
    ],
)
def test_casts_in_values_cut_nothing_off(ddl, expected):
    assert wide(ddl) == expected


VALUES: list[tuple[Any, Any]] = [
    (String(40), "Grüße 'und' 100%s 日本"),
    (String(40), ""),
    (Text(), "x" * 9000),
    (Integer(), -(2**31)),
    (BigInteger(), 2**63 - 1),
    (mssql.TINYINT(), 255),
    (Boolean(), True),
    (Boolean(), False),
    (Numeric(12, 4), Decimal("12345678.9012")),
    (Numeric(12, 4), Decimal("-0.0001")),
    (mssql.MONEY(), Decimal("922.3372")),
    (Float(), 0.1),
    (Float(), -1e300),
    (Float(), 1e16),
    (Date(), dt.date(1, 1, 1)),
    (Date(), dt.date(9999, 12, 31)),
    (Time(), dt.time(23, 59, 59, 999999)),
    (DateTime(), dt.datetime(2020, 2, 29, 1, 2, 3, 456789)),
    (DateTime(), dt.datetime(1, 1, 1)),
    (DateTime(timezone=True), dt.datetime(2020, 1, 2, 3, tzinfo=dt.UTC)),
    (
        DateTime(timezone=True),
        dt.datetime(2020, 1, 2, 3, 4, 5, 678901, dt.timezone(dt.timedelta(hours=5, minutes=30))),
    ),
    (mssql.DATETIME(), dt.datetime(2020, 1, 2, 3, 4, 5, 120000)),
    (Time(timezone=True), dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=-3)))),
    (Interval(), dt.timedelta(days=-3, microseconds=7)),
    (Uuid(), uuid.UUID("12345678-1234-5678-1234-567812345678")),
    (Uuid(as_uuid=False), "12345678-1234-5678-1234-567812345678"),
    (LargeBinary(), b"ascii only"),
    (LargeBinary(), b"\x00\xff'"),
    (LargeBinary(), b""),
    (JSON(), {"a": [1, None, "ü\x00"], "b": {"c": 1.5}}),
    (Enum(Colour), Colour.dark_green),
    (mssql.XML(), "<a>1</a>"),
]


@pytest.mark.parametrize(
    ("type_", "given"), VALUES, ids=[f"{type(t).__name__}-{n}" for n, (t, _) in enumerate(VALUES)]
)
def test_values_come_back(engine, type_, given):
    """One row, several rows in one VALUES, and as a parameter of a condition."""
    table = Table(
        "t", MetaData(), Column("id", Integer, primary_key=True), Column("v", type_, nullable=True)
    )
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), {"v": given})
        connection.execute(insert(table), [{"v": given}, {"v": None}, {"v": given}])
        found = connection.execute(select(table.c.v).order_by(table.c.id)).scalars().all()
        assert found == [given, given, None, given]
        assert type(found[0]) is type(given)
        if not isinstance(type_, JSON | mssql.XML):
            assert connection.scalar(select(table.c.id).where(table.c.v == given).limit(1)) == 1


def test_columns_of_nulls_keep_their_type_in_a_merge(engine):
    from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Event(Base):
        __tablename__ = "event"
        id: Mapped[int] = mapped_column(primary_key=True)
        at: Mapped[dt.datetime | None]
        key: Mapped[uuid.UUID | None]
        data: Mapped[bytes | None]

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        rows = [Event(), Event(), Event()]
        session.add_all(rows)
        session.commit()
        moment = dt.datetime(2020, 1, 1, 1, 1, 1, 1)
        for number, row in enumerate(rows):
            row.at = moment if number else None
            row.data = b"abc" if number == 2 else None
        session.commit()
        session.expire_all()
        assert [(row.at, row.data) for row in rows] == [
            (None, None),
            (moment, None),
            (moment, b"abc"),
        ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-10"), "0.0000000001"),
        (Decimal("-0.50"), "-0.50"),
        (Decimal("0E-10"), "0.0000000000"),
    ],
)
def test_decimals_are_written_without_exponent(value, written):
    assert str(TYPES.entry(Numeric()).bind(value)) == written


@pytest.mark.parametrize(("value", "written"), [(0.1, "0.1e0"), (1e22, "1e+22"), (2.0, "2.0e0")])
def test_floats_are_written_with_exponent(value, written):
    assert repr(TYPES.entry(Float()).bind(value)) == written


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "value", "message"),
    [
        (Float(), float("nan"), "no NaN"),
        (Float(), float("inf"), "no NaN and no infinity"),
        (Numeric(10, 2), Decimal("NaN"), "no decimal NaN"),
        (Numeric(), Decimal("1" * 39), "more than the 38 digits"),
        (String(), "a\0b", r"U\+0000"),
        (DateTime(), dt.datetime(2020, 1, 1, tzinfo=dt.UTC), "without time zone"),
        (DateTime(timezone=True), dt.datetime(2020, 1, 1), "with time zone"),
        (Uuid(), "x", "expected uuid.UUID"),
    ],
)
def test_values_that_cannot_be_stored_are_refused(type_, value, message):
    with pytest.raises(BindError, match=message):
        TYPES.entry(type_).bind(value)


def test_a_decimal_is_rounded_to_its_column_before_it_shares_values_with_others():
    assert TYPES.entry(Numeric(10, 2)).bind(Decimal("1.005")) == Decimal("1.01")


def test_offsets_that_datetimeoffset_cannot_keep_become_utc():
    odd = dt.timezone(dt.timedelta(hours=1, seconds=30))
    moment = dt.datetime(2020, 1, 1, 12, tzinfo=odd)
    assert TYPES.entry(DateTime(timezone=True)).bind(moment) == "2020-01-01T10:59:30.000000+00:00"


def test_types_sql_server_has_not():
    with pytest.raises(CompileError, match="no arrays; use JSON"):
        TYPES.ddl(ARRAY(Integer()))
    with pytest.raises(CompileError, match="keeps no time zone"):
        TYPES.ddl(mssql.DATETIME(timezone=True))
    with pytest.raises(ArgumentError, match="0 to 7 digits"):
        mssql.DATETIME2(8)
    with pytest.raises(CompileError, match="no name of a collation"):
        TYPES.ddl(String(collation="x; DROP"))
