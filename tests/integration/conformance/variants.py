"""Dialects made of PostgreSQL's: one that is compatible with it, and one that lies about prepare.

In: accord_postgresql. Out: classes for `Run(url, dialect=…)`.
"""

from accord.dialect import (
    YES,
    Bind,
    ClientKey,
    Dialect,
    ErrorInfo,
    ErrorKind,
    Execute,
    InsertForm,
    Never,
    PreExecute,
    Returning,
    SequenceKeys,
    ServerInfo,
    Steps,
    Vote,
    parse_version,
)
from accord_postgresql import PostgreSQLDialect


class CompatibleDialect(PostgreSQLDialect):
    """A database that speaks PostgreSQL's language and has less than it (no prepared transactions,
    no COPY, keys one by one): what such a plugin has to say.
    """

    name = "postgresql"
    install_hint = "pip install accord-compatible"
    capabilities = PostgreSQLDialect.capabilities.replace(
        transactions={"two_phase": Never("it cannot prepare transactions")},
        dml={"insert_forms": ((InsertForm.MULTI_VALUES, YES), (InsertForm.EXECUTEMANY, YES))},
    )
    key_strategies = (ClientKey, SequenceKeys, PreExecute, Returning)
    two_phase = None

    def probe(self, bind: Bind) -> Steps[ServerInfo]:
        """Its own name, and the PostgreSQL version it says it is compatible with."""
        reply = yield Execute(bind, "SHOW server_version")
        text = str(reply.rows[0][0])
        return ServerInfo(parse_version(text), f"Compatible {text}")

    def classify(self, error: BaseException) -> ErrorInfo:
        """As PostgreSQL, but a failed serialization is always worth a new try."""
        info = super().classify(error)
        if info.kind is ErrorKind.SERIALIZATION and not info.retryable:
            return ErrorInfo(info.kind, info.constraint_name, retryable=True)
        return info


def yes_to_everything() -> type[Dialect]:
    """PREPARE of a transaction that failed is answered with YES."""
    honest = PostgreSQLDialect.two_phase
    assert honest is not None

    class Lying(honest):  # type: ignore[valid-type,misc]  # a class known at run time
        def prepare(self, bind: Bind, xid: str) -> Steps[Vote]:
            yield from super().prepare(bind, xid)
            return Vote.YES

    class LyingDialect(PostgreSQLDialect):
        two_phase = Lying

    LyingDialect.__module__ = PostgreSQLDialect.__module__
    return LyingDialect
