"""What a contestant has to be able to do, and the clock that times it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.database import Database


class Turn:
    """Clock of one turn: wall and CPU time between entering and leaving."""

    seconds = 0.0
    cpu = 0.0

    def __enter__(self) -> Turn:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *exc: object) -> None:
        self.cpu = time.process_time() - self._cpu
        self.seconds = time.perf_counter() - self._wall


class Workload(ABC):
    """One library's way of doing each workload. Each method times itself with `turn`."""

    @abstractmethod
    def open(self, database: Database) -> None: ...

    @abstractmethod
    def insert(self, turn: Turn, n: int) -> list[Any]: ...

    @abstractmethod
    def insert_graph(self, turn: Turn, n: int) -> list[Any]: ...

    @abstractmethod
    def load(self, turn: Turn) -> list[Any]: ...

    @abstractmethod
    def load_graph(self, turn: Turn) -> list[Any]: ...

    @abstractmethod
    def get(self, turn: Turn, keys: list[int]) -> list[Any]: ...

    @abstractmethod
    def update(self, turn: Turn) -> list[Any]: ...

    @abstractmethod
    def update_few(self, turn: Turn, keys: list[int]) -> list[Any]: ...

    @abstractmethod
    def delete(self, turn: Turn) -> list[Any]: ...

    @abstractmethod
    def query(self, turn: Turn, values: list[tuple[int, int, str]]) -> list[Any]: ...

    @abstractmethod
    def attributes(self) -> Any:
        """One loaded item to read from and write to."""

    @abstractmethod
    def loaded(self) -> list[Any]:
        """All items, loaded anew."""

    @abstractmethod
    def reset(self) -> None:
        """Lets go of everything a turn has left."""

    @abstractmethod
    def close(self) -> None: ...
