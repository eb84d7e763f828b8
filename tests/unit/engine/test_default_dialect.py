"""The dialect of no database writes standard SQL and makes no engine."""

from __future__ import annotations

import pytest

from accord import Column, Integer, MetaData, Table, create_engine, select
from accord.engine.default import DefaultDialect
from accord.exc import ArgumentError
from accord.schema import CreateTable

table = Table("order", MetaData(), Column("id", Integer, primary_key=True))


def test_statements_and_ddl_are_written_with_the_parameter_style_asked_for() -> None:
    statement = select(table.c.id).where(table.c.id == 1)
    plain = str(statement.compile())
    assert str(statement.compile(dialect=DefaultDialect())) == plain
    marked = statement.compile(dialect=DefaultDialect(paramstyle="qmark"))
    assert str(marked) == plain.replace(":id_1", "?") and marked.params == {"id_1": 1}
    assert "id INTEGER NOT NULL" in str(CreateTable(table).compile(dialect=DefaultDialect()))
    assert DefaultDialect().identifier_preparer.quote("order") == '"order"'
    assert DefaultDialect(max_identifier_length=20).max_identifier_length == 20


def test_no_engine_is_made_with_it() -> None:
    with pytest.raises(ArgumentError, match="speaks to no database"):
        create_engine("sqlite://", dialect=DefaultDialect)
