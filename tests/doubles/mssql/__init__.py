"""A strict double of pymssql and of the SQL Server behind it.

There is no SQL Server to test against here, so this refuses what the driver and the server refuse.
The contract is the section "SQL Server" of the servers' description, pymssql's own sources
(2.4.6: `_pymssql.pyx`, `_mssql.pyx`) and the product's Transact-SQL reference; each refusal names
its source where it is made, and `tests/unit/dialects/mssql/test_double.py` shows that it refuses.
Values are written into statements by pymssql itself, statements are read by sqlglot as T-SQL, rows
live in sqlite3.

How to use it:

    from doubles.mssql import Double, engine

    double = Double()                       # a server with an empty database
    engine = double.engine()                # accord's engine on it: create_engine("mssql+pymssql://…")
    double.server.fail(1205, on="^UPDATE")  # the next UPDATE is a deadlock victim
    double.server.trigger("t", "INSERT", lambda data, rowids: …)
    double.server.statements                # every statement the server received
    double.close()

`double.module` presents itself as pymssql (connect, Connection, Cursor, exceptions, paramstyle);
`double.dialect` is the dialect class whose driver it is; `double.url` a URL for it. The fixture
`mssql_double` of tests/conftest.py gives a fresh `Double`. Engines that a URL alone has to reach
(`accord-conformance run URL`) get to it between `double.install()` and `double.uninstall()`, which
put it into `sys.modules` as pymssql.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pymssql
from pymssql import _mssql, exceptions

from . import rules
from .dbapi import Connection, Cursor
from .errors import ServerError, of_execute
from .server import Server

USER, PASSWORD = "sa", "Secret-1433"


class Double:
    """One server, and the driver that reaches it."""

    url = f"mssql+pymssql://{USER}:{PASSWORD}@double/accord"

    def __init__(self, version: str = "16.0.4135.4") -> None:
        self.server = Server(version)
        self.module = _module(self)
        self.opened: list[Connection] = []
        self.refuse_connections = False
        self._replaced: ModuleType | None = None

    @property
    def dialect(self) -> Any:
        """The dialect with this driver."""
        from accord_mssql import MSSQLDialect
        from accord_mssql.driver import PyMSSQL

        module = self.module

        class DoubledDialect(MSSQLDialect):
            def _import_driver(self) -> Any:
                if self.driver_name != "pymssql":
                    return super()._import_driver()
                return PyMSSQL(module)

        DoubledDialect.__module__ = MSSQLDialect.__module__

        return DoubledDialect

    def engine(self, url: str | None = None, **options: Any) -> Any:
        """An engine on the double."""
        from accord import create_engine

        return create_engine(url or self.url, dialect=self.dialect, **options)

    def connect(self, **arguments: Any) -> Connection:
        """`pymssql.connect`."""
        known = {
            "server", "user", "password", "database", "timeout", "login_timeout", "charset",
            "as_dict", "host", "appname", "port", "encryption", "read_only", "conn_properties",
            "autocommit", "tds_version", "use_datetime2", "arraysize",
        }  # fmt: skip
        unknown = sorted(set(arguments) - known)
        if unknown:
            raise TypeError(f"connect() got an unexpected keyword argument {unknown[0]!r}")
        if self.refuse_connections:
            text = b"DB-Lib error message 20009, severity 9:\nUnable to connect: TDS server is "
            raise exceptions.OperationalError((20009, text + b"unavailable or does not exist"))
        if arguments.get("password") != PASSWORD:
            text = f"Login failed for user '{arguments.get('user')}'.".encode()
            raise exceptions.OperationalError((18456, text))
        connection = Connection(
            self.server,
            bool(arguments.get("autocommit", False)),
            bool(arguments.get("use_datetime2", False)),
        )
        self.opened.append(connection)
        return connection

    def install(self) -> None:
        """Be `pymssql` for everybody who imports it from now on."""
        self._replaced = sys.modules.get("pymssql")
        sys.modules["pymssql"] = self.module

    def uninstall(self) -> None:
        """Give the name back."""
        if self._replaced is not None:
            sys.modules["pymssql"] = self._replaced

    def close(self) -> None:
        """Close every connection and remove the data."""
        for connection in self.opened:
            connection.close()
        self.server.close()


def _lower_module() -> ModuleType:
    """`pymssql._mssql`, which counts the values it writes into one statement."""
    lower: Any = ModuleType("pymssql._mssql", "The double of pymssql's lower layer.")

    def quote_data(data: Any, *arguments: Any, **options: Any) -> Any:
        try:
            rules.check_parameters(len(data))
        except ServerError as error:
            raise of_execute(error) from error
        return _mssql.quote_data(data, *arguments, **options)

    lower.quote_data = quote_data
    lower.substitute_params = _mssql.substitute_params
    lower.MSSQLException = _mssql.MSSQLException
    lower.MSSQLDatabaseException = _mssql.MSSQLDatabaseException
    lower.MSSQLDriverException = _mssql.MSSQLDriverException
    return lower


def _module(double: Double) -> ModuleType:
    module: Any = ModuleType("pymssql", "The double of pymssql.")
    for name in dir(exceptions):
        if isinstance(getattr(exceptions, name), type):
            setattr(module, name, getattr(exceptions, name))
    module.connect = double.connect
    module.Connection, module.Cursor = Connection, Cursor
    module.exceptions, module._mssql = exceptions, _lower_module()
    module.apilevel, module.threadsafety, module.paramstyle = "2.0", 1, "pyformat"
    module.__version__ = pymssql.__version__
    return module


__all__ = ["PASSWORD", "USER", "Double", "Server"]
