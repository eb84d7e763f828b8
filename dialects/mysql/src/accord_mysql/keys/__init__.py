"""The key strategies of MySQL and MariaDB, one in each file."""

from __future__ import annotations

from .lastrowid import MySQLLastRowId
from .range import LastRowIdRange
from .returning import MariaDBReturning, ReturningRange
from .sequence import MariaDBSequence

__all__ = [
    "LastRowIdRange",
    "MariaDBReturning",
    "MariaDBSequence",
    "MySQLLastRowId",
    "ReturningRange",
]
