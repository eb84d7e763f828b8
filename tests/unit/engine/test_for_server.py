"""A dialect may answer with a variant of itself once it knows the server."""

from __future__ import annotations

from typing import Any

from accord import Column, Integer, MetaData, Table, create_engine, select, text
from accord.dialect import ServerInfo
from accord_sqlite import SQLiteDialect


class Later(SQLiteDialect):
    """What the engine speaks once it has looked."""

    name = "later"


class Early(SQLiteDialect):
    """What the URL says."""

    def for_server(self, server: ServerInfo) -> Any:
        return Later(self.driver_name)


def test_the_engine_goes_on_with_the_dialect_that_fits_the_server() -> None:
    engine = create_engine("sqlite://", dialect=Early)
    optioned = engine.execution_options(stream_results=True)
    assert engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        assert connection.dialect.name == "later"
    assert engine.name == optioned.name == "later"


def test_what_was_compiled_for_the_other_dialect_is_dropped() -> None:
    engine = create_engine("sqlite://", dialect=Early)
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True))
    engine.compiled.put(select(table).key, object())
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE t (id INTEGER)"))
        assert connection.execute(select(table)).all() == []
