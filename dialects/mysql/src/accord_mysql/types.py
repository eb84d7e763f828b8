"""The column types MySQL and MariaDB have beyond the common ones, under SQLAlchemy's names.

Numbers with UNSIGNED and ZEROFILL, texts with CHARACTER SET, fractional seconds, ENUM, SET, BIT,
YEAR. In: arguments. Out: types; how they travel is in `entries.py`.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from accord import sqltypes
from accord.exc import ArgumentError
from accord.sqltypes import TypeEngine

_NAME = re.compile(r"[A-Za-z0-9_]+\Z")


class _Number:
    """UNSIGNED, ZEROFILL and the display width."""

    unsigned: bool = False
    zerofill: bool = False
    display_width: int | None = None

    def _set(self, display_width: int | None, unsigned: bool, zerofill: bool) -> None:
        self.display_width = display_width
        self.unsigned = unsigned or zerofill
        self.zerofill = zerofill


_NUMBER_FIELDS = ("display_width", "unsigned", "zerofill")


class _Whole(_Number, sqltypes.Integer):
    key_fields: ClassVar[tuple[str, ...]] = _NUMBER_FIELDS
    bits: ClassVar[int]

    def __init__(
        self, display_width: int | None = None, *, unsigned: bool = False, zerofill: bool = False
    ) -> None:
        self._set(display_width, unsigned, zerofill)


class TINYINT(_Whole):
    """8 bits."""

    sql_name = "TINYINT"
    bits = 8


class SMALLINT(_Whole, sqltypes.SMALLINT):
    """16 bits."""

    sql_name = "SMALLINT"
    bits = 16


class MEDIUMINT(_Whole):
    """24 bits."""

    sql_name = "MEDIUMINT"
    bits = 24


class INTEGER(_Whole, sqltypes.INTEGER):
    """32 bits."""

    sql_name = "INTEGER"
    bits = 32


class BIGINT(_Whole, sqltypes.BIGINT):
    """64 bits."""

    sql_name = "BIGINT"
    bits = 64


class _Fraction(_Number):
    """Precision and scale besides."""

    key_fields: ClassVar[tuple[str, ...]] = (
        "precision", "scale", "asdecimal", "decimal_return_scale", "unsigned", "zerofill",
    )  # fmt: skip


class NUMERIC(_Fraction, sqltypes.NUMERIC):
    """An exact decimal number."""

    def __init__(
        self,
        precision: int | None = None,
        scale: int | None = None,
        asdecimal: bool = True,
        *,
        unsigned: bool = False,
        zerofill: bool = False,
    ) -> None:
        super().__init__(precision, scale, asdecimal=asdecimal)
        self._set(None, unsigned, zerofill)


class DECIMAL(NUMERIC):
    """An exact decimal number."""

    sql_name = "DECIMAL"


class DOUBLE(_Fraction, sqltypes.DOUBLE):
    """Floating point of 64 bits."""

    def __init__(
        self,
        precision: int | None = None,
        scale: int | None = None,
        asdecimal: bool = False,
        *,
        unsigned: bool = False,
        zerofill: bool = False,
    ) -> None:
        super().__init__(precision, asdecimal=asdecimal)
        self.scale: int | None = scale  # type: ignore[assignment]  # the common Float has none
        self._set(None, unsigned, zerofill)


class FLOAT(_Fraction, sqltypes.FLOAT):
    """Floating point of 32 bits (64 from 25 digits of precision on)."""

    def __init__(
        self,
        precision: int | None = None,
        scale: int | None = None,
        asdecimal: bool = False,
        *,
        unsigned: bool = False,
        zerofill: bool = False,
    ) -> None:
        super().__init__(precision, asdecimal=asdecimal)
        self.scale: int | None = scale  # type: ignore[assignment]  # the common Float has none
        self._set(None, unsigned, zerofill)


class REAL(DOUBLE):
    """DOUBLE by its other name."""

    sql_name = "REAL"


class BIT(TypeEngine[int]):
    """`length` bits, an int in Python."""

    affinity = "integer"
    sql_name = "BIT"
    key_fields: ClassVar[tuple[str, ...]] = ("length",)

    def __init__(self, length: int | None = None) -> None:
        if length is not None and not 1 <= length <= 64:
            raise ArgumentError("BIT has 1 to 64 bits")
        self.length = length

    @property
    def python_type(self) -> type[int]:
        return int


class YEAR(sqltypes.Integer):
    """A year: 0, or 1901 to 2155."""

    sql_name = "YEAR"
    key_fields: ClassVar[tuple[str, ...]] = ("display_width",)

    def __init__(self, display_width: int | None = None) -> None:
        self.display_width = display_width


# --- texts ---------------------------------------------------------------------------------------


class _Charset:
    """CHARACTER SET and COLLATE."""

    key_fields: ClassVar[tuple[str, ...]] = ("length", "charset", "collation", "national")
    charset: str | None = None
    national: bool = False

    def _set_text(self, charset: str | None, collation: str | None, national: bool) -> None:
        for name in (charset, collation):
            if name is not None and _NAME.match(name) is None:
                raise ArgumentError(
                    "the names of character sets and collations are letters, digits, underscores"
                )
        self.charset = charset
        self.collation = collation
        self.national = national


class _LengthText(_Charset):
    def __init__(
        self,
        length: int | None = None,
        collation: str | None = None,
        *,
        charset: str | None = None,
        national: bool = False,
    ) -> None:
        super().__init__(length)  # type: ignore[call-arg]  # the String beside it in the MRO
        self._set_text(charset, collation, national)


class VARCHAR(_LengthText, sqltypes.VARCHAR):
    """A text of up to `length` characters."""


class CHAR(_LengthText, sqltypes.CHAR):
    """A text of `length` characters, blanks at its end left out."""


class NVARCHAR(_LengthText, sqltypes.NVARCHAR):
    """NATIONAL VARCHAR."""


class NCHAR(_LengthText, sqltypes.NCHAR):
    """NATIONAL CHAR."""


class TEXT(_LengthText, sqltypes.TEXT):
    """A text of up to 64 KB."""


class _SizedText(_Charset, sqltypes.Text):
    def __init__(
        self, collation: str | None = None, *, charset: str | None = None, national: bool = False
    ) -> None:
        super().__init__()
        self._set_text(charset, collation, national)


class TINYTEXT(_SizedText):
    """A text of up to 255 bytes."""

    sql_name = "TINYTEXT"


class MEDIUMTEXT(_SizedText):
    """A text of up to 16 MB."""

    sql_name = "MEDIUMTEXT"


class LONGTEXT(_SizedText):
    """A text of up to 4 GB."""

    sql_name = "LONGTEXT"


# --- bytes ---------------------------------------------------------------------------------------


class _SizedBlob(sqltypes.LargeBinary):
    key_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()


class TINYBLOB(_SizedBlob):
    """Up to 255 bytes."""

    sql_name = "TINYBLOB"


class MEDIUMBLOB(_SizedBlob):
    """Up to 16 MB."""

    sql_name = "MEDIUMBLOB"


class LONGBLOB(_SizedBlob):
    """Up to 4 GB."""

    sql_name = "LONGBLOB"


# --- dates and times -----------------------------------------------------------------------------


def _check_fsp(fsp: int | None) -> int | None:
    if fsp is not None and not 0 <= fsp <= 6:
        raise ArgumentError("fsp= is the number of digits after the seconds, 0 to 6")
    return fsp


class DATETIME(sqltypes.DATETIME):
    """A datetime with `fsp` digits after the seconds; 6, as many as Python has, unless given."""

    key_fields: ClassVar[tuple[str, ...]] = ("timezone", "fsp")

    def __init__(self, timezone: bool = False, fsp: int | None = None) -> None:
        super().__init__(timezone)
        self.fsp = _check_fsp(fsp)


class TIMESTAMP(sqltypes.TIMESTAMP):
    """A datetime between 1970 and 2038 that the server keeps in UTC; `fsp` as for DATETIME."""

    key_fields: ClassVar[tuple[str, ...]] = ("timezone", "fsp")

    def __init__(self, timezone: bool = False, fsp: int | None = None) -> None:
        super().__init__(timezone)
        self.fsp = _check_fsp(fsp)


class TIME(sqltypes.TIME):
    """A time of day; `fsp` as for DATETIME."""

    key_fields: ClassVar[tuple[str, ...]] = ("timezone", "fsp")

    def __init__(self, timezone: bool = False, fsp: int | None = None) -> None:
        super().__init__(timezone)
        self.fsp = _check_fsp(fsp)


# --- sets of words -------------------------------------------------------------------------------


class ENUM(_Charset, sqltypes.Enum):
    """One word of a fixed set."""

    key_fields: ClassVar[tuple[str, ...]] = (*sqltypes.Enum.key_fields, "charset", "collation")
    sql_name = "ENUM"

    def __init__(
        self,
        *enums: Any,
        charset: str | None = None,
        collation: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*enums, **options)
        self._set_text(charset, collation, False)


class SET(_Charset, TypeEngine[set[str]]):
    """Any words of a fixed set; a `set` of strings in Python."""

    affinity = "set"
    key_fields: ClassVar[tuple[str, ...]] = ("values", "charset", "collation")
    sql_name = "SET"

    def __init__(
        self, *values: str, charset: str | None = None, collation: str | None = None
    ) -> None:
        if not values or len(values) > 64:
            raise ArgumentError("SET takes 1 to 64 words: SET('a', 'b')")
        for word in values:
            given: object = word
            if not isinstance(given, str) or "," in word or not word:
                raise ArgumentError("the words of SET are strings, not empty, without commas")
        if len(set(values)) != len(values):
            raise ArgumentError("SET was given the same word twice")
        self.values = tuple(values)
        self._set_text(charset, collation, False)

    @property
    def python_type(self) -> type[Any]:
        return set


# --- MariaDB -------------------------------------------------------------------------------------


class INET6(TypeEngine[str]):
    """An IPv4 or IPv6 address (MariaDB); text in Python."""

    affinity = "string"
    sql_name = "INET6"

    @property
    def python_type(self) -> type[str]:
        return str


class INET4(INET6):
    """An IPv4 address (MariaDB 10.10)."""

    sql_name = "INET4"
