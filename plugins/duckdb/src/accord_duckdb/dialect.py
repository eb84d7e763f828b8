"""The dialect: where its parts are put together, what DuckDB can, and how values travel.

In: URLs, errors, questions about the catalog. Out: connect arguments, classifications, Steps.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import accord.dialect as ad
from accord.dialect import YES, Never, Unimplemented
from accord.exc import ArgumentError
from accord.sqltypes import JSON, STANDARD, DateTime, Float, Uuid
from accord.sqltypes.convert import composed

from .errors import classify
from .render import CountedKeys, Counter, DuckDBDDL, DuckDBRenderer

# fmt: off
CAPABILITIES = ad.Capabilities(
    minimum_version="2.0", limits=ad.Limits(identifier=255),
    dml=ad.DML(
        returning_insert=YES, returning_update=YES, returning_delete=YES,
        insert_forms=((ad.InsertForm.MULTI_VALUES, YES), (ad.InsertForm.EXECUTEMANY, YES)),
        update_forms=((ad.UpdateForm.FROM_VALUES, YES), (ad.UpdateForm.EXECUTEMANY, YES),
                      (ad.UpdateForm.MERGE, YES)),
        delete_forms=tuple((form, YES) for form in ad.DeleteForm),
        row_values=tuple((form, YES) for form in ad.RowValues),
        upsert=((ad.Upsert.ON_CONFLICT, YES), (ad.Upsert.MERGE, YES)),
    ),
    keys=ad.Keys(
        lastrowid=Never("RETURNING gives keys back"), key_echo=YES, sequences=YES,
        identity=Never("there are none; a counting key has a sequence of its own"),
    ),
    transactions=ad.Transactions(
        savepoints=Never("there are none; a failed statement ends the transaction"),
        release_savepoint=Never("there are no savepoints"),
        two_phase=Never("transactions cannot be prepared"), transactional_ddl=YES,
        isolation_levels=("SNAPSHOT", "AUTOCOMMIT"), default_isolation_level="SNAPSHOT",
        for_update=Never("a second writer fails"), skip_locked=Never("rows are not locked"),
        server_side_cursors=YES, statements_beside_stream=Never("one result at a time"),
    ),
    schema=ad.Schema(
        deferrable_foreign_keys=Never("foreign keys are checked at each statement"),
        deferrable_unique=Never("unique values are checked at each statement"),
        foreign_keys_at_statement_end=Never("foreign keys are checked row by row"),
        foreign_keys_exact=Never("deleted children count until COMMIT"),
        foreign_key_actions=Never("foreign keys know no ON DELETE and ON UPDATE"),
        circular_references=Never("a foreign key needs its table, and none can be added later"),
        computed_columns=YES, comments=YES, partial_indexes=Never("an index covers all rows"),
    ),
    values=ad.Values(timezone=YES, arrays=YES, json=Unimplemented("JSON paths"), uuid=YES),
)
RESERVED = ad.RenderTarget().reserved_words | {
    "anti", "asof", "at", "collation", "concurrently", "describe", "glob", "lambda", "pivot",
    "pivot_longer", "pivot_wider", "positional", "qualify", "semi", "show", "summarize", "unpack",
}
COLUMNS = """FROM duckdb_columns() WHERE database_name = current_database()
    AND schema_name = coalesce(?, current_schema()) AND table_name = ?"""
# fmt: on


def _datetime(type_: DateTime, table: Any) -> ad.TypeEntry:
    """TIMESTAMP '…+01:00' would ignore the time zone."""
    entry = STANDARD.entry(type_)
    words = "TIMESTAMPTZ '" if type_.timezone else "TIMESTAMP '"
    return replace(entry, literal=lambda v: entry.literal(v).replace("TIMESTAMP '", words))


_json = composed.json_factory(lambda value: json.dumps(value, allow_nan=False), json.loads)
TYPES = ad.TypeTable(
    {
        JSON: lambda type_, table: replace(_json(type_, table), ddl="JSON"),
        Uuid: lambda type_, table: replace(STANDARD.entry(type_), ddl="UUID"),
        Float: lambda type_, table: replace(
            STANDARD.entry(type_), ddl="REAL" if 0 < (type_.precision or 53) <= 24 else "DOUBLE"
        ),
        DateTime: _datetime,
    },
    parent=STANDARD,
    name="duckdb",
)


class DuckDBDialect(ad.Dialect):
    """DuckDB, in this process."""

    name = "duckdb"
    drivers = {"duckdb": "accord_duckdb.driver:DuckDB"}
    default_driver = "duckdb"
    install_hint = "pip install accord-duckdb"
    capabilities = CAPABILITIES
    renderer = DuckDBRenderer
    ddl_renderer = DuckDBDDL
    types = TYPES
    key_strategies = (ad.ClientKey, ad.SequenceKeys, ad.PreExecute, CountedKeys, ad.Returning)

    def render_target(self, paramstyle: str) -> ad.RenderTarget:
        return ad.RenderTarget(
            dialect_name=self.name,
            paramstyle=paramstyle,
            types=self.types,
            max_identifier_length=CAPABILITIES.limits.identifier,
            reserved_words=RESERVED,
            integer_division_truncates=False,
            supports_for_update=False,
        )

    def connect_args(self, url: ad.URLParts) -> ad.ConnectArgs:
        if url.host or url.username or url.password:
            raise ArgumentError("A DuckDB URL names a file: duckdb:///data.duckdb")
        for name, value in url.query.items():
            if name != "read_only" or value not in ("true", "false"):
                raise ArgumentError(f"A DuckDB URL knows read_only=true or false, not {name!r}")
        kwargs = {"database": url.database or ":memory:", "read_only": "true" in url.query.values()}
        return ad.ConnectArgs(kwargs=kwargs)

    def default_pool(self, url: ad.URLParts) -> str:
        return "QueuePool" if url.database else "SingletonThreadPool"

    def probe(self, bind: ad.Bind) -> ad.Steps[ad.ServerInfo]:
        reply = yield ad.Execute(bind, "SELECT version()")
        text = str(reply.rows[0][0])
        return ad.ServerInfo(ad.parse_version(text.lstrip("v")), f"DuckDB {text}")

    def classify(self, error: BaseException) -> ad.ErrorInfo:
        return classify(error)

    def begin_statement(self, write: bool) -> str | None:
        return "BEGIN TRANSACTION"

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        return ()  # there is one level besides AUTOCOMMIT

    def release_savepoint(self, name: str) -> str | None:
        return None

    def values_source(self, rows: str, alias: str, width: int) -> str:
        names = ", ".join(f"column{i}" for i in range(1, width + 1))  # else col0, col1, …
        return f"(VALUES {rows}) AS {alias} ({names})"

    def has_table_steps(
        self, bind: ad.Bind, table_name: str, schema: str | None = None
    ) -> ad.Steps[bool]:
        reply = yield ad.Execute(bind, f"SELECT 1 {COLUMNS} LIMIT 1", (schema, table_name))
        return bool(reply.rows)

    def key_facts_steps(
        self, bind: ad.Bind, need: ad.KeyNeed, *, write: bool = True
    ) -> ad.Steps[ad.KeyFacts | None]:
        if not need.autoincrement or need.key is None:
            return None
        text = f"SELECT column_default {COLUMNS} AND column_name = ?"
        schema = ad.schema_name(bind, need.table)
        reply = yield ad.Execute(bind, text, (schema, need.table.name, need.key.name))
        default = str(reply.rows[0][0]) if reply.rows else ""
        return Counter(default if default.startswith("nextval(") else "", bool(reply.rows))
