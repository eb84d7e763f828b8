"""Everything a flush needs except a database: session, loader, dialect, and who answers requests.

`FlowDialect` sends one request for each batch and keeps the batch on it, so tests read what was
written from `Sent.batch`. `Answers` replies as a database would that holds no rules: keys count up,
every row matches. `MemoryTables` (memory_tables.py) replies as one that enforces all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Sequence
from typing import Any

from accord.dialect import (
    DML,
    YES,
    Capabilities,
    ConnectArgs,
    DeleteBatch,
    Dialect,
    ErrorInfo,
    Execute,
    ExecuteMany,
    InsertBatch,
    InsertResult,
    KeyNeed,
    Keys,
    Never,
    Refusal,
    Reply,
    ServerInfo,
    Suits,
    UpdateBatch,
    UpdateResult,
)
from accord.dialect.keys.base import KeyStrategy
from accord.mapping import configure_mappers, members
from accord.sql.render import Renderer
from accord.sql.target import RenderTarget
from accord.sqltypes import STANDARD, TypeTable
from accord.state import (
    STATE_KEY,
    IdentityMap,
    Lease,
    PendingLease,
    attach_pending,
    expire,
    mark_deleted,
)
from accord.unitofwork import FlushPlan, FlushReport, flush_steps, plan_flush


class Sent(ExecuteMany):
    """A batch on its way to the database."""

    __slots__ = ("batch", "verb")

    def __init__(self, verb: str, batch: Any) -> None:
        super().__init__(batch.bind, f"{verb} {batch.table.name}", batch.rows)
        self.verb = verb
        self.batch = batch

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of what the rows hold, in order."""
        batch = self.batch
        if self.verb == "INSERT":
            return tuple(column.name for column in batch.columns)
        if self.verb == "UPDATE":
            return tuple(column.name for column in (*batch.set_columns, *batch.key_columns))
        return tuple(column.name for column in batch.key_columns)

    @property
    def dicts(self) -> list[dict[str, Any]]:
        """INSERT: the rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class OneRequest(KeyStrategy):
    """Rows go in by one request; keys and fetched values come back as its rows."""

    name = "one request"

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        return Suits(cls(), "a double")

    def insert_steps(self, batch: InsertBatch) -> Any:
        reply = yield Sent("INSERT", batch)
        keys = None if batch.key is None else [row[0] for row in reply.rows]
        first = 0 if batch.key is None else 1
        fetched = [row[first:] for row in reply.rows] if batch.fetch else None
        return InsertResult(keys, fetched)


class FlowDialect(Dialect):
    """Batches as requests."""

    name = "flow"
    drivers = {"none": "flow_doubles:NoDriver"}
    default_driver = "none"
    renderer = Renderer
    types = TypeTable({}, parent=STANDARD, name="flow")
    capabilities = Capabilities(
        dml=DML(returning_insert=YES), keys=Keys(key_echo=YES, sequences=YES)
    )
    key_strategies = (OneRequest,)

    def render_target(self, paramstyle: str) -> RenderTarget:
        return RenderTarget(dialect_name="flow", paramstyle=paramstyle, types=self.types)

    def connect_args(self, url: Any) -> ConnectArgs:
        return ConnectArgs()

    def probe(self, bind: Any) -> Any:
        yield Execute(bind, "SELECT version()")
        return ServerInfo((1,))

    def classify(self, error: BaseException) -> ErrorInfo:
        return ErrorInfo()

    def has_table_steps(self, bind: Any, table_name: str, schema: str | None = None) -> Any:
        yield Execute(bind, "SELECT 1")
        return True

    def update_steps(self, batch: UpdateBatch) -> Any:
        reply = yield Sent("UPDATE", batch)
        return UpdateResult(reply.rowcount, reply.rows if batch.fetch else None)

    def delete_steps(self, batch: DeleteBatch) -> Any:
        reply = yield Sent("DELETE", batch)
        return reply.rowcount


class NoDriver:
    paramstyle = "qmark"


class Cache(dict[Any, Any]):
    def put(self, key: Any, value: Any) -> None:
        self[key] = value


class Bind:
    """An engine without one."""

    def __init__(self, name: str = "db", **changes: Any) -> None:
        self.name = name
        self.dialect = FlowDialect()
        self.server = None
        self.capabilities = self.dialect.capabilities.at((1,)).replace(**changes)
        self.compiled, self.plans = Cache(), Cache()
        self.key_plans: dict[Any, Any] = {}


def without_returning() -> Bind:
    return Bind(dml={"returning_insert": Never("a double")})


# --- session and loader --------------------------------------------------------------------------


class FlowSession:
    """The registries of a session, and a record of what the flush reported."""

    def __init__(self, bind: Any = None, **binds: Any) -> None:
        configure_mappers()
        self.bind = bind or Bind()
        self.binds = binds
        self.identity = IdentityMap()
        self.lease = Lease(self)
        self.pending_lease = PendingLease(self)
        self.new_objects: dict[int, object] = {}
        self.dirty_objects: dict[int, object] = {}
        self.deleted_objects: dict[int, object] = {}
        self.reported: list[tuple[Any, ...]] = []
        self.kept: list[object] = []  # what a program would hold

    # what state and relations ask of an owner

    def adopt(self, obj: Any) -> None:
        if STATE_KEY in vars(obj):
            return
        attach_pending(obj, self.pending_lease)
        self.new_objects[id(obj)] = obj
        self.kept.append(obj)
        for rel in type(obj).__mapper__.relationships.values():
            value = vars(obj).get(rel.key)
            if value is not None and rel.cascade.save_update:
                for item in members(value) if rel.uselist else [value]:
                    self.adopt(item)

    def abandon(self, obj: Any) -> None: ...

    def find(self, mapper: Any, key: Any) -> object | None:
        return self.identity.get(mapper, key)

    def load_attribute(self, obj: Any, attribute: Any) -> Any:
        raise AssertionError(f"{attribute} of {obj!r} was to be loaded")

    # what tests do

    def add(self, *objs: Any) -> None:
        for obj in objs:
            self.adopt(obj)

    def stored(self, *objs: Any, **keys: Any) -> None:
        """Let `objs` be persistent: as they are, with nothing changed."""
        for obj in objs:
            vars(obj)[STATE_KEY] = self.lease
            mapper = type(obj).__mapper__
            self.identity.add(mapper, mapper.identity_of(vars(obj)), obj)
            self.kept.append(obj)

    def delete(self, *objs: Any) -> None:
        self.deleted_objects.update((id(obj), obj) for obj in objs)

    def expire(self, *objs: Any) -> None:
        for obj in objs:
            expire(obj)

    def flush(self, answers: Any = None, loader: Any = None) -> FlushReport:
        answers = Answers() if answers is None else answers
        return run(flush_steps(self, loader or FlowLoader()), answers)

    def plan(self) -> FlushPlan:
        return plan_flush(self)

    # what the flush asks

    def route(self, mapper: Any) -> Any:
        return self.binds.get(mapper.class_.__name__, self.bind)

    def connection_for(self, mapper: Any) -> object:
        return ("connection", self.route(mapper).name)

    def flushed(self, report: FlushReport) -> None:
        self.reported.append(("flushed", report))

    def record_inserted(
        self, mapper: Any, keys: Sequence[Any], objs: Sequence[Any], generated: tuple[str, ...]
    ) -> None:
        self.reported.append(("inserted", mapper.class_, list(keys), generated))

    def record_updated(self, objs: Sequence[Any]) -> None:
        self.reported.append(("updated", list(objs)))

    def record_deleted(self, mapper: Any, keys: Any, objs: Any) -> None:
        self.identity.remove_many(mapper, keys, objs)
        mark_deleted(objs, self.lease, keys)
        for key, obj in zip(keys, objs, strict=True):
            self.reported.append(("deleted", mapper.class_, key))
            self.dirty_objects.pop(id(obj), None)
            self.deleted_objects.pop(id(obj), None)

    def record_key_switch(self, mapper: Any, obj: Any, old: Any, new: Any) -> None:
        self.reported.append(("switched", mapper.class_, old, new))
        self.identity.remove(mapper, old, obj)
        self.identity.add(mapper, new, obj)

    def snapshot(self) -> Any:
        """Registries, identity map and the contents of all objects, to be compared."""
        objects = {
            id(obj): {
                key: list(value) if isinstance(value, list) else value
                for key, value in vars(obj).items()
            }
            for obj in self.kept
        }
        changes = {
            id(obj): dict(vars(obj)[STATE_KEY].changes or {})
            for obj in self.kept
            if STATE_KEY in vars(obj)
        }
        registries = (self.new_objects, self.dirty_objects, self.deleted_objects)
        return (
            [list(registry) for registry in registries],
            sorted((repr(key), id(obj)) for key, obj in self.identity.items()),
            objects,
            changes,
        )


class FlowLoader:
    """Answers from what a test put in: `members[relationship key]`, `values[obj]`."""

    def __init__(
        self,
        members: dict[tuple[Any, str], list[Any]] | None = None,
        values: dict[Any, dict[str, Any] | None] | None = None,
    ) -> None:
        self.members = {(id(obj), key): items for (obj, key), items in (members or {}).items()}
        self.values = {id(obj): row for obj, row in (values or {}).items()}
        self.asked: list[tuple[str, ...]] = []

    def members_steps(self, objs: Sequence[Any], relationship: Any) -> Any:
        self.asked.append(("members", relationship.key, *[type(obj).__name__ for obj in objs]))
        yield Execute(None, f"SELECT members of {relationship}")  # type: ignore[arg-type]
        return [self.members[id(obj), relationship.key] for obj in objs]

    def values_steps(self, mapper: Any, objs: Sequence[Any], attribute_keys: Sequence[str]) -> Any:
        self.asked.append(("values", mapper.class_.__name__, *attribute_keys))
        yield Execute(None, f"SELECT values of {mapper.class_.__name__}")  # type: ignore[arg-type]
        rows = [self.values[id(obj)] for obj in objs]
        return [None if row is None else tuple(row[key] for key in attribute_keys) for row in rows]


# --- who answers --------------------------------------------------------------------------------


class Answers:
    """Replies to everything: keys count up from 1 in each table, every row matches.

    `fetch` makes a fetched value from (column, row number). `sent` holds the batches.
    """

    def __init__(self, fetch: Callable[[Any, int], Any] | None = None) -> None:
        self.sent: list[Sent] = []
        self.requests: list[Any] = []
        self.fetch = fetch or (lambda column, row: f"{column.name} {row}")
        self.counters: dict[str, Any] = {}

    def __call__(self, request: Any) -> Reply:
        self.requests.append(request)
        if not isinstance(request, Sent):
            return Reply([])
        self.sent.append(request)
        batch = request.batch
        rows: list[tuple[Any, ...]] = []
        fetch = getattr(batch, "fetch", ())
        key = getattr(batch, "key", None)
        if key is not None or fetch:
            counter = self.counters.setdefault(batch.table.name, itertools.count(1))
            for number, _ in enumerate(batch.rows):
                fetched = tuple(self.fetch(column, number) for column in fetch)
                rows.append((*([next(counter)] if key is not None else []), *fetched))
        return Reply(rows, len(batch.rows))

    @property
    def verbs(self) -> list[str]:
        """``["INSERT parent", "UPDATE child"]``"""
        return [sent.text for sent in self.sent]

    def of(self, text: str) -> Sent:
        """The only batch of that description."""
        (found,) = [sent for sent in self.sent if sent.text == text]
        return found


class Failing(Answers):
    """Fails at request number `at`, counted from 0."""

    def __init__(self, at: int, error: BaseException | None = None) -> None:
        super().__init__()
        self.at = at
        self.error = error or RuntimeError("the database is gone")

    def __call__(self, request: Any) -> Reply:
        if len(self.requests) == self.at:
            self.requests.append(request)
            raise self.error
        return super().__call__(request)


class Miscounting(Answers):
    """Reports another number of matched rows for one batch."""

    def __init__(self, text: str, rowcount: int) -> None:
        super().__init__()
        self.text, self.rowcount = text, rowcount

    def __call__(self, request: Any) -> Reply:
        reply = super().__call__(request)
        if getattr(request, "text", "") == self.text:
            reply.rowcount = self.rowcount
        return reply


def run(steps: Generator[Any, Any, Any], respond: Callable[[Any], Reply]) -> Any:
    """What accord.engine.run does, with a double in place of the connection."""
    try:
        request = next(steps)
        while True:
            try:
                reply = respond(request)
            except BaseException as error:
                request = steps.throw(error)
            else:
                request = steps.send(reply)
    except StopIteration as done:
        return done.value
