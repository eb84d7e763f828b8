"""Queries and set-based writes run: what they answer, in how many statements, in which form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from accord import (
    JSON,
    Column,
    DateTime,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    case,
    delete,
    exists,
    extract,
    func,
    insert as core_insert,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from accord.orm.exc import StaleDataError
from accord_mssql import ROWVERSION, insert

grammar = pytest.importorskip("doubles.mssql.grammar", reason="needs sqlglot and pymssql")


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    room: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(10), primary_key=True)
    label: Mapped[str | None] = mapped_column(String(20))
    books: Mapped[list[Book]] = relationship(back_populates="shelf")


class Book(Base):
    __tablename__ = "book"
    __table_args__ = (ForeignKeyConstraint(["room", "place"], ["shelf.room", "shelf.place"]),)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(60), unique=True)
    pages: Mapped[int] = mapped_column(default=0)
    lent: Mapped[bool] = mapped_column(default=False)
    printed: Mapped[dt.datetime | None]
    data: Mapped[Any] = mapped_column(JSON, nullable=True)
    version: Mapped[bytes] = mapped_column(
        ROWVERSION, server_default=FetchedValue(), server_onupdate=FetchedValue()
    )
    room: Mapped[int | None]
    place: Mapped[str | None] = mapped_column(String(10))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")
    __mapper_args__ = {"eager_defaults": True}


class Counted(Base):
    __tablename__ = "counted"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


@pytest.fixture
def filled(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            [Shelf(room=1, place="a"), Shelf(room=1, place="b"), Shelf(room=2, place="a")]
        )
        session.flush()
        for number in range(1, 7):
            session.add(
                Book(
                    title=f"book {number}",
                    pages=number * 100,
                    lent=number % 2 == 0,
                    printed=dt.datetime(2000 + number, number, 1),
                    room=1 if number < 5 else 2,
                    place="a" if number != 2 else "b",
                    data={"n": number, "tags": ["x", str(number)], "deep": {"t": "v"}},
                )
            )
        session.commit()
    return engine


@pytest.fixture
def doubled(mssql_double: Any) -> Iterator[Any]:
    engine = mssql_double.engine()
    Base.metadata.create_all(engine)
    mssql_double.server.statements.clear()
    yield engine
    engine.dispose()


def written(double: Any) -> list[str]:
    return [
        s for s in double.server.statements if s.startswith(("INSERT", "MERGE", "UPDATE", "DELETE"))
    ]


# --- queries --------------------------------------------------------------------------------------

QUERIES: list[tuple[str, Any, Any]] = [
    ("limit", select(Book.id).order_by(Book.id).limit(2), [1, 2]),
    ("offset", select(Book.id).order_by(Book.id).limit(2).offset(3), [4, 5]),
    ("offset alone", select(Book.id).order_by(Book.id.desc()).offset(4), [2, 1]),
    ("distinct limit", select(Book.room).distinct().order_by(Book.room).limit(1), [1]),
    ("a boolean column", select(Book.id).where(Book.lent).order_by(Book.id), [2, 4, 6]),
    ("its negation", select(Book.id).where(~Book.lent).order_by(Book.id), [1, 3, 5]),
    (
        "a condition as a value",
        select(Book.id > 3).order_by(Book.id).limit(4),
        [False, False, False, True],
    ),
    ("exists as a value", select(exists().where(Book.id == 99)), [False]),
    (
        "a condition as an order",
        select(Book.id).order_by(Book.id > 2, Book.id.desc()),
        [2, 1, 6, 5, 4, 3],
    ),
    ("like", select(Book.id).where(Book.title.contains("k 3")), [3]),
    (
        "a bracket is a bracket",
        select(Book.id).where(Book.title.startswith("[b", autoescape=True)),
        [],
    ),
    (
        "row values",
        select(func.count()).where(tuple_(Book.room, Book.place).in_([(1, "a"), (2, "a")])),
        [5],
    ),
    (
        "no row values",
        select(func.count(Book.id)).where(tuple_(Book.room, Book.place).in_([])),
        [0],
    ),
    ("an empty list", select(func.count(Book.id)).where(Book.id.in_([])), [0]),
    ("division", select(Book.pages / 200).where(Book.id == 3), [1.5]),
    ("floor division", select(Book.pages // 200).where(Book.id == 3), [1]),
    ("modulo", select(Book.pages % 70).where(Book.id == 1), [30]),
    ("concatenation", select(Book.title + "!").where(Book.id == 1), ["book 1!"]),
    ("length", select(func.length(literal("ab ")).label("n")), [3]),
    ("extract", select(extract("year", Book.printed)).where(Book.id == 1), [2001]),
    (
        "greatest",
        select(func.greatest(Book.id, 4)).where(Book.id < 6).order_by(Book.id),
        [4, 4, 4, 4, 5],
    ),
    (
        "case",
        select(case((Book.lent, "out"), else_="in")).where(Book.id.in_([1, 2])).order_by(Book.id),
        ["in", "out"],
    ),
    ("aggregate filter", select(func.count(Book.id).filter(Book.lent)), [3]),
    (
        "window",
        select(func.row_number().over(partition_by=Book.lent, order_by=Book.id)).order_by(Book.id),
        [1, 1, 2, 2, 3, 3],
    ),
    (
        "dates as parameters",
        select(Book.id).where(Book.printed >= dt.datetime(2005, 1, 1)).order_by(Book.id),
        [5, 6],
    ),
    (
        "union",
        union_all(select(Book.id).where(Book.id < 2), select(Shelf.room).where(Shelf.room == 2))
        .order_by("id")
        .limit(1),
        [1],
    ),
    ("subquery", select(func.max(select(Book.id).order_by(Book.id).limit(2).subquery().c.id)), [2]),
    ("cte", select(func.sum(select(Book.pages).where(Book.id < 3).cte("few").c.pages)), [300]),
    ("a JSON member", select(Book.data["n"]).where(Book.id == 4), [4]),
    ("a JSON text", select(Book.data["tags"][1]).where(Book.id == 4), ["4"]),
    ("a JSON object", select(Book.data["deep"]).where(Book.id == 4), [{"t": "v"}]),
    ("a JSON path", select(Book.data[("deep", "t")]).where(Book.id == 4), ["v"]),
    ("no such JSON member", select(Book.data["none"]["x"]).where(Book.id == 4), [None]),
    ("or", select(Book.id).where(or_(Book.lent, Book.id == 1)).order_by(Book.id), [1, 2, 4, 6]),
    (
        "nulls last",
        select(Book.id).order_by(Book.data.is_(None), Book.printed.desc().nulls_last()).limit(1),
        [6],
    ),
    ("for update", select(Book.id).where(Book.id == 1).with_for_update(skip_locked=True), [1]),
]


@pytest.mark.parametrize(
    ("statement", "expected"), [q[1:] for q in QUERIES], ids=[q[0] for q in QUERIES]
)
def test_queries_answer(filled, statement, expected):
    with filled.connect() as connection:
        found = [row[0] for row in connection.execute(statement)]
    assert [float(f) if isinstance(e, float) else f for f, e in zip(found, expected)] == expected
    assert len(found) == len(expected)


def test_related_objects_by_a_composite_key(filled):
    with Session(filled) as session:
        shelves = session.scalars(
            select(Shelf).options(selectinload(Shelf.books)).order_by(Shelf.room, Shelf.place)
        ).all()
        assert [[book.id for book in shelf.books] for shelf in shelves] == [[1, 3, 4], [2], [5, 6]]


# --- upsert ---------------------------------------------------------------------------------------


def test_an_upsert_updates_or_inserts(filled):
    statement = insert(Book.__table__).values(
        [{"title": "book 1", "pages": 1}, {"title": "new", "pages": 2}]
    )
    statement = statement.on_conflict_do_update(
        index_elements=["title"], set_={"pages": statement.excluded.pages + 1000}
    )
    with filled.begin() as connection:
        rows = connection.execute(statement.returning(Book.title, Book.pages)).all()
        assert sorted(map(tuple, rows)) == [("book 1", 1001), ("new", 2)]
        assert connection.scalar(select(func.count(Book.id))) == 7


def test_an_upsert_with_a_given_identity(filled):
    statement = insert(Book.__table__).values([{"id": 1, "title": "a"}, {"id": 90, "title": "b"}])
    statement = statement.on_conflict_do_update(
        index_elements=["id"], set_={"title": statement.excluded.title}
    )
    with filled.begin() as connection:
        assert connection.execute(statement).rowcount == 2
        found = connection.execute(select(Book.id, Book.title).where(Book.id.in_([1, 90])))
        assert sorted(map(tuple, found)) == [(1, "a"), (90, "b")]


def test_an_upsert_that_does_nothing(filled):
    statement = insert(Book.__table__).values(title="book 1", pages=1)
    with filled.begin() as connection:
        connection.execute(statement.on_conflict_do_nothing(index_elements=["title"]))
        assert connection.scalar(select(Book.pages).where(Book.title == "book 1")) == 100


# --- UPDATE and DELETE of Core --------------------------------------------------------------------


def test_update_and_delete_beside_another_table(filled):
    books, shelves = Book.__table__, Shelf.__table__
    with filled.begin() as connection:
        changed = connection.execute(
            update(books)
            .values(pages=books.c.pages + shelves.c.room)
            .where(books.c.room == shelves.c.room, books.c.place == shelves.c.place, books.c.id < 3)
            .returning(books.c.id, books.c.pages)
        )
        assert sorted(map(tuple, changed)) == [(1, 101), (2, 201)]
        gone = connection.execute(
            delete(books)
            .where(books.c.room == shelves.c.room, shelves.c.room == 2)
            .returning(books.c.id)
        )
        assert sorted(gone.scalars()) == [5, 6]


def test_insert_from_select(filled):
    books = Book.__table__
    with filled.begin() as connection:
        connection.execute(
            core_insert(books).from_select(
                ["title", "pages", "lent"],
                select(books.c.title + " again", books.c.pages, books.c.lent).where(books.c.id < 3),
            )
        )
        assert connection.scalar(select(func.count(books.c.id))) == 8


# --- the unit of work -----------------------------------------------------------------------------


def test_updates_go_in_one_statement_and_bring_values_back(doubled, mssql_double):
    with Session(doubled) as session:
        books = [Book(title=f"t{n}") for n in range(10)]
        session.add_all(books)
        session.flush()
        before = {book.id: book.version for book in books}
        mssql_double.server.statements.clear()
        for book in books:
            book.pages = book.id * 10
        session.flush()
        assert len(written(mssql_double)) == 1
        assert written(mssql_double)[0].startswith(
            "UPDATE book SET pages = accord_v.c1 OUTPUT inserted.id, inserted.version FROM book, "
            "(VALUES (CAST(10 AS INTEGER), CAST(1 AS INTEGER)), (20, 2)"
        )
        after = {book.id: book.version for book in books}
        stored = dict(session.execute(select(Book.id, Book.version)).tuples().all())
        assert after == stored and all(after[key] != before[key] for key in after)


def test_updates_on_a_table_with_triggers_read_values_again(doubled, mssql_double):
    with Session(doubled) as session:
        books = [Book(title=f"t{n}") for n in range(3)]
        session.add_all(books)
        session.commit()
        [book.title for book in books]

        def act(data: Any, rowids: list[int]) -> None:
            marks = ", ".join(map(str, rowids))
            data.execute(f"UPDATE book SET version = x'ffffffffffffffff' WHERE rowid IN ({marks})")

        mssql_double.server.trigger("book", "UPDATE", act)
        mssql_double.server.statements.clear()
        for book in books:
            book.pages = 7
        session.flush()
        assert "OUTPUT" in written(mssql_double)[0] or "OUTPUT" not in written(mssql_double)[-1]
        assert "OUTPUT" not in written(mssql_double)[-1]
        assert {book.version for book in books} == {b"\xff" * 8}


def test_deletes_go_in_lists(doubled, mssql_double):
    with Session(doubled) as session:
        books = [Book(title=f"t{n}") for n in range(1001)]
        session.add_all(books)
        session.flush()
        mssql_double.server.statements.clear()
        for book in books:
            session.delete(book)
        session.flush()
        assert [s.count(",") + 1 for s in written(mssql_double)] == [1000, 1]
        assert session.scalar(select(func.count(Book.id))) == 0


def test_statements_stay_within_2100_parameters(doubled, mssql_double):
    """Seven columns: the double refuses a statement with more than 2100 parameters."""
    count = 350
    with Session(doubled) as session:
        session.add(Shelf(room=1, place="a"))
        session.flush()
        mssql_double.server.statements.clear()
        books = [Book(title=f"t{n}", pages=n, room=1, place="a", printed=dt.datetime(2000, 1, 1))
                 for n in range(count)]  # fmt: skip
        session.add_all(books)
        session.flush()
        inserts = len(written(mssql_double))
        assert inserts == 2
        stored = dict(session.execute(select(Book.title, Book.id)).tuples().all())
        assert stored == {book.title: book.id for book in books}


def test_a_composite_key_is_compared_column_by_column(doubled, mssql_double):
    with Session(doubled) as session:
        shelves = [Shelf(room=room, place=place) for room in range(3) for place in "ab"]
        session.add_all(shelves)
        session.commit()
        for shelf in shelves:
            shelf.label = f"{shelf.room}{shelf.place}"
        session.commit()
        labels = session.execute(select(Shelf.room, Shelf.place, Shelf.label)).all()
        assert all(label == f"{room}{place}" for room, place, label in labels)
        mssql_double.server.statements.clear()
        for shelf in shelves[:2]:
            session.delete(shelf)
        session.commit()
    (text,) = written(mssql_double)
    assert text == (
        "DELETE FROM shelf WHERE (room = 0 AND place = N'a') OR (room = 0 AND place = N'b')"
    )


def test_stale_rows_are_named(doubled):
    with Session(doubled) as session:
        rows = [Counted(name=f"n{n}") for n in range(3)]
        session.add_all(rows)
        session.commit()
        [row.name for row in rows]
        with doubled.begin() as other:
            other.execute(update(Counted.__table__).values(version=9).where(Counted.id == 2))
        for row in rows:
            row.name = "changed"
        with pytest.raises(StaleDataError, match="Counted"):
            session.flush()


def test_values_that_only_the_server_makes(engine):
    metadata = MetaData()
    table = Table(
        "t",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("made", DateTime, server_default=func.now()),
        Column("price", Numeric(10, 2), server_default="1.5"),
        Column("parent", ForeignKey("t.id")),
    )
    metadata.create_all(engine)
    with engine.begin() as connection:
        row = connection.execute(core_insert(table).values().returning(*table.c)).one()
        assert isinstance(row.made, dt.datetime) and str(row.price) == "1.50"


# --- all of it is T-SQL ---------------------------------------------------------------------------

KINDS = {
    "SELECT": {"Select", "Union"}, "WITH": {"Select"}, "INSERT": {"Insert"}, "UPDATE": {"Update"},
    "DELETE": {"Delete"}, "MERGE": {"Merge"}, "BEGIN": {"Transaction"}, "COMMIT": {"Commit"},
    "ROLLBACK": {"Rollback"}, "SAVE": {"SaveTransaction"}, "IF": {"If"}, "SET": {"Set"},
    "DECLARE": {"Declare"}, "EXEC": {"Execute"}, "CREATE": {"Create"}, "DROP": {"Drop"},
    "ALTER": {"Alter"},
}  # fmt: skip


def test_every_statement_of_a_program_is_read_to_its_node_type(doubled, mssql_double):
    mssql_double.server.trigger("shelf", "INSERT")
    with Session(doubled) as session:
        session.add_all([Shelf(room=n, place="a") for n in range(3)])
        session.add_all([Counted(name="a"), Counted(name="b"), Counted(id=50, name="c")])
        session.add(Book(title="one"))
        session.commit()
        session.add_all([Book(title="two"), Book(title="three")])
        with session.begin_nested():
            session.add(Book(title="four"))
        savepoint = session.begin_nested()
        savepoint.rollback()
        for book in session.scalars(select(Book)):
            book.pages = book.id
        session.commit()
        for counted in session.scalars(select(Counted)).all():
            session.delete(counted)
        session.execute(update(Book).values(pages=Book.pages + 1).where(Book.id > 1))
        session.commit()
    with doubled.connect().execution_options(isolation_level="SNAPSHOT") as connection:
        connection.execute(select(Book.id))
    Base.metadata.drop_all(doubled)
    Base.metadata.create_all(doubled)
    seen = set()
    for statement in mssql_double.server.statements:
        verb = statement.split(None, 1)[0].upper()
        assert grammar.node_type(statement) in KINDS[verb], statement
        seen.add(verb)
    assert seen >= {"SELECT", "INSERT", "MERGE", "UPDATE", "DELETE", "SAVE", "SET", "CREATE", "IF"}


def test_each_exception_of_the_grammar_has_a_reason():
    assert all(reason and "reference" in reason for _, _, reason in grammar.EXCEPTIONS)
    assert all(reason for _, reason in grammar.PARTS)
