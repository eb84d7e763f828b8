"""Key strategy "pre-executed default": SELECT the key's default expression first, then insert its
value.

For a key whose default is an SQL expression, where the value has to pass through the column's type
before it can be stored (SQLite's datetime('now'), MySQL's NOW()), or where nothing can be
returned. The identity is then the value as a later SELECT gives it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect.batch import InsertBatch, InsertResult
from accord.dialect.keys.base import KeyNeed, KeyStrategy, Refusal, Suits
from accord.dialect.keys.client import ClientKey
from accord.dialect.texts import select_request
from accord.exc import InvalidRequestError, StatementError

if TYPE_CHECKING:
    from accord.dialect.steps import Row, Steps


class PreExecute(KeyStrategy):
    """The default is selected, converted, and given with the row."""

    name = "pre-executed default"

    def __init__(self, client: ClientKey) -> None:
        self.client = client

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits an SQL expression as key default, when the column's type converts values or
        RETURNING is missing.
        """
        if need.key is None or need.expression is None:
            return Refusal("the key's default is not an SQL expression")
        entry = need.dialect.target.types.entry(need.key.type)
        converts = entry.result is not None
        if not converts and need.capabilities.dml.returning_insert:
            return Refusal(
                "the expression can stand in the INSERT and its value be returned as it is"
            )
        given = ClientKey.suits(need.given())
        if not isinstance(given, Suits) or not isinstance(given.strategy, ClientKey):
            return Refusal("rows cannot be given their keys")
        why = (
            "its value passes through the column's type" if converts else "nothing can be returned"
        )
        return Suits(cls(given.strategy), f"the default is selected first, because {why}")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Select one value per row, then insert rows that bring their keys."""
        key = batch.key
        default = next((value for column, value in batch.expressions if column is key), None)
        if key is None or default is None:
            raise InvalidRequestError(
                f"The batch for {batch.table.name!r} carries no default expression for its key"
            )
        entry = batch.bind.dialect.target.types.entry(key.type)
        keys: list[object] = []
        for _ in batch.rows:
            request = select_request(batch.bind, default)
            reply = yield request
            value = reply.rows[0][0]
            if entry.result is not None:
                value = entry.result(value)
            if value is None:
                raise StatementError(
                    f"The default of {batch.table.name}.{key.name} gave NULL, which no primary key "
                    "can be",
                    request.text,
                )
            keys.append(value if type(value) in entry.native else entry.bind(value))
        rows: list[Row] = [(value, *row) for value, row in zip(keys, batch.rows, strict=True)]
        rest = tuple([pair for pair in batch.expressions if pair[0] is not key])
        result = yield from self.client.insert_steps(
            InsertBatch(batch.bind, batch.table, (key, *batch.columns), rows, rest, batch.fetch)
        )
        return InsertResult(keys, result.fetched)
