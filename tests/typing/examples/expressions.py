"""Functions of known type, casts, literals, columns of tables."""

from datetime import date, datetime
from typing import Any, assert_type

from models import Author, Book, tagging

from accord import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Named,
    NotNullable,
    Nullable,
    String,
    Table,
    TypedColumns,
    and_,
    case,
    cast,
    column,
    desc,
    exists,
    extract,
    func,
    label,
    literal,
    literal_column,
    not_,
    nulls_last,
    or_,
    over,
    select,
    text,
    try_cast,
    type_coerce,
)
from accord.sql.elements import Cast, Exists, Extract, Label, TryCast, TypeCoerce
from accord.sql.functions import Function
from accord.sql.nodes import BindParameter, ColumnElement
from accord.sql.select import Select
from accord.sql.selectable import ColumnClause
from accord.sql.windows import Over

assert_type(func.count(), Function[int])
assert_type(func.count(Author.id).label("n"), Label[int])
assert_type(func.lower(Author.name), Function[str])
assert_type(func.now(), Function[datetime])
assert_type(func.current_date(), Function[date])
assert_type(func.max(Author.id), Function[int])
assert_type(func.sum(Book.price), Function[float | None])
assert_type(func.coalesce(Book.price, 0), Function[float])
assert_type(func.nullif(Author.id, 0), Function[int | None])
assert_type(func.max(Author.id).over(partition_by=Author.name), Over[int])
assert_type(func.count().filter(Author.id > 1), ColumnElement[int])
assert_type(over(func.row_number(), order_by=Author.id), Over[int])

assert_type(cast(Author.id, String), Cast[str])
assert_type(cast(Author.id, String(10)), Cast[str])
assert_type(try_cast(Author.name, Integer), TryCast[int])
assert_type(type_coerce(Author.id, Boolean), TypeCoerce[bool])
assert_type(literal(5), BindParameter[int])
assert_type(literal_column("now()", DateTime), ColumnClause[datetime])
assert_type(column("id", Integer), ColumnClause[int])
assert_type(label("n", Author.id), Label[int])
assert_type(extract("year", Author.born), Extract)
assert_type(exists(select(Author.id)), Exists)
assert_type(desc(Author.id), ColumnElement[int])
assert_type(nulls_last(Book.price), ColumnElement[float | None])
assert_type(and_(Author.id == 1, or_(Author.id == 2, not_(Author.id == 3))), ColumnElement[bool])
assert_type(case((Author.id == 1, "one"), else_="many").label("how"), Label[Any])

assert_type(Column("id", Integer, primary_key=True), Column[int])
assert_type(Column("name", String(30), nullable=False), Column[str])
assert_type(Column(Integer, ForeignKey("author.id")), Column[int])
assert_type(tagging.c.book_id, Column[Any])
assert_type(tagging.c["book_id"], Column[Any])
assert_type(tagging.c.book_id == 5, ColumnElement[bool])


class reader_cols(TypedColumns):
    id = Column(Integer, primary_key=True)
    name: Named[str]
    town: Named[str | None] = Column(String(40))


reader = Table("reader", MetaData(), reader_cols)
typed = reader.with_cols(reader_cols)
assert_type(select(typed.c.id, typed.c.name, typed.c.town), Select[tuple[int, str, str | None]])
assert_type(select(Nullable(Author.name)), Select[tuple[str | None]])
assert_type(select(NotNullable(Book.price)), Select[tuple[float]])
assert_type(Author.id.op("%", precedence=8)(3), ColumnElement[Any])
assert_type(Author.id.bool_op("<")(3), ColumnElement[bool])

select(Author).where(text("id = 1"))
