"""SQL types: what a value is (the classes here) and how it travels (`TypeTable`, see table.py)."""

from accord.sqltypes.array import ARRAY, TupleType
from accord.sqltypes.base import NULLTYPE, NullType, TypeEngine, infer, to_instance
from accord.sqltypes.binary import BINARY, BLOB, VARBINARY, LargeBinary
from accord.sqltypes.boolean import BOOLEAN, BOOLEANTYPE, Boolean
from accord.sqltypes.custom import PickleType, TypeDecorator, UserDefinedType
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
    SmallInteger,
)
from accord.sqltypes.temporal import DATE, DATETIME, TIME, TIMESTAMP, Date, DateTime, Interval, Time
from accord.sqltypes.text import (
    CHAR,
    CLOB,
    NCHAR,
    NVARCHAR,
    TEXT,
    VARCHAR,
    String,
    Text,
    Unicode,
    UnicodeText,
)
from accord.sqltypes.uuid import UUID, Uuid

__all__ = [
    "ARRAY", "BIGINT", "BINARY", "BLOB", "BOOLEAN", "BOOLEANTYPE", "CHAR", "CLOB", "DATE",
    "DATETIME", "DECIMAL", "DOUBLE", "DOUBLE_PRECISION", "FLOAT", "INT", "INTEGER", "JSON", "NCHAR",
    "NULLTYPE", "NUMERIC", "NVARCHAR", "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "UUID",
    "VARBINARY", "VARCHAR", "BigInteger", "Boolean", "Date", "DateTime", "Double", "Enum", "Float",
    "Integer", "Interval", "JSONNull", "LargeBinary", "NullType", "Numeric", "PickleType",
    "SmallInteger", "String", "Text", "Time", "TupleType", "TypeDecorator", "TypeEngine", "Unicode",
    "UnicodeText", "UserDefinedType", "Uuid", "infer", "to_instance",
]  # fmt: skip
