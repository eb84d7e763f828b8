"""The PostgreSQL dialect: where its parts are put together.

In: what accord.dialect.Dialect asks. Out: PostgreSQL's answers, mostly found in the modules beside
this one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from accord.dialect import (
    Bind,
    ConnectArgs,
    Dialect,
    ErrorInfo,
    Execute,
    ServerInfo,
    Steps,
    URLParts,
    parse_version,
)
from accord.dialect.keys import NaturalKey, PreExecute

from . import sets, urls
from .answers import CAPABILITIES
from .bulk import ArrayInsert
from .client import PostgreSQLClientKey
from .ddl import PostgreSQLDDL
from .errors import classify
from .facts import facts_steps, regclass_text
from .key_block import PostgreSQLKeyBlock, PostgreSQLSequenceKeys
from .reflection import PostgreSQLReflection
from .render import PostgreSQLRenderer
from .returning import PostgreSQLReturning
from .target import render_target
from .twophase import PostgreSQLTwoPhase
from .type_table import TYPES, types_in

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from accord.dialect import (
        AnyColumn,
        DeleteBatch,
        Expression,
        KeyFacts,
        KeyNeed,
        Row,
        UpdateBatch,
        UpdateResult,
    )
    from accord.schema import Sequence, Table
    from accord.sql.target import RenderTarget, SchemaMap


_PROBE = "SELECT current_setting('server_version'), version(), current_schema()"


class PostgreSQLDialect(Dialect):
    """PostgreSQL through psycopg 3."""

    name = "postgresql"
    drivers = {"psycopg": "accord_postgresql.driver:Psycopg"}
    each_call = "each"
    default_driver = "psycopg"
    minimum_drivers = {"psycopg": "3.2"}
    capabilities = CAPABILITIES
    renderer = PostgreSQLRenderer
    ddl_renderer = PostgreSQLDDL
    types = TYPES
    key_strategies = (
        PostgreSQLClientKey,
        PreExecute,
        PostgreSQLSequenceKeys,
        PostgreSQLKeyBlock,
        PostgreSQLReturning,
        NaturalKey,
    )
    isolation_query = (
        "SELECT current_setting('transaction_isolation') || CASE current_setting("
        "'transaction_read_only') WHEN 'on' THEN ' READ ONLY' ELSE '' END || CASE current_setting("
        "'transaction_deferrable') WHEN 'on' THEN ' DEFERRABLE' ELSE '' END"
    )
    two_phase = PostgreSQLTwoPhase
    reflection = PostgreSQLReflection
    install_hint = 'pip install "accord-postgresql[binary]"'

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for PostgreSQL."""
        return render_target(self.name, paramstyle, self.types)

    def with_schemas(self, schema_map: SchemaMap) -> Dialect:
        """Casts name enum types, which are in schemas as well."""
        target = replace(self.target, schema_map=schema_map)
        types = types_in(target.types, target.schema_of)
        return self.with_target(replace(target, types=types))

    def connect_args(self, url: URLParts) -> ConnectArgs:
        """psycopg's arguments for a URL."""
        return urls.connect_args(url)

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """The version of the server."""
        reply = yield Execute(bind, _PROBE)
        number, text, schema = reply.rows[0]
        details = () if schema is None else (("schema", str(schema)),)
        return ServerInfo(parse_version(str(number)), str(text).partition(" on ")[0], details)

    def classify(self, error: BaseException) -> ErrorInfo:
        """What psycopg's exceptions mean."""
        return classify(error)

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        """The level of all transactions to come on the connection, in one round trip. COMMIT,
        because psycopg has begun a transaction, and its end by ROLLBACK would take it back."""
        wanted = self.isolation_level(level).replace(" READ ONLY", ", READ ONLY")
        wanted = wanted.replace(" DEFERRABLE", ", DEFERRABLE")
        return (
            "RESET default_transaction_read_only; RESET default_transaction_deferrable; "
            f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {wanted}; COMMIT",
        )

    def has_table_steps(
        self, bind: Bind, table_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Tables and views; without a schema, those an unqualified name means."""
        text = (
            "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relname = %s AND c.relkind IN "
            "('r', 'p', 'f', 'v', 'm') AND "
        )
        if schema is None:
            text += "pg_catalog.pg_table_is_visible(c.oid) AND n.nspname <> 'pg_catalog'"
            reply = yield Execute(bind, text, (table_name,))
        else:
            reply = yield Execute(bind, f"{text}n.nspname = %s", (table_name, schema))
        return bool(reply.rows)

    def has_sequence_steps(
        self, bind: Bind, sequence_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Does the sequence exist?"""
        text = (
            "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relname = %s AND c.relkind = 'S' AND "
        )
        if schema is None:
            reply = yield Execute(
                bind, f"{text}pg_catalog.pg_table_is_visible(c.oid)", (sequence_name,)
            )
        else:
            reply = yield Execute(bind, f"{text}n.nspname = %s", (sequence_name, schema))
        return bool(reply.rows)

    # -- keys and rows -----------------------------------------------------------------------------

    def key_facts_steps(
        self, bind: Bind, need: KeyNeed, *, write: bool = True
    ) -> Steps[KeyFacts | None]:
        """What the catalog says about the table and its key."""
        if need.key is None:
            return None
        return (yield from facts_steps(bind, need.table, need.key, write=write))

    def sequence_values_steps(self, bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
        """The next numbers, in one query."""
        name = regclass_text(bind, sequence)
        text = (
            "SELECT pg_catalog.array_agg(pg_catalog.nextval(%s::regclass)) "
            "FROM pg_catalog.generate_series(1, %s)"
        )
        reply = yield Execute(bind, text, (name, count), write=True)
        drawn = reply.rows[0][0]
        return list(drawn) if isinstance(drawn, list) else []

    def insert_rows_steps(
        self,
        bind: Bind,
        table: Table,
        columns: Many[AnyColumn],
        rows: list[Row],
        expressions: Many[tuple[AnyColumn, Expression]] = (),
    ) -> Steps[None]:
        """INSERT … SELECT FROM unnest(), where all columns can be arrays."""
        if len(rows) > 1:
            insert = ArrayInsert(bind, table, columns, expressions)
            if insert.usable:
                yield from insert.steps(rows)
                return
        yield from super().insert_rows_steps(bind, table, columns, rows, expressions)

    def update_steps(self, batch: UpdateBatch) -> Steps[UpdateResult]:
        """UPDATE … FROM unnest(), where all columns can be arrays."""
        arrays = sets.update_arrays(batch)
        return super().update_steps(batch) if arrays is None else sets.update_steps(batch, arrays)

    def delete_steps(self, batch: DeleteBatch) -> Steps[int]:
        """DELETE … = ANY(array), where all key columns can be arrays."""
        arrays = sets.delete_arrays(batch)
        return super().delete_steps(batch) if arrays is None else sets.delete_steps(batch, arrays)
