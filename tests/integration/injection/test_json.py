"""JSON keys and paths: any text is a key, found exactly as it was written, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hostile import TEXTS, few, values
from hypothesis import given
from orm_api import exc

from accord import JSON, Column, Integer, MetaData, Table, select

KEYS = [
    *TEXTS, "'] OR 1=1 --", "a')) --", 'a"."b', "$", "$.a", "$[0]", "[0]", "a[0]", "-1", "0", "1",
    "a.b", "", " ", "a b", "\\u0027", "\\u0000", "\t", "\n", "a{b}", "{a,b}", "a,b", "last", "#-1",
]  # fmt: skip


@pytest.fixture
def documents(engine: Any) -> Iterator[Any]:
    metadata = MetaData()
    key = Column("id", Integer, primary_key=True, autoincrement=False)
    table = Table("documents", metadata, key, Column("doc", JSON))
    metadata.create_all(engine)
    yield table
    metadata.drop_all(engine)


def unfindable(engine: Any, key: str) -> bool:
    """SQLite before 3.46 ends a key at its first quotation mark, and compares control characters as
    documents write them; it finds nothing then, and nobody else's value either.
    """
    return engine.dialect.name == "sqlite" and ('"' in key or not key.isprintable())


def found(connection: Any, statement: Any) -> Any:
    """The values of a statement, or "refused"."""
    try:
        return connection.execute(statement).scalars().all()
    except (exc.CompileError, exc.ArgumentError, exc.StatementError) as error:
        assert not isinstance(error, exc.DBAPIError), error
        return "refused"


def keep(connection: Any, table: Any, key: str) -> None:
    connection.execute(table.delete())
    documents = [
        {"id": 1, "doc": {key: {key: "found"}, "other": [1, {"a": "secret"}], "name": "x"}},
        {"id": 2, "doc": {"name": "secret"}},
    ]
    connection.execute(table.insert(), documents)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_a_key_cve_2019_14234_cve_2024_53908_cve_2024_42005(
    engine: Any, documents: Any, key: str
) -> None:
    """Django wrote keys of JSON look-ups into the statement, HasKey on Oracle again in 2024."""
    doc = documents.c.doc
    with engine.begin() as connection:
        keep(connection, documents, key)
        expected = [{key: "found"}, None] if key not in ("other", "name") else None
        answer = found(connection, select(doc[key]).order_by(documents.c.id))
        where = select(documents.c.id).where(doc[key][key].as_string() == "found")
        rows = found(connection, where)
        if unfindable(engine, key):
            assert answer in (expected, [None, None])
            assert rows in ([1], [])
        else:
            assert answer in (expected, "refused")
            assert rows in ([1], "refused")


@pytest.mark.parametrize("key", KEYS)
def test_a_path_is_a_tuple_of_keys_cve_2019_10748_cve_2019_10749_cve_2019_10752(
    engine: Any, documents: Any, key: str
) -> None:
    """Sequelize split and wrote JSON paths as text."""
    doc = documents.c.doc
    with engine.begin() as connection:
        keep(connection, documents, key)
        answer = found(connection, select(doc[(key, key)]).order_by(documents.c.id))
        where = select(documents.c.id).where(doc[(key, key)].as_string() == "found")
        rows = found(connection, where)
        if unfindable(engine, key):
            assert answer in (["found", None], [None, None])
            assert rows in ([1], [])
        else:
            assert answer in (["found", None], "refused")
            assert rows in ([1], "refused")


@pytest.mark.parametrize("key", KEYS)
def test_a_key_written_as_a_literal_is_a_key(engine: Any, documents: Any, key: str) -> None:
    with engine.begin() as connection:
        keep(connection, documents, key)
        statement = select(documents.c.id).where(documents.c.doc[key][key].as_string() == "found")
        try:
            text = str(
                statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
            )
        except exc.CompileError:
            return
        rows = connection.exec_driver_sql(text).scalars().all()
        assert rows == [1] or (unfindable(engine, key) and rows == [])


@few
@given(key=values)
def test_any_text_is_a_key(engine: Any, key: str) -> None:
    metadata = MetaData()
    column = Column("id", Integer, primary_key=True, autoincrement=False)
    table = Table("any_documents", metadata, column, Column("doc", JSON))
    metadata.create_all(engine)
    with engine.begin() as connection:
        keep(connection, table, key)
        where = select(table.c.id).where(table.c.doc[key][key].as_string() == "found")
        rows = found(connection, where)
        assert rows in ([1], "refused") or (unfindable(engine, key) and rows == [])


@pytest.mark.parametrize("path", [("a", 1.5), ("a", None), ("a", b"b"), ({"a": 1},), ("a", True)])
def test_other_things_are_no_path(documents: Any, path: Any) -> None:
    with pytest.raises((TypeError, exc.ArgumentError)):
        documents.c.doc[path]
