"""The kit as a test sees it: the database under test; what is made there is taken away again.

One `Kit` is one run against one URL. Tables carry the run's prefix; those made by a test are
dropped at its end, shared ones are emptied for each test and dropped at the end of the run. In: a
URL, or a dialect class and a URL. Out: engines, tables, sessions.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from accord import MetaData, Table, create_engine, make_url
from accord.exc import AccordError
from accord.hooks import load_dialect
from accord.orm import Session
from accord_conformance.model import Absent, Unproven
from accord_conformance.wire import Record, Shuffle, Wire, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from accord import URL, Connection, Engine
    from accord.dialect import Capabilities, Dialect, ServerInfo

PATIENCE = 0.4
"""Seconds after which a statement that should wait for a lock is taken to be waiting."""
LONG = 10.0
"""Seconds after which a statement that should not wait is taken to hang."""


class Refused(AccordError):
    """The kit does not touch this database."""


class Kit:
    """One database under test.

    `dialect` is a dialect class to use instead of the installed one; `double` says that there is
    no server behind the driver; `i_know` lifts the rule that the database's name has to say that
    it is for tests.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        dialect: type[Dialect] | None = None,
        double: bool = False,
        i_know: bool = False,
        connect_args: Mapping[str, Any] | None = None,
    ) -> None:
        self.url = make_url(url)
        self.double = double
        self.connect_args = dict(connect_args or {})
        name = self.url.drivername.partition("+")[0]
        self.dialect_class: type[Dialect] = dialect or load_dialect(name)
        self.prefix = f"acck{secrets.token_hex(2)}_"
        self._count = 0
        self._engines: list[Engine] = []
        self._closers: list[Callable[[], object]] = []
        self._made: list[MetaData] = []
        self._after_drop: list[str] = []
        self._when_disconnected: list[Callable[[], object]] = []
        self._shared: dict[str, tuple[Table, ...]] = {}
        self._shared_metadata: list[MetaData] = []
        self.kept: dict[str, object] = {}
        self.filled: dict[str, tuple[Table, ...]] = {}
        if not i_know:
            self._guard()
        self.engine: Engine = self._create(self.dialect_class)
        self.server: ServerInfo = self._meet()
        self.dialect_class = type(self.engine.dialect)  # the one that fits this server
        self.private = not double and self._is_private()

    def _guard(self) -> None:
        database = (self.url.database or "").replace("\\", "/").rsplit("/", 1)[-1].lower()
        memory = database in ("", ":memory:") and not self.url.host
        if memory or self.double or "test" in database or "conformance" in database:
            return
        raise Refused(
            f"The kit creates and drops tables, and the name of the database {database!r} contains "
            "neither 'test' nor 'conformance'; give it a database of that name, or say --i-know"
        )

    def _create(self, dialect: type[Dialect], **options: Any) -> Engine:
        arguments = {**self.connect_args, **options.pop("connect_args", {})}
        url = options.pop("url", self.url)
        return create_engine(url, dialect=dialect, connect_args=arguments, **options)

    def _meet(self) -> ServerInfo:
        with self.engine.connect() as connection:
            connection.execute(self.select_one())
            server = connection.engine.server
        if server is None:
            raise AccordError("The engine does not know its server after its first statement")
        return server

    def _is_private(self) -> bool:
        """Whether a second engine sees another database (SQLite in memory)."""
        table = Table(self.name("seen"), MetaData(), *_one_column())
        table.create(self.engine)
        try:
            other = self._create(self.dialect_class)
            try:
                return not other.has_table(table.name)
            finally:
                other.dispose()
        finally:
            table.drop(self.engine)

    # --- what is under test -----------------------------------------------------------------------

    @staticmethod
    def select_one() -> Any:
        """``SELECT 1``, as this database spells it."""
        from accord import literal_column, select

        return select(literal_column("1").label("one"))

    @property
    def dialect(self) -> Dialect:
        """The dialect of the plain engine."""
        return self.engine.dialect

    @property
    def dialect_name(self) -> str:
        """The name it goes by."""
        return self.dialect.name

    @property
    def capabilities(self) -> Capabilities:
        """Settled for the server."""
        found = self.engine.capabilities
        if found is None:
            raise AccordError("The engine has no capabilities after its first statement")
        return found

    def declares(self, question: str) -> bool:
        """Whether the dialect declares this capability."""
        from accord_conformance.declared import declared

        return bool(declared(self.capabilities, question))

    # --- engines, connections, sessions -----------------------------------------------------------

    def new_engine(self, dialect: type[Dialect] | None = None, **options: Any) -> Engine:
        """A further engine on the same database; disposed of at the end of the test."""
        if self.private:
            raise Unproven(
                "a database that several connections see: give the URL of a file or a server, not "
                "of a database in memory"
            )
        engine = self._create(dialect or self.dialect_class, **options)
        self._engines.append(engine)
        return engine

    def wired(self, wire: Wire, **options: Any) -> Engine:
        """A further engine whose driver is reached through `wire`."""
        return self.new_engine(through(self.dialect_class, wire), **options)

    def recorded(self) -> tuple[Engine, Record]:
        """An engine, and what it sends."""
        record = Record()
        return self.wired(record), record

    def shuffled(self) -> tuple[Engine, Shuffle]:
        """An engine behind the proxy that permutes what RETURNING gives back."""
        shuffle = Shuffle()
        return self.wired(shuffle), shuffle

    def variant(self, wire: Wire | None = None, **groups: Mapping[str, object]) -> Engine:
        """An engine whose dialect answers these questions differently:
        ``variant(dml={"update_forms": …})``.
        """
        changed = self.capabilities.replace(**groups)
        base = self.dialect_class if wire is None else through(self.dialect_class, wire)
        return self.new_engine(type(base.__name__, (base,), {"capabilities": changed}))

    def connect(self, engine: Engine | None = None) -> Connection:
        """A connection, closed at the end of the test at the latest."""
        if engine is None and self.private and self._count_open():
            raise Unproven("a second connection: a database in memory has one only")
        connection = (engine or self.engine).connect()
        self._closers.append(connection.close)
        return connection

    def second(self) -> Connection:
        """A connection of another engine: another session of the database."""
        return self.connect(self.new_engine())

    def _count_open(self) -> int:
        return len(self._closers)

    def session(self, engine: Engine | None = None, **options: Any) -> Session:
        """A session, closed at the end of the test at the latest."""
        session = Session(engine or self.engine, **options)
        self._closers.append(session.close)
        return session

    def at_end(self, closer: Callable[[], object]) -> None:
        """Call this at the end of the test."""
        self._closers.append(closer)

    def at_drop(self, text: str) -> None:
        """Run this statement after the test's tables were dropped."""
        self._after_drop.append(text)

    def when_disconnected(self, call: Callable[[], object]) -> None:
        """Call this when the test's engines were disposed of, before its tables are dropped."""
        self._when_disconnected.append(call)

    # --- tables -----------------------------------------------------------------------------------

    def name(self, stem: str) -> str:
        """A name that nobody else uses."""
        self._count += 1
        return f"{self.prefix}{stem}{self._count}"

    def metadata(self) -> MetaData:
        """A MetaData whose tables are dropped at the end of the test."""
        metadata = MetaData()
        self._made.append(metadata)
        return metadata

    def table(self, stem: str, *columns: Any, **options: Any) -> Table:
        """A table, created now and dropped at the end of the test."""
        metadata = options.pop("metadata", None)
        if metadata is None:
            metadata = self.metadata()
        table = Table(self.name(stem), metadata, *columns, **options)
        table.create(self.engine)
        return table

    def create(self, metadata: MetaData) -> None:
        """Create all tables of a MetaData; they are dropped at the end of the test."""
        if metadata not in self._made:
            self._made.append(metadata)
        metadata.create_all(self.engine)

    def shared(self, key: str, build: Callable[[MetaData], tuple[Table, ...]]) -> tuple[Table, ...]:
        """Tables that several tests use: created once, empty at the beginning of each test."""
        tables = self._shared.get(key)
        if tables is None:
            metadata = MetaData()
            tables = build(metadata)
            metadata.create_all(self.engine)
            self._shared_metadata.append(metadata)
            self._shared[key] = tables
            return tables
        self.empty(*tables)
        return tables

    def shared_tables(self, key: str) -> tuple[Table, ...]:
        """Shared tables that are there already, with the rows they have."""
        return self._shared[key]

    def share_metadata(self, metadata: MetaData) -> None:
        """Create these tables for the rest of the run."""
        metadata.create_all(self.engine)
        self._shared_metadata.append(metadata)

    def empty(self, *tables: Table) -> None:
        """Delete all rows, children (later ones) first, each table by a transaction of its own."""
        for table in reversed(tables):
            with self.engine.begin() as connection:
                connection.execute(table.delete())

    # --- beginning and end ------------------------------------------------------------------------

    @contextmanager
    def scope(self) -> Iterator[Self]:
        """One test."""
        try:
            yield self
        finally:
            self._end_test()

    def _end_test(self) -> None:
        problems: list[Exception] = []
        for closer in reversed(self._closers):
            _quietly(closer, problems)
        self._closers.clear()
        for engine in self._engines:
            _quietly(engine.dispose, problems)
        self._engines.clear()
        for call in self._when_disconnected:
            _quietly(call, problems)
        self._when_disconnected.clear()
        for metadata in reversed(self._made):
            _quietly(partial(metadata.drop_all, self.engine), problems)
        self._made.clear()
        for text in self._after_drop:
            _quietly(partial(self._run, text), problems)
        self._after_drop.clear()

    def _run(self, text: str) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(text)

    def close(self) -> None:
        """Drop what is left and close every connection."""
        self._end_test()
        problems: list[Exception] = []
        for metadata in reversed(self._shared_metadata):
            _quietly(partial(metadata.drop_all, self.engine), problems)
        self._shared.clear()
        self._shared_metadata.clear()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def probe_port(self) -> int | None:
        """The port the driver uses when the URL names none: the dialect's connect arguments may
        tell.
        """
        port = self.dialect.connect_args(self.url).kwargs.get("port")
        return port if isinstance(port, int) else None

    # --- two at a time ----------------------------------------------------------------------------

    @contextmanager
    def beside(self, work: Callable[[], object]) -> Iterator[Beside]:
        """Run `work` in a thread beside the block; it has to end soon after the block did."""
        running = Beside(work)
        try:
            yield running
        finally:
            running.thread.join(LONG)


class Beside:
    """Something that runs in a thread of its own."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.result: object = None
        self.error: BaseException | None = None
        self._work = work
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:
            self.error = error

    def waits(self, seconds: float = PATIENCE) -> bool:
        """Whether it is still running after a moment: it waits for a lock."""
        self.thread.join(seconds)
        return self.thread.is_alive()

    def finish(self) -> object:
        """Its result, or its error."""
        self.thread.join(LONG)
        if self.thread.is_alive():
            raise TimeoutError("a statement that should have gone through is still waiting")
        if self.error is not None:
            raise self.error
        return self.result


def _quietly(call: Callable[[], object], problems: list[Exception]) -> None:
    try:
        call()
    except Exception as error:
        problems.append(error)


def _one_column() -> tuple[Any, ...]:
    from accord import Column, Integer

    return (Column("id", Integer, primary_key=True),)


__all__ = ["LONG", "PATIENCE", "Absent", "Beside", "Kit", "Refused", "Unproven"]
