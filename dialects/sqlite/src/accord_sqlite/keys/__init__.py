"""SQLite's key strategies, one file each; `refusals` says what speaks against a table.

In: KeyNeed with TableFacts; batches. Out: Steps.
"""

from accord_sqlite.keys.block import SQLiteKeyBlock
from accord_sqlite.keys.lastrowid import SQLiteLastRowId
from accord_sqlite.keys.returning import SQLiteReturning

__all__ = ["SQLiteKeyBlock", "SQLiteLastRowId", "SQLiteReturning"]
