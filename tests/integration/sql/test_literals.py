"""Literals are safe and exact: a value written into the text is the value sent beside it.

Every kind of value is inserted twice, as a parameter and as a literal, and read back: the two rows
are equal, or both ways refuse the value before anything is sent.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from requirements import BACKEND

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
    delete,
    exc,
    insert,
    literal,
    select,
)

EXAMPLES = 40
"""Examples of each kind; each is a list of up to ten values."""


class Colour(enum.Enum):
    red = "it's"
    blue = "50%"
    back = "a\\b"


metadata = MetaData()
KINDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {}

# No NUL, no lone surrogates, and short enough for the narrowest column.
letters = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
nasty = st.sampled_from(
    ["'", "''", "\\", "\\'", "%", "%%", "%s", "%(x)s", ":x", "?", "--", "/*", "*/", ";", '"', "`",
     "\n", "\r", "\t", "\x1a", "$1", "$$", "{", "}", "[", "_", "é", "𝒳", "\u2028", "null", "' OR 1"]
)  # fmt: skip
strings = st.lists(nasty | letters, max_size=12).map("".join)
YEARS = {"min_value": dt.datetime(1000, 1, 2), "max_value": dt.datetime(9998, 12, 30)}
zones = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30))])

KINDS["string"] = (String(200), strings)
KINDS["text"] = (Text(), strings)
KINDS["integer"] = (Integer(), st.integers(-(2**31), 2**31 - 1))
KINDS["big"] = (BigInteger(), st.integers(-(2**63), 2**63 - 1))
KINDS["boolean"] = (Boolean(), st.booleans())
KINDS["float"] = (Double(), st.floats(allow_nan=False, allow_infinity=False))
KINDS["numeric"] = (
    Numeric(15, 4),
    st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False),
)
KINDS["date"] = (Date(), st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31)))
KINDS["time"] = (Time(), st.times().map(lambda time: time.replace(microsecond=0)))
KINDS["datetime"] = (DateTime(), st.datetimes(**YEARS).map(lambda t: t.replace(microsecond=0)))
KINDS["aware"] = (
    DateTime(timezone=True),
    st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2037, 1, 1), timezones=zones).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)
KINDS["interval"] = (
    Interval(),
    st.timedeltas(dt.timedelta(days=-300), dt.timedelta(days=20_000)).map(
        lambda delta: dt.timedelta(delta.days, delta.seconds)
    ),
)
KINDS["bytes"] = (LargeBinary(), st.binary(max_size=40))
KINDS["uuid"] = (Uuid(), st.uuids(version=4))
KINDS["json"] = (
    JSON(),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | strings,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strings, inner, max_size=3),
        max_leaves=6,
    ),
)
KINDS["enum"] = (Enum(Colour, name="literal_colour"), st.sampled_from(list(Colour)))
KINDS["enum_values"] = (
    Enum(Colour, name="literal_shade", values_callable=lambda cls: [one.value for one in cls]),
    st.sampled_from(list(Colour)),
)

if BACKEND.name == "postgresql":
    from accord.dialects import postgresql as pg

    KINDS["array"] = (pg.ARRAY(String), st.lists(strings | st.none(), max_size=4))
    KINDS["array_of_rows"] = (
        pg.ARRAY(Integer, dimensions=2),
        st.integers(1, 3).flatmap(
            lambda width: st.lists(
                st.lists(st.integers(-9, 9), min_size=width, max_size=width), max_size=3
            )
        ),
    )
    KINDS["jsonb"] = (pg.JSONB(), KINDS["json"][1])
    KINDS["native_interval"] = (
        pg.INTERVAL(),
        st.timedeltas(dt.timedelta(days=-20_000), dt.timedelta(days=20_000)),
    )
    KINDS["microseconds"] = (pg.TIMESTAMP(), st.datetimes(dt.datetime(1, 1, 1)))
    KINDS["range"] = (
        pg.INT4RANGE(),
        st.tuples(st.integers(-99, 99), st.integers(0, 50)).map(
            lambda pair: pg.Range(pair[0], pair[0] + pair[1])
        ),
    )
    KINDS["infinite"] = (Double(), st.sampled_from([math.inf, -math.inf, math.nan, -0.0]))

TABLES = {
    kind: Table(
        f"literal_{kind}",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("value", type_),
    )
    for kind, (type_, _) in KINDS.items()
}


@pytest.fixture
def connection(engine: Any) -> Iterator[Any]:
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    metadata.drop_all(engine)


def as_text(connection: Any, statement: Any) -> str:
    compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
    assert compiled.params == {}
    return str(compiled)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_literal_is_the_value_that_a_parameter_would_be(connection: Any, kind: str) -> None:
    type_, values = KINDS[kind]
    table = TABLES[kind]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(values | st.none(), min_size=1, max_size=10))
    def check(examples: list[Any]) -> None:
        connection.execute(delete(table))
        for number, value in enumerate(examples):
            row = insert(table).values(id=2 * number, value=value)
            same = insert(table).values(id=2 * number + 1, value=value)
            try:
                connection.execute(row)
            except exc.StatementError as error:
                assert not isinstance(error, exc.DBAPIError), error
                with pytest.raises(exc.AccordError):
                    as_text(connection, same)
                continue
            connection.exec_driver_sql(as_text(connection, same))
        read = select(table.c.id, table.c.value).order_by(table.c.id)
        found = {row.id: row.value for row in connection.execute(read)}
        for number, value in enumerate(examples):
            if 2 * number not in found:
                continue
            sent, written = found[2 * number], found[2 * number + 1]
            assert repr(sent) == repr(written), value

    check()


# --- the servers' own ways with backslashes ------------------------------------------------------

HOSTILE = [
    "\\", "\\'", "'\\", "\\\\'", "\\' OR 1=1 --", "%", "%%", "%s", "%(x)s", "100% \\", ":name",
    "?", "'';--",
]  # fmt: skip

MODES = {
    "postgresql": ["SET standard_conforming_strings = off", "SET backslash_quote = on"],
    "mysql": [
        "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'", "SET SESSION sql_mode = 'ANSI_QUOTES'",
    ],
    "mariadb": [
        "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'", "SET SESSION sql_mode = 'ANSI_QUOTES'",
        "SET SESSION sql_mode = 'ORACLE'",
    ],
}  # fmt: skip


@pytest.mark.parametrize("mode", [None, *MODES.get(BACKEND.name, [])])
def test_hostile_text_is_itself_in_every_mode_of_the_server(connection: Any, mode: Any) -> None:
    connection.rollback()
    if mode is not None:
        connection.exec_driver_sql(mode)
    table = TABLES["string"]
    connection.exec_driver_sql(
        as_text(connection, insert(table).values([
            {"id": number, "value": value} for number, value in enumerate(HOSTILE)
        ]))
        if not BACKEND.name == "oracle"
        else as_text(connection, insert(table).values(id=0, value=HOSTILE[0]))
    )  # fmt: skip
    found = connection.scalars(select(table.c.value).order_by(table.c.id)).all()
    assert found == HOSTILE[: len(found)]
    assert found
    for value in found:
        sql = as_text(connection, select(table.c.value).where(table.c.value == value))
        assert connection.exec_driver_sql(sql).scalars().all() == [value]
        sql = as_text(
            connection, select(table.c.value).where(table.c.value.contains(value, autoescape=True))
        )
        assert value in connection.exec_driver_sql(sql).scalars().all()
    connection.invalidate()


# --- where literals stand ------------------------------------------------------------------------


def answer(connection: Any, expression: Any) -> Any:
    """What the database makes of an expression with its values written into it."""
    return connection.exec_driver_sql(as_text(connection, select(expression))).scalar()


def test_negative_numbers_never_make_a_comment(connection: Any) -> None:
    five = literal(5)
    assert answer(connection, five - literal(-3)) == 8
    assert answer(connection, five + -literal(-3)) == 8
    assert answer(connection, -(-five)) == 5
    assert float(answer(connection, literal(1.5) - literal(-2.5))) == 4
    assert answer(connection, literal(Decimal("1.50")) - literal(Decimal("-2"))) == Decimal("3.5")


@pytest.mark.parametrize("values", [[], [1], [1, -2, 3], list(range(-5, 40))], ids=len)
def test_lists_of_any_length(connection: Any, values: list[int]) -> None:
    table = TABLES["integer"]
    connection.execute(insert(table), [{"id": n, "value": v} for n, v in enumerate([-2, 1, 7, 99])])
    chosen = select(table.c.value).where(table.c.value.in_(values)).order_by(table.c.value)
    others = select(table.c.value).where(table.c.value.not_in(values)).order_by(table.c.value)
    for statement in (chosen, others):
        written = connection.exec_driver_sql(as_text(connection, statement)).scalars().all()
        assert written == connection.scalars(statement).all()


def test_limits_and_null(connection: Any) -> None:
    table = TABLES["integer"]
    connection.execute(insert(table), [{"id": n, "value": n} for n in range(5)])
    statement = select(table.c.value).order_by(table.c.id).limit(2).offset(1)
    assert connection.exec_driver_sql(as_text(connection, statement)).scalars().all() == [1, 2]
    assert answer(connection, literal(None)) is None


EXTREMES = [5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 0.1, -0.0, 1e16, 1 / 3]


def test_a_float_is_found_again_by_its_literal(connection: Any) -> None:
    table = TABLES["float"]
    floor = 0.0 if BACKEND.name != "oracle" else 1e-130
    values = [value for value in EXTREMES if not 0 < abs(value) < floor and abs(value) < 1e125 or (
        BACKEND.name != "oracle"
    )]  # fmt: skip
    connection.execute(insert(table), [{"id": n, "value": v} for n, v in enumerate(values)])
    for number, value in enumerate(values):
        statement = select(table.c.id).where(table.c.value == value).order_by(table.c.id)
        sql = as_text(connection, statement)
        assert number in connection.exec_driver_sql(sql).scalars().all(), sql


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_or_itself(connection: Any, value: float) -> None:
    statement = insert(TABLES["float"]).values(id=1, value=value)
    try:
        connection.execute(statement)
    except exc.StatementError as error:
        assert not isinstance(error, exc.DBAPIError)
        with pytest.raises(exc.CompileError):
            as_text(connection, statement)
        return
    try:
        sql = as_text(connection, insert(TABLES["float"]).values(id=2, value=value))
    except exc.CompileError:
        return
    connection.exec_driver_sql(sql)
    first, second = connection.scalars(select(TABLES["float"].c.value)).all()
    assert repr(first) == repr(second)


def test_nul_is_refused_or_itself(connection: Any) -> None:
    try:
        found = answer(connection, literal("a\0b"))
    except exc.CompileError as error:
        assert "NUL" in str(error)
        assert BACKEND.name not in ("mysql", "mariadb")
    else:
        assert found == "a\0b"
