"""Every type on a real SQLite table: values come back as they went in, or are refused in words."""

import datetime as dt
import decimal
import json
import sqlite3
import uuid
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from accord.exc import CompileError, StatementError
from accord.sqltypes import (
    ARRAY,
    BOOLEAN,
    DATETIME,
    JSON,
    NUMERIC,
    TIMESTAMP,
    UUID,
    VARCHAR,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    PickleType,
    SmallInteger,
    String,
    Text,
    Time,
    Unicode,
    Uuid,
)
from accord.sqltypes.binding import bind_rows, bind_value
from accord_sqlite.types import STRICT_TYPES, TYPES

UTC = dt.UTC
PLUS5 = dt.timezone(dt.timedelta(hours=5, minutes=30))


def round_trip(type_, values, ddl=None):
    entry = TYPES.entry(type_)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    table = f"CREATE TABLE t (i INTEGER PRIMARY KEY, v {ddl or entry.ddl})"
    connection.execute(table + (" STRICT" if ddl else ""))
    rows = bind_rows([entry], ["t.v"], [(value,) for value in values])
    connection.executemany("INSERT INTO t (v) VALUES (?)", rows)
    found = [value for (value,) in connection.execute("SELECT v FROM t ORDER BY i")]
    return [entry.result(value) if entry.result else value for value in found]


EXACT = [
    (Integer(), [0, -1, 2**63 - 1, -(2**63), None]),
    (SmallInteger(), [1]),
    (BigInteger(), [2**62]),
    (String(50), ["", "007", "1e5", "1.50", "nul\0nul", "ä€😀", " padded ", None]),
    (VARCHAR(10), ["12"]),
    (Text(), ["x" * 100_000]),
    (Unicode(5), ["日本語"]),
    (Boolean(), [True, False, None]),
    (BOOLEAN(), [True]),
    (Float(), [0.1, -0.0, 1e308, 5e-324, float("inf"), float("-inf"), 3.0, None]),
    (Float(asdecimal=True), [Decimal("0.5"), None]),
    (Numeric(10, 2), [Decimal("0.10"), Decimal("-1.00"), Decimal("12345678.90"), None]),
    (NUMERIC(18, 4), [Decimal("99999999999.9999")]),
    (Numeric(), [Decimal("1.5"), Decimal("100"), Decimal(2**53 + 1), Decimal("1E+30"), None]),
    (Numeric(30, 0), [Decimal(2**62 + 1), Decimal(10) ** 22]),
    (Numeric(10, 2, asdecimal=False), [1.25, 3.0, None]),
    (Date(), [dt.date(1, 1, 1), dt.date(9999, 12, 31), None]),
    (DateTime(), [dt.datetime(2018, 10, 2, 13, 37, 33), dt.datetime(1, 1, 1, 0, 0, 0, 1), None]),
    (DATETIME(), [dt.datetime(9999, 12, 31, 23, 59, 59, 999999)]),
    (TIMESTAMP(), [dt.datetime(2020, 2, 29)]),
    (Time(), [dt.time(0), dt.time(23, 59, 59, 999999), None]),
    (Time(timezone=True), [dt.time(12, tzinfo=PLUS5)]),
    (Interval(), [dt.timedelta(0), dt.timedelta(days=-3, microseconds=1), dt.timedelta(400), None]),
    (LargeBinary(), [b"", b"\0\xff", b"123", None]),
    (Uuid(), [uuid.UUID(int=1), uuid.UUID(int=2**128 - 1), uuid.UUID(int=10**31), None]),
    (Uuid(as_uuid=False), [str(uuid.UUID(int=7)), None]),
    (UUID(), [uuid.UUID("12345678901234567890123456789012")]),
    (
        JSON(),
        [{"a": [1, None, 1.5]}, [], "1", 1, 1.0, True, 12345678901234567890123, "ä", "\ud800"],
    ),
    (Enum("1", "two", "3e5"), ["1", "3e5", None]),
    (PickleType(), [{"a": {1, 2}}, None]),
]


def same(left, right):
    return left == right and list(map(type, left)) == list(map(type, right))


@pytest.mark.parametrize(
    ("type_", "values"), EXACT, ids=lambda p: repr(p) if hasattr(p, "key") else ""
)
def test_values_come_back_as_they_went_in(type_, values):
    assert same(round_trip(type_, values), values)


@pytest.mark.parametrize(
    ("type_", "values"), EXACT, ids=lambda p: repr(p) if hasattr(p, "key") else ""
)
def test_also_in_a_strict_table(type_, values):
    name = next((name for kind, name in STRICT_TYPES if isinstance(type_, kind)), "BLOB")
    assert same(round_trip(type_, values, ddl=name), values)


def test_a_datetime_is_text_that_sorts():
    entry = TYPES.entry(DateTime())
    assert entry.bind(dt.datetime(2018, 10, 2, 13, 37, 33)) == "2018-10-02 13:37:33.000000"
    assert entry.result("2018-10-02 13:37:33") == dt.datetime(2018, 10, 2, 13, 37, 33)


def test_an_aware_datetime_is_stored_as_utc_and_comes_back_aware():
    moment = dt.datetime(2020, 1, 1, 2, tzinfo=PLUS5)
    entry = TYPES.entry(DateTime(timezone=True))
    assert entry.bind(moment) == "2019-12-31 20:30:00.000000"
    (found,) = round_trip(DateTime(timezone=True), [moment])
    assert (found, found.tzinfo) == (moment, UTC)


def test_decimals_are_rounded_to_their_scale_as_databases_do():
    values = [Decimal("1.005"), Decimal("-1.005"), 0.125, 7]
    expected = [Decimal("1.01"), Decimal("-1.01"), Decimal("0.13"), Decimal("7.00")]
    assert same(round_trip(Numeric(10, 2), values), expected)
    assert [str(value) for value in round_trip(Numeric(10, 2), values)] == [
        "1.01",
        "-1.01",
        "0.13",
        "7.00",
    ]


def test_decimals_compare_as_numbers_in_expressions():
    """As text they would be larger than every number."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (v NUMERIC(10, 2))")
    connection.executemany("INSERT INTO t VALUES (?)", [(9.5,), (100,)])
    bound = TYPES.entry(Numeric(10, 2)).bind(Decimal("50"))
    assert connection.execute("SELECT v FROM t WHERE v + 0 > ?", (bound,)).fetchall() == [(100,)]
    assert connection.execute("SELECT sum(v) > ? FROM t", (bound,)).fetchall() == [(1,)]


@settings(max_examples=300, deadline=None)
@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**11), max_value=10**11
    )
)
def test_fifteen_digits_are_exact(value):
    assert round_trip(Numeric(15, 4), [value]) == [value]


@settings(max_examples=300, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_exact_or_refused(value):
    try:
        found = round_trip(Numeric(), [value])
    except (StatementError, OverflowError):
        return
    assert found == [value]


REFUSED = [
    (Integer(), "1", "expected int, got str"),
    (String(), 5, "expected str, got int"),
    (Boolean(), 2, "neither 0 nor 1"),
    (Float(), float("nan"), "NaN"),
    (Numeric(), Decimal("NaN"), "NaN"),
    (Numeric(), Decimal("Infinity"), "infinity"),
    (Numeric(40, 20), Decimal("1234567890.12345678901234567"), "more digits than SQLite keeps"),
    (Numeric(), Decimal("0.1234567890123456789"), "more digits"),
    (DateTime(), dt.date(2020, 1, 1), "datetime.combine"),
    (DateTime(), dt.datetime(2020, 1, 1, tzinfo=UTC), "without time zone"),
    (DateTime(timezone=True), dt.datetime(2020, 1, 1), "with time zone"),
    (DateTime(timezone=True), dt.datetime(1, 1, 1, tzinfo=PLUS5), "years 1 to 9999"),
    (Date(), dt.datetime(2020, 1, 1), r"value.date\(\)"),
    (Interval(), dt.timedelta(days=-999_999), "1970-01-01"),
    (Uuid(), "x", "expected uuid.UUID"),
    (LargeBinary(), "x", "expected bytes"),
    (JSON(), {"a": float("nan")}, "NaN"),
    (JSON(), {"a": object()}, "cannot be written as JSON"),
    (Enum("a", "b"), "c", "c|a, b"),
]


@pytest.mark.parametrize(("type_", "value", "message"), REFUSED)
@pytest.mark.parametrize("count", [1, 20])
def test_what_does_not_fit_is_refused_in_words(type_, value, message, count):
    with pytest.raises(StatementError, match=message) as caught:
        bind_rows([TYPES.entry(type_)], ["Thing.v"], [(value,)] * count)
    assert str(caught.value).startswith("Thing.v: ")


def test_more_than_64_bits_are_refused_where_an_int_is_converted():
    import enum

    class Big(enum.IntEnum):
        X = 2**64

    with pytest.raises(StatementError, match="64 bits"):
        bind_value(TYPES.entry(Integer()), "t.v", Big.X)


def test_nan_is_found_in_a_column_among_others():
    rows = [(1.0,), (None,), (0.0,), (float("nan"),)] * 3
    with pytest.raises(StatementError, match="NaN"):
        bind_rows([TYPES.entry(Float())], ["t.v"], rows)
    fine = [(1.0,), (float("inf"),), (None,), (2,), (Decimal("0.5"),)]
    assert bind_rows([TYPES.entry(Float())], ["t.v"], fine)[3] == (2.0,)
    opposite = [(float("inf"),), (float("-inf"),)] * 5
    assert bind_rows([TYPES.entry(Float())], ["t.v"], opposite) == opposite


def test_arrays_are_refused_with_the_way_around():
    with pytest.raises(CompileError, match=r"JSON.*with_variant"):
        TYPES.entry(ARRAY(Integer))


def test_json_of_a_column_declared_json_elsewhere():
    """Such a column has numeric affinity, so numbers come back as numbers."""
    entry = TYPES.entry(JSON())
    assert (entry.result(1), entry.result(1.5), entry.result("[1]")) == (1, 1.5, [1])


DDL = [
    (Integer(), "INTEGER"),
    (BigInteger(), "BIGINT"),
    (SmallInteger(), "SMALLINT"),
    (String(), "VARCHAR"),
    (String(5), "VARCHAR(5)"),
    (String(5, collation="NOCASE"), 'VARCHAR(5) COLLATE "NOCASE"'),
    (Text(), "TEXT"),
    (Boolean(), "BOOLEAN"),
    (Float(), "FLOAT"),
    (Numeric(10, 2), "NUMERIC(10, 2)"),
    (Date(), "DATE"),
    (DateTime(), "DATETIME"),
    (TIMESTAMP(), "TIMESTAMP"),
    (Time(), "TIME"),
    (Interval(), "DATETIME"),
    (LargeBinary(), "BLOB"),
    (Uuid(), "CHAR(32)"),
    (UUID(), "CHAR(32)"),
    (JSON(), "JSON TEXT"),
    (Enum("a", "bcd"), "VARCHAR(3)"),
]


@pytest.mark.parametrize(("type_", "ddl"), DDL)
def test_the_words_of_ddl(type_, ddl):
    assert TYPES.entry(type_).ddl == ddl


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (type_, value)
        for type_, values in EXACT
        for value in values[:2]
        if not isinstance(type_, PickleType)
    ],
    ids=lambda p: "",
)
def test_a_literal_means_what_the_parameter_means(type_, value):
    entry = TYPES.entry(type_)
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return
    if isinstance(value, str) and "\0" in value:
        return
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t (v {entry.ddl})")
    bound = value if value is None or type(value) in entry.native else entry.bind(value)
    connection.execute("INSERT INTO t VALUES (?)", (bound,))
    connection.execute(f"INSERT INTO t VALUES ({entry.literal(value)})")
    one, two = (v for (v,) in connection.execute("SELECT v FROM t"))
    if isinstance(type_, JSON):
        one, two = json.loads(one), json.loads(two)
    assert (one, type(one)) == (two, type(two))


def test_decimal_context_of_the_program_does_not_matter():
    with decimal.localcontext(prec=3):
        assert round_trip(Numeric(12, 2), [Decimal("1234567.89")]) == [Decimal("1234567.89")]
