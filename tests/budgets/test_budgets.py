"""Exact counts that gate: frames and depth of a flush, statements, what `import accord` loads.

Frames are `sys.setprofile` calls on CPython 3.12, where the numbers are defined; other versions
inline other frames. Statements are driver calls.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from counting import Frames
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    accord_only,
    create_engine,
    mapped_column,
    module,
    relationship,
    select,
)
from statements import Statements, record

on_3_12 = pytest.mark.skipif(
    sys.version_info[:2] != (3, 12), reason="frame counts are defined on CPython 3.12"
)
pytestmark = accord_only


PAGES = 4  # statements of 250 rows: longer ones are not faster on SQLite


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    category: Mapped[str] = mapped_column(String(20))
    price: Mapped[float]
    quantity: Mapped[int]


class Parent(Base):
    __tablename__ = "parent"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    children: Mapped[list["Child"]] = relationship(back_populates="parent")


class Child(Base):
    __tablename__ = "child"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped[Parent | None] = relationship(back_populates="children")


def item(number: int) -> Item:
    return Item(name=f"n{number}", category="c", price=1.5, quantity=number)


def family(number: int) -> Parent:
    return Parent(name=f"p{number}", children=[Child(name=f"c{k}") for k in range(4)])


@pytest.fixture(autouse=True)
def no_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an installed plugin does in a flush is its own cost."""
    registry = module("hooks.registry")
    found = [value for value in vars(registry).values() if type(value) is registry.PluginRegistry]
    assert len(found) == 1
    found[0].load_installed()
    monkeypatch.setattr(found[0], "_implemented", frozenset())


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Any]:
    engine = create_engine(f"sqlite:///{tmp_path}/budget.db")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Any) -> Iterator[Any]:
    """A session whose every path has run once."""
    with Session(engine) as session:
        for _ in range(2):
            one, few = item(0), [item(n) for n in range(20)]
            families = [family(n) for n in range(20)]
            session.add(one)
            session.flush()
            session.add_all([*few, *families])
            session.flush()
            one.quantity = 5
            session.flush()
            for obj in few:
                obj.quantity += 1
            session.flush()
            for obj in few:
                session.delete(obj)
            session.flush()
            session.flush()
        session.commit()
        session.connection()
        yield session


def flush_frames(session: Any) -> Frames:
    with Frames() as counted:
        session.flush()
    return counted


@on_3_12
def test_insert_of_one_object(session: Any) -> None:
    session.add(item(1))
    counted = flush_frames(session)
    assert counted.calls <= 120, str(counted)
    assert counted.depth <= 15, str(counted)


@on_3_12
def test_update_of_one_object(session: Any) -> None:
    one = item(1)
    session.add(one)
    session.flush()
    one.quantity = 7
    counted = flush_frames(session)
    assert counted.calls <= 120, str(counted)
    assert counted.depth <= 15, str(counted)


@on_3_12
def test_insert_of_a_thousand_objects(session: Any) -> None:
    session.add_all([item(number) for number in range(1000)])
    counted = flush_frames(session)
    assert counted.calls <= 250, str(counted)


@on_3_12
def test_insert_of_a_thousand_in_a_graph(session: Any) -> None:
    session.add_all([family(number) for number in range(200)])
    counted = flush_frames(session)
    assert counted.calls <= 900, str(counted)


@on_3_12
def test_update_of_a_thousand_objects(session: Any) -> None:
    items = [item(number) for number in range(1000)]
    session.add_all(items)
    session.flush()
    for one in items:
        one.quantity += 1
    counted = flush_frames(session)
    assert counted.calls <= 300, str(counted)


@on_3_12
def test_delete_of_a_thousand_objects(session: Any) -> None:
    items = [item(number) for number in range(1000)]
    session.add_all(items)
    session.flush()
    with Frames() as marked:
        for one in items:
            session.delete(one)
    assert marked.calls <= 5 * 1000, str(marked)
    counted = flush_frames(session)
    assert counted.calls <= 250, str(counted)
    with Frames() as settled:
        session.commit()
    assert settled.calls <= 100, str(settled)


@on_3_12
def test_making_a_thousand_in_a_graph(session: Any) -> None:
    with Frames() as made:
        families = []
        for number in range(200):
            parent = Parent(name=f"p{number}")
            for child in range(4):
                parent.children.append(Child(name=f"c{child}"))
            families.append(parent)
    assert made.calls <= 7 * 1000, str(made)
    with Frames() as added:
        session.add_all(families)
    assert added.calls <= 1450, str(added)


@on_3_12
def test_first_write_of_a_thousand_loaded_objects(session: Any) -> None:
    items = [item(number) for number in range(1000)]
    session.add_all(items)
    session.flush()
    with Frames() as written:
        for one in items:
            one.quantity = 7
    assert written.calls <= 3 * 1000, str(written)


@on_3_12
def test_flush_with_nothing_dirty(session: Any) -> None:
    session.scalars(select(Item)).all()
    counted = flush_frames(session)
    assert counted.calls <= 5, str(counted)


@on_3_12
def test_flush_of_one_among_many_loaded_costs_the_same(session: Any) -> None:
    costs = []
    for count in (10, 2000):
        session.add_all([item(number) for number in range(count)])
        session.flush()
        loaded = session.scalars(select(Item)).all()
        loaded[0].quantity += 1
        costs.append(flush_frames(session).calls)
    assert abs(costs[1] - costs[0]) <= 5, costs


@on_3_12
def test_loading_costs_few_frames_an_object(session: Any) -> None:
    session.add_all([item(number) for number in range(1000)])
    session.commit()
    session.expunge_all()
    session.scalars(select(Item)).all()
    session.expunge_all()
    with Frames() as counted:
        loaded = session.scalars(select(Item)).all()
    assert len(loaded) >= 1000
    assert counted.calls <= 2 * len(loaded), str(counted)


def children_of(key: int, name: str) -> Any:
    return (
        select(Child)
        .join(Parent, Child.parent_id == Parent.id)
        .where(Parent.id == key)
        .where(Child.id >= 0)
        .where(Child.name != name)
        .order_by(Child.id)
        .limit(1)
    )


@on_3_12
def test_building_a_query(session: Any) -> None:
    children_of(1, "x")
    with Frames() as counted:
        children_of(2, "y")
    assert counted.calls <= 19, str(counted)


@on_3_12
def test_running_a_query_of_a_known_shape(session: Any) -> None:
    session.scalars(children_of(1, "x")).first()
    session.expunge_all()
    statement = children_of(2, "y")
    with Frames() as counted:
        assert session.scalars(statement).first() is not None
    assert counted.calls <= 15, str(counted)


@on_3_12
def test_getting_an_object_by_key(session: Any) -> None:
    session.add(item(1))
    session.commit()
    key = session.scalars(select(Item.id)).first()
    session.expunge_all()
    session.get(Item, key)
    session.expunge_all()
    with Frames() as counted:
        assert session.get(Item, key) is not None
    assert counted.calls <= 15, str(counted)


@on_3_12
def test_reading_a_loaded_attribute_enters_no_frame(session: Any) -> None:
    one = session.scalars(select(Item)).first()
    with Frames() as counted:
        one.name, one.quantity, one.id  # noqa: B018
    assert counted.calls == 0, str(counted)


@pytest.fixture
def sent(engine: Any, session: Any) -> Statements:
    return record(engine)


def test_statements_of_a_thousand_inserts(session: Any, sent: Statements) -> None:
    session.add_all([item(number) for number in range(1000)])
    session.flush()
    assert len(sent.raw) <= 3, [s.text[:80] for s in sent.raw]


def test_statements_of_a_thousand_inserts_in_a_graph(session: Any, sent: Statements) -> None:
    session.add_all([family(number) for number in range(200)])
    session.flush()
    assert len(sent.raw) <= 6, [s.text[:80] for s in sent.raw]


def test_statements_of_a_thousand_updates(session: Any, sent: Statements) -> None:
    items = [item(number) for number in range(1000)]
    session.add_all(items)
    session.flush()
    for one in items:
        one.quantity += 1
    sent.clear()
    session.flush()
    assert len(sent.raw) <= PAGES, [s.text[:80] for s in sent.raw]


def test_statements_of_a_thousand_deletes(session: Any, sent: Statements) -> None:
    items = [item(number) for number in range(1000)]
    session.add_all(items)
    session.flush()
    for one in items:
        session.delete(one)
    sent.clear()
    session.flush()
    assert len(sent.raw) <= PAGES, [s.text[:80] for s in sent.raw]


def test_statements_of_one_insert(session: Any, sent: Statements) -> None:
    session.add(item(1))
    session.flush()
    assert len(sent.raw) == 1, [s.text[:80] for s in sent.raw]


def loaded_modules(code: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


DRIVERS = ("sqlite3", "psycopg", "pymysql", "MySQLdb", "oracledb", "pymssql", "aiosqlite")


@pytest.mark.parametrize("code", ["import accord", "import accord, accord.orm"])
def test_import_loads_no_driver_no_backend_and_no_pluggy(code: str) -> None:
    modules = loaded_modules(code)
    assert not modules & {*DRIVERS, "pluggy", "accord_sqlite"}


def test_import_reads_no_entry_points_and_no_asyncio() -> None:
    modules = loaded_modules("import accord")
    assert "importlib.metadata" not in modules
    assert "asyncio" not in modules


def test_an_engine_loads_no_pluggy_where_no_plugin_is_installed() -> None:
    code = "import accord; accord.create_engine('sqlite://').dialect.name"
    assert "sqlite3" not in loaded_modules("import accord, accord.orm")
    assert "accord_sqlite" in loaded_modules(code)
