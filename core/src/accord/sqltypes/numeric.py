"""Numbers: Integer and its sizes, exact Numeric, approximate Float, and their upper-case SQL
names.
"""

from __future__ import annotations

import decimal
from typing import Any, ClassVar

from accord.exc import ArgumentError
from accord.sqltypes.base import TypeEngine, generic, literal_rule, literal_type

_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%"})


class Integer(TypeEngine[int]):
    """A whole number."""

    affinity = "integer"
    own_types = frozenset({int})

    @property
    def python_type(self) -> type[int]:
        return int

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        if op not in _ARITHMETIC:
            return self
        if other.affinity == "integer":
            if op == "/":
                return _NUMERIC
            return other if isinstance(other, BigInteger) else self
        if other.affinity == "interval" and op == "*":
            return other
        if other.affinity == "date" and op == "+":
            return other
        return other if other.affinity in ("numeric", "float") else self


class SmallInteger(Integer):
    """A whole number of 16 bits."""


class BigInteger(Integer):
    """A whole number of 64 bits."""


class NumericCommon(TypeEngine[Any]):
    """What Numeric and Float share: a precision, a scale, and Decimal or float as result."""

    key_fields: ClassVar[tuple[str, ...]] = (
        "precision",
        "scale",
        "asdecimal",
        "decimal_return_scale",
    )
    _default_scale: ClassVar[int] = 10
    precision: int | None
    scale: int | None
    asdecimal: bool
    decimal_return_scale: int | None

    @property
    def python_type(self) -> type:
        return decimal.Decimal if self.asdecimal else float

    @property
    def effective_decimal_return_scale(self) -> int:
        """Digits after the point when a float has to be turned into a Decimal."""
        for scale in (self.decimal_return_scale, self.scale):
            if scale is not None:
                return scale
        return self._default_scale

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        if op == "*" and other.affinity == "interval":
            return other
        if op in _ARITHMETIC and other.affinity == "float" and self.affinity == "numeric":
            return Float(asdecimal=self.asdecimal)  # the database's answer is approximate
        return self


class Numeric(NumericCommon):
    """An exact decimal number; values are `Decimal` unless ``asdecimal=False``."""

    affinity = "numeric"
    own_types = frozenset({decimal.Decimal, int, float})
    asdecimal = True

    def __init__(
        self,
        precision: int | None = None,
        scale: int | None = None,
        decimal_return_scale: int | None = None,
        asdecimal: bool = True,
    ) -> None:
        if precision is not None and scale is not None and scale > precision:
            raise ArgumentError(
                f"Numeric(precision={precision}, scale={scale}): the scale counts digits after "
                "the point and cannot exceed the precision"
            )
        self.precision = precision
        self.scale = scale
        self.asdecimal = asdecimal
        self.decimal_return_scale = decimal_return_scale


class Float(NumericCommon):
    """An approximate number; values are `float` unless ``asdecimal=True``."""

    affinity = "float"
    own_types = frozenset({float, int, decimal.Decimal})
    scale = None
    asdecimal = False

    def __init__(
        self,
        precision: int | None = None,
        asdecimal: bool = False,
        decimal_return_scale: int | None = None,
    ) -> None:
        self.precision = precision
        self.asdecimal = asdecimal
        self.decimal_return_scale = decimal_return_scale


class Double(Float):
    """An approximate number of double precision."""


class INTEGER(Integer):
    """SQL INTEGER."""

    sql_name = "INTEGER"


INT = INTEGER


class SMALLINT(SmallInteger):
    """SQL SMALLINT."""

    sql_name = "SMALLINT"


class BIGINT(BigInteger):
    """SQL BIGINT."""

    sql_name = "BIGINT"


class NUMERIC(Numeric):
    """SQL NUMERIC."""

    sql_name = "NUMERIC"


class DECIMAL(Numeric):
    """SQL DECIMAL."""

    sql_name = "DECIMAL"


class FLOAT(Float):
    """SQL FLOAT."""

    sql_name = "FLOAT"


class REAL(Float):
    """SQL REAL."""

    sql_name = "REAL"


class DOUBLE(Double):
    """DOUBLE, as MySQL and others write it."""

    sql_name = "DOUBLE"


class DOUBLE_PRECISION(Double):
    """SQL DOUBLE PRECISION."""

    sql_name = "DOUBLE PRECISION"


_INTEGER = Integer()
_BIG_INTEGER = BigInteger()
_NUMERIC = Numeric()
literal_rule(int, lambda value: _INTEGER if -(2**31) <= value < 2**31 else _BIG_INTEGER)
literal_type(float, Double())
literal_type(decimal.Decimal, _NUMERIC)
generic(Integer, SmallInteger, BigInteger, Numeric, Float, Double)
