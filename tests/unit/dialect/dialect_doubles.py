"""A dialect, a bind and a runner for tests that feed scripted replies instead of asking a
database."""

from typing import Any

from accord.dialect import (
    DML,
    YES,
    Capabilities,
    ConnectArgs,
    Dialect,
    ErrorInfo,
    Execute,
    Keys,
    Limits,
    Reply,
    ServerInfo,
)
from accord.dialect.keys import ClientKey, LastRowId, NaturalKey, PreExecute, Returning
from accord.sql.render import Renderer
from accord.sql.target import RenderTarget
from accord.sqltypes import STANDARD, TypeTable


class PlainDialect(Dialect):
    """The defaults of the contract and nothing else."""

    name = "plain"
    drivers = {"one": "dialect_doubles:OneDriver", "gone": "module_that_is_not_there:Driver"}
    default_driver = "one"
    install_hint = "pip install accord-plain"
    renderer = Renderer
    types = TypeTable({}, parent=STANDARD, name="plain")
    capabilities = Capabilities(
        dml=DML(returning_insert=YES, returning_update=YES),
        keys=Keys(lastrowid=YES, key_echo=YES),
        limits=Limits(parameters=12, rows=4, in_list=3),
    )
    key_strategies = (ClientKey, PreExecute, Returning, LastRowId, NaturalKey)

    def render_target(self, paramstyle):
        return RenderTarget(dialect_name="plain", paramstyle=paramstyle, types=self.types)

    def connect_args(self, url):
        return ConnectArgs()

    def probe(self, bind):
        reply = yield Execute(bind, "SELECT version()")
        return ServerInfo((int(reply.rows[0][0]),))

    def classify(self, error):
        return ErrorInfo()

    def has_table_steps(self, bind, table_name, schema=None):
        reply = yield Execute(bind, "SELECT 1", (table_name,))
        return bool(reply.rows)


class OneDriver:
    paramstyle = "qmark"


class Cache(dict):
    def put(self, key: Any, value: Any) -> None:
        self[key] = value


class Bind:
    def __init__(self, dialect: Dialect | None = None, **changes: Any) -> None:
        self.name = "test"
        self.dialect = dialect or PlainDialect()
        self.server = None
        self.capabilities = self.dialect.capabilities.at((1,)).replace(**changes)
        self.compiled = Cache()
        self.plans = Cache()
        self.key_plans: dict[Any, Any] = {}


def play(steps: Any, *replies: Any) -> tuple[Any, list[Any]]:
    """Run steps against scripted replies: Reply objects, lists of rows, or functions of the
    request.

    Answers (result, requests); the number of replies has to be the number of requests.
    """
    sent: list[Any] = []
    left = list(replies)
    reply = None
    while True:
        try:
            request = steps.send(reply)
        except StopIteration as done:
            assert not left, f"{len(left)} replies were not asked for; sent {sent}"
            return done.value, sent
        sent.append(request)
        assert left, f"no reply left for {request}"
        answer = left.pop(0)
        if callable(answer):
            answer = answer(request)
        reply = Reply(answer, len(answer)) if isinstance(answer, list) else answer
