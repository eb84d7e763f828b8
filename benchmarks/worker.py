"""One (library, workload) in its own process: a turn a line read, its times as a JSON line."""

from __future__ import annotations

import gc
import json
import random
import sys
import timeit
import tracemalloc
from typing import TYPE_CHECKING, Any

from benchmarks import model
from benchmarks.database import Check, Database
from benchmarks.raw import Raw
from benchmarks.raw_servers import RawCopy, RawMariaDB, RawMySQL, RawPostgreSQL
from benchmarks.workload import Turn, Workload

if TYPE_CHECKING:
    from collections.abc import Callable

GETS = 2000
QUERIES = 500
FEW = 10


def contestant(library: str, database: Database) -> Workload:
    if library in ("raw", "raw-copy"):
        kinds: dict[str, type[Raw]] = {
            "sqlite": Raw,
            "postgresql": RawPostgreSQL if library == "raw" else RawCopy,
            "mariadb": RawMariaDB,
            "mysql": RawMySQL,
        }
        return kinds[database.name]()
    from benchmarks.mapped import Mapped

    return Mapped(library)


class Bench:
    """Sets the database up for a turn, lets the library run, verifies. Answers seconds per unit."""

    def __init__(self, library: str, database: Database, n: int) -> None:
        self.n = n
        self.check = Check(database)
        self.library = library
        self.work = contestant(library, database)
        self.work.open(database)
        self.chance = random.Random(1)

    def empty(self) -> None:
        self.check.run(self.check.database.empty())

    # Each turn answers (turn, units): the time is divided by the units.

    def insert(self) -> tuple[Turn, int]:
        self.empty()
        turn = self._turn()
        items = self.work.insert(turn, self.n)
        model.check_items(self.check, items, self.n)
        return turn, self.n

    def insert_graph(self) -> tuple[Turn, int]:
        self.empty()
        turn = self._turn()
        parents = self.work.insert_graph(turn, self.n)
        model.check_graph(self.check, parents, self.n)
        return turn, self.n

    def load(self) -> tuple[Turn, int]:
        turn = self._turn()
        items = self.work.load(turn)
        model.check_items(self.check, items, self.n)
        return turn, self.n

    def load_graph(self) -> tuple[Turn, int]:
        turn = self._turn()
        parents = self.work.load_graph(turn)
        model.check_graph(self.check, parents, self.n)
        return turn, self.n

    def get(self) -> tuple[Turn, int]:
        keys = self.chance.sample(range(1, self.n + 1), min(GETS, self.n))
        turn = self._turn()
        items = self.work.get(turn, keys)
        model.check([item.id for item in items] == keys, "get answered other objects")
        return turn, len(keys)

    def update(self) -> tuple[Turn, int]:
        model.fill_items(self.check, self.n)
        turn = self._turn()
        items = self.work.update(turn)
        stored = dict(self.check.rows("SELECT id, quantity FROM item"))
        model.check(
            len(stored) == self.n and all(stored[item.id] == item.id for item in items),
            "the update did not reach every row",
        )
        return turn, self.n

    def update_few(self) -> tuple[Turn, int]:
        model.fill_items(self.check, self.n)
        keys = self.chance.sample(range(1, self.n + 1), FEW)
        turn = self._turn()
        self.work.update_few(turn, keys)
        changed = self.check.rows("SELECT id FROM item WHERE quantity = id")
        model.check({key for (key,) in changed} == set(keys), "other rows than the ten changed")
        return turn, 1

    def delete(self) -> tuple[Turn, int]:
        model.fill_items(self.check, self.n)
        turn = self._turn()
        items = self.work.delete(turn)
        left = self.check.rows("SELECT count(*) FROM item")[0][0]
        model.check(left == 0 and len(items) == self.n, "rows are left")
        return turn, self.n

    def query(self) -> tuple[Turn, int]:
        parents = max(1, self.n // (model.CHILDREN + 1))
        values = [
            (key, self.chance.randrange(model.CHILDREN), f"child {key}/x")
            for key in (self.chance.randrange(1, parents + 1) for _ in range(QUERIES))
        ]
        turn = self._turn()
        found = self.work.query(turn, values)
        model.check(
            all(
                child.parent_id == key and child.position == position
                for child, (key, position, _) in zip(found, values, strict=True)
            ),
            "the query found other rows",
        )
        return turn, QUERIES

    def read(self) -> tuple[Turn, int]:
        return self._attribute("item.name; item.quantity; item.name; item.quantity; item.name", 5)

    def set(self) -> tuple[Turn, int]:
        return self._attribute("item.quantity = 1; item.name = 'x'; item.quantity = 2", 3)

    def _attribute(self, statement: str, operations: int) -> tuple[Turn, int]:
        item = self.work.attributes()
        count = 20000
        turn = Turn()
        timer = timeit.Timer(statement, globals={"item": item})
        turn.seconds = turn.cpu = min(timer.repeat(5, count))
        return turn, count * operations

    def memory(self) -> tuple[Turn, int]:
        self.work.loaded()
        self.work.reset()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        items = self.work.loaded()
        gc.collect()
        turn = Turn()
        turn.seconds = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        return turn, len(items)

    def _turn(self) -> Turn:
        gc.collect()
        return Turn()


NEEDS: dict[str, Callable[[Check, int], None]] = {
    "load": model.fill_items,
    "get": model.fill_items,
    "read": model.fill_items,
    "set": model.fill_items,
    "memory": model.fill_items,
    "load_graph": model.fill_graph,
    "query": model.fill_graph,
}


def run(library: str, workload: str, n: int, url: str, folder: str) -> None:
    """Warms up once, then takes a turn for every line on standard input."""
    database = Database.of(url).place(f"{library}-{workload}", folder)
    model.create(database)
    bench = Bench(library, database, n)
    NEEDS.get(workload, lambda check, n: None)(bench.check, n)
    method: Callable[[], tuple[Turn, int]] = getattr(bench, workload)
    _answer(method())
    bench.work.reset()
    for _ in sys.stdin:
        _answer(method())
        bench.work.reset()
    bench.work.close()
    bench.check.close()
    database.remove()


def _answer(result: tuple[Turn, int]) -> None:
    turn, units = result
    line: dict[str, Any] = {"each": turn.seconds / units, "cpu": turn.cpu / units}
    print(json.dumps(line), flush=True)
