"""Key strategy "sequence" on Oracle: blocks of a sequence that allocates them.

In: KeyNeed, batches. Out: Steps.
"""

from __future__ import annotations

from typing import cast

from accord.dialect import Bind, Execute, KeyNeed, KeyStrategy, Refusal, Steps, Suits
from accord.dialect.keys import SequenceKeys
from accord.exc import FlushError
from accord_oracle.keys.returning_into import ReturningInto


class AllocatedKeys(SequenceKeys):
    """``Sequence(allocate=n)``: one number drawn for n keys, which go in with the rows."""

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits only those that ask for it: otherwise nextval in the INSERT costs nothing."""
        if need.sequence is not None and need.sequence.allocate is None:
            return Refusal("the sequence does not allocate= blocks: nextval in the INSERT")
        return super().suits(need)

    @classmethod
    def single(cls, need: KeyNeed) -> KeyStrategy | None:
        """The same without a block."""
        return ReturningInto(need.sequence)


def sequence_values(bind: Bind, name: str, count: int) -> Steps[list[int]]:
    """`count` values of a sequence in one query."""
    text = f"SELECT {name}.nextval FROM dual CONNECT BY LEVEL <= :1"
    reply = yield Execute(bind, text, (count,), write=True)
    values = [cast("int", row[0]) for row in reply.rows]
    if len(values) != count:
        raise FlushError(f"{len(values)} values of sequence {name} came back for {count}")
    return values
