"""What a session gives back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, assert_type

from models import Author, Book, tagging

from accord import create_engine, delete, func, insert, select, text, update
from accord.engine import CursorResult, Result, Row, RowMapping, ScalarResult
from accord.orm import Query, Session, selectinload, sessionmaker

engine = create_engine("sqlite://")
NewSession = sessionmaker(engine, expire_on_commit=False)


class AuditedSession(Session):
    pass


assert_type(NewSession(), Session)
assert_type(sessionmaker(engine, class_=AuditedSession)(), AuditedSession)

with NewSession.begin() as session:
    assert_type(session, Session)

    # --- by key ---------------------------------------------------------------------------------
    assert_type(session.get(Author, 1), Author | None)
    assert_type(session.get(Author, 1, options=[selectinload(Author.books)]), Author | None)
    assert_type(session.get_one(Author, {"id": 1}), Author)
    assert_type(session.merge(Author(id=1)), Author)

    # --- rows ------------------------------------------------------------------------------------
    result = session.execute(select(Author.id, Author.name))
    assert_type(result, Result[tuple[int, str]])
    assert_type(result.one(), Row[tuple[int, str]])
    assert_type(result.first(), Row[tuple[int, str]] | None)
    assert_type(result.all(), list[Row[tuple[int, str]]])
    assert_type(result.partitions(10), Iterator[list[Row[tuple[int, str]]]])
    assert_type(result.unique(), Result[tuple[int, str]])
    assert_type(result.yield_per(10).fetchmany(), list[Row[tuple[int, str]]])
    assert_type(result.tuples().all(), list[tuple[int, str]])
    assert_type(result.t.one(), tuple[int, str])
    assert_type(result.mappings().all(), list[RowMapping])
    assert_type(result.freeze()(), Result[tuple[int, str]])
    for row in result:
        assert_type(row, Row[tuple[int, str]])
        assert_type(row.t, tuple[int, str])
        assert_type(row[0], int)
        assert_type(row[1], str)
        number, name = row.t
        assert_type(number, int)
        assert_type(name, str)

    # --- values ----------------------------------------------------------------------------------
    assert_type(result.scalars(), ScalarResult[int])
    assert_type(result.scalars(1).all(), list[str])
    assert_type(result.scalar(), int | None)
    assert_type(result.scalar_one(), int)
    assert_type(result.scalar_one_or_none(), int | None)
    assert_type(session.scalar(select(func.count()).select_from(Author)), int | None)
    assert_type(session.scalar(select(Author).where(Author.id == 1)), Author | None)

    # --- objects ---------------------------------------------------------------------------------
    assert_type(session.scalars(select(Author)), ScalarResult[Author])
    assert_type(session.scalars(select(Author)).all(), list[Author])
    assert_type(session.scalars(select(Author).limit(1)).first(), Author | None)
    assert_type(session.scalars(select(Author, Book)).one(), Author)
    assert_type(session.execute(select(Author)).scalars().unique().all(), list[Author])
    for author in session.scalars(select(Author).order_by(Author.name)):
        assert_type(author, Author)

    # --- rows of DML -----------------------------------------------------------------------------
    born = insert(Author).values(name="Ada").returning(Author.id, Author.born)
    assert_type(session.execute(born).one(), Row[tuple[int, datetime | None]])
    assert_type(session.scalars(insert(Author).returning(Author), [{"name": "Kay"}]).one(), Author)
    changed = update(Book).values(price=1.0).returning(Book.id).where(Book.id == 1)
    assert_type(session.execute(changed), Result[tuple[int]])
    assert_type(session.scalars(delete(Book).returning(Book.title)).all(), list[str])
    assert_type(session.execute(update(Book).values(price=2.0)), CursorResult[Any])
    assert_type(session.execute(delete(Book)).rowcount, int)

    # --- what no type is known of ----------------------------------------------------------------
    assert_type(session.execute(text("SELECT 1")), Result[Any])
    assert_type(session.execute(select(tagging)), Result[Any])

    # --- the legacy Query ------------------------------------------------------------------------
    assert_type(session.query(Author), Query[Author])
    assert_type(session.query(Author).filter(Author.id == 1).first(), Author | None)
    assert_type(session.query(Author).join(Author.books).all(), list[Author])
    assert_type(session.query(Author.id, Book).all(), list[Row[tuple[int, Book]]])
