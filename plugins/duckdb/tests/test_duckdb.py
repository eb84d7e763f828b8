"""What the kit does not ask: DuckDB's sequences behind keys, its conflicts, its one process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import accord_duckdb
from accord import (
    Column,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    select,
    text,
    update,
)
from accord.exc import AccordError, ArgumentError, IntegrityError, OperationalError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"duckdb:///{tmp_path}/test.duckdb"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def statements(engine: Engine) -> list[str]:
    sent: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def remember(conn: Any, cursor: Any, statement: str, *_: object) -> None:
        sent.append(statement)

    return sent


def test_the_package_has_at_most_400_lines() -> None:
    files = sorted(Path(accord_duckdb.__file__).parent.glob("**/*.py"))
    assert sum(len(file.read_text("utf-8").splitlines()) for file in files) <= 400


@pytest.mark.parametrize("count", [1, 2, 1_000, 5_000])
def test_keys_drawn_from_the_sequence_are_those_of_their_rows(engine: Engine, count: int) -> None:
    authors = [Author(name=f"payload {i}") for i in range(count)]
    with Session(engine) as session:
        session.add_all(authors)
        session.flush()
        known = {author.name: author.id for author in authors}
        session.commit()
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, id FROM author")).all()
    assert {row[0]: row[1] for row in found} == known
    assert len(known) == count


def test_a_thousand_objects_cost_one_statement_for_keys_and_one_for_rows(
    engine: Engine, statements: list[str]
) -> None:
    with Session(engine) as session:
        session.add(Author(name="first"))  # asks the catalog once
        session.flush()
        statements.clear()
        session.add_all(Author(name=f"{i}") for i in range(1_000))
        session.flush()
        assert [line.split()[0] for line in statements] == ["SELECT", "INSERT"]
        session.rollback()


def test_the_sequence_goes_with_its_table(engine: Engine) -> None:
    count = text("SELECT count(*) FROM duckdb_sequences()")
    with engine.begin() as connection:
        assert connection.execute(count).scalar() == 2
        Base.metadata.drop_all(connection)
        assert connection.execute(count).scalar() == 0


def test_a_graph_is_flushed_in_the_order_of_its_references(engine: Engine) -> None:
    with Session(engine) as session:
        for i in range(50):
            books = [Book(title=f"{i}.{k}") for k in range(3)]
            session.add(Author(name=f"{i}", books=books))
        session.commit()
    with Session(engine) as session:
        pairs = session.execute(select(Author.name, Book.title).join(Book.author)).all()
    assert sorted(tuple(pair) for pair in pairs) == sorted(
        (f"{i}", f"{i}.{k}") for i in range(50) for k in range(3)
    )


def test_changed_objects_are_written_by_one_update(engine: Engine, statements: list[str]) -> None:
    with Session(engine) as session:
        session.add(Author(name="a", books=[Book(title=f"{i}") for i in range(500)]))
        session.commit()
        books = session.scalars(select(Book)).all()
        statements.clear()
        for book in books:
            book.pages = book.id * 2
        session.commit()
        assert len([line for line in statements if line.startswith("UPDATE")]) == 1
    with Session(engine) as session:
        assert all(book.pages == book.id * 2 for book in session.scalars(select(Book)))


def test_of_two_writers_of_a_row_the_second_may_try_again(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Author(id=1, name="a"))
        session.commit()
    with engine.connect() as first, engine.connect() as second:
        first.execute(update(Author).values(name="first"))
        with pytest.raises(OperationalError) as caught:
            second.execute(update(Author).values(name="second"))
        assert (caught.value.kind, caught.value.retryable) == ("serialization", True)
        second.rollback()
        first.commit()
        second.execute(update(Author).values(name="second"))
        second.commit()


def test_commit_after_a_failed_statement_raises_instead_of_losing_rows(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO author VALUES (1, 'a')"))
        with pytest.raises(IntegrityError):
            connection.execute(text("INSERT INTO author VALUES (1, 'b')"))
        with pytest.raises(AccordError, match="aborted"):
            connection.commit()


def test_a_second_process_is_told_that_the_file_is_taken(engine: Engine, url: str) -> None:
    with engine.connect():
        program = f"from accord import create_engine; create_engine({url!r}).connect()"
        ended = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
        )
    assert ended.returncode != 0
    assert "DuckDB opens a file for one process at a time" in ended.stderr


def test_a_file_can_be_opened_for_reading_only(engine: Engine, url: str) -> None:
    engine.dispose()
    reading = create_engine(f"{url}?read_only=true")
    with reading.connect() as connection:
        assert connection.execute(select(Author)).all() == []
        with pytest.raises(AccordError):
            connection.execute(text("INSERT INTO author VALUES (1, 'a')"))
    reading.dispose()


@pytest.mark.parametrize("wrong", ["threads=4", "read_only=maybe"])
def test_options_nobody_knows_are_refused_by_name(url: str, wrong: str) -> None:
    with pytest.raises(ArgumentError, match=wrong.partition("=")[0]):
        create_engine(f"{url}?{wrong}").connect()


def test_a_database_in_memory_lives_as_long_as_its_engine() -> None:
    engine = create_engine("duckdb://")
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String(9)))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [{"s": "a"}, {"s": "b"}])
    with engine.connect() as connection:
        assert connection.execute(select(table.c.s).order_by(table.c.id)).scalars().all() == [
            "a",
            "b",
        ]
    engine.dispose()


def test_a_catalog_is_not_read_and_says_so(engine: Engine) -> None:
    with pytest.raises(AccordError, match="cannot read the database's catalog"):
        inspect(engine).get_table_names()
