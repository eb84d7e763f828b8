"""A proxy between accord and a driver: it passes everything on, and its `Wire` may look, permute or
interfere.

`through(dialect_class, wire)` makes a dialect whose driver is the proxy. The kit watches what is
sent (`Record`) and permutes what RETURNING gives back (`Shuffle`) with it; the kit's own tests lie
with it. In: a dialect class. Out: a subclass of it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord.dialect import Dialect

_RETURNING = re.compile(r"\b(returning|output)\b", re.IGNORECASE)
_WRITES = ("insert", "update", "delete", "merge", "replace", "with")


def returns_written_rows(text: str) -> bool:
    """Whether this statement writes and gives rows back."""
    return text.lstrip().lower().startswith(_WRITES) and _RETURNING.search(text) is not None


class Wire:
    """What happens between accord and the driver: here nothing but passing on."""

    def connected(self, connection: Any) -> None:
        """A new raw connection."""

    def execute(self, cursor: Any, text: str, parameters: Any) -> Any:
        """One statement."""
        return cursor.execute(text, parameters)

    def executemany(self, cursor: Any, text: str, rows: Any) -> Any:
        """One statement for many rows."""
        return cursor.executemany(text, rows)

    def native(self, driver: Any, connection: Any, request: Any) -> Any:
        """A call of the driver's own."""
        return driver.native(connection, request)

    def wants_rows(self, text: str) -> bool:
        """Whether `rows` is to see the result of this statement, all of it at once."""
        return False

    def rows(self, text: str, rows: list[Any]) -> list[Any]:
        """The rows as accord will see them."""
        return rows

    def rowcount(self, text: str, count: int) -> int:
        """The row count as accord will see it."""
        return count

    def lastrowid(self, text: str, value: Any) -> Any:
        """The last inserted id as accord will see it."""
        return value

    def commit(self, driver: Any, connection: Any) -> Any:
        """The end of a transaction."""
        return driver.commit(connection)

    def rollback(self, connection: Any) -> Any:
        """The other end."""
        return connection.rollback()


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that was sent: "execute", "executemany" or "native", its text, rows or values."""

    kind: str
    text: str
    values: Any


class Record(Wire):
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def execute(self, cursor: Any, text: str, parameters: Any) -> Any:
        """Keep and pass on."""
        self.sent.append(Sent("execute", text, parameters))
        return cursor.execute(text, parameters)

    def executemany(self, cursor: Any, text: str, rows: Any) -> Any:
        """Keep and pass on."""
        self.sent.append(Sent("executemany", text, rows))
        return cursor.executemany(text, rows)

    def native(self, driver: Any, connection: Any, request: Any) -> Any:
        """Keep and pass on."""
        self.sent.append(Sent("native", request.text, request.rows))
        return driver.native(connection, request)

    def writes(self, word: str) -> list[Sent]:
        """What was sent that begins with this word ("INSERT"), or whose statement contains it
        after WITH or MERGE.
        """
        return [
            item
            for item in self.sent
            if re.match(rf"\s*\(?({word}|copy|merge|with)\b", item.text, re.I)
        ]


class Shuffle(Record):
    """Permutes the rows that INSERT, UPDATE, DELETE … RETURNING give back: their order is no
    contract anywhere.
    """

    def __init__(self, seed: int = 20) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.permuted = 0

    def wants_rows(self, text: str) -> bool:
        """Those of writing statements."""
        return returns_written_rows(text)

    def rows(self, text: str, rows: list[Any]) -> list[Any]:
        """In another order, always."""
        if len(rows) < 2:
            return rows
        shuffled = list(rows)
        self.random.shuffle(shuffled)
        if shuffled == rows:
            shuffled.reverse()
        self.permuted += 1
        return shuffled


# --- the proxies ----------------------------------------------------------------------------------


class ProxyCursor:
    """A cursor whose statements and results pass the wire."""

    _own: ClassVar = frozenset({"_cursor", "_wire", "_text", "_rows"})

    def __init__(self, cursor: Any, wire: Wire) -> None:
        self._cursor = cursor
        self._wire = wire
        self._text = ""
        self._rows: list[Any] | None = None

    def execute(self, text: str, parameters: Any = (), /, *more: Any, **options: Any) -> Any:
        """Through the wire; the rows are fetched at once when it wants to see them."""
        self._text = text
        self._rows = None
        result = self._wire.execute(self._cursor, text, parameters)
        if self._wire.wants_rows(text) and self._cursor.description is not None:
            self._rows = self._wire.rows(text, list(self._cursor.fetchall()))
        return result

    def executemany(self, text: str, rows: Any, /, *more: Any, **options: Any) -> Any:
        """Through the wire."""
        self._text = text
        self._rows = None
        return self._wire.executemany(self._cursor, text, rows)

    @property
    def rowcount(self) -> int:
        """Through the wire."""
        return self._wire.rowcount(self._text, self._cursor.rowcount)

    @property
    def lastrowid(self) -> Any:
        """Through the wire; no attribute where the driver has none."""
        return self._wire.lastrowid(self._text, self._cursor.lastrowid)

    def fetchone(self) -> Any:
        """The next row."""
        if self._rows is None:
            return self._cursor.fetchone()
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1, /) -> Any:
        """The next rows."""
        if self._rows is None:
            return self._cursor.fetchmany(size)
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> Any:
        """What is left."""
        if self._rows is None:
            return self._cursor.fetchall()
        taken, self._rows = self._rows, []
        return taken

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._own:
            object.__setattr__(self, name, value)
        else:
            setattr(self._cursor, name, value)


class ProxyConnection:
    """A raw connection whose cursors and endings pass the wire."""

    def __init__(self, connection: Any, wire: Wire) -> None:
        object.__setattr__(self, "raw", connection)
        object.__setattr__(self, "wire", wire)

    def cursor(self, *arguments: Any, **options: Any) -> ProxyCursor:
        """A proxied cursor."""
        return ProxyCursor(self.raw.cursor(*arguments, **options), self.wire)

    def rollback(self) -> Any:
        """Through the wire."""
        return self.wire.rollback(self.raw)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.raw, name, value)


class ProxyDriver:
    """A driver whose connections are proxied; whatever else it is asked, the real one answers,
    about the real connection.
    """

    def __init__(self, driver: Any, wire: Wire) -> None:
        self._driver = driver
        self._wire = wire

    def connect(self, arguments: Any, /) -> ProxyConnection:
        """A proxied connection."""
        raw = self._driver.connect(arguments)
        self._wire.connected(raw)
        return ProxyConnection(raw, self._wire)

    def commit(self, connection: Any, /) -> Any:
        """Through the wire."""
        return self._wire.commit(self._driver, _bare(connection))

    def native(self, connection: Any, request: Any, /) -> Any:
        """Through the wire."""
        return self._wire.native(self._driver, _bare(connection), request)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._driver, name)
        if isinstance(value, type) or not callable(value):
            return value

        def call(*arguments: Any, **options: Any) -> Any:
            found = value(*[_bare(argument) for argument in arguments], **options)
            return ProxyCursor(found, self._wire) if name == "streaming_cursor" else found

        return call


def _bare(value: Any) -> Any:
    return value.raw if isinstance(value, ProxyConnection) else value


def through(dialect: type[Dialect], wire: Wire) -> type[Dialect]:
    """The same dialect, speaking to its driver through `wire`."""

    class Wired(dialect):  # type: ignore[valid-type,misc]  # a base known at run time only
        @property
        def driver(self) -> Any:
            known: dict[str, Any] = self.__dict__
            if "_proxied" not in known:
                known["_proxied"] = ProxyDriver(super().driver, wire)
            return known["_proxied"]

    Wired.__name__ = Wired.__qualname__ = dialect.__name__
    return Wired
