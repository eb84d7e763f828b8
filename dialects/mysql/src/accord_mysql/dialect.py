"""The dialects: where their parts are put together.

In: what accord.dialect.Dialect asks. Out: MySQL's and MariaDB's answers, mostly found in the
modules beside this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from accord.dialect import (
    Bind,
    ClientKey,
    ConnectArgs,
    Dialect,
    ErrorInfo,
    Execute,
    KeyStrategy,
    LastRowId,
    NaturalKey,
    PreExecute,
    Returning,
    ServerInfo,
    Steps,
    URLParts,
    parse_version,
)

from . import urls
from .answers import MARIADB, MYSQL
from .catalog import has_sequence_steps, has_table_steps
from .ddl import MariaDBDDL, MySQLDDL
from .entries import MARIADB_TYPES, MYSQL_TYPES
from .errors import classify
from .render import MariaDBRenderer, MySQLRenderer
from .target import mariadb_target, mysql_target

if TYPE_CHECKING:
    from accord.sql.target import RenderTarget


class MySQLDialect(Dialect):
    """MySQL 8.0.30 and later."""

    name = "mysql"
    drivers = {
        "pymysql": "accord_mysql.pymysql_driver:PyMySQL",
        "mysqldb": "accord_mysql.mysqldb_driver:MySQLClient",
    }
    default_driver = "pymysql"
    capabilities = MYSQL
    renderer = MySQLRenderer
    ddl_renderer = MySQLDDL
    types = MYSQL_TYPES
    key_strategies: ClassVar[tuple[type[KeyStrategy], ...]] = (
        ClientKey,
        PreExecute,
        LastRowId,
        NaturalKey,
    )
    two_phase = None
    install_hint = "pip install accord-mysql, or accord-mysql[mysqlclient] for mysqldb"
    public_module = "accord_mysql"
    key_has_table = True
    """Whether the server says "for key 'table.key'" of a duplicate."""

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for MySQL."""
        return mysql_target(paramstyle, self.types, self.name)

    def connect_args(self, url: URLParts) -> ConnectArgs:
        """The driver's arguments for a URL."""
        return urls.connect_args(url, self.driver_name)

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """The version, and which of the two servers it is."""
        reply = yield Execute(bind, "SELECT version(), @@version_comment")
        text, comment = map(str, reply.rows[0])
        flavour = "MariaDB" if "mariadb" in f"{text} {comment}".lower() else "MySQL"
        number = text.removeprefix("5.5.5-")  # what MariaDB tells old clients
        return ServerInfo(parse_version(number), f"{flavour} {number}", (("flavour", flavour),))

    def classify(self, error: BaseException) -> ErrorInfo:
        """What the drivers' exceptions mean."""
        return classify(error, key_has_table=self.key_has_table)

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        """For this session, all transactions from now on."""
        return (f"SET SESSION TRANSACTION ISOLATION LEVEL {self.isolation_level(level)}",)

    def has_table_steps(
        self, bind: Bind, table_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Tables and views."""
        return has_table_steps(bind, table_name, schema)


class MariaDBDialect(MySQLDialect):
    """MariaDB 10.5 and later."""

    name = "mariadb"
    capabilities = MARIADB
    renderer = MariaDBRenderer
    ddl_renderer = MariaDBDDL
    types = MARIADB_TYPES
    key_strategies = (ClientKey, PreExecute, Returning, LastRowId, NaturalKey)
    public_module = "accord_mysql.mariadb"
    key_has_table = False

    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for MariaDB."""
        return mariadb_target(paramstyle, self.types, self.name)

    def has_sequence_steps(self, bind: Bind, name: str, schema: str | None = None) -> Steps[bool]:
        """Sequences of MariaDB."""
        return has_sequence_steps(bind, name, schema)
