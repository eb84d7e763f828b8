"""Boolean, LargeBinary, Uuid and values of unknown type."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sqltypes.base import NullType, infer
from accord.sqltypes.entry import (
    NONE_TYPE,
    ONLY_NONE,
    BindError,
    EntryLookup,
    TypeEntry,
    ddl_name,
    expected,
    or_null,
    quoted,
    with_arguments,
)

if TYPE_CHECKING:
    from accord.sqltypes.binary import LargeBinary
    from accord.sqltypes.boolean import Boolean
    from accord.sqltypes.uuid import Uuid


# --- booleans ------------------------------------------------------------------------------------


def to_bool(value: Any) -> bool:
    """True, False, or a number that is 0 or 1 (numpy booleans included)."""
    if isinstance(value, bool):
        return value
    if type(value).__name__ in ("bool_", "bool") and hasattr(value, "item"):
        return bool(value)
    if isinstance(value, int):
        if value in (0, 1):
            return bool(value)
        raise BindError("expected bool, got an int that is neither 0 nor 1")
    raise expected("bool", value)


def bool_result(value: Any) -> Any:
    """0 and 1 as stored → bool."""
    return None if value is None else bool(value)


def boolean(type_: Boolean, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl=ddl_name(type_, "BOOLEAN"),
        native=frozenset({bool, NONE_TYPE}),
        bind=to_bool,
        result=None,
        literal=or_null(lambda value: "true" if to_bool(value) else "false"),
    )


# --- bytes ---------------------------------------------------------------------------------------


def to_bytes(value: Any) -> bytes:
    """Anything with a buffer."""
    if isinstance(value, str):
        raise BindError("expected bytes, got str; write value.encode()")
    try:
        return bytes(memoryview(value))
    except TypeError:
        raise expected("bytes", value) from None


def bytes_result(value: Any) -> Any:
    """Buffers as some drivers answer → bytes."""
    return value if value is None or type(value) is bytes else bytes(value)


def binary(type_: LargeBinary, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl=with_arguments(ddl_name(type_, "BLOB"), type_.length),
        native=frozenset({bytes, NONE_TYPE}),
        bind=to_bytes,
        result=None,
        literal=or_null(lambda value: f"X'{to_bytes(value).hex().upper()}'"),
    )


# --- UUIDs ---------------------------------------------------------------------------------------


def to_uuid(value: Any) -> uuid.UUID:
    """A `uuid.UUID`."""
    if isinstance(value, uuid.UUID):
        return value
    raise expected("uuid.UUID", value)


def text_to_uuid(value: Any) -> uuid.UUID:
    """The string form of a UUID, for ``Uuid(as_uuid=False)``; a `uuid.UUID` is understood too."""
    if isinstance(value, uuid.UUID):
        return value
    if not isinstance(value, str):
        raise expected("the string of a UUID", value)
    try:
        return uuid.UUID(value)
    except ValueError:
        raise BindError("expected the string of a UUID, got another string") from None


def uuid_result(value: Any) -> Any:
    """CHAR(32) or a native UUID → `uuid.UUID`."""
    return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def uuid_text_result(value: Any) -> Any:
    """CHAR(32) or a native UUID → its string with dashes."""
    return None if value is None else str(uuid_result(value))


def uuid_(type_: Uuid, table: EntryLookup) -> TypeEntry:
    """Stored as 32 hexadecimal digits: the standard has no UUID type."""
    check = to_uuid if type_.as_uuid else text_to_uuid
    return TypeEntry(
        ddl=ddl_name(type_, "CHAR(32)"),
        native=ONLY_NONE,
        bind=lambda value: check(value).hex,
        result=uuid_result if type_.as_uuid else uuid_text_result,
        literal=or_null(lambda value: quoted(check(value).hex)),
    )


# --- unknown -------------------------------------------------------------------------------------

_DRIVERS_KNOW = frozenset(
    {
        NONE_TYPE, int, float, str, bytes, bool, decimal.Decimal, dt.date, dt.datetime, dt.time,
        dt.timedelta, uuid.UUID,
    }
)  # fmt: skip


def unknown(type_: NullType, table: EntryLookup) -> TypeEntry:
    """Values of unknown type are the driver's business."""

    def literal(value: Any) -> str:
        found = infer(value)
        if isinstance(found, NullType):
            raise CompileError(
                f"a value of type {type(value).__name__} cannot be written as an SQL literal; "
                "give its type: literal(value, type_)"
            )
        return table.entry(found).literal(value)

    return TypeEntry(
        ddl="NULL",
        native=_DRIVERS_KNOW,
        bind=lambda value: value,
        result=None,
        literal=or_null(literal),
    )
