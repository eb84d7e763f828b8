"""PostgreSQL's own types, by the names SQLAlchemy's users know.

What a value is; how it travels is in type_table.py. Operators of JSONB, ARRAY, HSTORE and ranges
are in comparators.py.
"""

from __future__ import annotations

from typing import Any, ClassVar

from accord.sqltypes import (
    ARRAY as _Array,
    JSON as _JSON,
    DateTime,
    Enum as _Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Text,
    Time,
    TypeEngine,
    Uuid,
    to_instance,
)

from .bits import BitString
from .comparators import ArrayComparator, HstoreComparator, JSONBComparator, JSONComparator


class PGType(TypeEngine[Any]):
    """A type that PostgreSQL alone has; `sql_name` is its name. Values are strings unless it says
    otherwise.
    """

    own_types = frozenset({str})


# --- numbers, bytes ------------------------------------------------------------------------------


class BYTEA(LargeBinary):
    """Bytes."""

    sql_name = "BYTEA"


class DOUBLE_PRECISION(Float):
    """A float of 8 bytes."""

    sql_name = "DOUBLE PRECISION"


class MONEY(PGType):
    """An amount in the format of the server's locale: a string in Python."""

    affinity = "money"
    sql_name = "MONEY"

    @property
    def python_type(self) -> type:
        return str


class OID(Integer):
    """The number of an object of the server."""

    sql_name = "OID"


class REGCLASS(PGType):
    """The name of a relation, checked by the server."""

    affinity = "regclass"
    sql_name = "REGCLASS"


class REGCONFIG(PGType):
    """A text search configuration."""

    affinity = "regconfig"
    sql_name = "REGCONFIG"


class BIT(PGType):
    """A string of bits: a `BitString`, which is a str of '0' and '1', in Python."""

    affinity = "bit"
    sql_name = "BIT"
    key_fields = ("length", "varying")
    varying: bool = False
    own_types = frozenset({str, BitString})

    def __init__(self, length: int | None = None, varying: bool = False) -> None:
        self.varying = varying
        self.length = length if varying or length is not None else 1

    @property
    def python_type(self) -> type:
        return str


# --- times ---------------------------------------------------------------------------------------


class TIMESTAMP(DateTime):
    """TIMESTAMP with a precision in digits of a second."""

    sql_name = "TIMESTAMP"
    key_fields = ("timezone", "precision")

    def __init__(self, timezone: bool = False, precision: int | None = None) -> None:
        super().__init__(timezone)
        self.precision = precision


class TIME(Time):
    """TIME with a precision in digits of a second."""

    sql_name = "TIME"
    key_fields = ("timezone", "precision")

    def __init__(self, timezone: bool = False, precision: int | None = None) -> None:
        super().__init__(timezone)
        self.precision = precision


class INTERVAL(Interval):
    """INTERVAL, perhaps of some fields only (``fields="YEAR TO MONTH"``)."""

    sql_name = "INTERVAL"
    key_fields = ("precision", "fields")

    def __init__(self, precision: int | None = None, fields: str | None = None) -> None:
        super().__init__(native=True, second_precision=precision)
        self.precision = precision
        self.fields = fields


# --- network, text -------------------------------------------------------------------------------


class _Network(PGType):
    affinity = "inet"
    own_types = frozenset({str})


class INET(_Network):
    """An address, perhaps with its network: `ipaddress` objects or strings."""

    sql_name = "INET"


class CIDR(_Network):
    """A network: `ipaddress` networks or strings."""

    sql_name = "CIDR"


class MACADDR(PGType):
    """A MAC address, a string in Python."""

    affinity = "macaddr"
    sql_name = "MACADDR"
    own_types = frozenset({str})


class MACADDR8(PGType):
    """A MAC address of 8 bytes, a string in Python."""

    affinity = "macaddr"
    sql_name = "MACADDR8"
    own_types = frozenset({str})


class CITEXT(Text):
    """Text compared without regard to case (extension citext)."""

    sql_name = "CITEXT"


class TSVECTOR(PGType):
    """A document for text search, a string in Python."""

    affinity = "tsvector"
    sql_name = "TSVECTOR"
    own_types = frozenset({str})


class TSQUERY(PGType):
    """A query for text search, a string in Python."""

    affinity = "tsquery"
    sql_name = "TSQUERY"
    own_types = frozenset({str})


class JSONPATH(PGType):
    """A JSON path, a string in Python."""

    affinity = "jsonpath"
    sql_name = "JSONPATH"
    own_types = frozenset({str})


class UUID(Uuid):
    """UUID: `uuid.UUID`, or its string with ``as_uuid=False``."""

    sql_name = "UUID"

    def __init__(self, as_uuid: bool = True) -> None:
        super().__init__(as_uuid, native_uuid=True)


# --- values made of values -----------------------------------------------------------------------


class ARRAY(_Array):
    """A list of values, with PostgreSQL's operators for arrays."""

    comparator_factory: Any = ArrayComparator
    Comparator: ClassVar[Any] = ArrayComparator


class JSON(_JSON):
    """JSON kept as the text it was given; `astext_type` is the type of ``column["a"].astext``."""

    sql_name = "JSON"
    comparator_factory: Any = JSONComparator
    Comparator: ClassVar[Any] = JSONComparator
    astext_type: TypeEngine[Any] | None = None

    def __init__(self, none_as_null: bool = False, astext_type: Any = None) -> None:
        super().__init__(none_as_null)
        if astext_type is not None:
            self.astext_type = to_instance(astext_type)


_JSON_COMPARED = frozenset(
    {
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "||",
        "IN",
        "NOT IN",
        "IS DISTINCT FROM",
        "IS NOT DISTINCT FROM",
    }
)


class JSONB(JSON):
    """JSON kept in pieces: comparable, indexable, with operators of its own."""

    sql_name = "JSONB"

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine[Any]:
        """What is compared with JSON is JSON: ``column["a"] == "x"``."""
        return self if op.sql in _JSON_COMPARED else super().coerce_compared_value(op, value)

    comparator_factory: Any = JSONBComparator
    Comparator: ClassVar[Any] = JSONBComparator


class HSTORE(PGType):
    """A dictionary of strings (extension hstore); values may be None."""

    affinity = "hstore"
    sql_name = "HSTORE"
    own_types = frozenset({dict})
    comparator_factory: Any = HstoreComparator
    Comparator: ClassVar[Any] = HstoreComparator

    def __init__(self, text_type: TypeEngine | None = None) -> None:
        self.text_type = text_type

    @property
    def python_type(self) -> type:
        return dict


class NamedType(TypeEngine[Any]):
    """A type that is created by name: ENUM, DOMAIN."""


class ENUM(_Enum, NamedType):
    """A native enum type, made by ``create_all()`` before the first table that uses it.

    ``create_type=False``: the type exists, or is made elsewhere.
    """

    key_fields = (*_Enum.key_fields, "create_type")

    def __init__(self, *enums: Any, name: str | None = None, create_type: bool = True, **kw: Any):
        kw.pop("native_enum", None)
        super().__init__(*enums, name=name, **kw)
        self.create_type = create_type

    def create(self, bind: Any, checkfirst: bool = True) -> None:
        """CREATE TYPE … AS ENUM; nothing if it is there and `checkfirst`."""
        from .ddl_types import CreateEnumType, execute

        execute(CreateEnumType(self, if_not_exists=checkfirst), bind)

    def drop(self, bind: Any, checkfirst: bool = True) -> None:
        """DROP TYPE."""
        from .ddl_types import DropEnumType, execute

        execute(DropEnumType(self, if_exists=checkfirst), bind)


__all__ = [
    "ARRAY", "BIT", "BYTEA", "CIDR", "CITEXT", "DOUBLE_PRECISION", "ENUM", "HSTORE", "INET",
    "INTERVAL", "JSON", "JSONB", "JSONPATH", "MACADDR", "MACADDR8", "MONEY", "NamedType", "OID",
    "REGCLASS", "REGCONFIG", "TIME", "TIMESTAMP", "TSQUERY", "TSVECTOR", "UUID",
]  # fmt: skip
