"""Where the tables are: a SQLite file, PostgreSQL, MariaDB or MySQL, and how each is spoken to.

`Database.of(url)` answers one; `place()` a private corner of it for one contestant (a file, a
schema, a database), so that processes taking turns share nothing. Connections made here are the
driver's own: the raw contestants use them, and the checks after every turn.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TABLES = ("item", "child", "parent")  # children before their parents


class Database(ABC):
    """One corner of one database; `name` is the column of bars it is judged by."""

    name: str
    key: str  # how a key the database makes is declared
    mark = "%s"

    def __init__(self, url: str) -> None:
        self.url = url

    @staticmethod
    def of(url: str) -> Database:
        kind = url.partition(":")[0].partition("+")[0]
        kinds: dict[str, type[Database]] = {
            "sqlite": SQLite,
            "postgresql": PostgreSQL,
            "mariadb": MariaDB,
            "mysql": MySQL,
        }
        if kind not in kinds:
            raise SystemExit(f"no benchmarks on {kind!r}; there are: {', '.join(kinds)}")
        return kinds[kind](url)

    @abstractmethod
    def place(self, corner: str, folder: str) -> Database:
        """A corner of this name, without tables yet."""

    @abstractmethod
    def connect(self) -> Any:
        """A connection of the driver, in its default transaction mode."""

    @abstractmethod
    def remove(self) -> None:
        """Drop the corner."""

    def orm_url(self, library: str) -> str:
        """The URL for an ORM, so that all use the same driver."""
        return self.url

    def sql(self, text: str) -> str:
        """A statement written with ``?``, with the driver's mark."""
        return text.replace("?", self.mark)

    @property
    def version(self) -> str:
        check = Check(self)
        try:
            return str(check.rows(self.version_query)[0][0])
        finally:
            check.close()

    version_query = "SELECT version()"

    @property
    def schema(self) -> list[str]:
        return [
            f"CREATE TABLE item (id {self.key}, name VARCHAR(50) NOT NULL,"
            " category VARCHAR(20) NOT NULL, price DOUBLE PRECISION NOT NULL,"
            " quantity INTEGER NOT NULL)",
            f"CREATE TABLE parent (id {self.key}, name VARCHAR(50) NOT NULL,"
            " score INTEGER NOT NULL)",
            f"CREATE TABLE child (id {self.key}, name VARCHAR(50) NOT NULL,"
            " position INTEGER NOT NULL, parent_id INTEGER NOT NULL,"
            " FOREIGN KEY (parent_id) REFERENCES parent (id))",
        ]

    #: Run once the graph is in: what a schema would have had anyway.
    indexes: tuple[str, ...] = ()

    def empty(self) -> list[str]:
        return [f"DELETE FROM {table}" for table in TABLES]


class Check:
    """A connection beside the contestant's: it fills tables and looks what is in them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.connection = database.connect()
        self.cursor = self.connection.cursor()

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        self.cursor.execute(text)
        found = list(self.cursor.fetchall())
        self.connection.commit()  # or the next look would see the same snapshot
        return found

    def run(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.cursor.execute(text)
        self.connection.commit()

    def fill(self, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join([self.database.mark] * len(rows[0]))
        self.cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()


class SQLite(Database):
    name = "sqlite"
    key = "INTEGER NOT NULL PRIMARY KEY"
    mark = "?"
    version_query = "SELECT 'SQLite ' || sqlite_version()"
    indexes = ("CREATE INDEX IF NOT EXISTS child_parent ON child (parent_id)",)

    def place(self, corner: str, folder: str) -> Database:
        return SQLite(f"sqlite:///{folder}/{corner}.db")

    @property
    def path(self) -> str:
        return self.url.removeprefix("sqlite:///")

    def connect(self) -> Any:
        connection = sqlite3.connect(self.path or ":memory:")
        connection.execute("PRAGMA journal_mode=WAL")
        return connection

    def remove(self) -> None:
        """The folder goes as a whole."""


class Server(Database):
    """A database behind a URL with host, port and user."""

    def parts(self) -> dict[str, Any]:
        parsed = urlsplit(self.url)
        found: dict[str, Any] = {
            "host": parsed.hostname or "localhost",
            "user": unquote(parsed.username or ""),
            "password": unquote(parsed.password or ""),
        }
        if parsed.port is not None:
            found["port"] = parsed.port
        return found

    @property
    def path(self) -> str:
        return urlsplit(self.url).path.lstrip("/")


class PostgreSQL(Server):
    name = "postgresql"
    key = "INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    indexes = ("CREATE INDEX IF NOT EXISTS child_parent ON child (parent_id)", "ANALYZE")
    version_query = "SELECT 'PostgreSQL ' || current_setting('server_version')"

    def place(self, corner: str, folder: str) -> Database:
        corner = f"bench_{corner}".replace("-", "_").lower()
        parsed = urlsplit(self.url)
        query = dict(parse_qsl(parsed.query)) | {"options": f"-csearch_path={corner}"}
        placed = PostgreSQL(urlunsplit(parsed._replace(query=urlencode(query))))
        placed.corner = corner
        placed._outside([f"DROP SCHEMA IF EXISTS {corner} CASCADE", f"CREATE SCHEMA {corner}"])
        return placed

    corner = ""

    def connect(self) -> Any:
        import psycopg

        options = dict(parse_qsl(urlsplit(self.url).query))
        return psycopg.connect(**self.parts(), dbname=self.path, **options)  # type: ignore[arg-type]

    def orm_url(self, library: str) -> str:
        if library == "sqlalchemy":
            return "postgresql+psycopg:" + self.url.partition(":")[2]
        return self.url

    def empty(self) -> list[str]:
        return [f"TRUNCATE {', '.join(TABLES)}"]

    def remove(self) -> None:
        self._outside([f"DROP SCHEMA {self.corner} CASCADE"])

    def _outside(self, texts: Iterable[str]) -> None:
        check = Check(self)
        try:
            check.run(texts)
        finally:
            check.close()


class MariaDB(Server):
    name = "mariadb"
    key = "INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY"
    version_query = "SELECT concat('MariaDB ', substring_index(version(), '-', 1))"

    def place(self, corner: str, folder: str) -> Database:
        corner = f"bench_{corner}".replace("-", "_").lower()
        check = Check(self)
        try:
            check.run([f"DROP DATABASE IF EXISTS {corner}", f"CREATE DATABASE {corner}"])
        finally:
            check.close()
        return type(self)(urlunsplit(urlsplit(self.url)._replace(path=f"/{corner}")))

    @property
    def driver(self) -> str:
        return urlsplit(self.url).scheme.partition("+")[2] or "mysqldb"

    def connect(self) -> Any:
        if self.driver == "pymysql":
            import pymysql as module
        else:
            import MySQLdb as module  # type: ignore[import-untyped]
        return module.connect(**self.parts(), database=self.path, charset="utf8mb4")

    def orm_url(self, library: str) -> str:
        kind = self.url.partition(":")[0].partition("+")[0]
        return f"{kind}+{self.driver}:" + self.url.partition(":")[2]

    def remove(self) -> None:
        check = Check(self)
        try:
            check.run([f"DROP DATABASE {self.path}"])
        finally:
            check.close()


class MySQL(MariaDB):
    name = "mysql"
    version_query = "SELECT concat('MySQL ', substring_index(version(), '-', 1))"
