"""What a connection gives back."""

from typing import Any, assert_type

from models import Author, tagging

from accord import Connection, create_engine, insert, select, text
from accord.engine import CursorResult, MappingResult, Row, ScalarResult

engine = create_engine("sqlite://")

with engine.begin() as connection:
    assert_type(connection, Connection)
    rows = connection.execute(select(Author.id, Author.name))
    assert_type(rows, CursorResult[tuple[int, str]])
    assert_type(rows.all(), list[Row[tuple[int, str]]])
    assert_type(rows.rowcount, int)
    assert_type(rows.mappings(), MappingResult)
    assert_type(connection.scalar(select(Author.name)), str | None)
    assert_type(connection.scalars(select(Author.id, Author.name)), ScalarResult[int])
    assert_type(connection.execute(insert(tagging), [{"book_id": 1}]), CursorResult[Any])
    assert_type(connection.execute(text("SELECT 1")).scalar_one(), Any)
    inserted = connection.execute(insert(Author).values(name="Ada").returning(Author.id))
    assert_type(inserted, CursorResult[tuple[int]])
    assert_type(inserted.scalar_one(), int)
