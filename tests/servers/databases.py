"""Databases for tests, on the server of a backend or in a file: empty when taken, used again later.

In: a running server. Out: `Database`, with its URL for engines and `read`/`write`, which look at it
past everything under test, over a connection of the bare driver. Cleaning ends foreign connections,
rolls prepared transactions back, and drops what is in the database, not the database.
"""

from __future__ import annotations

import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from servers.provide import Provider
from servers.table import Wanted

Rows = list[tuple[Any, ...]]


class Database(ABC):
    """One database. `read("SELECT a FROM t WHERE b = ?", 1)` sees committed rows only; names may be
    quoted with double quotes everywhere.
    """

    url: str

    @abstractmethod
    def read(self, sql: str, *parameters: Any) -> Rows:
        """The rows of a query."""

    @abstractmethod
    def write(self, sql: str, *parameters: Any) -> None:
        """Runs a statement and commits."""

    @abstractmethod
    def clean(self) -> None:
        """Makes it empty."""

    @abstractmethod
    def drop(self) -> None:
        """Leaves nothing behind."""


class SQLiteFile(Database):
    """A file. Each statement has its own connection: a lock of it would be in the way."""

    def __init__(self, path: Path, driver: str = "") -> None:
        self.path = path
        self.url = f"sqlite+{driver}:///{path}" if driver else f"sqlite:///{path}"

    def read(self, sql: str, *parameters: Any) -> Rows:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql, parameters).fetchall()

    def write(self, sql: str, *parameters: Any) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql, parameters)

    def clean(self) -> None:
        self.path.unlink(missing_ok=True)

    def drop(self) -> None:
        self.clean()


class ServerDatabase(Database):
    """A database on a server, looked at over one connection in autocommit."""

    def __init__(self, server_url: str, label: str) -> None:
        self.name = f"accord_{secrets.token_hex(4)}_{label}".lower()
        self._parts = urlsplit(server_url)
        self.create()
        self.url = self.database_url()
        self._connection = self.connect(self.name)

    @abstractmethod
    def connect(self, database: str | None = None) -> Any:
        """A connection of the bare driver, in autocommit."""

    @abstractmethod
    def create(self) -> None:
        """Creates the database."""

    def database_url(self) -> str:
        """What engines connect to."""
        return self._parts._replace(path=f"/{self.name}").geturl()

    def read(self, sql: str, *parameters: Any) -> Rows:
        with closing(self._connection.cursor()) as cursor:
            self._execute(cursor, sql, parameters)
            return [tuple(row) for row in cursor.fetchall()]

    def write(self, sql: str, *parameters: Any) -> None:
        with closing(self._connection.cursor()) as cursor:
            self._execute(cursor, sql, parameters)

    def _execute(self, cursor: Any, sql: str, parameters: Sequence[Any]) -> None:
        if parameters:
            cursor.execute(sql.replace("%", "%%").replace("?", "%s"), parameters)
        else:
            cursor.execute(sql)

    def _login(self) -> dict[str, Any]:
        parts = self._parts
        return {
            "host": parts.hostname,
            "port": parts.port,
            "user": parts.username,
            "password": parts.password,
        }


class PostgreSQLDatabase(ServerDatabase):
    """A database of a PostgreSQL cluster."""

    def connect(self, database: str | None = None) -> Any:
        name = database or self._parts.path.lstrip("/")
        # Tables come and go under this connection: a statement it had prepared would be stale.
        return import_module("psycopg").connect(
            **self._login(), dbname=name, autocommit=True, prepare_threshold=None
        )

    def create(self) -> None:
        with closing(self.connect()) as connection:
            connection.execute(f'CREATE DATABASE "{self.name}"')

    def clean(self) -> None:
        self._end_others()
        for (gid,) in self.read(
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"
        ):
            self.write(f"ROLLBACK PREPARED '{gid}'")
        schemas = self.read(
            "SELECT quote_ident(nspname) FROM pg_namespace "
            "WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        )
        for (schema,) in schemas:
            self.write(f"DROP SCHEMA {schema} CASCADE")
        self.write("CREATE SCHEMA public")
        self.write("GRANT ALL ON SCHEMA public TO PUBLIC")

    def _end_others(self) -> None:
        self.read(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def drop(self) -> None:
        self.clean()
        self._connection.close()
        with closing(self.connect()) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}"')


class MySQLDatabase(ServerDatabase):
    """A database of MySQL or MariaDB, where that is the word for a schema: dropping it is cheap."""

    def connect(self, database: str | None = None) -> Any:
        return import_module("pymysql").connect(
            **self._login(),
            database=database,
            autocommit=True,
            charset="utf8mb4",
            init_command="SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'), lock_wait_timeout = 3",
        )

    def create(self) -> None:
        with closing(self.connect()) as connection:
            connection.cursor().execute(f'CREATE DATABASE "{self.name}"')

    def clean(self) -> None:
        self._end_others()
        try:
            self.write(f'DROP DATABASE IF EXISTS "{self.name}"')
        except Exception as error:
            if error.args[0] not in (1205, 3572):
                raise
            self._roll_back_prepared()
            self.write(f'DROP DATABASE IF EXISTS "{self.name}"')
        self.write(f'CREATE DATABASE "{self.name}"')
        self.write(f'USE "{self.name}"')

    def _end_others(self) -> None:
        for (number,) in self.read(
            "SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()",
            self.name,
        ):
            try:
                self.write(f"KILL {number}")
            except Exception as error:
                if error.args[0] != 1094:  # it has gone meanwhile
                    raise

    def _roll_back_prepared(self) -> None:
        """All that are prepared: a branch does not tell its database, and one stands in the way."""
        for form, gtrid_length, bqual_length, data in self.read("XA RECOVER"):
            text = data if isinstance(data, bytes) else data.encode("latin-1")
            gtrid = text[:gtrid_length].hex()
            bqual = text[gtrid_length : gtrid_length + bqual_length].hex()
            self.write(f"XA ROLLBACK X'{gtrid}', X'{bqual}', {form}")

    def drop(self) -> None:
        self._end_others()
        self.clean()
        self.write(f'DROP DATABASE "{self.name}"')
        self._connection.close()


class OracleDatabase(ServerDatabase):
    """A user of Oracle: its schema is what elsewhere is a database."""

    def connect(self, database: str | None = None) -> Any:
        parts = self._parts
        driver = import_module("oracledb")
        service = parts.path.lstrip("/") or parts.query.partition("service_name=")[2]
        user, password = (database, self.name) if database else (parts.username, parts.password)
        connection = driver.connect(
            user=user, password=password, dsn=f"{parts.hostname}:{parts.port}/{service}"
        )
        connection.autocommit = True
        return connection

    def database_url(self) -> str:
        place = self._parts.netloc.rpartition("@")[2]
        return self._parts._replace(netloc=f"{self.name}:{self.name}@{place}").geturl()

    def _execute(self, cursor: Any, sql: str, parameters: Sequence[Any]) -> None:
        for number in range(1, len(parameters) + 1):
            sql = sql.replace("?", f":{number}", 1)
        cursor.execute(sql, list(parameters))

    def create(self) -> None:
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"CREATE USER {self.name} IDENTIFIED BY {self.name}")
            cursor.execute(f"GRANT CONNECT, RESOURCE, UNLIMITED TABLESPACE TO {self.name}")

    def clean(self) -> None:
        for name, kind in self.read(
            "SELECT object_name, object_type FROM user_objects "
            "WHERE object_type IN ('TABLE', 'VIEW', 'SEQUENCE') AND object_name NOT LIKE 'ISEQ$$%'"
        ):
            more = " CASCADE CONSTRAINTS PURGE" if kind == "TABLE" else ""
            self.write(f'DROP {kind} "{name}"{more}')

    def drop(self) -> None:
        self._connection.close()
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"DROP USER {self.name} CASCADE")


class SQLServerDatabase(ServerDatabase):
    """A database of SQL Server."""

    def connect(self, database: str | None = None) -> Any:
        login = self._login()
        return import_module("pymssql").connect(
            server=login["host"],
            port=str(login["port"]),
            user=login["user"],
            password=login["password"],
            database=database or "master",
            autocommit=True,
        )

    def create(self) -> None:
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f'CREATE DATABASE "{self.name}"')

    def clean(self) -> None:
        self.drop()
        self.create()
        self._connection = self.connect(self.name)

    def drop(self) -> None:
        self._connection.close()
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f'ALTER DATABASE "{self.name}" SET SINGLE_USER WITH ROLLBACK IMMEDIATE')
            cursor.execute(f'DROP DATABASE "{self.name}"')


KINDS: dict[str, type[ServerDatabase]] = {
    "postgresql": PostgreSQLDatabase,
    "mariadb": MySQLDatabase,
    "mysql": MySQLDatabase,
    "oracle": OracleDatabase,
    "mssql": SQLServerDatabase,
}


class Databases:
    """The databases of one backend; those given back are cleaned when somebody takes them again."""

    def __init__(self, wanted: Wanted, provider: Provider) -> None:
        self.wanted, self._provider = wanted, provider
        self._free: list[Database] = []
        self._made: list[Database] = []

    def take(self, label: str, folder: Path) -> Database:
        """An empty database; `folder` is where a file may be."""
        if self.wanted.entry is None:
            return SQLiteFile(folder / f"{label}.sqlite", self.wanted.driver)
        if self._free:
            database = self._free.pop()
            database.clean()
            return database
        server = self._provider.server(self.wanted)
        database = KINDS[self.wanted.name](server.url, f"n{len(self._made)}")
        self._made.append(database)
        return database

    def give_back(self, database: Database) -> None:
        """It may be used again."""
        if not isinstance(database, SQLiteFile):
            self._free.append(database)

    def close(self) -> None:
        """Drops them all."""
        self._free.clear()
        while self._made:
            self._made.pop().drop()
