"""A select list keeps the types of its items."""

from datetime import datetime
from typing import Any, assert_type

from models import Author, Book, tagging

from accord import func, select, table, text, union, union_all
from accord.orm import aliased
from accord.sql.elements import ScalarSelect
from accord.sql.select import CompoundSelect, Select

assert_type(select(Author), Select[tuple[Author]])
assert_type(select(Author.id, Author.name), Select[tuple[int, str]])
assert_type(select(Author, Book.price), Select[tuple[Author, float | None]])
assert_type(
    select(
        Author.id,
        Author.name,
        Author.born,
        Author,
        Book,
        Book.id,
        Book.title,
        Book.price,
        func.count(),
        Book.author_id,
    ),
    Select[
        tuple[int, str, datetime | None, Author, Book, int, str, float | None, int, int],
    ],
)
assert_type(select(tagging), Select[Any])
assert_type(select(table("author")), Select[Any])

# Whatever is said afterwards leaves the rows as they are.
refined = (
    select(Author.name, func.count(Book.id))
    .join(Author.books)
    .join_from(Author, Book)
    .where(Book.price > 3, Author.born.is_(None))
    .filter_by(title="Notes")
    .group_by(Author.name)
    .having(func.count() > 1)
    .order_by(Author.name.desc())
    .limit(10)
    .distinct()
    .with_for_update()
    .execution_options(yield_per=100)
)
assert_type(refined, Select[tuple[str, int]])

assert_type(select(Author.id).add_columns(Author.name), Select[tuple[int, str]])
assert_type(select(Author).add_columns(Book, Book.id), Select[tuple[Author, Book, int]])
assert_type(select(Author).with_only_columns(Author.name), Select[tuple[str]])
assert_type(select(Author.id).scalar_subquery(), ScalarSelect[int])
assert_type(select(func.max(Book.price)).scalar_subquery(), ScalarSelect[float | None])
counted = select(func.count(Book.id)).scalar_subquery()
assert_type(select(Author.id, counted), Select[tuple[int, int]])

other = aliased(Author)
assert_type(select(Author, other.name), Select[tuple[Author, str]])

assert_type(union(select(Author.id), select(Book.id)), CompoundSelect[tuple[int]])
assert_type(select(Author).union(select(Author)), CompoundSelect[tuple[Author]])
assert_type(union_all(select(Author), select(Author)), CompoundSelect[tuple[Author]])
assert_type(select(Author).from_statement(text("SELECT * FROM author")), Select[tuple[Author]])
