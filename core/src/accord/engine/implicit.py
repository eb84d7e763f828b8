"""Statements by which the database ends the transaction by itself: DDL on MySQL and Oracle.

Sent in silence they would make permanent what the transaction has written so far, and `rollback()`
would undo nothing. In: a connection, a request that may be one of them, execution options. Out: the
reply, or an error before anything is sent; afterwards the connection knows that its transaction on
the driver is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.engine.transaction import TwoPhaseTransaction
from accord.exc import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.dialect.steps import Reply, Request
    from accord.engine.connection import Connection


def perform_text(connection: Connection, request: Request, options: Mapping[str, Any]) -> Reply:
    """Send DDL or a statement the user has written."""
    if connection.autocommit or not connection.engine.dialect.ends_transaction(request.text):
        return connection.perform(request)
    _refuse(connection, request.text, asked=bool(options.get("ddl_commits")))
    try:
        return connection.perform(request)
    finally:
        # Also after an error: these databases commit before they look at the statement.
        connection.ended_by_server()


def _refuse(connection: Connection, text: str, *, asked: bool) -> None:
    dialect = connection.engine.dialect.name
    words = " ".join(text.split()[:2]).upper()
    transaction = connection.get_transaction()
    if isinstance(transaction, TwoPhaseTransaction):
        raise InvalidRequestError(
            f"{words} inside the two-phase transaction {transaction.xid!r}: DDL commits on "
            f"{dialect}; run it on a connection of its own"
        )
    if asked:
        return
    if connection.in_nested_transaction():
        what = "a savepoint is set, which would be gone"
    elif connection.wrote:
        what = "the transaction has written already, which would become permanent"
    else:
        return
    raise InvalidRequestError(
        f"{words} commits the transaction on {dialect}, and {what}. Commit before it, run it on a "
        "connection of its own, or ask for it: execution_options(ddl_commits=True)"
    )
