"""ORM-enabled UPDATE and DELETE with session synchronisation, bulk INSERT through the Session."""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    Mapped,
    Session,
    String,
    bindparam,
    delete,
    exc,
    func,
    insert,
    inspect,
    mapped_column,
    needs,
    select,
    update,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    size: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(10), default="plain")


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Item(name=f"n{n}", size=n) for n in range(1, 6)])
        session.commit()
        yield session


@pytest.fixture
def items(session: Any) -> Any:
    return session.scalars(select(Item).order_by(Item.id)).all()


SYNC = ["auto", "evaluate", "fetch"]


def sync(value: Any) -> dict[str, Any]:
    return {"execution_options": {"synchronize_session": value}}


# --- update


@pytest.mark.parametrize("how", SYNC)
def test_update_refreshes_matching_objects(session: Any, items: Any, how: str) -> None:
    session.execute(update(Item).where(Item.size > 3).values(name="big"), **sync(how))
    assert [item.name for item in items] == ["n1", "n2", "n3", "big", "big"]


@pytest.mark.parametrize("how", SYNC)
def test_update_by_an_expression(session: Any, items: Any, how: str) -> None:
    session.execute(update(Item).values(size=Item.size * 10), **sync(how))
    assert [item.size for item in items] == [10, 20, 30, 40, 50]


def test_an_operator_of_the_user_is_evaluated_by_its_python_impl(session: Any, items: Any) -> None:
    asked = []

    def plus(left: Any, right: Any) -> Any:
        asked.append((left, right))
        return left + right

    session.execute(update(Item).where(Item.id == items[0].id).values(size=None))
    bigger = Item.size.op("+", precedence=7, python_impl=plus)(1) > 4
    session.execute(update(Item).where(bigger).values(name="big"), **sync("evaluate"))
    assert [item.name for item in items] == ["n1", "n2", "n3", "big", "big"]
    assert (5, 1) in asked
    unknown = Item.size.op("+")(1) > 4
    with pytest.raises(exc.InvalidRequestError):
        session.execute(update(Item).where(unknown).values(name="x"), **sync("evaluate"))


def test_update_without_synchronisation_leaves_the_objects(session: Any, items: Any) -> None:
    session.execute(update(Item).values(name="x"), **sync(False))
    assert items[0].name == "n1"
    session.expire_all()
    assert items[0].name == "x"


@pytest.mark.parametrize("how", [*SYNC, False])
def test_rowcount(session: Any, how: Any) -> None:
    assert (
        session.execute(update(Item).where(Item.size < 3).values(name="x"), **sync(how)).rowcount
        == 2
    )
    assert session.execute(delete(Item).where(Item.size < 3), **sync(how)).rowcount == 2


def test_evaluate_refuses_criteria_python_cannot_evaluate(session: Any, items: Any) -> None:
    statement = update(Item).where(func.abs(Item.size) == 3).values(name="x")
    with pytest.raises(exc.InvalidRequestError):
        session.execute(statement, **sync("evaluate"))


def test_auto_falls_back_to_fetch(session: Any, items: Any) -> None:
    session.execute(update(Item).where(func.abs(Item.size) == 3).values(name="x"))
    assert items[2].name == "x"


def test_unknown_synchronize_session_is_an_error(session: Any) -> None:
    with pytest.raises(exc.ArgumentError):
        session.execute(update(Item).values(name="x"), **sync("sometimes"))


@pytest.mark.parametrize("how", SYNC)
def test_update_sees_unflushed_changes(session: Any, items: Any, how: str) -> None:
    items[0].size = 100
    session.execute(update(Item).where(Item.size == 100).values(name="hit"), **sync(how))
    assert items[0].name == "hit"


@pytest.mark.parametrize("how", SYNC)
def test_update_ignores_expired_objects_until_read(session: Any, items: Any, how: str) -> None:
    session.expire_all()
    session.execute(update(Item).where(Item.name == "n2").values(size=0), **sync(how))
    assert items[1].size == 0


def test_updated_objects_are_not_dirty(session: Any, items: Any) -> None:
    session.execute(update(Item).values(name="x"))
    assert len(session.dirty) == 0


def test_update_is_undone_by_rollback(session: Any, items: Any) -> None:
    session.execute(update(Item).values(name="x"))
    session.rollback()
    assert items[0].name == "n1"


def test_update_with_null_comparison(session: Any, items: Any) -> None:
    items[0].name = None
    session.execute(update(Item).where(Item.name == None).values(size=0))  # noqa: E711
    assert [item.size for item in items] == [0, 2, 3, 4, 5]


def test_update_with_in_and_boolean_criteria(session: Any, items: Any) -> None:
    session.execute(
        update(Item)
        .where(Item.size.in_([1, 2]) | (Item.name == "n5"))
        .where(Item.id != 2)
        .values(name="hit")
    )
    assert [item.name for item in items] == ["hit", "n2", "n3", "n4", "hit"]


def test_update_of_a_column_by_attribute_key(session: Any, items: Any) -> None:
    session.execute(update(Item).where(Item.id == 1).values({Item.name: "by attribute"}))
    assert items[0].name == "by attribute"


@needs("returning_update")
def test_update_returning_objects(session: Any, items: Any) -> None:
    result = session.scalars(
        update(Item).where(Item.size >= 4).values(name="r").returning(Item)
    ).all()
    assert {id(item) for item in result} == {id(items[3]), id(items[4])}
    assert items[3].name == "r"


def test_bulk_update_by_primary_key(session: Any, items: Any, statements: Any) -> None:
    statements.clear()
    session.execute(
        update(Item), [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}, {"id": 3, "name": "c"}]
    )
    assert set(statements.writes()) == {("UPDATE", "item")}
    session.expire_all()
    assert [item.name for item in items] == ["one", "two", "c", "n4", "n5"]


def test_update_with_parameters(session: Any) -> None:
    statement = update(Item).where(Item.name == bindparam("old")).values(name="new")
    session.execute(statement, {"old": "n1"}, **sync(False))
    assert session.scalar(select(func.count()).where(Item.name == "new")) == 1


# --- delete


@pytest.mark.parametrize("how", SYNC)
def test_delete_removes_matching_objects(session: Any, items: Any, how: str) -> None:
    session.execute(delete(Item).where(Item.size > 3), **sync(how))
    assert [item in session for item in items] == [True, True, True, False, False]
    assert inspect(items[4]).deleted


def test_delete_without_synchronisation_keeps_the_objects(session: Any, items: Any) -> None:
    session.execute(delete(Item).where(Item.size > 3), **sync(False))
    assert items[4] in session


def test_deleted_objects_are_detached_after_commit(session: Any, items: Any) -> None:
    session.execute(delete(Item).where(Item.id == 1))
    session.commit()
    assert inspect(items[0]).detached
    assert session.get(Item, 1) is None


def test_delete_is_undone_by_rollback(session: Any, items: Any) -> None:
    session.execute(delete(Item))
    session.rollback()
    assert all(item in session for item in items)
    assert items[0].name == "n1"


@needs("returning_delete")
def test_delete_returning(session: Any) -> None:
    gone = session.execute(delete(Item).where(Item.size < 3).returning(Item.id, Item.name)).all()
    assert sorted(gone) == [(1, "n1"), (2, "n2")]


# --- insert


def test_bulk_insert(session: Any, statements: Any, rows: Any) -> None:
    statements.clear()
    session.execute(insert(Item), [{"name": "a", "size": 1}, {"name": "b", "size": 2}])
    assert statements.order() == [("INSERT", "item")]
    session.commit()
    assert rows("SELECT name, size, kind FROM item WHERE id > 5 ORDER BY id") == [
        ("a", 1, "plain"),
        ("b", 2, "plain"),
    ]


def test_insert_of_one_row(session: Any, rows: Any) -> None:
    session.execute(insert(Item).values(name="a"))
    session.commit()
    assert rows("SELECT name FROM item WHERE id = 6") == [("a",)]


def test_bulk_insert_with_different_keys(session: Any, rows: Any) -> None:
    session.execute(insert(Item), [{"name": "a"}, {"size": 7}, {"name": "c", "size": 9}])
    session.commit()
    assert rows("SELECT name, size FROM item WHERE id > 5 ORDER BY id") == [
        ("a", None),
        (None, 7),
        ("c", 9),
    ]


@needs("returning_insert")
def test_bulk_insert_returning_objects(session: Any) -> None:
    made = session.scalars(
        insert(Item).returning(Item, sort_by_parameter_order=True),
        [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    ).all()
    assert [(item.id, item.name) for item in made] == [(6, "a"), (7, "b"), (8, "c")]
    assert all(inspect(item).persistent for item in made)


@needs("returning_insert")
def test_bulk_insert_returning_columns(session: Any) -> None:
    made = session.execute(insert(Item).returning(Item.id), [{"name": "a"}, {"name": "b"}]).all()
    assert sorted(made) == [(6,), (7,)]


def test_bulk_insert_takes_attribute_names(engine: Any) -> None:
    class Local(DeclarativeBase):
        pass

    class Renamed(Local):
        __tablename__ = "renamed"
        id: Mapped[int] = mapped_column("renamed_id", primary_key=True)
        label: Mapped[str] = mapped_column("renamed_label", String(10))

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(Renamed), [{"label": "a"}, {"label": "b"}])
        assert session.scalars(select(Renamed.label).order_by(Renamed.id)).all() == ["a", "b"]


def test_unknown_key_in_a_bulk_insert_is_an_error(session: Any) -> None:
    with pytest.raises(exc.SQLAlchemyError, match="nope"):
        session.execute(insert(Item).values([{"name": "a", "nope": 1}]))


def test_legacy_bulk_methods(session: Any, rows: Any) -> None:
    session.bulk_insert_mappings(Item, [{"name": "m1"}, {"name": "m2"}])
    session.bulk_save_objects([Item(name="o1"), Item(name="o2")])
    session.bulk_update_mappings(Item, [{"id": 1, "name": "changed"}])
    session.commit()
    assert rows("SELECT name FROM item WHERE id > 5 OR id = 1 ORDER BY id") == [
        ("changed",),
        ("m1",),
        ("m2",),
        ("o1",),
        ("o2",),
    ]
