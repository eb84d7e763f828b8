"""The contract of a dialect: one class per database, about ten members, everything else has a
default.

A dialect holds no connection and does no I/O; it declares, classifies, and yields requests. The
engine makes one instance per engine. In: URLs, errors, batches. Out: connect arguments,
classifications, Steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Protocol, Self, cast

from accord.dialect.capabilities import DefaultRow
from accord.dialect.support import Never, Unimplemented, parse_version
from accord.dialect.texts import select_request
from accord.exc import ArgumentError, NoDBAPILoaded, NoSuchModuleError
from accord.records import replace
from accord.sql.identifiers import quote_identifier
from accord.sqltypes.base import to_instance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence as SequenceOf

    from accord.dialect.batch import DeleteBatch, UpdateBatch, UpdateResult
    from accord.dialect.capabilities import Capabilities, ServerInfo
    from accord.dialect.driver import ConnectArgs, Driver
    from accord.dialect.errors import ErrorInfo
    from accord.dialect.keys.base import KeyFacts, KeyNeed, KeyStrategy
    from accord.dialect.reflection import Reflection
    from accord.dialect.steps import AnyColumn, Bind, Expression, Row, Steps
    from accord.dialect.twophase import TwoPhase
    from accord.schema import Sequence, Table
    from accord.schema.ddl import DDLRenderer
    from accord.sql.preparer import IdentifierPreparer
    from accord.sql.render import Renderer
    from accord.sql.target import RenderTarget, SchemaMap
    from accord.sqltypes import TypeEngine, TypeTable


DDL_WORDS = (
    "create", "alter", "drop", "truncate", "rename", "comment", "grant", "revoke", "analyze",
)  # fmt: skip


class URLParts(Protocol):
    """A database URL, as far as a dialect reads it (`accord.engine.URL` is one)."""

    @property
    def drivername(self) -> str:
        """``dialect+driver``."""
        ...

    @property
    def username(self) -> str | None:
        """Who connects."""
        ...

    @property
    def password(self) -> str | None:
        """The secret, never shown."""
        ...

    @property
    def host(self) -> str | None:
        """Where the server is."""
        ...

    @property
    def port(self) -> int | None:
        """Its port."""
        ...

    @property
    def database(self) -> str | None:
        """Database, schema or file."""
        ...

    @property
    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """The options after ``?``."""
        ...


class Dialect(ABC):
    """One database.

    To implement one:

    1. `name`, `drivers` (name → "module:Class", imported on use), `default_driver`, and in
    `minimum_drivers` the oldest versions that work.
    2. `capabilities`: answer the questions of `accord.dialect.Capabilities`; what you leave out
    has a safe default.
    3. `renderer` and `ddl_renderer`: subclass those of `accord.dialect`, override the handful of
    methods that differ.
    4. `types`: a TypeTable whose parent is `STANDARD`, with the types that travel differently.
    5. `render_target(paramstyle)`: how names are quoted, which words are reserved, how parameters
    are written.
    6. `key_strategies`: the strategies of `accord.dialect.keys` that fit, best first, your own
    among them.
    7. `probe`: one SELECT that tells the version.
    8. `classify`: what the driver's errors mean.
    9. `connect_args`: from a URL to the driver's connect arguments.
    10. `begin_statement`, the savepoint texts, `has_table_steps`, where the defaults do not fit.
    11. `reflection`, so that programs can read the database's catalog; `two_phase`, if the
    database can prepare transactions.

    Publish it as an entry point of group `accord.dialects`; `accord-conformance run URL` tells
    what is missing.
    """

    name: ClassVar[str]
    drivers: ClassVar[Mapping[str, str]]
    default_driver: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    renderer: ClassVar[type[Renderer]]
    ddl_renderer: ClassVar[type[DDLRenderer]]
    types: ClassVar[TypeTable]
    key_strategies: ClassVar[tuple[type[KeyStrategy], ...]]
    reflection: ClassVar[type[Reflection] | None] = None
    two_phase: ClassVar[type[TwoPhase] | None] = None
    isolation_query: ClassVar[str | None] = None
    """A SELECT of the isolation level in effect on the connection, by one of the names of
    `Transactions.isolation_levels` (in either case, with hyphens or spaces); None: the database
    cannot tell.
    """
    minimum_drivers: ClassVar[Mapping[str, str]] = {}
    """The oldest version of each driver that works: ``{"psycopg": "3.2"}``."""
    install_hint: ClassVar[str] = ""
    """What to install when the driver is missing: "pip install accord-postgresql[binary]"."""

    each_call: ClassVar[str | None] = None
    """The driver's call (`Native`) that executes a statement once for each set of parameters, in
    one round trip, and replies with the rows of all of them in their order.
    """
    returned_from: ClassVar[str] = ""
    """What stands before a column that an INSERT returns; "inserted." where OUTPUT, which stands
    before the values, is the way.
    """
    default_paramstyle: ClassVar[str] = "named"
    """How parameters are written in texts made to be read, while no driver is installed."""

    def __init__(self, driver_name: str | None = None, *, paramstyle: str | None = None) -> None:
        self.driver_name = driver_name or self.default_driver
        self._paramstyle = paramstyle
        if self.driver_name not in self.drivers:
            raise NoSuchModuleError(
                f"Dialect {self.name!r} has no driver {self.driver_name!r}; it has "
                f"{', '.join(sorted(self.drivers))}: write {self.name}+{self.default_driver}://…, "
                f"or {self.name}://… for the one it prefers"
            )
        self._driver: Driver | None = None
        self._target: RenderTarget | None = None
        self._server: list[ServerInfo] = []  # one list, which copies of this dialect share

    # -- driver ------------------------------------------------------------------------------------

    @property
    def driver(self) -> Driver:
        """The driver, imported at first use."""
        if self._driver is None:
            self._driver = self._import_driver()
        return self._driver

    def _import_driver(self) -> Driver:
        module_name, _, class_name = self.drivers[self.driver_name].partition(":")
        try:
            factory = getattr(import_module(module_name), class_name)
        except ImportError as error:
            hint = f"; {self.install_hint}" if self.install_hint else ""
            raise NoDBAPILoaded(
                f"Driver {self.driver_name!r} of dialect {self.name!r} cannot be imported: "
                f"{error}{hint}"
            ) from error
        driver = cast("Driver", factory())
        oldest = self.minimum_drivers.get(self.driver_name)
        if oldest is not None and parse_version(driver.version) < parse_version(oldest):
            hint = f"; {self.install_hint}" if self.install_hint else ""
            raise NoDBAPILoaded(
                f"Driver {self.driver_name!r} of dialect {self.name!r} is version "
                f"{driver.version}, and {oldest} is the oldest that works{hint}"
            )
        return driver

    @property
    def paramstyle(self) -> str:
        """How parameters are written: as was asked for, or as the driver wants them."""
        if self._paramstyle is None:
            try:
                return self.driver.paramstyle
            except NoSuchModuleError:  # nothing can be executed, and everything be compiled
                return self.default_paramstyle
        return self._paramstyle

    @property
    def identifier_preparer(self) -> IdentifierPreparer:
        """Writes names for this database: ``dialect.identifier_preparer.quote("order")``."""
        from accord.sql.preparer import IdentifierPreparer

        return IdentifierPreparer(self.target)

    @property
    def target(self) -> RenderTarget:
        """What the renderer must know, for this driver."""
        if self._target is None:
            self._target = self.render_target(self.paramstyle)
        return self._target

    def with_schemas(self, schema_map: SchemaMap) -> Dialect:
        """The same dialect, in whose statements tables, sequences and types are in other schemas.

        A dialect that names schemas elsewhere than through `target` overrides this.
        """
        return self.with_target(replace(self.target, schema_map=schema_map))

    def with_target(self, target: RenderTarget) -> Self:
        """The same dialect, writing as `target` says."""
        made = copy(self)
        made._target = target
        return made

    def type_descriptor(
        self, type_: TypeEngine[object] | type[TypeEngine[object]]
    ) -> TypeEngine[object]:
        """The type as this dialect has it, for `load_dialect_impl`; accord's are the same
        everywhere, the type table knows how they travel.
        """
        return to_instance(type_)

    @abstractmethod
    def render_target(self, paramstyle: str) -> RenderTarget:
        """How SQL is written for this database with this parameter style."""

    @abstractmethod
    def connect_args(self, url: URLParts) -> ConnectArgs:
        """The driver's connect arguments for a URL. Unknown query options are an ArgumentError
        naming them.
        """

    def default_pool(self, url: URLParts) -> str:
        """The name of the pool class for this URL when the user gives none."""
        return "QueuePool"

    # -- server ------------------------------------------------------------------------------------

    @property
    def server(self) -> ServerInfo | None:
        """Who the server is; None before the first connection."""
        return self._server[0] if self._server else None

    def settle(self, server: ServerInfo) -> None:
        """The engine has asked the server who it is."""
        self._server[:] = [server]

    if not TYPE_CHECKING:  # a wrong name stays an error to type checkers

        def __getattr__(self, name: str) -> object:
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            from accord.dialect.described import described  # few programs ask

            return described(self, name)

    @abstractmethod
    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """Ask the server who it is: one SELECT."""

    def for_server(self, server: ServerInfo) -> Dialect:
        """The dialect for the server that `probe` found: itself, or a variant that fits better
        (one URL for two products, a version with other words). What was compiled before is dropped
        then.
        """
        return self

    @abstractmethod
    def classify(self, error: BaseException) -> ErrorInfo:
        """What an exception of the driver means."""

    @abstractmethod
    def has_table_steps(
        self, bind: Bind, table_name: str, schema: str | None = None
    ) -> Steps[bool]:
        """Does the table (or view) exist?"""

    def has_sequence_steps(
        self, bind: Bind, sequence_name: str, schema: str | None = None
    ) -> Steps[bool | None]:
        """Does the sequence exist? None: nobody can tell."""
        if self.reflection is None:
            return None
        names = yield from self.reflection().sequence_names_steps(bind, schema)
        return sequence_name in names

    def uses_sequence(self, sequence: Sequence) -> bool:
        """Whether a column with this sequence takes its numbers from it. Elsewhere the sequence is
        ignored, and an integer key counts by itself.
        """
        if isinstance(self.capabilities.keys.sequences, Never | Unimplemented):
            return False
        return self.target.uses_sequence(sequence)

    def sequence_values_steps(self, bind: Bind, sequence: Sequence, count: int) -> Steps[list[int]]:
        """The next `count` numbers of a sequence, in the order they were drawn. A dialect that can
        draw many in one statement overrides this.
        """
        numbers: list[int] = []
        for _ in range(count):
            reply = yield select_request(bind, sequence.next_value())
            numbers.append(int(cast("int", reply.rows[0][0])))
        return numbers

    def key_facts_steps(
        self, bind: Bind, need: KeyNeed, *, write: bool = True
    ) -> Steps[KeyFacts | None]:
        """What the catalog says about a table's key: one query, for those strategies that depend
        on it.
        """
        return None
        yield  # an empty generator: nothing to ask

    # -- transactions ------------------------------------------------------------------------------

    def begin_statement(self, write: bool) -> str | None:
        """The statement that begins a transaction; None: the driver begins by itself. `write`: the
        first request of the transaction is a writing one.
        """
        return None

    def runs_outside_transaction(self, text: str) -> bool:
        """Whether this statement, where it comes first, must be sent before any transaction begins:
        inside one the database would refuse or ignore it (SQLite: PRAGMA, VACUUM, ATTACH).
        """
        return False

    def ends_transaction(self, text: str) -> bool:
        """Whether the database commits the transaction when it gets this statement (DDL on MySQL
        and Oracle). The engine refuses it then after the transaction has written, unless asked for.
        Override it where some do not (CREATE TEMPORARY TABLE on MySQL), or more do.
        """
        if self._ddl_is_transactional():
            return False
        return text.lstrip(" \t\r\n(")[:8].lower().startswith(DDL_WORDS)

    def _ddl_is_transactional(self) -> bool:
        support = self.capabilities.transactions.transactional_ddl
        return not isinstance(support, Never | Unimplemented)

    def isolation_statements(self, level: str) -> tuple[str, ...]:
        """Statements that bring a connection outside a transaction to an isolation level (never
        AUTOCOMMIT, which the engine and `Driver.set_autocommit` do).
        """
        return (f"SET TRANSACTION ISOLATION LEVEL {self.isolation_level(level)}",)

    def isolation_level(self, name: str) -> str:
        """The level's name as this database knows it; ArgumentError for one it does not know."""
        wanted = name.replace("_", " ").upper()
        levels = self.capabilities.transactions.isolation_levels
        if wanted not in levels:
            raise ArgumentError(
                f"Dialect {self.name!r} has no isolation level {name!r}; it has {', '.join(levels)}"
            )
        return wanted

    def get_isolation_level_values(self, connection: object = None) -> SequenceOf[str]:
        """The levels there are, AUTOCOMMIT among them; no connection is needed to tell."""
        return self.capabilities.transactions.isolation_levels

    def savepoint(self, name: str) -> str:
        """The statement that sets a savepoint."""
        return f"SAVEPOINT {name}"

    def rollback_to_savepoint(self, name: str) -> str:
        """The statement that goes back to one."""
        return f"ROLLBACK TO SAVEPOINT {name}"

    def release_savepoint(self, name: str) -> str | None:
        """None: this database has no such statement, savepoints end with the transaction."""
        return f"RELEASE SAVEPOINT {name}"

    # -- rows --------------------------------------------------------------------------------------

    def insert_text(
        self,
        table: Table,
        name: str,
        columns: SequenceOf[str],
        source: str | None,
        returning: SequenceOf[str],
    ) -> str:
        """The text of an INSERT from its parts, all of them quoted: the table's name, columns,
        ``VALUES …`` (None: a row of defaults), expressions to return (columns in them stand behind
        `returned_from`). The place for OUTPUT.
        """
        into = f"{name} ({', '.join(columns)})" if columns else name
        text = f"INSERT INTO {into} {source or self._default_row(table)}"
        return f"{text} RETURNING {', '.join(returning)}" if returning else text

    def _default_row(self, table: Table) -> str:
        form = self.capabilities.dml.default_row
        if form is DefaultRow.DEFAULT_VALUES:
            return "DEFAULT VALUES"
        if form is DefaultRow.EMPTY_VALUES:
            return "() VALUES ()"
        first = quote_identifier(str(next(iter(table.columns)).name), self.target)
        return f"({first}) VALUES (DEFAULT)"

    def insert_rows_steps(
        self,
        bind: Bind,
        table: Table,
        columns: SequenceOf[AnyColumn],
        rows: list[Row],
        expressions: SequenceOf[tuple[AnyColumn, Expression]] = (),
    ) -> Steps[None]:
        """Insert rows that bring their keys; nothing comes back. The place for a bulk protocol of
        the database.
        """
        from accord.dialect import inserts  # not for programs that only read

        return inserts.insert_rows_steps(bind, table, columns, rows, expressions)

    def values_source(self, rows: str, alias: str, width: int) -> str:
        """Rows as a table in UPDATE … FROM. Its columns have to be called column1, column2, …:
        where the database calls them otherwise, or not at all, name all `width` of them here.
        """
        return f"(VALUES {rows}) AS {alias}"

    def update_steps(self, batch: UpdateBatch) -> Steps[UpdateResult]:
        """Update the rows of a batch, in as few statements as this database allows."""
        from accord.dialect import statements

        return statements.update_steps(batch)

    def delete_steps(self, batch: DeleteBatch) -> Steps[int]:
        """Delete the rows of a batch; returns how many there were."""
        from accord.dialect import statements

        return statements.delete_steps(batch)
