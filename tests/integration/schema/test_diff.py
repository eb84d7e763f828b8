"""The schema comparison on real databases: nothing differs after create_all, and the DDL it gives
leaves nothing to do."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from typing import Any

import pytest
from requirements import BACKEND, not_on
from schema_api import apply, compared, said

from accord import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    false,
    func,
    text,
    true,
)

pytestmark = not_on("oracle", "mssql", "the comparison has not been tried on their servers")


def chinook() -> MetaData:
    path = Path(__file__).parents[3] / "examples" / "chinook.py"
    spec = importlib.util.spec_from_file_location("chinook_models", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: MetaData = module.Base.metadata
    module.Base.registry.dispose()  # the classes go: nobody is to configure those that are left
    return found


def everything() -> MetaData:
    """One of each kind of column, constraint and index."""
    m = MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})
    Table(
        "kind", m,
        Column("code", String(8), primary_key=True),
        Column("title", String(80), nullable=False, server_default="it's", comment="shown, 100%"),
        comment="what's what",
    )  # fmt: skip
    Table(
        "thing", m,
        Column("id", Integer, primary_key=True),
        Column("kind_code", ForeignKey("kind.code", ondelete="CASCADE", name="fk_thing_kind")),
        Column("parent_id", ForeignKey("thing.id", ondelete="SET NULL")),
        Column("small", SmallInteger, server_default=text("-1")),
        Column("big", BigInteger, nullable=False, server_default="0"),
        Column("price", Numeric(8, 2), server_default="1.5"),
        Column("plain", Numeric),
        Column("weight", Float),
        Column("sold", Boolean, nullable=False, server_default=false()),
        Column("new", Boolean(create_constraint=True, name="new"), server_default=true()),
        Column("made", DateTime, server_default=func.now()),
        Column("seen", DateTime(timezone=True)),
        Column("day", Date),
        Column("hour", Time),
        Column("body", Text),
        Column("data", JSON),
        Column("picture", LargeBinary),
        Column("token", Uuid),
        Column("state", Enum("a", "b's", name="thing_state")),
        Column("mood", Enum("up", "down", name="mood", native_enum=False, create_constraint=True)),
        Column("twice", Integer, Computed("small * 2", persisted=True)),
        Column("select", String(10)),
        CheckConstraint("price > 0 AND price < 1000", name="price"),
        CheckConstraint("small in (-1, 1, 2)", name="small"),
        CheckConstraint("weight between 1 and 20 or weight is null", name="weight"),
        CheckConstraint("length(body) <> 3", name="body"),
        UniqueConstraint("big", "small", name="uq_thing_big"),
        Index("ix_thing_day", "day"),
        Index("ux_thing_token", "token", unique=True),
        Index("ix_thing_two", "kind_code", "day"),
    )  # fmt: skip
    table = m.tables["thing"]
    Index("ix_thing_down", table.c.day.desc(), table.c.big)
    if BACKEND.name in ("postgresql", "sqlite"):
        Index(
            "ix_thing_some", table.c.big, unique=True, postgresql_where=table.c.sold == true(),
            sqlite_where=table.c.sold == true(),
        )  # fmt: skip
    if BACKEND.name in ("postgresql", "sqlite", "mysql"):
        Index("ix_thing_lower", func.lower(table.c.select))
    Table(
        "pair", m,
        Column("one", Integer, autoincrement=False), Column("two", Integer),
        PrimaryKeyConstraint("one", "two", name="pk_pair"),
    )  # fmt: skip
    Table(
        "of_pair", m,
        Column("id", Integer, Identity(start=5), primary_key=True),
        Column("one", Integer), Column("two", Integer),
        ForeignKeyConstraint(["one", "two"], ["pair.one", "pair.two"], name="fk_of_pair"),
    )  # fmt: skip
    if BACKEND.name in ("postgresql", "mariadb"):
        Sequence("counter", start=5, metadata=m)
    return m


def test_nothing_differs_after_create_all_of_the_sample(engine: Any) -> None:
    metadata = chinook()
    metadata.create_all(engine)
    assert "\n".join(said(compared(engine, metadata))) == ""


def test_nothing_differs_after_create_all_of_one_of_each(engine: Any) -> None:
    metadata = everything()
    metadata.create_all(engine)
    assert "\n".join(said(compared(engine, metadata))) == ""


def test_an_empty_database_is_taken_to_the_models(engine: Any) -> None:
    metadata = everything()
    apply(engine, compared(engine, metadata))
    assert "\n".join(said(compared(engine, metadata))) == ""


def test_everything_is_taken_away(engine: Any) -> None:
    everything().create_all(engine)
    empty = MetaData()
    found = compared(engine, empty)
    assert "DATA LOSS" in str(found)
    apply(engine, found)
    assert said(compared(engine, empty)) == []


# --- changes, there and back ---------------------------------------------------------------------

STATES: dict[str, tuple[list[Any], list[Any]]] = {}


def change(name: str, *backends: str) -> Any:
    """A pair of definitions of the table "item" (beside its key), for these backends or all."""

    def keep(make: Any) -> Any:
        if not backends or BACKEND.name in backends:
            STATES[name] = make
        return make

    return keep


SIZE = [Column("size", Integer)]


@change("a column")
def _() -> Any:
    return [], [Column("size", Integer), Column("name", String(20), server_default="x")]


@change("a column that is not null, with a default")
def _() -> Any:
    return [], [Column("size", Integer, nullable=False, server_default="3")]


@change("the size of a string")
def _() -> Any:
    return [Column("name", String(20))], [Column("name", String(40))]


@change("another type")
def _() -> Any:
    return [Column("size", Integer)], [Column("size", BigInteger)]


@change("a decimal's digits")
def _() -> Any:
    return [Column("size", Numeric(6, 1))], [Column("size", Numeric(8, 2))]


@change("nullability")
def _() -> Any:
    return [Column("size", Integer)], [Column("size", Integer, nullable=False)]


@change("a default")
def _() -> Any:
    return [Column("name", String(9))], [Column("name", String(9), server_default="it's")]


@change("another default, type and nullability at once")
def _() -> Any:
    return (
        [Column("name", String(9), server_default="a")],
        [Column("name", String(12), server_default="b", nullable=False)],
    )


@change("comments")
def _() -> Any:
    return [Column("a", Integer)], [Column("a", Integer, comment="it's 100%"), "a table"]


@change("a unique constraint")
def _() -> Any:
    return (
        [Column("a", Integer), Column("b", Integer)],
        [Column("a", Integer), Column("b", Integer), UniqueConstraint("a", "b", name="uq_ab")],
    )


@change("an index")
def _() -> Any:
    return [Column("a", Integer)], [Column("a", Integer), Index("ix_a", "a")]


@change("the columns of an index")
def _() -> Any:
    columns = [Column("a", Integer), Column("b", Integer)]
    return [*columns, Index("ix_a", "a")], [
        Column("a", Integer), Column("b", Integer), Index("ix_a", "b", "a", unique=True),
    ]  # fmt: skip


@change("a check")
def _() -> Any:
    return [Column("a", Integer)], [Column("a", Integer), CheckConstraint("a > 5", name="ck_a")]


@change("the condition of a check")
def _() -> Any:
    return (
        [Column("a", Integer), CheckConstraint("a > 5", name="ck_a")],
        [Column("a", Integer), CheckConstraint("a > 6 and a <> 9", name="ck_a")],
    )


@change("a foreign key")
def _() -> Any:
    return (
        [Column("other_id", Integer)],
        [Column("other_id", ForeignKey("other.id", name="fk_other"))],
    )


@change("a column with a foreign key")
def _() -> Any:
    return [], [Column("other_id", ForeignKey("other.id", name="fk_other"))]


@change("what a foreign key does")
def _() -> Any:
    return (
        [Column("other_id", ForeignKey("other.id", name="fk_other"))],
        [Column("other_id", ForeignKey("other.id", name="fk_other", ondelete="CASCADE"))],
    )


@change("a computed column")
def _() -> Any:
    return (
        [Column("a", Integer)],
        [Column("a", Integer), Column("b", Integer, Computed("a + 1", persisted=True))],
    )


@change("what is computed")
def _() -> Any:
    return (
        [Column("a", Integer), Column("b", Integer, Computed("a + 1", persisted=True))],
        [Column("a", Integer), Column("b", Integer, Computed("a + 2", persisted=True))],
    )


@change("a column of the key")
def _() -> Any:
    return (
        [Column("more", Integer, nullable=False, server_default="1")],
        [Column("more", Integer, primary_key=True, server_default="1")],
    )


@change("an enum's labels", "postgresql", "mysql", "mariadb")
def _() -> Any:
    return (
        [Column("state", Enum("b", "d", name="state"))],
        [Column("state", Enum("a", "b", "c", "d", name="state"))],
    )


@change("a partial index", "postgresql", "sqlite")
def _() -> Any:
    where = {"postgresql_where": text("a > 5"), "sqlite_where": text("a > 5")}
    column = Column("a", Integer)
    return [column, Index("ix", "a")], [column.copy(), Index("ix", "a", **where)]


@change("numbering", "postgresql", "mysql", "mariadb")
def _() -> Any:
    return [Column("id", Integer, primary_key=True, autoincrement=False)], [
        Column("id", Integer, primary_key=True)
    ]


def item_tables(parts: list[Any]) -> MetaData:
    metadata = MetaData()
    Table("other", metadata, Column("id", Integer, primary_key=True))
    key = [Column("id", Integer, primary_key=True, autoincrement=False)]
    if any(isinstance(part, Column) and part.name == "id" for part in parts):
        key = []
    comment = next((part for part in parts if isinstance(part, str)), None)
    Table("item", metadata, *key, *[part for part in parts if not isinstance(part, str)],
          comment=comment)  # fmt: skip
    return metadata


@pytest.mark.parametrize("name", STATES)
def test_the_ddl_leaves_nothing_to_do_there_and_back(engine: Any, name: str) -> None:
    def state(after: bool) -> MetaData:
        return item_tables(STATES[name]()[after])

    if name == "comments" and not engine.dialect.ddl_renderer.supports_comments:
        pytest.skip("no comments here")
    state(False).create_all(engine)
    forward = compared(engine, state(True))
    assert forward
    apply(engine, forward)
    assert "\n".join(said(compared(engine, state(True)))) == ""
    if name == "an enum's labels" and BACKEND.name == "postgresql":
        return  # labels stay
    back = compared(engine, state(False))
    assert back
    apply(engine, back)
    assert "\n".join(said(compared(engine, state(False)))) == ""


# --- any state to any other ----------------------------------------------------------------------

COLUMNS: list[Any] = [
    lambda name: Column(name, Integer),
    lambda name: Column(name, BigInteger, server_default="7"),
    lambda name: Column(name, String(20)),
    lambda name: Column(name, String(40), server_default="5"),
    lambda name: Column(name, Numeric(9, 2), nullable=False, server_default="1.5"),
    lambda name: Column(name, String(12), nullable=False, server_default="9", comment="it's"),
    lambda name: Column(name, Integer, comment="100%"),
    lambda name: Column(name, SmallInteger, nullable=False),
]
PARTS: list[Any] = [
    lambda: UniqueConstraint("a", "b", name="uq_ab"),
    lambda: UniqueConstraint("b", name="uq_b"),
    lambda: CheckConstraint("a is not null or b is null", name="ck_one"),
    lambda: CheckConstraint("c is not null", name="ck_two"),
    lambda: Index("ix_one", "a"),
    lambda: Index("ix_two", "c", "a", unique=True),
    lambda: ForeignKeyConstraint(["n"], ["other.id"], name="fk_n"),
    lambda: ForeignKeyConstraint(["n"], ["other.id"], name="fk_n", ondelete="CASCADE"),
]


def any_state(chance: random.Random) -> MetaData:
    columns = [chance.choice(COLUMNS)(name) for name in "abc"]
    columns += [chance.choice(COLUMNS)(name) for name in "de" if chance.random() < 0.5]
    parts = [part() for part in chance.sample(PARTS[:6], chance.randint(0, 4))]
    parts += [part() for part in chance.sample(PARTS[6:], chance.randint(0, 1))]
    return item_tables([*columns, Column("n", Integer), *parts])


@pytest.mark.parametrize("seed", range(12))
def test_any_state_is_taken_to_any_other(engine: Any, seed: int) -> None:
    chance = random.Random(seed)
    any_state(chance).create_all(engine)
    for _ in range(3):
        target = chance.random()
        apply(engine, compared(engine, any_state(random.Random(target))))
        left = compared(engine, any_state(random.Random(target)))
        assert "\n".join(said(left)) == ""
