"""How accord's types travel on SQLite, which itself knows integers, floats, text and bytes only.

Dates and times are ISO text, aware datetimes UTC; UUIDs 32 hex digits; JSON text. Decimals are
numbers, because text would compare wrongly in expressions: exact as long as SQLite's 8-byte float
holds their digits, else refused. In: a type. Out: its TypeEntry.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, NoReturn

from accord.exc import CompileError
from accord.sqltypes import (
    ARRAY,
    JSON,
    STANDARD,
    BigInteger,
    BindError,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Time,
    TypeEngine,
    TypeEntry,
    TypeTable,
    Uuid,
)
from accord.sqltypes.convert import numeric, plain, temporal
from accord.sqltypes.entry import (
    NONE_TYPE,
    ONLY_NONE,
    EntryLookup,
    ddl_name,
    or_null,
    quoted,
    replace,
)

from .literals import number_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXACT = 2**53
"""Whole numbers up to here are exact as floats; larger ones are bound as integers."""
INT64 = 2**63
_WIDE = Context(prec=100, rounding=ROUND_HALF_UP)


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _text_entry(ddl: str, bind: Callable[[Any], str], result: Callable[[Any], Any]) -> TypeEntry:
    """A type stored as text."""
    return TypeEntry(
        ddl=ddl,
        native=ONLY_NONE,
        bind=bind,
        result=_or_none(result),
        literal=or_null(lambda value: quoted(bind(value))),
    )


# --- dates and times -----------------------------------------------------------------------------


def _date(type_: Date, table: EntryLookup) -> TypeEntry:
    return _text_entry(
        ddl_name(type_, "DATE"),
        lambda value: temporal.to_date(value).isoformat(),
        dt.date.fromisoformat,
    )


def _datetime(type_: DateTime, table: EntryLookup) -> TypeEntry:
    ddl = ddl_name(type_, "DATETIME")
    if type_.timezone:
        return _text_entry(ddl, _aware_text, _aware)
    return _text_entry(ddl, _naive_text, dt.datetime.fromisoformat)


def _naive_text(value: Any) -> str:
    return temporal.naive_datetime(value).isoformat(" ", "microseconds")


def _aware_text(value: Any) -> str:
    try:
        return temporal.aware_to_utc(value).isoformat(" ", "microseconds")
    except OverflowError:
        raise BindError("the datetime lies outside the years 1 to 9999 in UTC") from None


def _aware(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _time(type_: Time, table: EntryLookup) -> TypeEntry:
    check = temporal.aware_time if type_.timezone else temporal.naive_time
    return _text_entry(
        ddl_name(type_, "TIME"),
        lambda value: check(value).isoformat("microseconds"),
        dt.time.fromisoformat,
    )


# --- numbers -------------------------------------------------------------------------------------


def _integer(type_: Integer, table: EntryLookup) -> TypeEntry:
    generic = "BIGINT" if isinstance(type_, BigInteger) else STANDARD.entry(type_).ddl
    entry = STANDARD.entry(type_)
    literal = or_null(lambda value: str(_int64(value)))
    return replace(entry, ddl=ddl_name(type_, generic), bind=_int64, literal=literal)


def _int64(value: Any) -> int:
    number = numeric.to_int(value)
    if not -INT64 <= number < INT64:
        raise BindError("the integer has more than 64 bits; store it as String or LargeBinary")
    return number


def _numeric(type_: Numeric, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    bind = _decimal_bind(type_.scale)
    if not type_.asdecimal:
        result: Callable[[Any], Any] = numeric.float_result
    elif type_.scale is None:
        result = _or_none(_exact_decimal)
    else:
        result = _or_none(_scaled_decimal(type_.scale))

    def literal(value: Any) -> str:
        bound = bind(value)
        # A whole number stays one: the condition of an index is found by how it is written.
        return number_literal(int(bound) if isinstance(value, int) else bound)

    return replace(
        entry, native=ONLY_NONE, bind=bind, result=result, literal=or_null(literal),
        bind_column=None,
    )  # fmt: skip


def _decimal_bind(scale: int | None) -> Callable[[Any], int | float]:
    step = None if scale is None else Decimal(1).scaleb(-scale)

    def bind(value: Any) -> int | float:
        number = numeric.to_decimal(value)
        if not number.is_finite():
            raise BindError("SQLite has no decimal NaN or infinity")
        if step is not None and -number.as_tuple().exponent > scale:  # type: ignore[operator]  # finite: an int
            number = _round(number, step)
        as_float = float(number)
        if abs(as_float) <= EXACT and Decimal(repr(as_float)) == number:
            return as_float
        whole = int(number)
        if whole == number and -INT64 <= whole < INT64:
            return whole
        if Decimal(repr(as_float)) == number:
            return as_float
        raise BindError(
            "the decimal has more digits than SQLite keeps (15 are sure); declare the column as "
            "String, "
            "or as a TypeDecorator over Integer that counts the smallest unit"
        )

    return bind


def _round(number: Decimal, step: Decimal) -> Decimal:
    try:
        return number.quantize(step, context=_WIDE)
    except InvalidOperation:
        raise BindError("the decimal has more digits than SQLite keeps") from None


def _exact_decimal(value: Any) -> Decimal:
    return Decimal(repr(value)) if type(value) is float else Decimal(value)


def _scaled_decimal(scale: int) -> Callable[[Any], Decimal]:
    form = f"%.{scale}f"
    step = Decimal(1).scaleb(-scale)

    def result(value: Any) -> Decimal:
        if type(value) is float and -EXACT < value < EXACT:
            return Decimal(form % value)
        number = _exact_decimal(value)
        return number.quantize(step, context=_WIDE) if number.is_finite() else number

    return result


def _float(type_: Float, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    literal = or_null(lambda value: _float_literal(_no_nan(value)))
    return replace(
        entry, native=ONLY_NONE, bind=_no_nan, literal=literal, bind_column=_no_nan_column
    )


def _float_literal(number: float) -> str:
    """Infinity has no name here; a number too large for a float is read as it."""
    return number_literal(number) if isfinite(number) else f"{'-' * (number < 0)}9e999"


def _no_nan(value: Any) -> float:
    number = value if type(value) is float else numeric.to_float(value)
    if isnan(number):
        raise BindError("SQLite has no NaN (it would become NULL); store None, or the text 'nan'")
    return number


def _no_nan_column(values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
    if kinds <= _FLOATS:
        total = sum(filter(None, values))
        if not isnan(total):
            return values
    return [None if value is None else _no_nan(value) for value in values]


_FLOATS = frozenset({float, NONE_TYPE})


# --- the others ----------------------------------------------------------------------------------


class _Booleans(dict[Any, Any]):
    """0 and 1 to False and True; any other number as Python sees it."""

    def __missing__(self, key: object) -> bool:
        return bool(key)


_booleans = _Booleans({None: None, 0: False, 1: True})


def _boolean(type_: Boolean, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl=ddl_name(type_, "BOOLEAN"),
        native=ONLY_NONE,
        bind=lambda value: int(plain.to_bool(value)),
        result=_booleans.__getitem__,
        literal=or_null(lambda value: str(int(plain.to_bool(value)))),
        bind_column=_boolean_column,
    )


def _boolean_column(values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
    if kinds == {bool}:
        return list(map(int, values))
    return [None if value is None else int(plain.to_bool(value)) for value in values]


def _uuid(type_: Uuid, table: EntryLookup) -> TypeEntry:
    # Also for the SQL name UUID: with it the column would take digits for a number.
    return replace(plain.uuid_(type_, table), ddl="CHAR(32)")


def _json_loads(value: Any) -> Any:
    import json  # for programs that have such a column

    # A column declared JSON elsewhere has numeric affinity: its numbers come as numbers.
    return json.loads(value if isinstance(value, str | bytes) else str(value))


def _json_dumps(value: Any) -> str:
    import json

    # Letters as they are: older versions of SQLite do not find a key that is written with escapes.
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates travel as escapes
        text = json.dumps(value, allow_nan=False)
    return text


def _json(type_: JSON, table: EntryLookup) -> TypeEntry:
    # "JSON" alone would give the column numeric affinity, and 12345678901234567890 would lose
    # digits.
    from accord.sqltypes.convert.composed import json_factory  # for programs with such a column

    return replace(json_factory(_json_dumps, _json_loads)(type_, table), ddl="JSON TEXT")


def _string(type_: String, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    return entry if type_.collation is None else replace(entry, ddl=_collated(type_))


def _collated(type_: String) -> str:
    name = str(type_.collation).replace('"', '""')
    return f'{STANDARD.entry(type_.copy(collation=None)).ddl} COLLATE "{name}"'


def _interval(type_: Interval, table: EntryLookup) -> TypeEntry:
    return temporal.interval_as_datetime(type_, table)


def _array(type_: ARRAY, table: EntryLookup) -> NoReturn:
    raise CompileError(
        "SQLite has no arrays; use JSON, or ARRAY(...).with_variant(JSON(), 'sqlite')"
    )


STRICT_TYPES: tuple[tuple[type[TypeEngine], str], ...] = (
    (Integer, "INTEGER"),
    (Boolean, "INTEGER"),
    (Numeric, "ANY"),
    (Float, "REAL"),
    (LargeBinary, "BLOB"),
    (String, "TEXT"),
    (Enum, "TEXT"),
    (Uuid, "TEXT"),
    (Date, "TEXT"),
    (DateTime, "TEXT"),
    (Time, "TEXT"),
    (Interval, "TEXT"),
    (JSON, "TEXT"),
)
"""Column types of a STRICT table, which knows six words only. ANY keeps a decimal's integer or
float as it is."""

TYPES = TypeTable(
    {
        Integer: _integer,
        Numeric: _numeric,
        Float: _float,
        String: _string,
        Boolean: _boolean,
        Uuid: _uuid,
        Date: _date,
        DateTime: _datetime,
        Time: _time,
        Interval: _interval,
        JSON: _json,
        ARRAY: _array,
    },
    parent=STANDARD,
    name="sqlite",
)
