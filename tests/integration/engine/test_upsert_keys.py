"""upsert() by unique indexes of every kind, on every backend."""

from typing import Any

import pytest
from requirements import BACKEND

from accord import (
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    false,
    insert,
    select,
    text,
    upsert,
)
from accord.exc import CompileError


def seats() -> Table:
    return Table(
        "seats",
        MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("label", String(20), nullable=False),
        Column("gone", Boolean, nullable=False),
        Column("guest", String(20)),
    )


def label_with_id(table: Table) -> Any:
    return select(table.c.id, table.c.guest).order_by(table.c.id)


def test_a_unique_index_will_do(engine: Any) -> None:
    table = seats()
    Index("seats_label", table.c.label, unique=True)
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(insert(table), {"id": 1, "label": "a", "gone": False, "guest": "x"})
        found = upsert(table, index_elements=["label"], update=["guest"])
        if BACKEND.name in ("mysql", "mariadb"):  # these look at every key, and both get values
            with pytest.raises(CompileError, match="cannot tell which key"):
                connection.execute(found.values(id=2, label="a", gone=False, guest="y"))
            return
        connection.execute(found.values(id=2, label="a", gone=False, guest="y"))
        assert connection.execute(label_with_id(table)).all() == [(1, "y")]


def test_columns_that_are_not_unique_are_refused_and_nothing_is_sent(
    engine: Any, statements: Any
) -> None:
    table = seats()
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        statements.clear()
        with pytest.raises(CompileError, match="are not the columns of the primary key"):
            connection.execute(
                upsert(table, index_elements=["label"]).values(id=1, label="a", gone=False)
            )
        assert not len(statements)


def test_a_partial_index_by_its_condition(engine: Any) -> None:
    if BACKEND.name not in ("sqlite", "postgresql"):
        pytest.skip("no server with partial indexes")
    table = seats()
    Index(
        "seats_label", table.c.label, unique=True,
        sqlite_where=table.c.gone == false(), postgresql_where=table.c.gone == false(),
    )  # fmt: skip
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        rows = [{"id": 1, "label": "a", "gone": True}, {"id": 2, "label": "a", "gone": False}]
        connection.execute(insert(table), rows)
        found = upsert(
            table, index_elements=["label"], index_where=table.c.gone == false(), update=["guest"]
        )
        connection.execute(found.values(id=3, label="a", gone=False, guest="y"))
        connection.execute(found.values(id=4, label="a", gone=True, guest="z"))
        assert connection.execute(label_with_id(table)).all() == [
            (1, None), (2, "y"), (4, "z"),
        ]  # fmt: skip
        with pytest.raises(CompileError, match="is a partial one"):
            connection.execute(
                upsert(table, index_elements=["label"]).values(id=5, label="a", gone=False)
            )


def test_an_index_the_metadata_does_not_know(engine: Any) -> None:
    if BACKEND.name in ("mysql", "mariadb"):
        pytest.skip("ON DUPLICATE KEY UPDATE names no key")
    table = seats()
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(text("CREATE UNIQUE INDEX seats_label ON seats (label)"))
        connection.execute(insert(table), {"id": 1, "label": "a", "gone": False, "guest": "x"})
        found = upsert(table, index_elements=["label"], update=["guest"], verify=False)
        connection.execute(found.values(id=2, label="a", gone=False, guest="y"))
        assert connection.execute(label_with_id(table)).all() == [(1, "y")]
