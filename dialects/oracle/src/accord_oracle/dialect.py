"""The Oracle dialect: where its parts are put together.

In: what accord.dialect.Dialect asks. Out: Oracle's answers, mostly found in the modules beside
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
    UpdateBatch,
    UpdateResult,
    URLParts,
    parse_version,
)
from accord.dialect.keys import NaturalKey

from . import sets, urls
from .answers import CAPABILITIES
from .ddl import OracleDDL
from .errors import classify
from .keys import AllocatedKeys, OracleClientKey, ReturningInto, sequence_values
from .reflection import OracleReflection
from .render import OracleRenderer
from .target import folded, render_target
from .twophase import OracleTwoPhase
from .types import TYPES

if TYPE_CHECKING:
    from accord.schema import Sequence
    from accord.sql.target import RenderTarget

_OWNER = "NVL(:1, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA'))"


class OracleDialect(Dialect):
    """Oracle through python-oracledb's thin mode."""

    name = "oracle"
    drivers = {"oracledb": "accord_oracle.driver:OracleDB"}
    each_call = "each"
    default_driver = "oracledb"
    minimum_drivers = {"oracledb": "4.0"}
    capabilities = CAPABILITIES
    renderer = OracleRenderer
    ddl_renderer = OracleDDL
    types = TYPES
    key_strategies = (OracleClientKey, AllocatedKeys, ReturningInto, NaturalKey)
    reflection = OracleReflection
    two_phase = OracleTwoPhase
    install_hint = "pip install accord-oracle"

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for Oracle."""
        return render_target(paramstyle, self.types)

    def connect_args(self, url: URLParts) -> ConnectArgs:
        """oracledb's arguments for a URL."""
        return urls.connect_args(url)

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """The version, from a view everybody may read."""
        reply = yield Execute(
            bind,
            "SELECT version_full FROM product_component_version WHERE product LIKE 'Oracle%'",
        )
        text = str(reply.rows[0][0])
        return ServerInfo(parse_version(text), f"Oracle Database {text}")

    def classify(self, error: BaseException) -> ErrorInfo:
        """What oracledb's exceptions mean."""
        return classify(error)

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        """For the session: every transaction from now on."""
        return (f"ALTER SESSION SET ISOLATION_LEVEL = {self.isolation_level(level)}",)

    def ends_transaction(self, text: str) -> bool:
        """DDL commits; ALTER SESSION and ALTER SYSTEM are none."""
        words = text.upper().split(maxsplit=2)[:2]
        if words in (["ALTER", "SESSION"], ["ALTER", "SYSTEM"]):
            return False
        return super().ends_transaction(text)

    def release_savepoint(self, name: str) -> str | None:
        """Oracle has none: savepoints end with the transaction."""
        return None

    def has_table_steps(
        self, bind: Bind, table_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Looks for tables and views of the schema, else of the session's own."""
        return (
            yield from self._exists_steps(
                bind,
                "SELECT 1 FROM all_objects WHERE object_type IN ('TABLE', 'VIEW') "
                f"AND owner = {_OWNER} AND object_name = :2",
                table_name,
                schema,
            )
        )

    def has_sequence_steps(
        self, bind: Bind, sequence_name: str, schema: str | None = None
    ) -> Steps[bool | None]:
        """Does the sequence exist?"""
        return (
            yield from self._exists_steps(
                bind,
                f"SELECT 1 FROM all_sequences WHERE sequence_owner = {_OWNER} "
                "AND sequence_name = :2",
                sequence_name,
                schema,
            )
        )

    def _exists_steps(self, bind: Bind, text: str, name: str, schema: str | None) -> Steps[bool]:
        owner = None if schema is None else folded(schema)
        reply = yield Execute(bind, text, (owner, folded(name)))
        return bool(reply.rows)

    def sequence_values_steps(self, bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
        """`count` values in one round trip."""
        name = self.ddl_renderer(self.target).qualified(sequence.name, sequence.schema)
        return (yield from sequence_values(bind, name, count))

    def update_steps(self, batch: UpdateBatch) -> Steps[UpdateResult]:
        """Array DML, counted row by row."""
        return sets.update_steps(batch)
