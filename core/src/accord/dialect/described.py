"""What a program reads off a dialect besides its contract: ``engine.dialect.server_version_info``
and other attributes of SQLAlchemy's dialects.

In: a dialect and a name. Out: an answer from its capabilities and from what the server said. No
dialect declares these, and nothing in accord decides by them; `Dialect.__getattr__` asks here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from accord.dialect.capabilities import DefaultRow
from accord.dialect.support import Never, Unimplemented
from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from accord.dialect.capabilities import Capabilities
    from accord.dialect.contract import Dialect


    class HasTables(Protocol):
        """A connection."""

        def has_table(self, table_name: str, schema: str | None = None) -> bool:
            """Whether the table exists."""
            ...


#: Questions whose answer is one capability: (group, field).
_SUPPORTED: Final = {
    "insert_returning": ("dml", "returning_insert"),
    "update_returning": ("dml", "returning_update"),
    "delete_returning": ("dml", "returning_delete"),
    "supports_alter": ("schema", "alter_add_constraint"),
    "supports_comments": ("schema", "comments"),
    "supports_identity_columns": ("keys", "identity"),
    "supports_multivalues_insert": ("dml", "multi_values"),
    "supports_native_uuid": ("values", "uuid"),
    "supports_sane_multi_rowcount": ("dml", "rowcount_executemany"),
    "supports_sane_rowcount": ("dml", "rowcount_matched"),
    "supports_sequences": ("keys", "sequences"),
    "supports_server_side_cursors": ("transactions", "server_side_cursors"),
}


def _capabilities(dialect: Dialect) -> Capabilities:
    """Those of the server, once it is known."""
    server = dialect.server
    return dialect.capabilities if server is None else dialect.capabilities.at(server.version)


def _schema(dialect: Dialect) -> str | None:
    """The schema of names without one; None before the first connection, or where none is set."""
    details = () if dialect.server is None else dialect.server.details
    return next((value for name, value in details if name == "schema"), None)


def _has_table(dialect: Dialect) -> object:
    def has_table(
        connection: HasTables, table_name: str, schema: str | None = None, **others: object
    ) -> bool:
        if not hasattr(connection, "exec_driver_sql"):
            raise ArgumentError(
                "dialect.has_table() takes a Connection; write inspect(engine).has_table(…)"
            )
        return connection.has_table(table_name, schema)

    return has_table


_ANSWERS: Final[dict[str, Callable[[Dialect], object]]] = {
    "dbapi": lambda dialect: dialect.driver.module,
    "default_isolation_level": lambda d: d.capabilities.transactions.default_isolation_level,
    "default_schema_name": _schema,
    "has_table": _has_table,
    "is_async": lambda dialect: False,
    "max_identifier_length": lambda dialect: dialect.target.max_identifier_length,
    "positional": lambda dialect: dialect.paramstyle in ("qmark", "format", "numeric"),
    "server_version_info": lambda d: None if d.server is None else tuple(d.server.version),
    "supports_default_values": lambda dialect: (
        dialect.capabilities.dml.default_row is DefaultRow.DEFAULT_VALUES
    ),
    "supports_statement_cache": lambda dialect: True,
}


def described(dialect: Dialect, name: str) -> object:
    """The answer; AttributeError for a name that is not SQLAlchemy's either."""
    if name in _SUPPORTED:
        group, field = _SUPPORTED[name]
        answer = getattr(getattr(_capabilities(dialect), group), field)
        return not isinstance(answer, Never | Unimplemented)
    if name in _ANSWERS:
        return _ANSWERS[name](dialect)
    raise AttributeError(f"{type(dialect).__name__!r} object has no attribute {name!r}")
