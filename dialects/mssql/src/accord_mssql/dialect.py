"""The SQL Server dialect: where its parts are put together.

In: what accord.dialect.Dialect asks. Out: SQL Server's answers, mostly found in the modules beside
this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from accord.dialect import (
    AnyColumn,
    Bind,
    ConnectArgs,
    Dialect,
    ErrorInfo,
    Execute,
    Expression,
    KeyFacts,
    KeyNeed,
    Row,
    ServerInfo,
    Steps,
    UpdateBatch,
    UpdateResult,
    URLParts,
    parse_version,
)
from accord.dialect.keys import ClientKey, NaturalKey, PreExecute
from accord.dialect.texts import quoted

from . import sequences, updates, urls
from .answers import CAPABILITIES
from .catalog import facts_steps
from .ddl import MSSQLDDL
from .errors import classify
from .identity import giving_identity_steps, identity_column
from .keys import NumberedKeys, OutputKeys, ScopeIdentity
from .reflection import MSSQLReflection
from .renderdml import MSSQLRenderer
from .target import render_target
from .types import TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence as Items

    from accord.schema import Sequence, Table
    from accord.sql.target import RenderTarget

_OUTSIDE = ("ALTER DATABASE", "CREATE DATABASE", "DROP DATABASE", "BACKUP", "RESTORE")


class MSSQLDialect(Dialect):
    """SQL Server 2017 and later through pymssql."""

    name = "mssql"
    drivers: ClassVar = {"pymssql": "accord_mssql.driver:PyMSSQL"}
    returned_from = "inserted."
    default_driver = "pymssql"
    install_hint = "pip install accord-mssql pymssql"
    capabilities = CAPABILITIES
    renderer = MSSQLRenderer
    ddl_renderer = MSSQLDDL
    types = TYPES
    key_strategies = (
        ClientKey,
        PreExecute,
        NumberedKeys,
        OutputKeys,
        ScopeIdentity,
        NaturalKey,
    )
    reflection = MSSQLReflection
    two_phase = None

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for SQL Server."""
        return render_target(paramstyle, self.types)

    def connect_args(self, url: URLParts) -> ConnectArgs:
        """pymssql's arguments for a URL."""
        return urls.connect_args(url)

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """The version of the server and its edition (5 and 8 are Azure's, whose version does not
        tell what they can)."""
        reply = yield Execute(
            bind,
            "SELECT CAST(SERVERPROPERTY('ProductVersion') AS NVARCHAR(128)) AS version, "
            "CAST(SERVERPROPERTY('EngineEdition') AS INT) AS edition, "
            "SCHEMA_NAME() AS default_schema",
        )
        text, edition, schema = reply.rows[0]
        shown = f"SQL Server {text}"
        version = parse_version(str(text))
        if edition in (5, 8):
            version = max(version, (16,))
            shown += " (Azure)"
        details = (("edition", str(edition)), ("schema", str(schema)))
        return ServerInfo(version, shown, details)

    def classify(self, error: BaseException) -> ErrorInfo:
        """What pymssql's exceptions mean."""
        return classify(error)

    # -- transactions ------------------------------------------------------------------------------

    def begin_statement(self, write: bool) -> str:
        """The driver begins none: see driver.py."""
        return "BEGIN TRANSACTION"

    def runs_outside_transaction(self, text: str) -> bool:
        """Whole databases cannot be made or changed inside a transaction."""
        return text.lstrip()[:16].upper().startswith(_OUTSIDE)

    def savepoint(self, name: str) -> str:
        return f"SAVE TRANSACTION {name}"

    def rollback_to_savepoint(self, name: str) -> str:
        return f"ROLLBACK TRANSACTION {name}"

    def release_savepoint(self, name: str) -> str | None:
        """SQL Server has none; a savepoint ends with the transaction."""
        return None

    # -- catalog -----------------------------------------------------------------------------------

    def has_table_steps(
        self, bind: Bind, table_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Tables and views; a name beginning with # means a temporary table of this connection."""
        name = quoted(bind, table_name)
        if table_name.startswith("#"):
            name = f"tempdb..{name}"
        elif schema is not None:
            name = f"{quoted(bind, schema)}.{name}"
        text = (
            "SELECT CASE WHEN COALESCE(OBJECT_ID(%s, N'U'), OBJECT_ID(%s, N'V')) IS NULL "
            "THEN 0 ELSE 1 END AS found"
        )
        reply = yield Execute(bind, text, (name, name))
        return bool(reply.rows[0][0])

    def key_facts_steps(
        self, bind: Bind, need: KeyNeed, *, write: bool = True
    ) -> Steps[KeyFacts | None]:
        """What the catalog says about triggers and identity: asked anew for each plan."""
        return (yield from facts_steps(bind, need.table, write=write, fresh=True))

    # -- rows --------------------------------------------------------------------------------------

    def insert_text(
        self,
        table: Table,
        name: str,
        columns: Items[str],
        source: str | None,
        returning: Items[str],
    ) -> str:
        """OUTPUT stands before the values."""
        into = f"{name} ({', '.join(columns)})" if columns else name
        output = ""
        if returning:
            output = f" OUTPUT {', '.join(returning)}"
        return f"INSERT INTO {into}{output} {source or 'DEFAULT VALUES'}"

    def insert_rows_steps(
        self,
        bind: Bind,
        table: Table,
        columns: Items[AnyColumn],
        rows: list[Row],
        expressions: Items[tuple[AnyColumn, Expression]] = (),
    ) -> Steps[None]:
        """Rows that bring a value for the identity column go in between SET IDENTITY_INSERT ON and
        OFF.
        """
        plain = super().insert_rows_steps(bind, table, columns, rows, expressions)
        counted = identity_column(table)
        given = [column.cache_key for column in (*columns, *[column for column, _ in expressions])]
        if counted is None or counted.cache_key not in given:
            return (yield from plain)
        facts = yield from facts_steps(bind, table)
        if facts.identity is None:
            return (yield from plain)
        return (yield from giving_identity_steps(bind, table, plain))

    def sequence_values_steps(self, bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
        """One call of sp_sequence_get_range; one SELECT with a row a number for a sequence that may
        begin again, because a range says nothing about where.
        """
        return sequences.draw_steps(bind, sequence, count)

    def update_steps(self, batch: UpdateBatch) -> Steps[UpdateResult]:
        """UPDATE … FROM (VALUES …)."""
        return updates.update_steps(batch)
