"""SQL types: what a value is (the classes here) and how it travels (`TypeTable`, see table.py)."""

from accord.sqltypes.array import ARRAY, TupleType
from accord.sqltypes.base import (
    NULLTYPE,
    Concatenable,
    Indexable,
    NullType,
    TypeEngine,
    infer,
    to_instance,
)
from accord.sqltypes.binary import BINARY, BLOB, VARBINARY, LargeBinary
from accord.sqltypes.binding import bind_rows, bind_value
from accord.sqltypes.boolean import BOOLEAN, BOOLEANTYPE, Boolean, MatchType, SchemaType
from accord.sqltypes.custom import ExternalType, PickleType, TypeDecorator, UserDefinedType
from accord.sqltypes.enumeration import Enum
from accord.sqltypes.json import JSON, JSONNull
from accord.sqltypes.numeric import (
    BIGINT,
    DECIMAL,
    DOUBLE,
    DOUBLE_PRECISION,
    FLOAT,
    INT,
    INTEGER,
    NUMERIC,
    REAL,
    SMALLINT,
    BigInteger,
    Double,
    Float,
    Integer,
    Numeric,
    NumericCommon,
    SmallInteger,
)
from accord.sqltypes.table import SQL_NULL, STANDARD, BindError, TypeEntry, TypeTable
from accord.sqltypes.temporal import DATE, DATETIME, TIME, TIMESTAMP, Date, DateTime, Interval, Time
from accord.sqltypes.text import (
    CHAR,
    CLOB,
    NCHAR,
    NVARCHAR,
    STRINGTYPE,
    TEXT,
    VARCHAR,
    String,
    Text,
    Unicode,
    UnicodeText,
)
from accord.sqltypes.uuid import UUID, Uuid

__all__ = [
    "ARRAY", "BIGINT", "BINARY", "BLOB", "BOOLEAN", "BOOLEANTYPE", "BigInteger", "BindError",
    "Boolean", "CHAR", "CLOB", "Concatenable", "DATE", "DATETIME", "DECIMAL", "DOUBLE",
    "DOUBLE_PRECISION", "Date", "DateTime", "Double", "Enum", "ExternalType", "FLOAT", "Float",
    "INT", "INTEGER", "Indexable", "Integer", "Interval", "JSON", "JSONNull", "LargeBinary",
    "MatchType", "NCHAR", "NULLTYPE", "NUMERIC", "NVARCHAR", "NullType", "Numeric",
    "NumericCommon", "PickleType", "REAL", "SMALLINT", "SQL_NULL", "STANDARD", "STRINGTYPE",
    "SchemaType", "SmallInteger", "String", "TEXT", "TIME", "TIMESTAMP", "Text", "Time",
    "TupleType", "TypeDecorator", "TypeEngine", "TypeEntry", "TypeTable", "UUID", "Unicode",
    "UnicodeText", "UserDefinedType", "Uuid", "VARBINARY", "VARCHAR", "bind_rows", "bind_value",
    "infer", "to_instance",
]  # fmt: skip
