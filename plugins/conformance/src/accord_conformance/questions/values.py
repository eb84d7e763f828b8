"""Capabilities about values that travel: each with its proof and its probe."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

from accord import (
    ARRAY,
    JSON,
    Column,
    DateTime,
    Double,
    Integer,
    Numeric,
    String,
    Table,
    Uuid,
    insert,
    select,
    text,
)
from accord_conformance import check
from accord_conformance.questions.dml import quoted
from accord_conformance.registry import probe, proof, question

if TYPE_CHECKING:
    from accord_conformance.kit import Kit


def _table(kit: Kit, type_: Any) -> Table:
    return kit.table(
        "values", Column("id", Integer, primary_key=True, autoincrement=False), Column("v", type_)
    )


def _there_and_back(kit: Kit, type_: Any, values: list[Any]) -> list[Any]:
    table = _table(kit, type_)
    with kit.engine.begin() as connection:
        rows = [{"id": i, "v": value} for i, value in enumerate(values)]
        connection.execute(insert(table), rows)
        return list(connection.execute(select(table.c.v).order_by(table.c.id)).scalars())


def _raw(kit: Kit, table: Table) -> Any:
    """A value as the driver gives it."""
    raw: Any = kit.connect().connection.dbapi_connection
    cursor = raw.cursor()
    try:
        cursor.execute(f"SELECT {quoted(kit, 'v')} FROM {quoted(kit, table.name)}")
        return cursor.fetchall()[0][0]
    finally:
        cursor.close()
        raw.rollback()


@question("values.decimal_exact")
def decimal_exact(kit: Kit) -> None:
    """A Decimal of 30 digits comes back digit for digit."""
    values = [
        Decimal("12345678901234567890.0123456789"),
        Decimal("-0.0000000001"),
        Decimal("99999999999999999999.9999999999"),
    ]
    found = _there_and_back(kit, Numeric(30, 10), values)
    check.equal([f"{value:.10f}" for value in found], [f"{value:.10f}" for value in values])
    check.equal({type(value) for value in found}, {Decimal})


@question("values.timezone")
def timezone(kit: Kit) -> None:
    """The driver gives a timestamp with its time zone."""
    table = _table(kit, DateTime(timezone=True))
    moment = dt.datetime(2024, 7, 1, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "v": moment})
        check.equal(connection.execute(select(table.c.v)).scalar(), moment)
    found = _raw(kit, table)
    check.true(isinstance(found, dt.datetime) and found.tzinfo is not None, f"it gives {found!r}")


@question("values.nan")
def nan(kit: Kit) -> None:
    """NaN and both infinities come back."""
    found = _there_and_back(kit, Double(), [float("nan"), float("inf"), float("-inf")])
    check.true(type(found[0]) is float and isnan(found[0]), f"NaN came as {found[0]!r}")
    check.equal(found[1:], [float("inf"), float("-inf")])


@question("values.text_nul")
def text_nul(kit: Kit) -> None:
    """U+0000 within a text comes back."""
    check.equal(_there_and_back(kit, String(20), ["a\x00b", "\x00"]), ["a\x00b", "\x00"])


@question("values.empty_string")
def empty_string(kit: Kit) -> None:
    """'' is not NULL."""
    table = _table(kit, String(20))
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1, "v": ""}, {"id": 2, "v": None}])
        check.equal(
            connection.execute(select(table.c.id).where(table.c.v == "")).scalars().all(), [1]
        )
        check.same(connection.execute(select(table.c.v).where(table.c.id == 1)).scalar(), "")


@question("values.arrays")
def arrays(kit: Kit) -> None:
    """Arrays of numbers and texts come back, NULLs and quotes in them."""
    numbers: list[Any] = [[1, 2, None], [], [2**31 - 1]]
    check.equal(_there_and_back(kit, ARRAY(Integer), numbers), numbers)
    words: list[Any] = [["a,b", 'q"q', "it's", "{x}", "NULL", None, "\\"], [""]]
    check.equal(_there_and_back(kit, ARRAY(String(20)), words), words)


@question("values.json")
def json(kit: Kit) -> None:
    """A member is found by its path, as deep as one likes."""
    table = _table(kit, JSON())
    documents = [{"a": {"b": [10, 20]}, "s": "x"}, {"a": {"b": [30]}, "s": "it's"}, {}]
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": i, "v": v} for i, v in enumerate(documents)])
        paths = select(table.c.v["a"]["b"][0], table.c.v["a"]["b"], table.c.v["s"])
        found = connection.execute(paths.order_by(table.c.id)).all()
    expected = [(10, [10, 20], "x"), (30, [30], "it's"), (None, None, None)]
    check.equal([tuple(row) for row in found], expected)


@proof("values.uuid")
def uuid_type(kit: Kit) -> None:
    """The column's type is one of UUIDs: the database refuses what is none."""
    table = _table(kit, Uuid())
    value = uuid.UUID("12345678123456781234567812345678")
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "v": value})
        check.same(connection.execute(select(table.c.v)).scalar(), value)
    _refuses_nonsense(kit, quoted(kit, table.name))


def _refuses_nonsense(kit: Kit, name: str) -> None:
    words = f"INSERT INTO {name} ({quoted(kit, 'id')}, {quoted(kit, 'v')}) VALUES (2, 'nonsense')"
    with check.raises(Exception), kit.engine.begin() as connection:
        connection.execute(text(words))


@probe("values.uuid")
def probe_uuid(kit: Kit) -> None:
    """A column declared UUID takes UUIDs and refuses what is none."""
    name = quoted(kit, kit.name("uuid"))
    with kit.engine.begin() as connection:
        columns = f"{quoted(kit, 'id')} INTEGER, {quoted(kit, 'v')} UUID"
        connection.execute(text(f"CREATE TABLE {name} ({columns})"))
    kit.at_drop(f"DROP TABLE {name}")
    with kit.engine.begin() as connection:
        columns = f"{quoted(kit, 'id')}, {quoted(kit, 'v')}"
        value = "12345678-1234-5678-1234-567812345678"
        connection.execute(text(f"INSERT INTO {name} ({columns}) VALUES (1, '{value}')"))
    _refuses_nonsense(kit, name)
