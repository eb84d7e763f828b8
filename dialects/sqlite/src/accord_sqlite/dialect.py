"""The SQLite dialect: where its parts are put together.

In: what accord.dialect.Dialect asks. Out: SQLite's answers, mostly found in the modules beside
this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import (
    Bind,
    ConnectArgs,
    Dialect,
    ErrorInfo,
    Execute,
    KeyFacts,
    KeyNeed,
    ServerInfo,
    Steps,
    URLParts,
    parse_version,
)
from accord.dialect.keys import ClientKey, NaturalKey, PreExecute
from accord.dialect.texts import quoted

from . import urls
from .answers import CAPABILITIES
from .errors import classify
from .keys import SQLiteKeyBlock, SQLiteLastRowId, SQLiteReturning
from .render import SQLiteRenderer
from .target import render_target
from .types import TYPES

if TYPE_CHECKING:
    from accord.dialect import DDLRenderer
    from accord.dialect.reflection import Reflection
    from accord.sql.target import RenderTarget


class _Catalog:
    """The class that reads the catalog, imported for programs that ask for it."""

    def __get__(self, instance: object, owner: type) -> type[Reflection]:
        from .reflection import SQLiteReflection

        return SQLiteReflection


class _Definitions:
    """The class that writes DDL, imported for programs that create or drop something."""

    def __get__(self, instance: object, owner: type) -> type[DDLRenderer]:
        from .ddl import SQLiteDDL

        return SQLiteDDL


class SQLiteDialect(Dialect):
    """SQLite through Python's sqlite3."""

    name = "sqlite"
    drivers = {"pysqlite": "accord_sqlite.driver:PySQLite"}
    default_driver = "pysqlite"
    capabilities = CAPABILITIES
    renderer = SQLiteRenderer
    ddl_renderer = _Definitions()
    types = TYPES
    isolation_query = (
        "SELECT CASE read_uncommitted WHEN 1 THEN 'READ UNCOMMITTED' ELSE 'SERIALIZABLE' END "
        "FROM pragma_read_uncommitted"
    )
    key_strategies = (
        ClientKey,
        PreExecute,
        SQLiteKeyBlock,
        SQLiteReturning,
        SQLiteLastRowId,
        NaturalKey,
    )
    reflection = _Catalog()
    two_phase = None

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for SQLite."""
        return render_target(paramstyle, self.types)

    def connect_args(self, url: URLParts) -> ConnectArgs:
        """sqlite3's arguments for a URL."""
        return urls.connect_args(url)

    def default_pool(self, url: URLParts) -> str:
        """Memory belongs to one thread, files are pooled."""
        return urls.default_pool(url)

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """The version of the SQLite library."""
        reply = yield Execute(bind, "SELECT sqlite_version()")
        text = str(reply.rows[0][0])
        return ServerInfo(parse_version(text), f"SQLite {text}", (("schema", "main"),))

    def classify(self, error: BaseException) -> ErrorInfo:
        """What sqlite3's exceptions mean."""
        return classify(error)

    def begin_statement(self, write: bool) -> str:
        """A transaction that starts by writing takes the write lock at once, so that it cannot
        fail to upgrade later; one that starts by reading takes none."""
        return "BEGIN IMMEDIATE" if write else "BEGIN"

    def runs_outside_transaction(self, text: str) -> bool:
        """PRAGMAs that change something are ignored inside a transaction, the others refused."""
        return text.lstrip()[:6].upper().startswith(("PRAGMA", "VACUUM", "ATTACH", "DETACH"))

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        """READ UNCOMMITTED matters between connections that share a cache; everything else is
        serializable."""
        dirty = self.isolation_level(level) == "READ UNCOMMITTED"
        return (f"PRAGMA read_uncommitted = {int(dirty)}",)

    def has_table_steps(
        self, bind: Bind, table_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Looks among temporary objects too when no schema is named, as a name in a statement
        does."""
        sources = [quoted(bind, schema)] if schema else ["main", "temp"]
        text = " UNION ALL ".join(
            f"SELECT 1 FROM {source}.sqlite_master WHERE type IN ('table', 'view') "
            "AND name = ? COLLATE NOCASE"
            for source in sources
        )
        reply = yield Execute(bind, text, (table_name,) * len(sources))
        return bool(reply.rows)

    def key_facts_steps(
        self, bind: Bind, need: KeyNeed, *, write: bool = True
    ) -> Steps[KeyFacts | None]:
        """What the catalog says about a key that counts."""
        if not need.autoincrement:
            return None
        from .catalog import facts_steps  # for programs that insert

        return (yield from facts_steps(bind, need, write=write))
