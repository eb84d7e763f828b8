"""Values at the edges of their types come back as they went in, or are refused before they are
sent; hypothesis looks for one that does not.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from accord import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    PickleType,
    Table,
    Text,
    Time,
    Uuid,
    delete,
    insert,
    select,
)
from accord.exc import StatementError

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
MOMENTS = st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(9999, 12, 30))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
CASES: dict[str, tuple[Any, Any]] = {
    "integer": (Integer(), st.integers(-(2**31), 2**31 - 1)),
    "big_integer": (BigInteger(), st.integers(-(2**63), 2**63 - 1)),
    "numeric": (Numeric(15, 4), st.decimals(-(10**10), 10**10, places=4, allow_nan=False)),
    "text": (Text(), TEXTS),
    "boolean": (Boolean(), st.booleans()),
    "binary": (LargeBinary(), st.binary(max_size=60)),
    "date": (Date(), st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31))),
    "datetime": (DateTime(), MOMENTS),
    "aware": (DateTime(timezone=True), st.datetimes(
        dt.datetime(1971, 1, 1), dt.datetime(2037, 1, 1), timezones=st.just(dt.UTC))),
    "time": (Time(), st.times()),
    "interval": (Interval(), st.timedeltas(dt.timedelta(-300_000), dt.timedelta(300_000))),
    "uuid": (Uuid(), st.uuids(version=4)),
    "uuid_text": (Uuid(as_uuid=False), st.uuids(version=4).map(str)),
    "enum": (Enum("a", "b c", "ü"), st.sampled_from(["a", "b c", "ü"])),
    "json": (JSON(), DOCUMENTS),
    "pickle": (PickleType(), st.tuples(st.integers(), TEXTS, st.binary(max_size=9))),
}  # fmt: skip
TABLES = {
    name: Table(
        f"trip_{name}",
        MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("v", type_),
    )
    for name, (type_, _) in CASES.items()
}


@pytest.fixture(params=CASES)
def trip(request: pytest.FixtureRequest, engine: Any) -> Iterator[tuple[Any, Table, Any]]:
    table = TABLES[request.param]
    table.create(engine)
    with engine.connect() as connection:
        yield connection, table, CASES[request.param][1]
        connection.rollback()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_values_come_back_or_are_refused(trip: tuple[Any, Table, Any], data: Any) -> None:
    connection, table, strategy = trip
    values = data.draw(st.lists(strategy | st.none(), min_size=1, max_size=6))
    rows = [{"id": number, "v": value} for number, value in enumerate(values)]
    try:
        connection.execute(insert(table), rows)
    except StatementError as error:
        assert type(error) is StatementError  # before anything was sent
        return
    found = connection.scalars(select(table.c.v).order_by(table.c.id)).all()
    assert found == values
    assert list(map(type, found)) == list(map(type, values))
    connection.execute(delete(table))


def test_numbers_that_are_none_are_refused_or_exact(engine: Any) -> None:
    table = TABLES["numeric"]
    table.create(engine)
    for value in (Decimal("NaN"), Decimal("Infinity")):
        with engine.connect() as connection:
            try:
                connection.execute(insert(table).values(id=1, v=value))
            except Exception as error:
                assert isinstance(error, StatementError)
                continue
            found = connection.scalar(select(table.c.v))
            assert found is not None
            assert found == value or (found.is_nan() and value.is_nan())
