"""Integer, Numeric, Float: exact, or refused."""

from __future__ import annotations

import decimal
import numbers
import operator
from typing import TYPE_CHECKING, Any

from accord.sqltypes.entry import (
    NONE_TYPE,
    BindError,
    EntryLookup,
    TypeEntry,
    ddl_name,
    expected,
    or_null,
    with_arguments,
)
from accord.sqltypes.numeric import BigInteger, Double, Float, Integer, Numeric, SmallInteger

if TYPE_CHECKING:
    from collections.abc import Callable

Decimal = decimal.Decimal


def to_int(value: Any) -> int:
    """Anything that is a whole number by its own account: int, bool, IntEnum, numpy integers."""
    try:
        return int(operator.index(value))
    except TypeError:
        raise expected("int", value) from None


def to_float(value: Any) -> float:
    """Float, int or Decimal."""
    if isinstance(value, (numbers.Real, Decimal)):
        try:
            return float(value)
        except OverflowError:
            raise BindError("the number is too large for a float") from None
    raise expected("float, int or Decimal", value)


def to_decimal(value: Any) -> Decimal:
    """Decimal, int, or a float by its shortest repr (0.1 becomes exactly 0.1)."""
    if isinstance(value, Decimal):
        return Decimal(value)
    if isinstance(value, numbers.Integral):
        return Decimal(int(value))
    if isinstance(value, numbers.Real):
        return Decimal(repr(float(value)))
    raise expected("Decimal, int or float", value)


def decimal_result(scale: int | None) -> Callable[[Any], Any]:
    """Whatever number a driver answers with → Decimal; floats are rounded to `scale` digits."""

    def convert(value: Any) -> Any:
        if value is None or type(value) is Decimal:
            return value
        if isinstance(value, float):
            if scale is None or value - value != 0:  # infinities and NaN have no digits
                return Decimal(repr(value))
            return Decimal(f"{value:.{scale}f}")
        return Decimal(str(value))

    return convert


def float_result(value: Any) -> Any:
    """Whatever number a driver answers with → float."""
    return None if value is None else float(value)


def int_literal(value: Any) -> str:
    return str(to_int(value))


def decimal_literal(value: Any) -> str:
    number = to_decimal(value)
    if not number.is_finite():
        raise BindError("NaN and infinity have no SQL literal; use a bind parameter")
    return format(number, "f")


def float_literal(value: Any) -> str:
    number = to_float(value)
    if number - number != 0:
        raise BindError("NaN and infinity have no SQL literal; use a bind parameter")
    return repr(number)


def integer(type_: Integer, table: EntryLookup) -> TypeEntry:
    if isinstance(type_, SmallInteger):
        generic = "SMALLINT"
    else:
        generic = "BIGINT" if isinstance(type_, BigInteger) else "INTEGER"
    return TypeEntry(
        ddl=ddl_name(type_, generic),
        native=frozenset({int, NONE_TYPE}),
        bind=to_int,
        result=None,
        literal=or_null(int_literal),
    )


def numeric(type_: Numeric, table: EntryLookup) -> TypeEntry:
    name = ddl_name(type_, "NUMERIC")
    return TypeEntry(
        ddl=name if type_.precision is None else with_arguments(name, type_.precision, type_.scale),
        native=frozenset({Decimal, NONE_TYPE}),
        bind=to_decimal,
        result=None if type_.asdecimal else float_result,
        literal=or_null(decimal_literal),
    )


def float_(type_: Float, table: EntryLookup) -> TypeEntry:
    if isinstance(type_, Double):
        ddl = ddl_name(type_, "DOUBLE PRECISION")
    else:
        name = ddl_name(type_, "FLOAT")
        ddl = with_arguments(name, type_.precision) if name == "FLOAT" else name
    scale = type_.effective_decimal_return_scale
    return TypeEntry(
        ddl=ddl,
        native=frozenset({float, NONE_TYPE}),
        bind=to_float,
        result=decimal_result(scale) if type_.asdecimal else None,
        literal=or_null(float_literal),
    )
