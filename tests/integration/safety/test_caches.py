"""Safety rule: every cache is bounded. Nothing an application sends makes accord keep more and
more."""

from __future__ import annotations

import gc
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from requirements import only

from accord import Column, Integer, MetaData, String, Table, insert, literal, select, text, update
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

DISTINCT = 1_500
"""Statements of each kind; no container of accord may grow with them."""


class Base(DeclarativeBase):
    pass


class Kept(Base):
    __tablename__ = "safety_kept"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(50))
    size: Mapped[int | None]


@pytest.fixture
def kept(engine: Any) -> Iterator[Any]:
    Base.metadata.create_all(engine)
    yield engine
    Base.metadata.drop_all(engine)


def containers(engine: Any) -> dict[int, tuple[str, int]]:
    """Size of every container that lives as long as the engine or the program."""
    roots: list[Any] = [engine, engine.pool]
    roots += [
        module for name, module in sys.modules.items() if name.split(".")[0].startswith("accord")
    ]
    seen: dict[int, tuple[str, int]] = {}
    todo = [(type(root).__name__, root) for root in roots]
    visited: set[int] = set()
    while todo:
        path, found = todo.pop()
        if id(found) in visited:
            continue
        visited.add(id(found))
        if isinstance(found, dict | list | set | frozenset | tuple):
            seen[id(found)] = (path, len(found))
        for child in gc.get_referents(found):
            module = type(child).__module__
            if isinstance(child, types.FrameType | types.FunctionType) or (
                isinstance(child, types.ModuleType) and not child.__name__.startswith("accord")
            ):
                continue
            if isinstance(child, dict | list | set | frozenset | tuple) or module.startswith(
                ("accord", "collections", "weakref")
            ):
                todo.append((f"{path}/{type(found).__name__}", child))
    return seen


def grown(engine: Any, before: dict[int, tuple[str, int]]) -> list[tuple[str, int]]:
    """Containers with more entries than the engine's caches may have."""
    bound = 2 * max(engine.compiled.size, engine.plans.size)
    found = containers(engine)
    return [
        (path, size)
        for key, (path, size) in found.items()
        if size - before.get(key, ("", 0))[1] > min(bound, DISTINCT - 1)
    ]


def test_distinct_statements_leave_nothing_that_grows(kept: Any) -> None:
    table = Kept.__table__
    before = containers(kept)
    with kept.connect() as connection:
        for number in range(DISTINCT):
            connection.execute(select(literal(1, Integer).label(f"label_{number}"))).all()
            connection.execute(text(f"SELECT {number} + 0")).all()
            connection.execute(
                select(table.c.id).where(table.c.id + literal(number, Integer).label(None) == 0)
            ).all()
    assert grown(kept, before) == []


def test_lists_of_every_length_leave_nothing_that_grows(kept: Any) -> None:
    before = containers(kept)
    with kept.connect() as connection:
        for number in range(1, 600):
            connection.execute(select(Kept.id).where(Kept.id.in_(range(number)))).all()
    assert grown(kept, before) == []
    assert len(kept.compiled) <= kept.compiled.size


def test_flushes_of_every_size_and_shape_leave_nothing_that_grows(kept: Any) -> None:
    before = containers(kept)
    with Session(kept) as session:
        for number in range(1, 120):
            session.add_all([Kept(name=f"n{i}") for i in range(number)])
            session.flush()
            session.expunge_all()
        session.rollback()
    assert grown(kept, before) == []


def test_rows_of_many_shapes_leave_nothing_that_grows(engine: Any) -> None:
    metadata = MetaData()
    columns = [Column(f"c{i}", Integer) for i in range(11)]
    table = Table("safety_shapes", metadata, Column("id", Integer, primary_key=True), *columns)
    metadata.create_all(engine)
    before = containers(engine)
    try:
        with engine.begin() as connection:
            for number in range(1, 2**11):
                chosen = {f"c{i}": 1 for i in range(11) if number >> i & 1}
                connection.execute(insert(table), {"id": number, **chosen})
                if number % 8 == 0:
                    connection.execute(update(table).where(table.c.id == number), chosen)
        assert grown(engine, before) == []
    finally:
        metadata.drop_all(engine)


def test_engines_and_tables_that_are_gone_are_forgotten(make_engine: Any) -> None:
    engine = make_engine("shortlived")
    metadata = MetaData()
    tables = [
        Table(f"safety_gone_{i}", metadata, Column("id", Integer, primary_key=True))
        for i in range(30)
    ]
    metadata.create_all(engine)
    with engine.begin() as connection:
        for table in tables:
            connection.execute(insert(table), {"id": 1})
    metadata.drop_all(engine)
    del table, tables, metadata
    gc.collect()
    assert len(engine.key_plans) == 0


@only("sqlite", "what is measured is accord's memory, and the database is in the same process")
def test_ever_new_statements_keep_no_memory() -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "benchmarks.statements", "memory", "-n", "30000"]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    megabytes = float(ran.stdout.splitlines()[-1].split(",")[-2].split()[0])
    assert megabytes < 12, ran.stdout
