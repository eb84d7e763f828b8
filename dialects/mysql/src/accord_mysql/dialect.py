"""The dialects: where their parts are put together.

In: what accord.dialect.Dialect asks. Out: MySQL's and MariaDB's answers, mostly found in the
modules beside this one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from accord.dialect import (
    Bind,
    ClientKey,
    ConnectArgs,
    Dialect,
    ErrorInfo,
    Execute,
    KeyFacts,
    KeyNeed,
    KeyStrategy,
    NaturalKey,
    PreExecute,
    ServerInfo,
    Steps,
    TwoPhase,
    URLParts,
    parse_version,
)
from accord.exc import InvalidRequestError
from accord.sqltypes import Uuid

from . import statements, urls
from .answers import MARIADB, MYSQL
from .catalog import (
    MARIADB_CATALOG,
    MYSQL_CATALOG,
    facts_steps,
    has_sequence_steps,
    has_table_steps,
)
from .ddl import MariaDBDDL, MySQLDDL
from .entries import MARIADB_TYPES, MYSQL_TYPES, mariadb_types
from .errors import classify
from .keys import (
    LastRowIdRange,
    MariaDBReturning,
    MariaDBSequence,
    MySQLLastRowId,
    ReturningRange,
)
from .keys.sequence import values_steps
from .reflection import MariaDBReflection, MySQLReflection
from .render import MariaDBRenderer, MySQLRenderer
from .target import mariadb_target, mysql_target
from .twophase import MariaDBTwoPhase, MySQLTwoPhase

if TYPE_CHECKING:
    from collections.abc import Sequence as SequenceOf

    from accord.dialect import AnyColumn, Expression, Row, UpdateBatch, UpdateResult
    from accord.dialect.reflection import Reflection
    from accord.schema import Sequence, Table
    from accord.sql.target import RenderTarget


_PROBE = "SELECT version(), @@version_comment, @@max_allowed_packet, database()"


class MySQLDialect(Dialect):
    """MySQL 8.0.30 and later."""

    name = "mysql"
    drivers = {
        "pymysql": "accord_mysql.pymysql_driver:PyMySQL",
        "mysqldb": "accord_mysql.mysqldb_driver:MySQLClient",
    }
    default_driver = "pymysql"
    minimum_drivers = {"pymysql": "1.1", "mysqldb": "2.2"}
    capabilities = MYSQL
    renderer = MySQLRenderer
    ddl_renderer = MySQLDDL
    types = MYSQL_TYPES
    key_strategies: ClassVar[tuple[type[KeyStrategy], ...]] = (
        ClientKey,
        PreExecute,
        LastRowIdRange,
        MySQLLastRowId,
        NaturalKey,
    )
    isolation_query: ClassVar[str | None] = "SELECT @@session.transaction_isolation"
    two_phase: ClassVar[type[TwoPhase] | None] = MySQLTwoPhase
    reflection: ClassVar[type[Reflection] | None] = MySQLReflection
    install_hint = "pip install accord-mysql, or accord-mysql[mysqlclient] for mysqldb"
    public_module = "accord_mysql"
    key_has_table = True
    """Whether the server says "for key 'table.key'" of a duplicate."""
    row_word = "ROW"
    """What stands before a row of VALUES."""
    catalog = MYSQL_CATALOG

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for MySQL."""
        return mysql_target(paramstyle, self.types, self.name)

    def connect_args(self, url: URLParts) -> ConnectArgs:
        """The driver's arguments for a URL."""
        return urls.connect_args(url, self.driver_name)

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """The version, which of the two servers it is, and how long a statement may be."""
        reply = yield Execute(bind, _PROBE)
        text, comment, packet = map(str, reply.rows[0][:3])
        schema = reply.rows[0][3]
        flavour = "MariaDB" if "mariadb" in f"{text} {comment}".lower() else "MySQL"
        number = text.removeprefix("5.5.5-")  # what MariaDB tells old clients
        details = [("flavour", flavour), ("max_allowed_packet", packet)]
        if schema is not None:
            details.append(("schema", str(schema)))
        return ServerInfo(parse_version(number), f"{flavour} {number}", tuple(details))

    def for_server(self, server: ServerInfo) -> Dialect:
        """A URL that says mysql works on MariaDB, too: with MariaDB's words, and the name mysql."""
        if is_mariadb(server):
            return MariaDBAsMySQL(self.driver_name).for_server(server)
        return self

    def classify(self, error: BaseException) -> ErrorInfo:
        """What the drivers' exceptions mean."""
        return classify(error, key_has_table=self.key_has_table)

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        """For this session, all transactions from now on."""
        return (f"SET SESSION TRANSACTION ISOLATION LEVEL {self.isolation_level(level)}",)

    def ends_transaction(self, text: str) -> bool:
        """DDL commits, except about temporary tables."""
        return super().ends_transaction(text) and _TEMPORARY.match(text) is None

    def has_table_steps(
        self, bind: Bind, table_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Tables and views."""
        return has_table_steps(bind, table_name, schema)

    def key_facts_steps(
        self, bind: Bind, need: KeyNeed, *, write: bool = True
    ) -> Steps[KeyFacts | None]:
        """What the catalog says about a key that the server makes."""
        if need.expression is not None:
            return None
        return (yield from facts_steps(bind, need, self.catalog))

    def insert_rows_steps(
        self,
        bind: Bind,
        table: Table,
        columns: SequenceOf[AnyColumn],
        rows: list[Row],
        expressions: SequenceOf[tuple[AnyColumn, Expression]] = (),
    ) -> Steps[None]:
        """Many rows a statement, no more than fit a packet."""
        return statements.insert_rows_steps(bind, table, columns, rows, expressions)

    def update_steps(self, batch: UpdateBatch) -> Steps[UpdateResult]:
        """Many rows a statement: a join with their values."""
        return statements.update_steps(batch, self.row_word)


class MariaDBDialect(MySQLDialect):
    """MariaDB 10.5 and later."""

    name = "mariadb"
    capabilities = MARIADB
    renderer = MariaDBRenderer
    ddl_renderer = MariaDBDDL
    types = MARIADB_TYPES
    key_strategies: ClassVar[tuple[type[KeyStrategy], ...]] = (
        ClientKey,
        MariaDBSequence,
        PreExecute,
        ReturningRange,
        MariaDBReturning,
        MySQLLastRowId,
        NaturalKey,
    )
    public_module = "accord_mysql.mariadb"
    isolation_query = "SELECT @@session.tx_isolation"
    two_phase = MariaDBTwoPhase
    reflection = MariaDBReflection
    key_has_table = False
    row_word = ""
    catalog = MARIADB_CATALOG

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for MariaDB."""
        return mariadb_target(paramstyle, self.types, self.name)

    def for_server(self, server: ServerInfo) -> Dialect:
        """With the type UUID where the server has it."""
        if not is_mariadb(server):
            raise InvalidRequestError(
                f"The URL says {self.name}, and the server is {server.version_text}; write "
                "mysql:// in the place of mariadb://"
            )
        if server.version < UUID_SINCE or "UUID" in self.types.ddl(_UUID):
            return self
        return _with_uuid(type(self))(self.driver_name)

    def has_sequence_steps(
        self, bind: Bind, sequence_name: str, schema: str | None = None
    ) -> Steps[bool | None]:
        """Sequences are in the catalog of tables."""
        return has_sequence_steps(bind, sequence_name, schema)

    def sequence_values_steps(self, bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
        """Many numbers in one SELECT."""
        return values_steps(bind, sequence, count)


class MariaDBAsMySQL(MariaDBDialect):
    """MariaDB behind a URL that says mysql: everything as MariaDB has it, under the name mysql, so
    that options and variants given for mysql hold.
    """

    name = "mysql"
    types = mariadb_types("mysql", uuid_type=False)


@cache
def _with_uuid(dialect: type[MariaDBDialect]) -> type[MariaDBDialect]:
    """For MariaDB 10.7 and later: the dialect, also a variant of somebody else's, with the type
    UUID.
    """
    types = mariadb_types(dialect.name, uuid_type=True)
    home = {"__module__": dialect.__module__, "__doc__": dialect.__doc__}
    return type(f"{dialect.__name__}WithUUID", (dialect,), {**home, "types": types})


UUID_SINCE = (10, 7)
_UUID = Uuid()
_TEMPORARY = re.compile(
    r"\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?TEMPORARY\s+TABLE|DROP\s+TEMPORARY)\b", re.IGNORECASE
)


def is_mariadb(server: ServerInfo) -> bool:
    """Whether the server that was found is MariaDB."""
    return ("flavour", "MariaDB") in server.details
