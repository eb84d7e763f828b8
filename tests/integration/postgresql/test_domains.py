"""Domains: made before the tables that use them, dropped after, reflected, compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accord import Column, Enum, Integer, MetaData, Numeric, String, Table, inspect, select
from accord.dialects.postgresql import DOMAIN, CreateDomainType, DropDomainType
from accord.exc import IntegrityError
from accord.schemadiff import diff


@pytest.fixture
def item() -> Table:
    amount = DOMAIN("amount", Numeric(8, 2), check="VALUE >= 0", constraint_name="not_less")
    return Table(
        "item", MetaData(),
        Column("id", Integer, primary_key=True),
        Column("price", amount),
        Column("name", DOMAIN("label", String(5), default="none", not_null=True)),
    )  # fmt: skip


def test_its_ddl(engine: Any) -> None:
    domain = DOMAIN("d", Integer, check="VALUE > 3", default="5", constraint_name="c", schema="s")
    create = CreateDomainType(domain, if_not_exists=False)
    assert str(create.compile(engine)) == (
        "CREATE DOMAIN s.d AS INTEGER DEFAULT '5' CONSTRAINT c CHECK (VALUE > 3)"
    )
    assert str(DropDomainType(domain, if_exists=False).compile(engine)) == "DROP DOMAIN s.d"


def test_it_converts_as_its_base_type_and_keeps_its_check(engine: Any, item: Table) -> None:
    item.metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"id": 1, "price": Decimal("1.50")}, {"id": 2, "price": None}]
        connection.execute(item.insert(), rows)
        found = connection.execute(select(item).where(item.c.price == Decimal("1.5"))).one()
        assert found == (1, Decimal("1.50"), "none")
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(item.insert(), {"id": 3, "price": Decimal(-1)})


def test_it_is_reflected_and_nothing_differs(engine: Any, item: Table) -> None:
    item.metadata.create_all(engine)
    price, name = [column["type"] for column in inspect(engine).get_columns("item")[1:]]
    assert (price.name, price.check, price.constraint_name) == (
        "amount", "VALUE >= 0::numeric", "not_less",
    )  # fmt: skip
    assert repr(price) == "DOMAIN('amount', NUMERIC(precision=8, scale=2))"
    assert name.not_null
    with engine.connect() as connection:
        assert diff(connection, [item.metadata]).differences == ()


def test_it_goes_with_its_tables(engine: Any, item: Table) -> None:
    item.metadata.create_all(engine)
    item.metadata.drop_all(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM pg_type WHERE typname = 'amount'")
        assert found.scalar() == 0


def test_an_enum_lives_where_its_table_or_metadata_does() -> None:
    metadata = MetaData(schema="s")
    table = Table(
        "t", metadata,
        Column("a", Enum("x", name="a", inherit_schema=True)),
        Column("b", Enum("x", name="b", metadata=metadata)),
        Column("c", Enum("x", name="c")),
    )  # fmt: skip
    assert [column.type.schema for column in table.c] == ["s", "s", None]
    moved = table.to_metadata(MetaData(), schema="z")
    assert [column.type.schema for column in moved.c] == ["z", "s", None]
