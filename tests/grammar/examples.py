"""One use of accord for each fragment that sqlglot cannot read: a server runs it.

In: an engine on an empty database. Out: what the database answered; drivers and dialects that are
about one backend are imported where they are needed.
"""

from __future__ import annotations

from typing import Any

from accord import (
    JSON,
    Column,
    Double,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    literal,
    select,
    upsert,
)
from accord.orm import DeclarativeBase, Session


def _table(engine: Any, *more: Any, **options: Any) -> Any:
    """A table with two rows."""
    metadata = MetaData()
    table = Table(
        "unread",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("name", String(20)),
        *more,
        **options,
    )
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])
    return table


def _run(engine: Any, statement: Any, *parameters: Any) -> list[Any]:
    with engine.begin() as connection:
        result = connection.execute(statement, *parameters)
        return list(result.all()) if result.returns_rows else []


def _flushed(engine: Any, table: Any) -> list[int]:
    """The keys of two rows that a Session has inserted."""

    class Base(DeclarativeBase):
        pass

    class Row(Base):
        __table__ = table

    with Session(engine) as session:
        rows = [Row(name="a"), Row(name="b")]
        session.add_all(rows)
        session.commit()
        return [row.id for row in rows]  # type: ignore[attr-defined]  # a column of the table


def escape_by_backslash(engine: Any) -> None:
    assert _run(engine, select(literal("a%").contains("%", escape="\\", autoescape=True)))


def rows_in_values(engine: Any) -> None:
    _table(engine)
    with engine.connect() as connection:  # the conformance kit asks whether this works
        text = "SELECT name FROM unread WHERE (id, name) IN (VALUES (1, 'a'), (2, 'x'))"
        assert connection.exec_driver_sql(text).all() == [("a",)]


def sum_with_the_value_of_an_upsert(engine: Any) -> None:
    table = _table(engine)
    statement = upsert(table, index_elements=["id"], update=lambda new: {"id": new.id + 5})
    _run(engine, statement, [{"id": 1, "name": "c"}])
    assert _run(engine, select(table.c.id).order_by(table.c.id)) == [(2,), (6,)]


def key_of_an_identity_always(engine: Any) -> None:
    metadata = MetaData()
    key = Column("id", Integer, Identity(always=True, start=7), primary_key=True)
    table = Table("unread", metadata, key, Column("name", String(20)))
    metadata.create_all(engine)
    assert _flushed(engine, table) == [7, 8]


def array_of_oids(engine: Any) -> None:
    from accord_postgresql import OID

    t = Table("pg_class", MetaData(), Column("oid", OID), schema="pg_catalog")
    assert _run(engine, select(t.c.oid).where(t.c.oid.in_([1259, 1, 2]))) == [(1259,)]


def bit_varying(engine: Any) -> None:
    from accord_postgresql import BIT

    assert _run(engine, select(literal("101", BIT(varying=True)))) == [("101",)]


def function_called_delete(engine: Any) -> None:
    from accord_postgresql import HSTORE

    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION hstore")
    t = _table(engine, Column("tags", HSTORE))
    assert _run(engine, select(t.c.tags.delete("a"))) == [(None,), (None,)]


def returning_into(engine: Any) -> None:
    t = _table(engine)
    assert _run(engine, insert(t).returning(t.c.id, t.c.name), {"id": 3, "name": "c"}) == [(3, "c")]


def double_beyond_numbers(engine: Any) -> None:
    tiny = literal(1e-300, Double(), literal_execute=True)
    assert _run(engine, select(tiny)) == [(1e-300,)]


def json_member(engine: Any) -> None:
    t = _table(engine, Column("doc", JSON))
    _run(engine, insert(t), {"id": 3, "doc": {"a": {"b": 1}}})
    assert _run(engine, select(t.c.doc["a"]).where(t.c.id == 3)) == [({"b": 1},)]


def output_of_a_delete(engine: Any) -> None:
    t = _table(engine)
    assert _run(engine, delete(t).where(t.c.id == 1).returning(t.c.name)) == [("a",)]


def delete_beside_another_table(engine: Any) -> None:
    t = _table(engine)
    other = t.alias("other")
    _run(engine, delete(t).where(t.c.id == other.c.id + 1))
    assert _run(engine, select(t.c.id)) == [(1,)]


def scope_identity(engine: Any) -> None:
    metadata = MetaData()
    key = Column("id", Integer, Identity(start=7), primary_key=True)
    table = Table("unread", metadata, key, Column("name", String(20)), mssql_output=False)
    metadata.create_all(engine)
    assert _flushed(engine, table) == [7, 8]
