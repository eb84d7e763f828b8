"""Views in the schema comparison: the same query is no difference, another one is, and what the
printed DDL changes under a view does not break it."""

from __future__ import annotations

from typing import Any

import pytest
from requirements import BACKEND, not_on, only
from schema_api import apply, compared, said

from accord import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    text,
    union_all,
)
from accord.schema import CreateView

pytestmark = not_on("oracle", "mssql", "the comparison has not been tried on their servers")


def world(size: Any = Integer) -> tuple[MetaData, Table, Table]:
    metadata = MetaData()
    shelf = Table("shelf", metadata, Column("id", Integer, primary_key=True),
                  Column("room", String(20)))  # fmt: skip
    book = Table(
        "order", metadata,
        Column("id", Integer, primary_key=True),
        Column("select", String(40), nullable=False),
        Column("size", size),
        Column("price", Numeric(8, 2)),
        Column("shelf_id", ForeignKey("shelf.id")),
    )  # fmt: skip
    return metadata, shelf, book


def queries(shelf: Table, book: Table) -> dict[str, Any]:
    title, other = book.c["select"], book.alias("o")
    counts = select(book.c.shelf_id, func.count().label("n")).group_by(book.c.shelf_id).subquery()
    return {
        "plain": select(book.c.id, title),
        "condition": select(book.c.id).where(book.c.price < 10, title != "it's 5%"),
        "grouping of conditions": select(book.c.id).where(
            (book.c.id > 5) & ((book.c.size == 1) | (book.c.size == 2))
        ),
        "other grouping": select(book.c.id).where(
            ((book.c.id > 5) & (book.c.size == 1)) | (book.c.size == 2)
        ),
        "one row": select(book.c.id, title).where(book.c.id == 5),
        "another row": select(book.c.id, title).where(book.c.id == 6),
        "join": select(book.c.id, shelf.c.room).join(shelf, shelf.c.id == book.c.shelf_id),
        "outer join": select(book.c.id, shelf.c.room).outerjoin(
            shelf, shelf.c.id == book.c.shelf_id
        ),
        "self join": select(book.c.id, other.c.size.label("x")).join(
            other, other.c.id < book.c.size
        ),
        "self join, turned": select(book.c.id, other.c.size.label("x")).join(
            other, book.c.id < other.c.size
        ),
        "aggregate": select(
            shelf.c.id, func.count(book.c.id).label("n"), func.max(book.c.price).label("top")
        ).join(book).group_by(shelf.c.id).having(func.count(book.c.id) > 1),
        "expressions": select(
            (book.c.size * 2 + 1).label("twice"), func.lower(title).label("low"),
            case((book.c.size > 1, "big"), else_="small").label("kind"),
            cast(book.c.size, String(10)).label("text"), func.coalesce(book.c.size, 0).label("c"),
        ),
        "union": union_all(
            select(book.c.id, literal("b").label("what")), select(shelf.c.id, literal("s"))
        ),
        "exists": select(shelf.c.id).where(exists().where(book.c.shelf_id == shelf.c.id)),
        "in": select(book.c.id).where(
            book.c.shelf_id.in_(select(shelf.c.id)), book.c.size.in_([1, 2, 3])
        ),
        "subquery": select(shelf.c.room, counts.c.n).join(counts, counts.c.shelf_id == shelf.c.id),
        "cte": select(func.count().label("n")).select_from(
            select(book.c.id).where(book.c.size > 3).cte("big")
        ),
        "window": select(
            book.c.id,
            func.row_number().over(partition_by=book.c.shelf_id, order_by=book.c.id).label("n"),
        ),
        "distinct and order": select(book.c.size).distinct().order_by(book.c.size.desc()).limit(3),
        "null": select(book.c.id).where(book.c.size.is_(None), title.like("a%b")),
    }  # fmt: skip


NAMES = list(queries(*world()[1:]))


def with_view(name: str, **options: Any) -> MetaData:
    metadata, shelf, book = world()
    CreateView(queries(shelf, book)[name], "the view", metadata=metadata, **options)
    return metadata


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_the_same_query_is_no_difference(engine: Any, filled: bool) -> None:
    metadata, shelf, book = world()
    for name, query in queries(shelf, book).items():
        CreateView(query, f"v {name}", metadata=metadata)
    metadata.create_all(engine)
    if filled:
        with engine.begin() as connection:
            connection.execute(shelf.insert(), [{"id": 1, "room": "a"}])
            connection.execute(
                book.insert(),
                [{"id": n, "select": f"t{n}", "size": n, "shelf_id": 1} for n in range(1, 9)],
            )
    found = compared(engine, metadata)
    assert said(found) == []
    assert list(found.uncompared) == []


@pytest.mark.parametrize("name", NAMES)
def test_another_query_is_one_and_the_ddl_makes_it(engine: Any, name: str) -> None:
    with_view(NAMES[(NAMES.index(name) + 1) % len(NAMES)]).create_all(engine)
    metadata = with_view(name)
    found = compared(engine, metadata)
    if found.uncompared:
        assert BACKEND.name in ("mysql", "mariadb")
        assert name in ("one row", "another row")
        return
    assert said(found) == ["change view the view: another query → the models' query"]
    apply(engine, found)
    assert said(compared(engine, metadata)) == []


def test_columns_under_views_change(engine: Any) -> None:
    def state(size: Any) -> tuple[MetaData, Table]:
        metadata, shelf, book = world(size)
        lower = CreateView(select(book.c.id, book.c.size), "lower", metadata=metadata).table
        upper = CreateView(select(lower.c.size), "upper", metadata=metadata).table
        return metadata, upper

    metadata, _ = state(Integer)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(metadata.tables["order"].insert(), {"id": 1, "select": "x", "size": 7})
    wider, upper = state(BigInteger)
    found = compared(engine, wider)
    assert found
    apply(engine, found)
    assert said(compared(engine, wider)) == []
    with engine.connect() as connection:
        assert connection.scalar(select(upper.c.size)) == 7


def test_a_view_of_a_column_that_is_not_there_yet(engine: Any) -> None:
    metadata, _, book = world()
    CreateView(select(book.c.id), "v", metadata=metadata)
    metadata.create_all(engine)
    newer, _, book = world()
    book.append_column(Column("extra", Integer))
    CreateView(select(book.c.id, book.c.extra), "v", metadata=newer)
    found = compared(engine, newer)
    assert len(said(found)) == 2
    apply(engine, found)
    assert said(compared(engine, newer)) == []


@only("postgresql", "it has materialized views")
def test_a_materialized_view_is_made_anew_with_its_index(engine: Any) -> None:
    with_view("plain", materialized=True).create_all(engine)
    assert said(compared(engine, with_view("plain", materialized=True))) == []
    metadata = with_view("condition", materialized=True)
    apply(engine, compared(engine, metadata))
    assert said(compared(engine, metadata)) == []
    apply(engine, compared(engine, with_view("condition")))
    assert said(compared(engine, with_view("condition"))) == []


@only("sqlite", "a table is rebuilt there")
def test_a_rebuild_keeps_triggers_views_of_others_and_what_was_counted(engine: Any) -> None:
    def state(length: int) -> MetaData:
        metadata = MetaData()
        Table("item", metadata, Column("id", Integer, primary_key=True),
              Column("name", String(length)), sqlite_autoincrement=True)  # fmt: skip
        Table("log", metadata, Column("id", Integer, primary_key=True), Column("n", String(9)))
        return metadata

    state(9).create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW theirs AS SELECT name FROM item"))
        connection.execute(text(
            "CREATE TRIGGER note AFTER INSERT ON item BEGIN "
            "INSERT INTO log (n) VALUES (new.name); END"
        ))  # fmt: skip
        for name in "abc":
            connection.execute(text("INSERT INTO item (name) VALUES (:n)"), {"n": name})
        connection.execute(text("DELETE FROM item WHERE name = 'c'"))
    found = compared(engine, state(20))
    apply(engine, found)
    assert said(compared(engine, state(20))) == []
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO item (name) VALUES ('d')"))
        assert connection.scalar(text("SELECT count(*) FROM log")) == 4
        assert connection.scalar(text("SELECT max(id) FROM item")) == 4
        assert connection.scalars(text("SELECT name FROM theirs")).all() == ["a", "b", "d"]
