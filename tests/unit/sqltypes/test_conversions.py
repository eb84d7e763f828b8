"""Standard conversions: exact round trips or a clear refusal."""

import datetime as dt
import enum
import math
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from accord import sqltypes as t
from accord.exc import ArgumentError, CompileError, StatementError
from accord.sqltypes import STANDARD, BindError, TypeTable, bind_value
from accord.sqltypes.convert import composed, numeric, plain, temporal
from accord.sqltypes.entry import ONLY_NONE

UTC = dt.UTC
PLUS5 = dt.timezone(dt.timedelta(hours=5))


class Color(enum.Enum):
    red = 1
    green = 2


class StrColor(enum.StrEnum):
    red = "r"


def sent(type_, value, table=STANDARD):
    return bind_value(table.entry(type_), "T.x", value)


def read(type_, value, table=STANDARD):
    result = table.entry(type_).result
    return value if result is None else result(value)


def there_and_back(type_, value, table=STANDARD):
    return read(type_, sent(type_, value, table), table)


@pytest.mark.parametrize(
    ("type_", "ddl"),
    [
        (t.Integer(), "INTEGER"),
        (t.SmallInteger(), "SMALLINT"),
        (t.BigInteger(), "BIGINT"),
        (t.INTEGER(), "INTEGER"),
        (t.String(50), "VARCHAR(50)"),
        (t.String(), "VARCHAR"),
        (t.CHAR(3), "CHAR(3)"),
        (t.NVARCHAR(3), "NVARCHAR(3)"),
        (t.Unicode(3), "VARCHAR(3)"),
        (t.Text(), "TEXT"),
        (t.UnicodeText(), "TEXT"),
        (t.CLOB(), "CLOB"),
        (t.String(5, collation="de_DE"), 'VARCHAR(5) COLLATE "de_DE"'),
        (t.Boolean(), "BOOLEAN"),
        (t.Date(), "DATE"),
        (t.DateTime(), "TIMESTAMP"),
        (t.DateTime(timezone=True), "TIMESTAMP WITH TIME ZONE"),
        (t.DATETIME(), "DATETIME"),
        (t.Time(), "TIME"),
        (t.TIME(timezone=True), "TIME WITH TIME ZONE"),
        (t.Interval(), "INTERVAL DAY TO SECOND"),
        (t.Interval(day_precision=3, second_precision=6), "INTERVAL DAY(3) TO SECOND(6)"),
        (t.Interval(native=False), "TIMESTAMP"),
        (t.Numeric(), "NUMERIC"),
        (t.Numeric(10, 2), "NUMERIC(10, 2)"),
        (t.DECIMAL(10), "DECIMAL(10)"),
        (t.Float(), "FLOAT"),
        (t.Float(24), "FLOAT(24)"),
        (t.REAL(), "REAL"),
        (t.Double(), "DOUBLE PRECISION"),
        (t.DOUBLE(), "DOUBLE"),
        (t.DOUBLE_PRECISION(), "DOUBLE PRECISION"),
        (t.LargeBinary(), "BLOB"),
        (t.VARBINARY(16), "VARBINARY(16)"),
        (t.Enum("a", "long"), "VARCHAR(4)"),
        (t.Enum(Color, length=20), "VARCHAR(20)"),
        (t.JSON(), "JSON"),
        (t.Uuid(), "CHAR(32)"),
        (t.UUID(), "UUID"),
        (t.ARRAY(t.Integer), "INTEGER ARRAY"),
        (t.ARRAY(t.String(3), dimensions=2), "VARCHAR(3) ARRAY ARRAY"),
        (t.PickleType(), "BLOB"),
    ],
    ids=repr,
)
def test_ddl(type_, ddl):
    assert STANDARD.ddl(type_) == ddl
    assert str(type_) == ddl


@pytest.mark.parametrize("type_", [t.NULLTYPE, t.TupleType(t.Integer)])
def test_types_that_cannot_be_a_columns(type_):
    with pytest.raises(CompileError, match="give the column a type"):
        STANDARD.ddl(type_)


AWARE = dt.datetime(2024, 1, 1, 12, tzinfo=PLUS5)


@pytest.mark.parametrize(
    ("type_", "value", "driver"),
    [
        (t.Integer(), 5, 5),
        (t.Integer(), True, 1),
        (t.String(), StrColor.red, "r"),
        (t.String(), "a\0b", "a\0b"),
        (t.Float(), 5, 5.0),
        (t.Float(), Decimal("0.1"), 0.1),
        (t.Numeric(), 0.1, Decimal("0.1")),
        (t.Numeric(), 7, Decimal(7)),
        (t.Numeric(), Decimal("1E+5"), Decimal("1E+5")),
        (t.Boolean(), 1, True),
        (t.Boolean(), 0, False),
        (t.LargeBinary(), bytearray(b"x"), b"x"),
        (t.LargeBinary(), memoryview(b"x"), b"x"),
        (t.Enum(Color), Color.red, "red"),
        (t.Enum(Color), "red", "red"),
        (t.Enum("a"), "a", "a"),
        (t.Uuid(), uuid.UUID(int=255), "0" * 30 + "ff"),
        (t.Uuid(as_uuid=False), str(uuid.UUID(int=255)), "0" * 30 + "ff"),
        (t.DateTime(timezone=True), AWARE, AWARE),
        (t.Interval(native=False), dt.timedelta(days=-1), dt.datetime(1969, 12, 31)),
        (t.ARRAY(t.Boolean), [1, 0, None], [True, False, None]),
        (t.ARRAY(t.Boolean, dimensions=2), [[1], [0]], [[True], [False]]),
        (t.JSON(), None, "null"),
        (t.JSON(), t.JSON.NULL, "null"),
        (t.JSON(none_as_null=True), None, None),
        (t.JSON(none_as_null=True), t.JSON.NULL, "null"),
        (t.TupleType(t.Integer, t.Boolean), (1, 1), (1, True)),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_bind(type_, value, driver):
    bound = sent(type_, value)
    assert bound == driver
    assert type(bound) is type(driver)


NOW = dt.datetime(2024, 1, 1)


@pytest.mark.parametrize(
    ("type_", "value", "message"),
    [
        (t.Integer(), "5", "expected int, got str"),
        (t.Integer(), 5.0, "expected int, got float"),
        (t.Integer(), Decimal(5), "expected int, got decimal.Decimal"),
        (t.String(), 5, "expected str, got int"),
        (t.String(), b"x", "expected str, got bytes"),
        (t.Float(), "1.5", "expected float, int or Decimal, got str"),
        (t.Float(), 10**400, "too large"),
        (t.Numeric(), "1.5", "expected Decimal, int or float, got str"),
        (t.Boolean(), 2, "neither 0 nor 1"),
        (t.Boolean(), "true", "expected bool, got str"),
        (t.LargeBinary(), "x", r"value.encode\(\)"),
        (t.LargeBinary(), 5, "expected bytes, got int"),
        (t.Date(), NOW, r"value.date\(\)"),
        (t.Date(), "2020-01-01", "expected date, got str"),
        (t.DateTime(), dt.date(2020, 1, 1), "expected datetime, got datetime.date"),
        (t.DateTime(), "2020-01-01", "expected datetime, got str"),
        (t.DateTime(), AWARE, "without time zone"),
        (t.DateTime(timezone=True), NOW, "with time zone"),
        (t.Time(), dt.time(1, tzinfo=UTC), "without time zone"),
        (t.Time(timezone=True), dt.time(1), "fixed offset"),
        (t.Time(), NOW, "expected time"),
        (t.Interval(), 5, "expected timedelta, got int"),
        (t.Interval(native=False), dt.timedelta.max, "out of range"),
        (t.Uuid(), "x", "expected uuid.UUID, got str"),
        (t.Uuid(as_uuid=False), "x", "another string"),
        (t.Uuid(as_uuid=False), 5, "string of a UUID, got int"),
        (t.Enum(Color), "blue", "expected one of 'red', 'green'"),
        (t.Enum(Color), 1, "expected one of"),
        (t.JSON(), {1, 2}, "set is not JSON serializable"),
        (t.JSON(), math.nan, "NaN or infinity"),
        (t.ARRAY(t.Integer), 5, "expected a list"),
        (t.ARRAY(t.Integer), ["x"], "expected int, got str"),
        (t.TupleType(t.Integer), (1, 2), "tuple of 1"),
    ],
    ids=repr,
)
def test_refused(type_, value, message):
    with pytest.raises(StatementError, match=message):
        sent(type_, value)


@pytest.mark.parametrize(
    ("type_", "fetched", "value"),
    [
        (t.Numeric(asdecimal=False), Decimal("1.5"), 1.5),
        (t.Numeric(asdecimal=False), None, None),
        (t.Float(asdecimal=True), 1.5, Decimal("1.5000000000")),
        (t.Float(asdecimal=True, decimal_return_scale=2), 1.557, Decimal("1.56")),
        (t.Uuid(), "0" * 30 + "ff", uuid.UUID(int=255)),
        (t.Uuid(), None, None),
        (t.Uuid(as_uuid=False), "0" * 30 + "ff", str(uuid.UUID(int=255))),
        (t.Uuid(as_uuid=False), None, None),
        (t.Enum(Color), "red", Color.red),
        (t.Enum(Color), None, None),
        (t.JSON(), "null", None),
        (t.JSON(), None, None),
        (t.ARRAY(t.Enum(Color)), ["red", None], [Color.red, None]),
        (t.ARRAY(t.Integer, as_tuple=True), [1, [2]], (1, (2,))),
        (t.PickleType(), None, None),
    ],
    ids=repr,
)
def test_result(type_, fetched, value):
    got = read(type_, fetched)
    assert got == value
    assert type(got) is type(value)


def test_enum_refuses_what_the_database_should_not_hold():
    with pytest.raises(LookupError, match="defined values of color"):
        read(t.Enum(Color), "blue")


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_round_trip(value):
    assert there_and_back(t.JSON(), value) == value


@given(st.timedeltas(min_value=dt.timedelta(days=-700000), max_value=dt.timedelta(days=2900000)))
def test_interval_round_trip_as_a_date(value):
    assert there_and_back(t.Interval(native=False), value) == value


@given(st.uuids())
def test_uuid_round_trip(value):
    assert there_and_back(t.Uuid(), value) == value
    assert there_and_back(t.Uuid(as_uuid=False), str(value)) == str(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float_to_numeric_is_exact_by_repr(value):
    assert float(sent(t.Numeric(), value)) == value
    assert numeric.decimal_result(None)(value) == Decimal(repr(value))


@given(st.datetimes(timezones=st.timezones()))
def test_aware_datetimes_survive_as_utc(value):
    try:
        stored = temporal.aware_to_utc(value)
    except OverflowError:
        return  # the first and last hours of the calendar have no UTC
    assert stored.tzinfo is None
    assert temporal.utc_to_aware(stored) == value.astimezone(UTC)


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_string_literals_quote(value):
    import sqlite3

    connection = sqlite3.connect(":memory:")
    assert connection.execute("SELECT " + STANDARD.entry(t.String()).literal(value)).fetchone() == (
        value,
    )
    connection.close()


@pytest.mark.parametrize(
    ("type_", "value", "sql"),
    [
        (t.Integer(), 5, "5"),
        (t.Integer(), -5, "-5"),
        (t.Integer(), True, "1"),
        (t.Integer(), None, "NULL"),
        (t.Numeric(), Decimal("1E+3"), "1000"),
        (t.Float(), 1.5, "1.5"),
        (t.String(), "it's", "'it''s'"),
        (t.Boolean(), 1, "true"),
        (t.Date(), dt.date(2020, 1, 2), "DATE '2020-01-02'"),
        (
            t.DateTime(),
            dt.datetime(2020, 1, 2, 3, 4, 5, 6),
            "TIMESTAMP '2020-01-02 03:04:05.000006'",
        ),
        (t.Time(), dt.time(1, 2), "TIME '01:02:00'"),
        (t.Interval(), dt.timedelta(-1, 1), "INTERVAL '-0 23:59:59.000000' DAY TO SECOND"),
        (t.LargeBinary(), b"\x01\xff", "X'01FF'"),
        (t.Uuid(), uuid.UUID(int=1), "'" + "0" * 31 + "1'"),
        (t.Enum(Color), Color.red, "'red'"),
        (t.JSON(), {"a": "it's"}, "'{\"a\": \"it''s\"}'"),
        (t.JSON(none_as_null=True), None, "NULL"),
        (t.ARRAY(t.Integer), [1, None], "ARRAY[1, NULL]"),
        (t.TupleType(t.Integer, t.String), (1, "a"), "(1, 'a')"),
        (t.NULLTYPE, "x", "'x'"),
        (t.NULLTYPE, None, "NULL"),
    ],
    ids=repr,
)
def test_literal(type_, value, sql):
    assert STANDARD.entry(type_).literal(value) == sql


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (t.Integer(), "1; DROP TABLE t"),
        (t.String(), "a\0b"),
        (t.Numeric(), Decimal("NaN")),
        (t.Float(), math.inf),
        (t.Enum("a"), "b"),
    ],
    ids=repr,
)
def test_literals_refuse_what_they_cannot_write(type_, value):
    with pytest.raises(BindError):
        STANDARD.entry(type_).literal(value)


def test_unknown_values_have_no_literal():
    with pytest.raises(CompileError, match="literal"):
        STANDARD.entry(t.NULLTYPE).literal(object())


def test_other_number_types_are_understood():
    class Index:
        def __index__(self):
            return 7

    assert sent(t.Integer(), Index()) == 7
    assert sent(t.Float(), Fraction(1, 2)) == 0.5
    assert sent(t.Numeric(), Fraction(1, 2)) == Decimal("0.5")


def test_building_blocks_for_drivers_that_answer_otherwise():
    assert plain.bool_result(1) is True and plain.bool_result(None) is None
    assert plain.bytes_result(memoryview(b"x")) == b"x"
    assert numeric.decimal_result(2)(1.005) == Decimal("1.00")
    assert numeric.decimal_result(2)(math.inf) == Decimal("Infinity")
    assert numeric.decimal_result(2)(3) == Decimal(3)
    assert numeric.float_result(None) is None


# --- tables ---------------------------------------------------------------------------------------


def test_child_table_overrides_along_the_mro_and_keeps_keywords():
    def stored_as_text(type_, table):
        base = STANDARD.entry(type_)
        from dataclasses import replace

        return replace(
            base, native=ONLY_NONE, bind=lambda v: v.isoformat(), result=None, bind_column=None
        )

    mine = TypeTable({t.DateTime: stored_as_text}, parent=STANDARD, name="mine")
    assert sent(t.TIMESTAMP(), NOW, mine) == "2024-01-01T00:00:00"
    assert mine.ddl(t.TIMESTAMP()) == "TIMESTAMP"
    assert mine.ddl(t.DATETIME()) == "DATETIME"
    assert mine.ddl(t.String(5)) == "VARCHAR(5)"
    # composed types ask the table they are looked up in
    assert sent(t.Interval(native=False), dt.timedelta(1), mine) == "1970-01-02T00:00:00"
    assert sent(t.ARRAY(t.DateTime), [NOW], mine) == ["2024-01-01T00:00:00"]


def test_override_of_string_leaves_enum_alone():
    def loud(type_, table):
        return STANDARD.entry(t.CHAR(1))

    mine = TypeTable({t.String: loud}, parent=STANDARD, name="mine")
    assert mine.ddl(t.Text()) == "CHAR(1)"
    assert mine.ddl(t.Enum("abc")) == "VARCHAR(3)"


def test_variants_by_table_name_and_by_parents_name():
    type_ = t.String(5).with_variant(t.Text(), "mysql", "other")
    mysql = TypeTable({}, parent=STANDARD, name="mysql")
    mariadb = TypeTable({}, parent=mysql, name="mariadb")
    assert STANDARD.ddl(type_) == "VARCHAR(5)"
    assert mysql.ddl(type_) == "TEXT"
    assert mariadb.ddl(type_) == "TEXT"
    assert TypeTable({}, parent=STANDARD, name="sqlite").ddl(type_) == "VARCHAR(5)"


def test_entries_are_resolved_once_and_the_cache_is_bounded():
    calls = []

    def factory(type_, table):
        calls.append(type_)
        return STANDARD.entry(t.Integer())

    table = TypeTable({t.Integer: factory}, parent=STANDARD)
    assert table.entry(t.Integer()) is table.entry(t.Integer())
    assert len(calls) == 1
    for length in range(5000):
        table.entry(t.String(length))
    assert len(table._cache) <= 2000


def test_unknown_type_class():
    class Alien(t.TypeEngine):
        pass

    with pytest.raises(CompileError, match="has no type Alien; say what the column is there"):
        STANDARD.entry(Alien())


# --- types users write ----------------------------------------------------------------------------


class Commas(t.TypeDecorator[list]):
    impl = t.String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else ",".join(value)

    def process_result_value(self, value, dialect):
        return [] if value is None else value.split(",")


def test_decorator_both_ways_none_included():
    assert sent(Commas(), ["a", "b"]) == "a,b"
    assert sent(Commas(), None) is None
    assert read(Commas(), "a,b") == ["a", "b"]
    assert read(Commas(), None) == []
    assert STANDARD.entry(Commas(50)).ddl == "VARCHAR(50)"
    assert STANDARD.entry(Commas()).literal(["a", "b"]) == "'a,b'"


def test_decorator_result_goes_through_impl_both_ways():
    class Shade(t.TypeDecorator):
        impl = t.Enum(Color)
        cache_ok = True

        def process_bind_param(self, value, dialect):
            return Color[value]

        def process_result_value(self, value, dialect):
            return value.name

    assert sent(Shade(), "red") == "red"
    assert read(Shade(), "red") == "red"
    assert STANDARD.entry(Shade()).literal("red") == "'red'"


def test_decorator_without_overrides_is_its_impl():
    class Alias(t.TypeDecorator):
        impl = t.Integer
        cache_ok = True

    entry = STANDARD.entry(Alias())
    assert int in entry.native and entry.result is None


def test_decorator_of_decorator():
    class Outer(t.TypeDecorator):
        impl = Commas
        cache_ok = True

        def process_bind_param(self, value, dialect):
            return sorted(value)

    assert sent(Outer(), {"b", "a"}) == "a,b"
    assert read(Outer(), "a,b") == ["a", "b"]


def test_load_dialect_impl_and_the_dialect_argument():
    seen = []

    class Guid(t.TypeDecorator):
        impl = t.CHAR
        cache_ok = True

        def load_dialect_impl(self, dialect):
            if dialect.name == "postgresql":
                return dialect.type_descriptor(t.UUID())
            return dialect.type_descriptor(t.CHAR(32))

        def process_bind_param(self, value, dialect):
            seen.append(dialect)
            return value if dialect.name == "postgresql" else value.hex

    class Server:
        name = "postgresql"

        def type_descriptor(self, type_):
            return type_

    real = Server()
    postgresql = TypeTable({}, parent=STANDARD, name="postgresql").bound_to(real)
    assert STANDARD.ddl(Guid()) == "CHAR(32)"
    assert postgresql.ddl(Guid()) == "UUID"
    assert sent(Guid(), uuid.UUID(int=1)) == "0" * 31 + "1"
    assert seen[-1].name == "default"
    sent(Guid(), uuid.UUID(int=1), postgresql)
    assert seen[-1] is real


def test_load_dialect_impl_that_answers_with_itself():
    class Loop(t.TypeDecorator):
        impl = t.String
        cache_ok = True

        def load_dialect_impl(self, dialect):
            return self

    with pytest.raises(ArgumentError, match="answers with itself"):
        STANDARD.entry(Loop())


def test_process_literal_param():
    class Tagged(Commas):
        def process_literal_param(self, value, dialect):
            return "literal"

    assert STANDARD.entry(Tagged()).literal(["a"]) == "'literal'"


def test_user_defined_type():
    class Point(t.UserDefinedType):
        cache_ok = True

        def __init__(self, precision=8):
            self.precision = precision

        def get_col_spec(self, **kw):
            return f"POINT({self.precision})"

        def bind_processor(self, dialect):
            return lambda value: None if value is None else f"({value[0]},{value[1]})"

        def result_processor(self, dialect, coltype):
            return lambda value: None if value is None else tuple(map(int, value[1:-1].split(",")))

    assert STANDARD.ddl(Point(4)) == "POINT(4)"
    assert there_and_back(Point(), (1, 2)) == (1, 2)
    assert sent(Point(), None) is None
    assert Point(4).key == Point(4).key != Point(5).key

    class Bare(t.UserDefinedType):
        pass

    assert sent(Bare(), "as it is") == "as it is"  # without a table to create it needs no DDL
    with pytest.raises(CompileError, match="get_col_spec"):
        STANDARD.ddl(Bare())


def test_pickle_type():
    value = {"a": (1, {2})}
    assert there_and_back(t.PickleType(), value) == value
    assert sent(t.PickleType(), None) is None
    assert STANDARD.ddl(t.PickleType(impl=t.BLOB(10))) == "BLOB(10)"


def test_json_with_another_serialiser():
    table = TypeTable(
        {t.JSON: composed.json_factory(lambda v: f"<{v}>", lambda s: s.strip("<>"))},
        parent=STANDARD,
    )
    assert sent(t.JSON(), 5, table) == "<5>"
    assert read(t.JSON(), "<5>", table) == "5"
