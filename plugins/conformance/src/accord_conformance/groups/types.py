"""Group types: values go in and come out as they were, or a clear error says why not.

A case is a type and values. Each is stored and read back, found again by comparing, and carried
through a statement as a parameter and as a literal.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

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
    PickleType,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    Unicode,
    Uuid,
    literal,
    select,
)
from accord.exc import AccordError
from accord_conformance import check
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("types")

UTC = dt.UTC
IST = dt.timezone(dt.timedelta(hours=5, minutes=30))


class Colour(enum.Enum):
    """An enumeration of Python's."""

    RED = 1
    DEEP_BLUE = 2


class Doubled(TypeDecorator[int]):
    """Stored as twice the value."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """On the way in."""
        return None if value is None else value * 2

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """On the way out."""
        return None if value is None else value // 2


@dataclass(frozen=True)
class Case:
    """A type, values that travel through it, and what else may be done with it."""

    type: Any
    values: tuple[Any, ...]
    compares: bool = True
    literal: bool = True
    needs: tuple[str, ...] = ()


CASES: dict[str, Case] = {
    "integer": Case(Integer(), (0, 1, -1, 2**31 - 1, -(2**31))),
    "smallinteger": Case(SmallInteger(), (0, 32767, -32768)),
    "biginteger": Case(BigInteger(), (0, 2**53 + 1, 2**63 - 1, -(2**63))),
    "boolean": Case(Boolean(), (True, False)),
    "string": Case(String(200), ("a", "two words", "x" * 200)),
    "string-empty": Case(String(20), ("",), needs=("values.empty_string",)),
    "string-quotes": Case(String(50), ("it's", '"quoted"', "back\\slash", "`tick`", "''")),
    "string-blanks": Case(String(50), (" leading", "trailing ", " both ", "tab\there"), False),
    "string-lines": Case(String(50), ("one\ntwo", "one\r\ntwo", "\n")),
    "string-marks": Case(String(50), ("%s", "100%", "%(x)s", ":name", "?", "{0}", "$1", "%%")),
    "string-accents": Case(String(50), ("žluťoučký kůň", "Ünïcödé", "日本語", "Ελληνικά", "עברית")),
    "string-astral": Case(String(50), ("🎉", "𝔘𝔫𝔦", "👩‍👩‍👧‍👦", "a\u0301")),
    "unicode": Case(Unicode(50), ("naïve", "𐍈", "\u2028line")),
    "string-nul": Case(String(50), ("a\x00b", "\x00"), literal=False, needs=("values.text_nul",)),
    "text": Case(Text(), ("short", "é" * 30_000), compares=False, literal=False),
    "text-sql": Case(Text(), ("'; DROP TABLE x; --", "/* no */ SELECT 1"), compares=False),
    "date": Case(
        Date(),
        (
            dt.date(1970, 1, 1),
            dt.date(2000, 2, 29),
            dt.date(1582, 10, 4),
            dt.date(9999, 12, 31),
        ),
    ),
    "datetime": Case(
        DateTime(),
        (dt.datetime(2024, 2, 29, 23, 59, 59), dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 31)),
    ),
    "datetime-microseconds": Case(
        DateTime(),
        (dt.datetime(2024, 2, 29, 23, 59, 59, 999_999), dt.datetime(2001, 9, 9, 1, 46, 40, 1)),
    ),
    "datetime-aware": Case(
        DateTime(timezone=True),
        (
            dt.datetime(2024, 7, 1, 12, tzinfo=UTC),
            dt.datetime(2024, 7, 1, 1, 30, 0, 250_000, tzinfo=IST),
            dt.datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        ),
    ),
    "time": Case(Time(), (dt.time(0, 0), dt.time(23, 59, 59), dt.time(12, 30))),
    "time-microseconds": Case(Time(), (dt.time(1, 2, 3, 4), dt.time(23, 59, 59, 999_999))),
    "interval": Case(
        Interval(),
        (dt.timedelta(0), dt.timedelta(days=3, seconds=5), dt.timedelta(hours=30, microseconds=7)),
        literal=False,
    ),
    "interval-negative": Case(
        Interval(), (dt.timedelta(days=-2), dt.timedelta(seconds=-1)), literal=False
    ),
    "numeric": Case(
        Numeric(10, 2),
        (Decimal("0.00"), Decimal("12345678.90"), Decimal("-0.01"), Decimal("99999999.99")),
    ),
    "numeric-whole": Case(Numeric(12, 0), (Decimal("123456789012"), Decimal("-7"))),
    "numeric-small": Case(Numeric(12, 8), (Decimal("0.00000001"), Decimal("1234.12345678"))),
    "numeric-many-digits": Case(
        Numeric(38, 10),
        (
            Decimal("1234567890123456789012345678.0123456789"),
            Decimal("-9999999999999999999999999999.9999999999"),
            Decimal("0.1000000001"),
        ),
        needs=("values.decimal_exact",),
    ),
    "numeric-as-float": Case(Numeric(10, 2, asdecimal=False), (0.5, -1234.25)),
    "float": Case(Float(), (0.0, 0.5, -1.25, 1024.0, 1.5e10), compares=False),
    "double": Case(
        Double(),
        (0.1, 1 / 3, -1e-300, 1.7976931348623157e308, 2.2250738585072014e-308, 1e22),
    ),
    "double-special": Case(
        Double(),
        (float("inf"), float("-inf")),
        literal=False,
        needs=("values.nan",),
    ),
    "largebinary": Case(
        LargeBinary(),
        (b"\x00", b"\xff\x00\xfe", bytes(range(256)), b"'; --\\"),
        compares=False,
    ),
    "largebinary-large": Case(LargeBinary(), (bytes(60_000),), compares=False, literal=False),
    "uuid": Case(
        Uuid(),
        (uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), uuid.UUID(int=0x12345678 << 96)),
    ),
    "uuid-text": Case(Uuid(as_uuid=False), ("12345678-1234-5678-1234-567812345678",)),
    "enum": Case(Enum(Colour, name="acck_colour"), (Colour.RED, Colour.DEEP_BLUE)),
    "enum-text": Case(Enum("small", "very large", name="acck_size"), ("small", "very large")),
    "enum-check": Case(
        Enum("a", "b'c", name="acck_letters", native_enum=False), ("a", "b'c")
    ),
    "json": Case(
        JSON(),
        (
            {"a": [1, 2.5, None, True], "ключ": "значение", 'q"u': "it's \\ %s"},
            [],
            {},
            "text",
            12345678901234567890,
            False,
        ),
        compares=False,
        literal=False,
    ),
    "pickle": Case(PickleType(), ({"a": (1, 2)}, {1, 2, 3}), compares=False, literal=False),
    "decorated": Case(Doubled(), (0, 21, -4)),
}  # fmt: skip


def _table(kit: Kit, name: str) -> Table:
    table_name = kit.name("types")

    def build(metadata: MetaData) -> tuple[Table, ...]:
        column = Column("value", CASES[name].type)
        counter = Column("id", Integer, primary_key=True, autoincrement=False)
        return (Table(table_name, metadata, counter, column),)

    return kit.shared(f"types {name}", build)[0]


def _stored(kit: Kit, name: str) -> tuple[Table, Case]:
    case = CASES[name]
    table = _table(kit, name)
    rows = [{"id": i, "value": value} for i, value in enumerate([*case.values, None])]
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), rows)
    return table, case


def _identical(found: Any, expected: Any, what: str) -> None:
    if isinstance(expected, dt.datetime) and expected.tzinfo is not None:
        check.true(
            isinstance(found, dt.datetime) and found.tzinfo is not None, f"{what}: {found!r}"
        )
        check.equal(found.astimezone(UTC), expected.astimezone(UTC), what)
    elif isinstance(expected, Decimal):
        check.same(found, expected, what)
        check.same(str(found), str(expected), what)
    else:
        check.same(found, expected, what)


def _with_needs(kind: str, wanted: dict[str, Case], function: Any) -> None:
    for name, case in wanted.items():
        test.each([(f"{kind}/{name}", name)], *case.needs)(function)


def round_trip(kit: Kit, name: str) -> None:
    """What was stored comes back equal and of the same type, NULL as None."""
    table, case = _stored(kit, name)
    with kit.connect() as connection:
        rows = connection.execute(select(table.c.value).order_by(table.c.id)).scalars().all()
    check.same(len(rows), len(case.values) + 1)
    for found, expected in zip(rows, case.values, strict=False):
        _identical(found, expected, name)
    check.same(rows[-1], None, "NULL")


def finds(kit: Kit, name: str) -> None:
    """A stored value is found again by comparing with it."""
    table, case = _stored(kit, name)
    with kit.connect() as connection:
        for i, value in enumerate(case.values):
            found = connection.execute(select(table.c.id).where(table.c.value == value))
            check.equal(found.scalars().all(), [i], f"value {value!r}")


def updates(kit: Kit, name: str) -> None:
    """Every value can be put in place of another by UPDATE."""
    table, case = _stored(kit, name)
    with kit.engine.begin() as connection:
        for value in (None, *case.values):
            connection.execute(table.update().where(table.c.id == 0).values(value=value))
            read = select(table.c.value).where(table.c.id == 0)
            _identical(connection.execute(read).scalar(), value, name)


def literals(kit: Kit, name: str) -> None:
    """A value written into the statement as a literal is the value that was stored."""
    table, case = _stored(kit, name)
    with kit.connect() as connection:
        for place, value in enumerate(case.values):
            found = select(table.c.id).where(table.c.value == literal(value, case.type))
            text = str(found.compile(dialect=kit.dialect, compile_kwargs={"literal_binds": True}))
            rows = connection.exec_driver_sql(text).all()
            check.equal([tuple(row) for row in rows], [(place,)], repr(value))


_with_needs("round-trip", CASES, round_trip)
_with_needs("finds", {name: case for name, case in CASES.items() if case.compares}, finds)
_with_needs("updates", CASES, updates)
_with_needs(
    "literal",
    {name: case for name, case in CASES.items() if case.compares and case.literal},
    literals,
)


@test("nan", "values.nan")
def nan(kit: Kit) -> None:
    """NaN comes back as NaN."""
    table = kit.table("nan", Column("id", Integer, primary_key=True), Column("value", Double()))
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), {"id": 1, "value": float("nan")})
        found = connection.execute(select(table.c.value)).scalar()
    check.true(type(found) is float and isnan(found), f"found {found!r}")


@test("datetime-naive-for-aware")
def naive_for_aware(kit: Kit) -> None:
    """A datetime without time zone in a column with one is refused, or stored as UTC."""
    table = kit.table(
        "aware", Column("id", Integer, primary_key=True), Column("value", DateTime(timezone=True))
    )
    moment = dt.datetime(2024, 1, 2, 3, 4, 5)
    with kit.connect() as connection:
        try:
            connection.execute(table.insert(), {"id": 1, "value": moment})
        except AccordError:
            return
        found = connection.execute(select(table.c.value)).scalar()
    check.equal(found, moment.replace(tzinfo=UTC))


@test("json-null-and-sql-null")
def json_null(kit: Kit) -> None:
    """JSON null and SQL NULL are two values."""
    table = kit.table(
        "json", Column("id", Integer, primary_key=True), Column("value", JSON(none_as_null=False))
    )
    from accord import null

    with kit.engine.begin() as connection:
        connection.execute(table.insert().values(id=1, value=JSON.NULL))
        connection.execute(table.insert().values(id=2, value=null()))
        empty = connection.execute(select(table.c.id).where(table.c.value.is_(None)))
        check.equal(empty.scalars().all(), [2])


@test("uuid-as-text-and-object")
def uuid_both(kit: Kit) -> None:
    """A UUID stored as an object can be read as text."""
    value = uuid.UUID("12345678123456781234567812345678")
    table = kit.table("uuid", Column("id", Integer, primary_key=True), Column("value", Uuid()))
    from accord import type_coerce

    with kit.engine.begin() as connection:
        connection.execute(table.insert(), {"id": 1, "value": value})
        as_text = select(type_coerce(table.c.value, Uuid(as_uuid=False)))
        check.same(connection.execute(as_text).scalar(), str(value))


@test("decimal-sum")
def decimal_sum(kit: Kit) -> None:
    """The sum of decimals is a Decimal with the cents right."""
    from accord import func

    table = kit.table(
        "sums", Column("id", Integer, primary_key=True), Column("value", Numeric(10, 2))
    )
    with kit.engine.begin() as connection:
        rows = [{"id": i, "value": Decimal("0.10")} for i in range(1, 11)]
        connection.execute(table.insert(), rows)
        found = connection.execute(select(func.sum(table.c.value))).scalar()
    check.true(type(found) is Decimal, f"found a {type(found).__name__}")
    check.equal(found, Decimal("1.00"))


@test("order-of-datetimes")
def order_of_datetimes(kit: Kit) -> None:
    """Moments of different time zones sort by the moment."""
    moments = [
        dt.datetime(2024, 1, 1, 12, tzinfo=IST),
        dt.datetime(2024, 1, 1, 9, tzinfo=UTC),
        dt.datetime(2024, 1, 1, 11, tzinfo=dt.timezone(dt.timedelta(hours=-1))),
    ]
    table = kit.table(
        "moments", Column("id", Integer, primary_key=True), Column("at", DateTime(timezone=True))
    )
    with kit.engine.begin() as connection:
        connection.execute(table.insert(), [{"id": i, "at": at} for i, at in enumerate(moments, 1)])
        found = connection.execute(select(table.c.id).order_by(table.c.at)).scalars().all()
    check.equal(found, [1, 2, 3])


@test("order-of-numbers")
def order_of_numbers(kit: Kit) -> None:
    """Decimals sort as numbers, not as texts."""
    table = kit.table(
        "numbers", Column("id", Integer, primary_key=True), Column("value", Numeric(10, 2))
    )
    values = [Decimal("10.00"), Decimal("9.50"), Decimal("-1.00"), Decimal("100.25")]
    with kit.engine.begin() as connection:
        connection.execute(
            table.insert(), [{"id": i, "value": value} for i, value in enumerate(values, 1)]
        )
        found = connection.execute(select(table.c.value).order_by(table.c.value)).scalars().all()
    check.equal(found, sorted(values))
