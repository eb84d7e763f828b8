"""Statements that write mapped classes: objects that come back, and the session afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    event,
    exc,
    func,
    insert,
    mapped_column,
    needs,
    relationship,
    select,
    selectinload,
    synonym,
    update,
)
from statements import Statements

from accord import bindparam, delete, upsert


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    called: Mapped[str | None] = mapped_column("author_name", String(20))
    size: Mapped[int | None]
    kind: Mapped[str | None] = mapped_column(String(10), default="plain")
    touched: Mapped[int | None] = mapped_column(onupdate=lambda: 42)
    length: Mapped[int | None] = synonym("size")
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        session.add_all([Author(called=f"n{n}", size=n) for n in range(1, 4)])
        session.commit()
        yield session


@pytest.fixture
def authors(session: Any) -> Any:
    return session.scalars(
        select(Author).order_by(Author.id).execution_options(populate_existing=True)
    ).all()


def held(authors: Any, name: str) -> list[Any]:
    """What the objects hold, without asking the database."""
    return [vars(author).get(name, "expired") for author in authors]


# --- objects that come back -----------------------------------------------------------------------


@needs("returning_update")
def test_an_expression_is_not_applied_twice_to_returned_objects(session: Any, authors: Any) -> None:
    statement = update(Author).values(size=Author.size + 10).returning(Author)
    returned = session.scalars(statement).all()
    assert {id(one) for one in returned} == {id(one) for one in authors}
    assert held(authors, "size") == [11, 12, 13]
    assert session.scalars(select(Author.size).order_by(Author.id)).all() == [11, 12, 13]


@needs("returning_insert")
def test_objects_and_values_come_back_together(session: Any) -> None:
    statement = insert(Author).values(called="new", size=4)
    row = session.execute(statement.returning(Author, (Author.size + 1).label("next"))).one()
    assert (row.Author.called, row.next) == ("new", 5)
    assert row.Author in session


@needs("returning_insert")
def test_related_objects_of_returned_ones_are_loaded(session: Any) -> None:
    statement = insert(Author).values(called="new").returning(Author)
    (author,) = session.scalars(statement.options(selectinload(Author.books))).all()
    assert vars(author)["books"] == []


@needs("returning_update")
def test_from_statement_takes_loader_options(session: Any, authors: Any) -> None:
    session.execute(insert(Book).values(title="t", author_id=authors[0].id))
    session.expunge_all()
    source = update(Author).values(called="x").returning(Author)
    found = session.scalars(
        select(Author).from_statement(source).options(selectinload(Author.books))
    )
    assert sorted(len(vars(author)["books"]) for author in found) == [0, 0, 1]


@needs("returning_insert")
def test_an_upsert_refreshes_objects_only_when_asked(session: Any, authors: Any) -> None:
    statement = upsert(Author).values(id=authors[0].id, called="other").returning(Author)
    assert session.scalars(statement).one().called == "n1"
    options = {"populate_existing": True}
    assert session.scalars(statement, execution_options=options).one().called == "other"
    assert authors[0].called == "other"


# --- the session afterwards -----------------------------------------------------------------------


def test_python_side_onupdate_is_known_without_asking(session: Any, authors: Any) -> None:
    session.execute(update(Author).where(Author.size < 3).values(called="x"))
    assert held(authors, "touched") == [42, 42, None]


def test_values_given_at_execution_reach_the_objects(session: Any, authors: Any) -> None:
    session.execute(update(Author).where(Author.size < 3), {"size": 9})
    assert held(authors, "size") == [9, 9, 3]
    statement = update(Author).where(Author.id == bindparam("key")).values(size=bindparam("new"))
    session.execute(statement, {"key": authors[0].id, "new": 8})
    assert held(authors, "size") == [8, 9, 3]


@needs("returning_update", "returning_delete")
def test_fetching_keys_takes_no_statement_of_its_own(
    session: Any, authors: Any, statements: Statements
) -> None:
    longer = func.length(Author.called) > 1
    session.execute(select(1))
    statements.clear()
    options = {"synchronize_session": "fetch"}
    result = session.execute(
        update(Author).where(longer).values(called="xx").returning(Author.size),
        execution_options=options,
    )
    assert sorted(result.scalars()) == [1, 2, 3]
    assert held(authors, "called") == ["xx"] * 3
    result = session.execute(delete(Author).where(longer), execution_options=options)
    assert result.rowcount == 3
    assert not any(author in session for author in authors)
    assert len(statements) == 2


def test_no_synchronization_may_be_spelled_none(session: Any, authors: Any) -> None:
    for nothing in (None, False):
        options = {"synchronize_session": nothing}
        session.execute(update(Author).values(called="x"), execution_options=options)
        assert held(authors, "called") == ["n1", "n2", "n3"]


def test_listeners_learn_what_a_statement_matched(session: Any, authors: Any) -> None:
    heard: list[Any] = []
    event.listen(session, "after_bulk_update", heard.append)
    session.execute(update(Author).where(Author.size > 1).values(called="x"))
    (write,) = heard
    assert (write.session, write.mapper.class_, write.rowcount) == (session, Author, 2)
    assert [one.size for one in write.matched_objects] == [2, 3]


# --- lists of rows --------------------------------------------------------------------------------


def test_an_update_by_key_puts_its_values_into_the_objects(session: Any, authors: Any) -> None:
    first, second, third = authors
    rows = [{"id": first.id, "called": "a"}, {"id": second.id, "called": "b"}]
    result = session.execute(update(Author), rows)
    assert held(authors, "called") == ["a", "b", "n3"]
    assert result.rowcount == 2
    session.execute(
        update(Author),
        [{"id": third.id, "called": "c"}],
        execution_options={"synchronize_session": None},
    )
    assert held(authors, "called") == ["a", "b", "n3"]


def test_an_update_by_key_takes_values_for_all_rows(session: Any, authors: Any) -> None:
    rows = [{"id": author.id, "called": "x"} for author in authors]
    session.execute(update(Author).values(size=Author.size + 1, kind="all"), rows)
    assert [(one.size, one.kind) for one in authors] == [(2, "all"), (3, "all"), (4, "all")]


def test_an_update_by_key_has_nothing_to_fetch(session: Any, authors: Any) -> None:
    rows = [{"id": authors[0].id, "called": "x"}]
    with pytest.raises(exc.InvalidRequestError, match="'fetch' .* is not available"):
        session.execute(update(Author), rows, execution_options={"synchronize_session": "fetch"})


def test_none_lets_a_default_of_a_new_row_stand(session: Any) -> None:
    rows = [{"called": "a", "kind": None}, {"called": "b", "kind": "own"}]
    session.execute(insert(Author), rows)
    kinds = select(Author.kind).where(Author.called.in_(["a", "b"])).order_by(Author.called)
    assert session.scalars(kinds).all() == ["plain", "own"]
    nulls = [{"called": "c", "kind": None}]
    session.execute(insert(Author), nulls, execution_options={"render_nulls": True})
    assert session.scalar(select(Author.kind).where(Author.called == "c")) is None


def test_rows_may_name_synonyms(session: Any) -> None:
    session.execute(insert(Author), [{"called": "a", "length": 7}])
    assert session.scalar(select(Author.size).where(Author.called == "a")) == 7


def test_a_column_name_stands_for_its_attribute_in_values(session: Any) -> None:
    session.execute(insert(Author).values(author_name="a"))
    session.execute(update(Author).values(author_name="b").where(Author.called == "a"))
    assert session.scalar(select(func.count()).where(Author.called == "b")) == 1


def test_a_relationship_is_written_through_its_column(session: Any, authors: Any) -> None:
    with pytest.raises(exc.InvalidRequestError, match="foreign key column"):
        session.execute(insert(Book), [{"title": "t", "author": authors[0]}])
    with pytest.raises(exc.ArgumentError, match="foreign key column"):
        insert(Book).values(title="t", author=authors[0])


def test_a_statement_describes_what_it_writes_and_returns() -> None:
    statement = insert(Author).returning(Author.id, Author)
    assert statement.entity_description["entity"] is Author
    assert statement.entity_description["table"] is Author.__table__
    names = [column["name"] for column in statement.returning_column_descriptions]
    assert names == ["id", "Author"]
