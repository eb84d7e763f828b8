"""INSERT … ON CONFLICT of one database, its rows as objects; `returning()` ends the building."""

from typing import assert_type

from models import Author

from accord import create_engine, select
from accord.dialects.postgresql import insert
from accord.engine import ScalarResult
from accord.orm import Session
from accord.sql.dml import ReturningInsert

statement = insert(Author).values([{"name": "sandy"}, {"name": "squidward"}])
upsert = statement.on_conflict_do_update(
    index_elements=[Author.name], set_={"name": statement.excluded.name}
).returning(Author)
assert_type(upsert, ReturningInsert[tuple[Author]])

objects = select(Author).from_statement(upsert).execution_options(populate_existing=True)
with Session(create_engine("postgresql://localhost/shop")) as session:
    assert_type(session.scalars(objects), ScalarResult[Author])
    assert_type(session.scalars(upsert).all(), list[Author])
