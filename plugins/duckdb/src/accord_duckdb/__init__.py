"""accord-duckdb: DuckDB for accord, imported when a URL asks for it.

``from accord.dialects.duckdb import insert`` gives what stands here under that name.
"""

from accord.dialect import OnConflictInsert as insert

from .dialect import DuckDBDialect

__all__ = ["DuckDBDialect", "insert"]
