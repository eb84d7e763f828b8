"""Statements as histories: what is shared, what long ones cost, what copies keep."""

import copy
import pickle
from typing import Any

from accord import Column, Integer, MetaData, String, Table, insert, select
from accord.orm import DeclarativeBase, Mapped, aliased, column_property, mapped_column


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


books = Table(
    "book",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("title", String(50)),
)


def test_selects_of_one_class_alone_are_one_object() -> None:
    assert select(Author) is select(Author)
    assert select(Author, Author.id) is not select(Author, Author.id)


def test_a_shared_select_is_never_changed_by_what_is_built_on_it() -> None:
    before = str(select(Author))
    select(Author).where(Author.id == 1).order_by(Author.name).limit(1)
    select(Author).execution_options(yield_per=5)
    assert str(select(Author)) == before
    assert select(Author).get_execution_options() == {}


def test_a_select_of_a_class_sees_attributes_that_are_mapped_later() -> None:
    class Later(Base):
        __tablename__ = "later"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert "double" not in str(select(Later))
    Later.double = column_property(Later.__table__.c.id * 2)
    assert "double" in str(select(Later))


def test_selects_of_an_alias_are_told_apart() -> None:
    other = aliased(Author)
    assert select(other) is not select(Author)


def test_a_history_of_thousands_of_steps() -> None:
    statement: Any = select(books)
    for number in range(3_000):
        statement = statement.where(books.c.id != number)
    assert len(statement.binds) == 3_000
    assert len(statement.steps) == 3_001
    assert hash(statement.key)
    del statement  # a chain this long must not exhaust the stack


def test_equal_histories_have_equal_keys_however_they_were_made() -> None:
    condition = books.c.id == 1
    once = select(books).where(condition).order_by(books.c.title)
    again = select(books).where(books.c.id == 5).order_by(books.c.title)
    assert once.key == again.key


def test_one_parameter_used_twice_is_not_two_equal_ones() -> None:
    condition = books.c.id == 1
    shared = select(books).where(condition).where(condition)
    equal = select(books).where(books.c.id == 1).where(books.c.id == 1)
    assert shared.key != equal.key


def test_execution_options_are_merged_and_no_part_of_the_key() -> None:
    plain = select(books)
    given = plain.execution_options(yield_per=1, a=1).where(books.c.id == 1)
    given = given.execution_options(a=2)
    assert given.get_execution_options() == {"yield_per": 1, "a": 2}
    assert given.key == plain.where(books.c.id == 1).key


def test_copies_and_pickles_keep_steps_and_options() -> None:
    statement = select(books).where(books.c.id == 1).limit(2).execution_options(a=1)
    for made in (copy.copy(statement), pickle.loads(pickle.dumps(statement))):
        assert str(made) == str(statement)
        assert [step for step, _ in made.steps] == ["columns", "where", "limit"]
        assert made.get_execution_options() == {"a": 1}
        assert [bind.value for bind in made.binds] == [1, 2]


def test_values_of_many_parameters_are_taken_as_those_of_few() -> None:
    few = select(books).where(*[books.c.id != n for n in range(3)])
    many = select(books).where(*[books.c.id != n for n in range(60)])
    assert few.compile().params == {f"id_{n + 1}": n for n in range(3)}
    assert many.compile().params == {f"id_{n + 1}": n for n in range(60)}


def test_insert_keeps_its_target_through_every_step() -> None:
    statement = insert(books).values(title="x").returning(books.c.id)
    assert statement.table is books
    assert [step for step, _ in statement.steps] == ["target", "values", "returning"]
