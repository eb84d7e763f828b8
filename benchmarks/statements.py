"""Statements: how long building takes, and what a program with ever new ones keeps in memory.

    python -m benchmarks.statements build                     # microseconds a statement
    python -m benchmarks.statements build --peer sqlalchemy
    python -m benchmarks.statements memory -n 1000000         # growth after the caches are full

A program that builds statements out of changing names never finds one in the cache; what is kept
must not grow with their number.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import time
import timeit
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BUILT = 5_000
FILLING = 4_000
"""Distinct statements after which every cache is full."""


class World:
    """A mapped class and statements of it, in one of the two libraries."""

    def __init__(self, peer: str) -> None:
        lib, orm = importlib.import_module(peer), importlib.import_module(f"{peer}.orm")
        self.lib, self.session_class = lib, orm.Session
        base = orm.declarative_base()
        self.user = type(
            "User",
            (base,),
            {
                "__tablename__": "user_account",
                "id": lib.Column(lib.Integer, primary_key=True),
                "name": lib.Column(lib.String(50)),
                "age": lib.Column(lib.Integer),
            },
        )
        self.metadata = base.metadata

    def builders(self) -> dict[str, Callable[[int], Any]]:
        """Statements as programs build them."""
        lib, user = self.lib, self.user
        return {
            "select(User).where(User.id == n)": lambda n: lib.select(user).where(user.id == n),
            "columns, two conditions, order, limit": lambda n: (
                lib.select(user.id, user.name)
                .where(user.id > n, user.name != "x")
                .order_by(user.name.desc())
                .limit(10)
            ),
            "in_ of three": lambda n: lib.select(user).where(user.id.in_([n, n + 1, n + 2])),
            "update by key": lambda n: lib.update(user).where(user.id == n).values(name="x"),
        }

    def execute_distinct(self, connection: Any, session: Any, number: int) -> None:
        """One statement nobody has executed before."""
        lib, user = self.lib, self.user
        kind = number % 5
        if kind == 0:
            connection.execute(lib.select(user.id.label(f"c{number}")).where(user.id == number))
        elif kind == 1:
            connection.execute(lib.text(f"SELECT {number} AS x"))
        elif kind == 2:
            own = lib.literal_column(str(number)) > 0
            session.scalars(lib.select(user).where(user.id == number, own)).all()
        elif kind == 3:
            own = lib.func.coalesce(user.id, lib.literal_column(str(number)))
            connection.execute(lib.select(own).limit(1))
        else:
            column = lib.column("id", lib.Integer).label(f"d{number}")
            connection.execute(lib.select(column).select_from(lib.table("user_account")))


def build(peer: str) -> None:
    """Print the best of several runs for each statement."""
    for name, make in World(peer).builders().items():
        make(1)
        best = min(timeit.repeat(lambda make=make: make(7), number=BUILT, repeat=7))
        print(f"{best / BUILT * 1e6:8.2f} us  {name}")


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def memory(peer: str, count: int) -> float:
    """Execute `count` distinct statements; MB by which the process has grown since the caches were
    full.
    """
    world = World(peer)
    engine = world.lib.create_engine("sqlite://", poolclass=world.lib.pool.StaticPool)
    world.metadata.create_all(engine)
    with engine.connect() as connection, world.session_class(engine) as session:
        for number in range(FILLING):
            world.execute_distinct(connection, session, number)
        gc.collect()
        before, started, grown = resident(), time.perf_counter(), 0.0
        for number in range(FILLING, FILLING + count):
            world.execute_distinct(connection, session, number)
            if number % max(1, count // 10) == 0:
                gc.collect()
                grown = (resident() - before) / 1e6
                print(f"{number - FILLING:9,} statements, {grown:6.1f} MB", flush=True)
        gc.collect()
        grown = (resident() - before) / 1e6
    print(f"{count:9,} statements, {grown:6.1f} MB, {time.perf_counter() - started:.0f} s")
    return grown


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Building of statements and memory of caches")
    parser.add_argument("what", choices=("build", "memory"))
    parser.add_argument("--peer", default="accord", choices=("accord", "sqlalchemy"))
    parser.add_argument("-n", type=int, default=100_000, help="distinct statements (memory)")
    given = parser.parse_args()
    if given.what == "build":
        build(given.peer)
    else:
        memory(given.peer, given.n)


if __name__ == "__main__":
    main()
