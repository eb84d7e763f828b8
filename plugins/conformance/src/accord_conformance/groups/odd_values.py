"""Group types, second part: values that may not fit are stored as they are or refused clearly."""

from __future__ import annotations

import datetime as dt
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
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    Uuid,
    select,
)
from accord.exc import AccordError
from accord_conformance import check
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("types")


def _stored_or_refused(kit: Kit, type_: Any, value: Any) -> None:
    table = kit.table("odd", Column("id", Integer, primary_key=True), Column("value", type_))
    connection = kit.connect()
    try:
        connection.execute(table.insert(), {"id": 1, "value": value})
    except AccordError as error:
        check.true(str(error).strip(), "an error without a message")
        connection.rollback()
        check.equal(connection.execute(select(table.c.id)).all(), [], "refused, and stored")
        return
    found: Any = connection.execute(select(table.c.value)).scalar()
    if isinstance(value, Decimal) and value.is_nan():
        check.true(type(found) is Decimal and found.is_nan(), f"stored as {found!r}")
        return
    check.same(found, value, "stored as something else")


ODD: list[tuple[str, tuple[Any, Any]]] = [
    ("smallint-too-large", (SmallInteger(), 70_000)),
    ("integer-too-large", (Integer(), 2**40)),
    ("bigint-too-large", (BigInteger(), 2**63)),
    ("bigint-too-small", (BigInteger(), -(2**63) - 1)),
    ("string-too-long", (String(5), "abcdef")),
    ("string-nul", (String(20), "a\x00b")),
    ("string-surrogate", (String(20), "a\ud800b")),
    ("text-surrogate", (Text(), "\udfff")),
    ("decimal-nan", (Numeric(10, 2), Decimal("NaN"))),
    ("decimal-infinity", (Numeric(10, 2), Decimal("Infinity"))),
    ("decimal-too-large", (Numeric(6, 2), Decimal("123456.78"))),
    ("decimal-many-digits", (Numeric(38, 10), Decimal("1234567890123456789.0123456789"))),
    ("double-infinity", (Double(), float("inf"))),
    ("date-first", (Date(), dt.date(1, 1, 1))),
    ("datetime-first", (DateTime(), dt.datetime(1, 1, 1))),
    ("json-surrogate", (JSON(), ["\ud800"])),
    ("enum-stranger", (Enum("a", "b", name="acck_ab", native_enum=False), "c")),
    ("uuid-nonsense", (Uuid(), "not a uuid")),
    ("integer-text", (Integer(), "twelve")),
    ("date-text", (Date(), "yesterday")),
    ("boolean-text", (Boolean(), "maybe")),
]  # fmt: skip


@test.each([(f"odd/{name}", case) for name, case in ODD])
def odd(kit: Kit, case: tuple[Any, Any]) -> None:
    """A value that may not fit is stored as it is or refused; never changed in silence."""
    _stored_or_refused(kit, *case)


@test("odd/double-nan")
def odd_nan(kit: Kit) -> None:
    """NaN is stored or refused, never turned into something else."""
    table = kit.table("odd", Column("id", Integer, primary_key=True), Column("value", Double()))
    with kit.connect() as connection:
        try:
            connection.execute(table.insert(), {"id": 1, "value": float("nan")})
        except AccordError:
            return
        found = connection.execute(select(table.c.value)).scalar()
    check.true(type(found) is float and isnan(found), f"stored as {found!r}")
