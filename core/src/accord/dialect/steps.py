"""The requests that sans-IO code yields, and the reply it is sent back.

Whatever needs a database is a generator, `Steps[T]`: it yields requests and returns a T. A runner
(accord.engine.run, or a test that feeds scripted rows) performs each request and sends a `Reply`;
a failure is thrown in at the `yield`. In: nothing. Out: request and reply types, and `Bind`, what
a request says about the engine it is meant for.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable, MutableMapping
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from accord.dialect.capabilities import Capabilities, ServerInfo
    from accord.dialect.contract import Dialect
    from accord.dialect.plan import KeyPlan
    from accord.schema import Column, Table
    from accord.sql.compiled import Compiled
    from accord.sql.nodes import ColumnElement

T = TypeVar("T")

Row: TypeAlias = tuple[object, ...]
"""One row, values as the driver takes or gives them."""
Parameters: TypeAlias = tuple[object, ...] | dict[str, object]
Positions: TypeAlias = frozenset[int]
AnyColumn: TypeAlias = "Column[object]"
Expression: TypeAlias = "ColumnElement[object]"


class Execute:
    """One statement, executed once; the reply carries its rows, if it has any.

    `write` says that the transaction is going to write. It is not about this one statement: a
    SELECT that reserves keys for an INSERT says True, so that a transaction which starts with it
    starts as a writing one. `sensitive` are the positions of parameters that nobody may see (None:
    `compiled` knows).
    """

    __slots__ = ("bind", "compiled", "parameters", "sensitive", "text", "write")

    def __init__(
        self,
        bind: Bind,
        text: str,
        parameters: Parameters = (),
        *,
        write: bool = False,
        compiled: Compiled | None = None,
        sensitive: Positions | None = None,
    ) -> None:
        self.bind = bind
        self.text = text
        self.parameters = parameters
        self.write = write
        self.compiled = compiled
        self.sensitive = sensitive

    def __repr__(self) -> str:
        return f"<Execute {self.text!r}>"


class ExecuteMany:
    """One statement, executed for every row by the driver's `executemany`; the reply's rowcount is
    the sum.
    """

    __slots__ = ("bind", "rows", "sensitive", "text", "write")

    def __init__(
        self,
        bind: Bind,
        text: str,
        rows: list[Row],
        *,
        write: bool = True,
        sensitive: Positions | None = None,
    ) -> None:
        self.bind = bind
        self.text = text
        self.rows = rows
        self.write = write
        self.sensitive = sensitive

    def __repr__(self) -> str:
        return f"<ExecuteMany {self.text!r}, {len(self.rows)} rows>"


class Native:
    """A call only this driver has: COPY, array DML with out binds, a bulk protocol.

    The engine hands it to `Driver.native(connection, request)` and sends back the Reply that
    returns. `call` is the name the driver knows, `arguments` what it needs besides text and rows.
    """

    __slots__ = ("arguments", "bind", "call", "rows", "sensitive", "text", "write")

    def __init__(
        self,
        bind: Bind,
        call: str,
        text: str,
        rows: list[Row],
        *,
        arguments: tuple[object, ...] = (),
        write: bool = True,
        sensitive: Positions | None = None,
    ) -> None:
        self.bind = bind
        self.call = call
        self.text = text
        self.rows = rows
        self.arguments = arguments
        self.write = write
        self.sensitive = sensitive

    def __repr__(self) -> str:
        return f"<Native {self.call} {self.text!r}, {len(self.rows)} rows>"


Request: TypeAlias = Execute | ExecuteMany | Native


class Reply:
    """What came back: fetched rows, matched or affected rows (-1: unknown), last inserted id,
    column names.
    """

    __slots__ = ("lastrowid", "names", "rowcount", "rows")

    def __init__(
        self,
        rows: list[Row],
        rowcount: int = -1,
        lastrowid: int | None = None,
        names: tuple[str, ...] = (),
    ) -> None:
        self.rows = rows
        self.rowcount = rowcount
        self.lastrowid = lastrowid
        self.names = names

    def __repr__(self) -> str:
        return f"<Reply {len(self.rows)} rows, rowcount {self.rowcount}>"


Steps: TypeAlias = Generator[Request, Reply, T]


class BoundedCache(Protocol):
    """A least-recently-used mapping of fixed size."""

    def get(self, key: Hashable, /) -> object | None:
        """What is kept under the key, or None."""
        ...

    def put(self, key: Hashable, value: object, /) -> object:
        """Keep it, at the cost of what was used longest ago."""
        ...


class Bind(Protocol):
    """An engine, as far as the layers below it may know it: whom a request is for, and where plans
    are kept.

    `capabilities` and `server` are those of the server behind the engine. They are None until the
    first connection was probed (the engine does that before it performs its first request); code
    that needs them earlier writes ``capabilities = yield from
    accord.dialect.capabilities_of(bind)``.
    """

    @property
    def name(self) -> str:
        """The name in messages."""
        ...

    @property
    def dialect(self) -> Dialect:
        """The dialect of the engine."""
        ...

    @property
    def server(self) -> ServerInfo | None:
        """Who the server is."""
        ...

    @property
    def capabilities(self) -> Capabilities | None:
        """What it can do."""
        ...

    @property
    def compiled(self) -> BoundedCache:
        """Compiled statements by structural key."""
        ...

    @property
    def plans(self) -> BoundedCache:
        """Everything else that is kept per statement or shape."""
        ...

    @property
    def key_plans(self) -> MutableMapping[Table, KeyPlan]:
        """The key plan of each table."""
        ...


def capabilities_of(bind: Bind) -> Steps[Capabilities]:
    """The capabilities of the server behind `bind`; asks the server only when the engine has not
    done so yet.
    """
    known = bind.capabilities
    if known is not None:
        return known
    server = yield from bind.dialect.probe(bind)
    return bind.capabilities or bind.dialect.capabilities.at(server.version)
