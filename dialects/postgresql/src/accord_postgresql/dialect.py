"""The PostgreSQL dialect: where its parts are put together.

In: what accord.dialect.Dialect asks. Out: PostgreSQL's answers, mostly found in the modules beside
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
    ServerInfo,
    Steps,
    URLParts,
    parse_version,
)
from accord.dialect.keys import ClientKey, NaturalKey, PreExecute, Returning

from . import urls
from .answers import CAPABILITIES
from .ddl import PostgreSQLDDL
from .errors import classify
from .render import PostgreSQLRenderer
from .target import render_target
from .type_table import TYPES

if TYPE_CHECKING:
    from accord.sql.target import RenderTarget


class PostgreSQLDialect(Dialect):
    """PostgreSQL through psycopg 3."""

    name = "postgresql"
    drivers = {"psycopg": "accord_postgresql.driver:Psycopg"}
    default_driver = "psycopg"
    capabilities = CAPABILITIES
    renderer = PostgreSQLRenderer
    ddl_renderer = PostgreSQLDDL
    types = TYPES
    key_strategies = (ClientKey, PreExecute, Returning, NaturalKey)
    install_hint = 'pip install "accord-postgresql[binary]"'

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for PostgreSQL."""
        return render_target(self.name, paramstyle, self.types)

    def connect_args(self, url: URLParts) -> ConnectArgs:
        """psycopg's arguments for a URL."""
        return urls.connect_args(url)

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """The version of the server."""
        reply = yield Execute(bind, "SELECT current_setting('server_version'), version()")
        number, text = reply.rows[0]
        return ServerInfo(parse_version(str(number)), str(text).partition(" on ")[0])

    def classify(self, error: BaseException) -> ErrorInfo:
        """What psycopg's exceptions mean."""
        return classify(error)

    def begin_statement(self, write: bool) -> str:
        """The driver begins nothing by itself."""
        return "BEGIN"

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        """The level of all transactions to come on the connection."""
        wanted = self.isolation_level(level)
        return (f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {wanted}",)

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
