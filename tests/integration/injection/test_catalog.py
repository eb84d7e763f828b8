"""What the catalog says comes from outside, too: texts are data, or the DDL that was there."""

from __future__ import annotations

from typing import Any

import pytest
from hostile import TEXTS
from orm_api import exc, needs
from requirements import BACKEND

from accord import (
    CheckConstraint,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    inspect,
    select,
    text,
)

PLAIN = [text for text in TEXTS if text]


@pytest.mark.parametrize("value", PLAIN)
def test_a_string_as_server_default_is_a_value(engine: Any, value: str) -> None:
    """`server_default="x"` is the text x; SQL is written text("…")."""
    metadata = MetaData()
    table = Table(
        "defaults",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("name", String(80), server_default=value),
    )
    metadata.create_all(engine)
    try:
        with engine.begin() as connection:
            connection.execute(table.insert(), [{"id": 1}])
            assert connection.scalar(select(table.c.name)) == value
    finally:
        metadata.drop_all(engine)


@pytest.mark.parametrize("value", PLAIN)
def test_reflected_defaults_mean_the_same_when_created_again_cve_2026_73651(
    engine: Any, value: str
) -> None:
    """TypeORM wrote texts of the catalog into program text."""
    if BACKEND.name in ("mysql", "mariadb") and any(letter > "\uffff" for letter in value):
        pytest.skip("this catalog shows a question mark for it, which nobody can read back")
    metadata = MetaData()
    Table(
        "defaults",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("name", String(80), server_default=value),
    )
    metadata.create_all(engine)
    try:
        again = MetaData()
        table = Table("defaults", again, autoload_with=engine)
        metadata.drop_all(engine)
        again.create_all(engine)
        with engine.begin() as connection:
            connection.execute(table.insert(), [{"id": 1}])
            assert connection.scalar(select(table.c.name)) == value
    finally:
        metadata.drop_all(engine)


@needs("comments")
@pytest.mark.parametrize("value", PLAIN)
def test_a_comment_comes_back_as_it_is_cve_2026_73651(engine: Any, value: str) -> None:
    metadata = MetaData()
    Table(
        "commented",
        metadata,
        Column("id", Integer, primary_key=True, comment=value),
        comment=value,
    )
    try:
        metadata.create_all(engine)
    except exc.CompileError:
        return  # refused: this catalog has no such character
    try:
        inspector = inspect(engine)
        assert inspector.get_table_comment("commented") == {"text": value}
        assert inspector.get_columns("commented")[0]["comment"] == value
        again = MetaData()
        assert Table("commented", again, autoload_with=engine).comment == value
        metadata.drop_all(engine)
        again.create_all(engine)
        assert inspect(engine).get_table_comment("commented") == {"text": value}
    finally:
        metadata.drop_all(engine)


@pytest.mark.parametrize("condition", ["name <> ':x'", "name <> '%s'", "name <> 'it''s --'"])
def test_a_check_is_the_sql_that_was_written(engine: Any, condition: str) -> None:
    metadata = MetaData()
    table = Table(
        "checked",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("name", String(80)),
        CheckConstraint(text(condition.replace(":", "\\:")), name="ck"),
    )
    metadata.create_all(engine)
    refused = condition.partition("'")[2][:-1].replace("''", "'")
    try:
        with engine.begin() as connection:
            connection.execute(table.insert(), [{"id": 1, "name": "fine"}])
        with pytest.raises(exc.DBAPIError), engine.begin() as connection:
            connection.execute(table.insert(), [{"id": 2, "name": refused}])
    finally:
        metadata.drop_all(engine)
