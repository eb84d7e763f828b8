"""Columns declared as a class: types and NULL follow from annotations, what Column says wins."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any, Optional

import pytest

from accord import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Named,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    create_engine,
    insert,
    select,
)
from accord.exc import ArgumentError, InvalidRequestError


class with_id(TypedColumns):
    id = Column(Integer, primary_key=True)


class named(TypedColumns):
    name: Named[str]
    weight: Named[float | None]
    born: Named[Optional[datetime.date]] = Column("born_on", index=True)  # noqa: UP045 - also so
    mark: Column[uuid.UUID]
    price: Named[decimal.Decimal]
    short: Named[str | None] = Column(String(5), nullable=False)


class product(named, with_id):
    extra: Named[int]
    flag = Column(Integer, nullable=False)


def table_of(*items: Any) -> Table:
    return Table("t", MetaData(), *items)


def shown(table: Table) -> list[tuple[str, str, bool]]:
    return [(str(column.key), repr(column.type), column.nullable) for column in table.c]


def test_annotations_say_types_and_null() -> None:
    table = table_of(product)
    assert shown(table) == [
        ("id", "Integer()", False),
        ("name", "String()", False),
        ("weight", "Double()", True),
        ("born", "Date()", True),
        ("mark", "Uuid()", False),
        ("price", "Numeric()", False),
        ("short", "String(length=5)", False),
        ("flag", "Integer()", False),
        ("extra", "Integer()", False),
    ]
    assert table.c.born.name == "born_on"
    assert [index.columns[0].name for index in table.indexes] == ["born_on"]
    assert list(table.primary_key.columns) == [table.c.id]


def test_each_table_has_columns_of_its_own() -> None:
    one, two = table_of(product), table_of(product)
    assert one.c.id is not two.c.id
    assert with_id.id.table is None


def test_columns_of_a_class_can_be_redefined() -> None:
    class other(named):
        name: Named[int | None]

    assert shown(table_of(other))[0] == ("name", "Integer()", True)


def test_more_may_follow() -> None:
    table = table_of(with_id, Column("z", Integer), UniqueConstraint("z"))
    assert table.c.keys() == ["id", "z"]
    extended = Table("t", table.metadata, named, extend_existing=True)
    assert extended is table
    assert "weight" in table.c

    class child(with_id):
        parent: Named[int] = Column(ForeignKey("t.id"))

    other = Table("child", table.metadata, child)
    assert repr(other.c.parent.type) == "Integer()"
    assert other.c.parent.references(table.c.id)


def test_rows_of_it() -> None:
    class book(with_id):
        title: Named[str]
        year: Named[int | None]
        __row_pos__: tuple[int, str, int | None]

    table = table_of(book)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table).values(title="Blue"))
        assert connection.execute(select(table)).one() == (1, "Blue", None)
    assert select(table).subquery().with_cols(book).c.keys() == ["id", "title", "year"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"__annotations__": {"x": int}}, "is Named"),
        ({"__annotations__": {"x": Named}}, "is Named"),
        ({"__annotations__": {"x": Any}}, "is Named"),
        ({"__annotations__": {"x": Named[object]}}, "no SQL type is known for object"),
        ({"__annotations__": {"x": Named[int | str]}}, "no SQL type is known"),
        ({"x": 5}, "not a int"),
        ({"x": lambda self: 5}, "not a function"),
        ({"x": Column()}, "says no type"),
    ],
    ids=str,
)
def test_what_says_too_little_is_refused(body: dict[str, Any], words: str) -> None:
    made = type("wrong", (TypedColumns,), {"__module__": __name__, **body})
    with pytest.raises(ArgumentError, match=words):
        table_of(made)


def test_the_class_has_no_instances_and_stands_first() -> None:
    with pytest.raises(InvalidRequestError, match="has no instances"):
        product()
    with pytest.raises(ArgumentError, match="was given product"):
        table_of(Column("a", Integer), product)
    with pytest.raises(ArgumentError, match="was given int"):
        table_of(int)
