"""Oracle's own column types by their names: NUMBER, VARCHAR2, RAW, BINARY_DOUBLE and the like.

Each is one of accord's types with Oracle's keyword; `types.py` says how its values travel.
"""

from __future__ import annotations

from accord.sqltypes import (
    DateTime,
    Double,
    Float,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Text,
    Unicode,
    UnicodeText,
)


class NUMBER(Numeric):
    """NUMBER, NUMBER(p) or NUMBER(p, s); whole without a scale, when it has a precision."""

    sql_name = "NUMBER"


class DATE(DateTime):
    """Oracle's DATE: a day and a time of day, to the second."""

    sql_name = "DATE"


class BINARY_DOUBLE(Double):
    """An IEEE double, with NaN and infinities."""

    sql_name = "BINARY_DOUBLE"


class BINARY_FLOAT(Float):
    """An IEEE single."""

    sql_name = "BINARY_FLOAT"


class VARCHAR2(String):
    """VARCHAR2(n CHAR)."""

    sql_name = "VARCHAR2"


class NVARCHAR2(Unicode):
    """NVARCHAR2(n)."""

    sql_name = "NVARCHAR2"


class NCLOB(UnicodeText):
    """Long text in the national character set."""

    sql_name = "NCLOB"


class LONG(Text):
    """The predecessor of CLOB; one a table, and not in conditions."""

    sql_name = "LONG"


class RAW(LargeBinary):
    """RAW(n): up to 2000 bytes."""

    sql_name = "RAW"


class ROWID(String):
    """The address of a row."""

    sql_name = "ROWID"


class INTERVAL(Interval):
    """INTERVAL DAY TO SECOND."""

    sql_name = "INTERVAL"
