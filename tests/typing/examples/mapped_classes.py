"""An attribute is an expression on the class and a value on an object."""

from datetime import datetime
from typing import assert_type

from models import Author, Book

from accord.orm import aliased
from accord.orm.attributes import InstrumentedAttribute
from accord.sql.elements import Label
from accord.sql.nodes import ColumnElement

assert_type(Author.id, InstrumentedAttribute[int])
assert_type(Author.born, InstrumentedAttribute[datetime | None])
assert_type(Author.books, InstrumentedAttribute[list[Book]])
assert_type(Book.author, InstrumentedAttribute[Author])

assert_type(Author.name == "Ada", ColumnElement[bool])
assert_type(Author.id.in_([1, 2]), ColumnElement[bool])
assert_type(Author.id.desc(), ColumnElement[int])
assert_type(-Author.id, ColumnElement[int])
assert_type(Author.name.label("called"), Label[str])
assert_type(Author.name.distinct(), ColumnElement[str])

author = Author(name="Ada", books=[Book(title="Notes")])
assert_type(author, Author)
assert_type(author.id, int)
assert_type(author.born, datetime | None)
assert_type(author.books, list[Book])
assert_type(author.books[0].author.name, str)

author.name = "Grace"
author.born = None
author.id = Author.id + 1  # an SQL expression, evaluated by the flush

other = aliased(Author, name="other")
assert_type(other, type[Author])
assert_type(other.name, InstrumentedAttribute[str])
